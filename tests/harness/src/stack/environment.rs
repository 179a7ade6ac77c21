//! The programs of a stack with their whole environments: what an operator would put into unit files.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use anyhow::Context as _;
use serde_json::json;

use super::{Service, Stack, StackOptions, binaries, credentials::private};
use crate::process::Program;

/// Writes the files that settings name, and makes each service's program.
pub(super) fn programs(
    stack: &Stack,
    options: &StackOptions,
) -> anyhow::Result<BTreeMap<Service, Program>> {
    let folder = stack.folder();
    let forge = stack.ports.forge_url();
    let hosts = json!([{ "web": forge, "api": stack.ports.forge_api(), "git": forge }]);
    private(&folder.join("hosts.json"), &hosts.to_string())?;
    private(&folder.join("proposal-database-url"), &stack.postgres.url("pullwright_proposal"))?;
    private(&folder.join("registry-database-url"), &stack.postgres.url("pullwright_registry"))?;
    private(&folder.join("redis-url"), &stack.redis.url())?;
    Service::ALL
        .into_iter()
        .map(|service| Ok((service, program(stack, options, service)?)))
        .collect()
}

fn program(stack: &Stack, options: &StackOptions, service: Service) -> anyhow::Result<Program> {
    let mut environment = variables(stack, options, service)?;
    for (name, value) in options.environment.get(&service).into_iter().flatten() {
        environment.retain(|(known, _)| known != name);
        environment.push((name.clone(), value.into()));
    }
    let binary = match service {
        Service::Registry => "pullwright-repo-registry".to_owned(),
        other => format!("pullwright-{}", other.name()),
    };
    let arguments = match service {
        Service::Forge => {
            vec!["--listen".into(), format!("127.0.0.1:{}", stack.ports.forge).into()]
        }
        _ => Vec::new(),
    };
    let log = std::path::absolute(&options.logs)?.join(format!("{}.log", service.name()));
    Ok(Program {
        name: service.name().to_owned(),
        path: binaries::find(&binary)?,
        arguments,
        environment,
        log,
    })
}

fn variables(
    stack: &Stack,
    options: &StackOptions,
    service: Service,
) -> anyhow::Result<Vec<(String, OsString)>> {
    let (folder, ports) = (stack.folder(), stack.ports);
    let hosts = match &options.hosts_file {
        Some(path) => std::path::absolute(path).context("find GITHUB_HOSTS_FILE")?,
        None => folder.join("hosts.json"),
    };
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let mut all =
        vec![("PATH".to_owned(), path.clone()), ("ENVIRONMENT".to_owned(), "development".into())];
    let address = |port: u16| OsString::from(format!("http://127.0.0.1:{port}"));
    let listen = |port: u16| OsString::from(format!("127.0.0.1:{port}"));
    let file = |path: &str| folder.join(path).into_os_string();
    let token = |role: &str| Path::new(folder).join("tokens").join(role).into_os_string();
    let mut set = |name: &str, value: OsString| all.push((name.to_owned(), value));
    match service {
        Service::Forge => {}
        Service::Registry => {
            set("REGISTRY_LISTEN", listen(ports.registry));
            set("REGISTRY_DATABASE_URL_FILE", file("registry-database-url"));
            set("REGISTRY_CALLERS_FILE", file("callers"));
            set("REGISTRY_SECRETS_DIR", file("secrets"));
            set("GITHUB_HOSTS_FILE", hosts.into_os_string());
        }
        Service::Proposal => {
            set("PROPOSAL_LISTEN", listen(ports.proposal));
            set("PROPOSAL_DATABASE_URL_FILE", file("proposal-database-url"));
            set("PROPOSAL_CALLERS_FILE", file("callers"));
            set("PROPOSAL_SERVICE_TOKEN_FILE", token("proposal"));
            set("PROPOSAL_REGISTRY_ADDR", address(ports.registry));
        }
        Service::Runner => {
            set("RUNNER_LISTEN", listen(ports.runner));
            set("RUNNER_CALLERS_FILE", file("callers"));
            set("RUNNER_SERVICE_TOKEN_FILE", token("runner"));
            set("RUNNER_PROPOSAL_ADDR", address(ports.proposal));
            set("RUNNER_REGISTRY_ADDR", address(ports.registry));
            set("RUNNER_REDIS_URL_FILE", file("redis-url"));
            set("RUNNER_DATA_DIR", stack.clones().into_os_string());
            set("RUNNER_GIT_PATH", path);
            set("RUNNER_BASE_URL", ports.ingress_url().into());
            if options.registers_webhooks {
                set("RUNNER_WEBHOOK_URL", stack.webhook_url().into());
            }
            set("GITHUB_HOSTS_FILE", hosts.into_os_string());
        }
        Service::Ingress => {
            set("INGRESS_LISTEN", listen(ports.ingress));
            set("INGRESS_API_TOKENS_FILE", file("api-tokens"));
            set("INGRESS_SERVICE_TOKEN_FILE", token("ingress"));
            set("INGRESS_PROPOSAL_ADDR", address(ports.proposal));
            set("INGRESS_REGISTRY_ADDR", address(ports.registry));
            set("INGRESS_RUNNER_ADDR", address(ports.runner));
        }
    }
    Ok(all)
}
