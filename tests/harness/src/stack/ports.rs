//! Where everything listens, on 127.0.0.1.

use anyhow::bail;
use pullwright_testkit::ports;

/// The ports of a stack, in the order of `UP_PORT_BASE`.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// REST and webhooks.
    pub ingress: u16,
    /// gRPC of the ledger.
    pub proposal: u16,
    /// gRPC of the registry.
    pub registry: u16,
    /// gRPC of the runner.
    pub runner: u16,
    /// The forge.
    pub forge: u16,
    /// PostgreSQL.
    pub postgres: u16,
    /// Redis.
    pub redis: u16,
}

impl Ports {
    /// Seven ports from `base` on, or seven free ones.
    pub fn choose(base: Option<u16>) -> anyhow::Result<Self> {
        let port = |index: u16| base.map_or_else(ports::free, |base| base + index);
        if let Some(base) = base {
            if base > u16::MAX - 6 {
                bail!("UP_PORT_BASE={base} leaves no room for seven ports");
            }
            if let Some(taken) = ports::first_taken(base, 7) {
                bail!(
                    "port {taken} is in use; choose another UP_PORT_BASE (seven ports from there on are needed)"
                );
            }
        }
        Ok(Self {
            ingress: port(0),
            proposal: port(1),
            registry: port(2),
            runner: port(3),
            forge: port(4),
            postgres: port(5),
            redis: port(6),
        })
    }

    /// The ingress.
    #[must_use]
    pub fn ingress_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ingress)
    }

    /// The forge, as people see it.
    #[must_use]
    pub fn forge_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.forge)
    }

    /// The forge's REST API.
    #[must_use]
    pub fn forge_api(&self) -> String {
        format!("{}/api/v3", self.forge_url())
    }

    /// The forge's control API.
    #[must_use]
    pub fn forge_control(&self) -> String {
        format!("{}/_control", self.forge_url())
    }
}
