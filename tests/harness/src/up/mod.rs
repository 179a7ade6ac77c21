//! `make up`: the same stack, left running; `make down` ends it.

mod env_file;
mod hints;
mod hold;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use rustix::process::{Signal, kill_process, test_kill_process};
use tokio::signal::unix::{SignalKind, signal};

use hold::Hold;

use crate::{
    Stack, StackOptions, WireOptions,
    progress::{heading, step},
};

/// What `make up` can be told.
#[derive(Debug, Clone, Default)]
pub struct UpOptions {
    /// The first of seven ports.
    pub port_base: Option<u16>,
    /// A hosts file instead of one that names the forge.
    pub hosts_file: Option<PathBuf>,
    /// The address under which those hosts reach the ingress; without it they get no webhook.
    pub webhook_url: Option<String>,
}

/// Starts the stack, writes `env` into `folder`, and runs until Ctrl-C or SIGTERM.
pub async fn up(folder: &Path, options: UpOptions) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let folder = std::path::absolute(folder)?;
    let _hold = Hold::take(&folder)?;
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;

    heading("Starting the stack");
    let logs = folder.join("logs");
    if logs.exists() {
        std::fs::remove_dir_all(&logs).context("remove the logs of the last stack")?;
    }
    let has_own_hosts = options.hosts_file.is_some();
    let stack_options = StackOptions {
        port_base: options.port_base,
        // Other hosts than the forge cannot reach an address of this machine.
        registers_webhooks: !has_own_hosts || options.webhook_url.is_some(),
        webhook_url: options.webhook_url,
        hosts_file: options.hosts_file,
        durable: true,
        ..StackOptions::new(logs)
    };
    let starting = async {
        let stack = Stack::start(stack_options.attentive()).await?;
        stack.make_repository(&WireOptions::new("search-config")).await?;
        anyhow::Ok(stack)
    };
    let stack = tokio::select! {
        started = step("private stores, forge, registry, ledger, runner, ingress", starting) => started?,
        _ = interrupt.recv() => bail!("interrupted while starting; everything is stopped"),
        _ = terminate.recv() => bail!("terminated while starting; everything is stopped"),
    };
    let env = env_file::write(&folder, &stack)?;
    hints::print(&stack, &env, has_own_hosts);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    heading("Stopping everything");
    let stopping = async { tokio::task::spawn_blocking(move || stack.stop()).await? };
    let stopped = step("ingress, runner, ledger, registry, forge, stores", stopping).await;
    std::fs::remove_file(&env).with_context(|| format!("remove {}", env.display()))?;
    stopped
}

/// Ends the stack that `up` left running and waits until it is gone.
pub async fn down(folder: &Path) -> anyhow::Result<()> {
    let Some(pid) = hold::holder(folder).await? else {
        println!("no stack is up");
        return Ok(());
    };
    // Somebody else may have just asked it, too.
    if test_kill_process(pid).is_ok() {
        kill_process(pid, Signal::TERM).context("ask the stack to stop")?;
    }
    step("stopping the stack", async {
        for _ in 0..600 {
            if test_kill_process(pid).is_err() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the stack (process {}) does not stop", pid.as_raw_nonzero())
    })
    .await
}
