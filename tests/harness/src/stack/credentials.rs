//! Tokens of people and services, made anew for every stack, and the files that the services read them from.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use pullwright_rpc::{Role, callers};
use uuid::Uuid;

/// The tokens of a stack.
#[derive(Clone)]
pub struct Credentials {
    /// REST: may look.
    pub viewer: String,
    /// REST: may do all that the demo does.
    pub operator: String,
    /// REST: may also delete, break locks, replay, rotate.
    pub admin: String,
    /// gRPC: an operator with a gRPC client.
    pub service_operator: String,
    /// gRPC: an internal client, such as the optimiser.
    pub service_client: String,
    /// gRPC: the runner's token.
    pub service_runner: String,
    /// gRPC: the ingress' token.
    pub service_ingress: String,
}

impl Credentials {
    /// Makes tokens and writes, below `folder`, `tokens/<role>`, `callers`, `api-tokens` and an empty `secrets`.
    pub(super) fn write(folder: &Path) -> anyhow::Result<Self> {
        for name in ["tokens", "secrets", "runner"] {
            fs::create_dir(folder.join(name)).with_context(|| format!("make {name}"))?;
        }
        let mut callers = String::new();
        let mut tokens = Vec::new();
        for role in Role::ALL {
            let token = random();
            callers.push_str(&callers::line(role, &token));
            private(&folder.join("tokens").join(role.as_str()), &token)?;
            tokens.push((role, token));
        }
        private(&folder.join("callers"), &callers)?;
        let of = |role: Role| {
            tokens
                .iter()
                .find(|(other, _)| *other == role)
                .map(|(_, token)| token.clone())
                .unwrap_or_default()
        };
        let credentials = Self {
            viewer: random(),
            operator: random(),
            admin: random(),
            service_operator: of(Role::Operator),
            service_client: of(Role::Client),
            service_runner: of(Role::Runner),
            service_ingress: of(Role::Ingress),
        };
        let people = [
            ("viewer", "vera", &credentials.viewer),
            ("operator", "olga", &credentials.operator),
            ("admin", "ada", &credentials.admin),
        ];
        let lines: String = people.map(|(role, name, token)| person(role, name, token)).concat();
        private(&folder.join("api-tokens"), &lines)?;
        Ok(credentials)
    }
}

/// `role name sha256`, as the ingress reads it.
fn person(role: &str, name: &str, token: &str) -> String {
    let line = callers::line(Role::Ingress, token);
    let hash = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
    format!("{role} {name} {hash}\n")
}

/// 244 bits from the operating system's generator, in hexadecimal.
pub(super) fn random() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Writes a file that only its owner reads.
pub(crate) fn private(path: &Path, content: &str) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file =
            File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;
        file.write_all(content.as_bytes())
    };
    write().with_context(|| format!("write {}", path.display()))
}
