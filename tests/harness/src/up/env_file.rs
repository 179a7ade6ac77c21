//! `target/up/env`: where everything is, as shell variables. It holds tokens, so only its owner reads it.

use std::path::{Path, PathBuf};

use pullwright_rpc::Role;

use crate::{Service, Stack, stack::private};

pub(super) fn write(folder: &Path, stack: &Stack) -> anyhow::Result<PathBuf> {
    let (ports, credentials) = (&stack.ports, &stack.credentials);
    let address = |port: u16| format!("127.0.0.1:{port}");
    let mut lines = vec![
        ("INGRESS_URL", ports.ingress_url()),
        ("OPERATOR_TOKEN", credentials.operator.clone()),
        ("VIEWER_TOKEN", credentials.viewer.clone()),
        ("ADMIN_TOKEN", credentials.admin.clone()),
        ("PROPOSAL_ADDR", address(ports.proposal)),
        ("REGISTRY_ADDR", address(ports.registry)),
        ("RUNNER_ADDR", address(ports.runner)),
        ("SERVICE_TOKEN", credentials.service_operator.clone()),
        // What the command-line client reads, once exported.
        ("PULLWRIGHT_PROPOSAL_ADDR", address(ports.proposal)),
        ("PULLWRIGHT_REGISTRY_ADDR", address(ports.registry)),
        ("PULLWRIGHT_RUNNER_ADDR", address(ports.runner)),
        ("PULLWRIGHT_TOKEN_FILE", stack.service_token_file(Role::Operator).display().to_string()),
        ("FORGE_URL", ports.forge_url()),
        ("FORGE_API_URL", ports.forge_api()),
        ("FORGE_CONTROL_URL", ports.forge_control()),
        ("SECRETS_DIR", stack.secrets().display().to_string()),
        ("CLONE_DIR", stack.clones().display().to_string()),
        ("DATABASE_URL_PROPOSAL", stack.postgres.url("pullwright_proposal")),
        ("DATABASE_URL_REGISTRY", stack.postgres.url("pullwright_registry")),
        ("REDIS_URL", stack.redis.url()),
        ("LOG_DIR", stack.logs().display().to_string()),
        ("PID_POSTGRES", stack.postgres.pid().to_string()),
        ("PID_REDIS", stack.redis.pid().to_string()),
    ];
    let names = [
        (Service::Ingress, "PID_INGRESS"),
        (Service::Proposal, "PID_PROPOSAL"),
        (Service::Registry, "PID_REGISTRY"),
        (Service::Runner, "PID_RUNNER"),
        (Service::Forge, "PID_FORGE"),
    ];
    for (service, name) in names {
        lines.extend(stack.process(service).map(|process| (name, process.pid().to_string())));
    }
    let text: String = lines
        .into_iter()
        .map(|(name, value)| format!("{name}='{}'\n", value.replace('\'', r"'\''")))
        .collect();
    let path = folder.join("env");
    private(&path, &text)?;
    Ok(path)
}
