//! Where the servers' programs are. `deploy/local/setup.sh` looks in the same places in the same order.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use super::StoreError;

const HOMEBREW: [&str; 3] =
    ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];

/// The folder with `initdb` and `postgres`, version 14 or later.
pub(super) fn postgres() -> Result<&'static Path, StoreError> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        postgres_folders().into_iter().find(|dir| {
            dir.join("initdb").is_file() && version(&dir.join("postgres")) >= Some((14, 0))
        })
    });
    found.as_deref().ok_or(StoreError::Missing { server: "PostgreSQL", at_least: "14" })
}

/// The program `redis-server` or `valkey-server`, version 6.2 or later.
pub(super) fn redis() -> Result<&'static Path, StoreError> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        redis_programs().into_iter().find(|program| version(program) >= Some((6, 2)))
    });
    found.as_deref().ok_or(StoreError::Missing { server: "Redis", at_least: "6.2" })
}

fn postgres_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = environment("PG_BIN").map(PathBuf::from).into_iter().collect();
    folders.extend(numbered("/usr/lib/postgresql", "").map(|dir| dir.join("bin")));
    folders.extend(numbered("/usr", "pgsql-").map(|dir| dir.join("bin")));
    for root in HOMEBREW {
        folders.extend(numbered(root, "postgresql@").map(|dir| dir.join("bin")));
    }
    folders.extend(answer("pg_config", "--bindir").map(|dir| PathBuf::from(dir.trim())));
    folders.extend(path());
    folders
}

fn redis_programs() -> Vec<PathBuf> {
    let mut folders = path();
    for root in HOMEBREW {
        folders.extend(["redis", "valkey"].map(|name| Path::new(root).join(name).join("bin")));
    }
    let names = ["redis-server", "valkey-server"];
    names.iter().flat_map(|name| folders.iter().map(move |dir| dir.join(name))).collect()
}

/// The entries of `root` that are `prefix` and a number, the highest number first; none when there is no such folder.
fn numbered(root: &str, prefix: &str) -> impl Iterator<Item = PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((number, entry.path()))
        })
        .collect();
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, path)| path)
}

/// The first `major.minor` in what the program says of its version; `None` when it cannot be run.
fn version(program: &Path) -> Option<(u32, u32)> {
    first_version(&answer(program, "--version")?)
}

fn first_version(text: &str) -> Option<(u32, u32)> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let word = words.into_iter().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = word.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next().and_then(Result::ok).unwrap_or(0)))
}

fn answer(program: impl AsRef<OsStr>, argument: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "asks a program on the machine for its version")]
    let output = Command::new(program).arg(argument).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn path() -> Vec<PathBuf> {
    environment("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// Reads where programs are from the environment directly: the only user is a test or a developer's machine.
fn environment(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_servers_print() {
        let said = [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
            ("postgres (PostgreSQL) 18beta1", (18, 0)),
            ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", (7, 0)),
            ("Valkey server v=8.1.1 sha=00000000:0", (8, 1)),
        ];
        for (text, version) in said {
            assert_eq!(first_version(text), Some(version), "{text}");
        }
        assert_eq!(first_version("no number"), None);
    }

    #[test]
    fn the_highest_number_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["pg-9", "pg-14", "pg-100", "pg-x", "other"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let found: Vec<_> = numbered(root.path().to_str().unwrap(), "pg-").collect();
        assert_eq!(found, ["pg-100", "pg-14", "pg-9"].map(|name| root.path().join(name)));
    }
}
