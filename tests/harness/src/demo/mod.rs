//! `make demo`: the main job from registration to merge, through the public surface, told while it happens.

mod report;
mod scenario;
mod timeline;

use std::{path::Path, time::Instant};

use anyhow::{Context as _, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    Stack, StackOptions,
    progress::{heading, step},
};

/// Runs the demo; its report and logs are left in `folder`. SIGINT and SIGTERM end it with everything stopped.
pub async fn run(folder: &Path) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    // What is dropped when a signal wins is the stack, which stops with all that it has.
    tokio::select! {
        told = tell(folder) => told,
        _ = interrupt.recv() => bail!("interrupted; everything is stopped"),
        _ = terminate.recv() => bail!("terminated; everything is stopped"),
    }
}

async fn tell(folder: &Path) -> anyhow::Result<()> {
    let started = Instant::now();
    heading("Starting the stack: PostgreSQL, Redis, a GitHub that remembers, and four services");
    let logs = folder.join("logs");
    if logs.exists() {
        std::fs::remove_dir_all(&logs).context("remove the logs of the last demo")?;
    }
    let stack = step(
        "private stores, forge, registry, ledger, runner, ingress",
        Stack::start(StackOptions::new(logs).registering().attentive()),
    )
    .await?;
    let told = scenario::run(&stack).await;
    if told.is_err() {
        eprintln!("\nthe services' logs are in {}", stack.logs().display());
    }
    let told = told?;
    timeline::print(&told);
    let path = report::write(folder, &told)?;
    heading("Stopping everything");
    let stopping = async { tokio::task::spawn_blocking(move || stack.stop()).await? };
    step("ingress, runner, ledger, registry, forge, stores", stopping).await?;
    println!(
        "\nThe report is in {}. All of it took {:.1} s.",
        path.display(),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
