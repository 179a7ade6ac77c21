//! `pullwright-forge`: the forge as a process. Prints one JSON line when it is ready, then logs JSON lines.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use pullwright_forge::{Forge, ForgeOptions, RateLimit};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

/// A GitHub that remembers: real git over HTTP, REST, signed webhooks and scripted faults, for tests.
#[derive(Debug, Parser)]
#[command(name = "pullwright-forge", version)]
struct Flags {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Folder for the bare repositories; a temporary one, removed at the end, when absent.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Base of every URL in an answer, when clients reach the forge under another one than it listens on.
    #[arg(long)]
    web_url: Option<String>,
    /// Requests per token and window that the rate limit headers speak of.
    #[arg(long, default_value_t = RateLimit::default().limit)]
    rate_limit: u32,
    /// Length of a rate limit window, seconds.
    #[arg(long, default_value_t = RateLimit::default().window.as_secs())]
    rate_window: u64,
    /// How long a receiver of webhooks may take to answer, seconds.
    #[arg(long, default_value_t = ForgeOptions::default().delivery_timeout.as_secs_f64())]
    delivery_timeout: f64,
    /// Refuse requests above the rate limit, as github.com does and an Enterprise Server by default does not.
    #[arg(long)]
    enforce_rate_limit: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    let rate_limit = RateLimit {
        limit: flags.rate_limit,
        window: Duration::from_secs(flags.rate_window),
        enforced: flags.enforce_rate_limit,
    };
    let (listen, data, web_url) = (flags.listen, flags.data, flags.web_url);
    let delivery_timeout =
        Duration::try_from_secs_f64(flags.delivery_timeout).context("read --delivery-timeout")?;
    let options = ForgeOptions {
        listen,
        data,
        web_url,
        rate_limit,
        delivery_timeout,
        ..ForgeOptions::default()
    };
    let forge = Forge::start(options).await.context("start the forge")?;
    let ready = json!({
        "event": "ready",
        "url": forge.url(),
        "api_url": forge.api_url(),
        "control_url": forge.control_url(),
        "git_url": forge.url(),
        "web_url": forge.web_url(),
    });
    println!("{ready}");
    tracing_subscriber::fmt().json().with_max_level(LevelFilter::INFO).init();
    tokio::select! {
        _ = terminate.recv() => tracing::info!("stopping after SIGTERM"),
        _ = interrupt.recv() => tracing::info!("stopping after SIGINT"),
        () = forge.stopped() => tracing::info!("stopping as the control API asked"),
    }
    forge.stop();
    Ok(())
}
