//! Where a leaked credential could stand: every text that a stack wrote, by surface.

use std::path::{Path, PathBuf};

use pullwright_harness::{Service, Stack};
use tokio_postgres::NoTls;

use super::needles::Needles;

/// The services that log as they are told; the forge logs what it likes.
const LOGGING: [Service; 4] =
    [Service::Ingress, Service::Proposal, Service::Registry, Service::Runner];

/// A text and where it stood.
pub(super) struct Text {
    pub(super) place: String,
    pub(super) bytes: Vec<u8>,
}

/// The texts of one surface.
pub(super) struct Surface {
    name: &'static str,
    pub(super) texts: Vec<Text>,
}

impl Surface {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, texts: Vec::new() }
    }

    pub(super) fn add(&mut self, place: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.texts.push(Text { place: place.into(), bytes: bytes.into() });
    }

    /// The texts whose place says so, as a surface of its own.
    pub(super) fn only(&self, name: &'static str, of: impl Fn(&str) -> bool) -> Self {
        let texts = self.texts.iter().filter(|text| of(&text.place));
        let copy = |text: &Text| Text { place: text.place.clone(), bytes: text.bytes.clone() };
        Self { name, texts: texts.map(copy).collect() }
    }

    /// Which credential stands where, and how; never what it is.
    pub(super) fn hits(&self, needles: &Needles) -> Vec<String> {
        let of = |text: &Text| {
            let forms = needles.find(&text.bytes);
            forms
                .iter()
                .map(|form| format!("{} ({}) in {}", form.of, form.how, text.place))
                .collect::<Vec<_>>()
        };
        self.texts.iter().flat_map(of).collect()
    }

    /// Fails where a credential stands, and where there was nothing to search: `least` texts must have something in them.
    pub(super) fn assert_clean(&self, needles: &Needles, least: usize) {
        let searched = self.texts.iter().filter(|text| !text.bytes.is_empty()).count();
        assert!(searched >= least, "{}: only {searched} texts were searched", self.name);
        let hits = self.hits(needles);
        assert!(hits.is_empty(), "{} leaked:\n{}", self.name, hits.join("\n"));
    }
}

/// The pull requests of repositories on the forge: titles, bodies, messages of commits, and all else that it was sent.
pub(super) async fn forge(stack: &Stack, repositories: &[String]) -> [Surface; 4] {
    let forge = stack.forge().unwrap();
    let mut titles = Surface::new("titles of pull requests");
    let mut bodies = Surface::new("bodies of pull requests");
    let mut messages = Surface::new("messages of commits");
    let mut rest = Surface::new("what the forge received");
    for repository in repositories {
        for pull in forge.pulls(repository).await.unwrap() {
            titles.add(&pull.html_url, pull.title.clone());
            bodies.add(&pull.html_url, pull.body.clone().unwrap_or_default());
            rest.add(&pull.html_url, format!("{pull:?}"));
            let diff = forge.pull_diff(repository, pull.number).await.unwrap();
            rest.add(format!("diff of {}", pull.html_url), diff);
            for comment in forge.comments(repository, pull.number).await.unwrap() {
                rest.add(format!("comment on {}", pull.html_url), format!("{comment:?}"));
            }
        }
        for branch in forge.branches(repository).await.unwrap() {
            rest.add(format!("branch of {repository}"), branch.name.clone());
            for commit in forge.log(repository, &branch.name, 100).await.unwrap() {
                messages.add(format!("{repository} {}", commit.oid), commit.message.clone());
                rest.add(format!("{repository} {}", commit.oid), format!("{commit:?}"));
            }
        }
    }
    for request in forge.requests().await.unwrap() {
        let place = format!("request {} {}", request.method, request.route);
        rest.add(place, serde_json::to_vec(&request).unwrap());
    }
    [titles, bodies, messages, rest]
}

/// Every column of every table of both databases, apart from the compressed bodies of deliveries.
pub(super) async fn rows(stack: &Stack) -> Surface {
    const COLUMNS: &str = "
        SELECT format('%I.%I', c.table_schema, c.table_name), quote_ident(c.column_name), c.table_name || '.' || c.column_name
        FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')";
    let mut surface = Surface::new("rows of the databases");
    for database in ["pullwright_proposal", "pullwright_registry"] {
        let (client, connection) =
            tokio_postgres::connect(&stack.postgres.url(database), NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        for column in client.query(COLUMNS, &[]).await.unwrap() {
            let (table, name, place): (String, String, String) =
                (column.get(0), column.get(1), column.get(2));
            if place == "deliveries.body" {
                continue;
            }
            let values = format!("SELECT {name}::text FROM {table} WHERE {name} IS NOT NULL");
            for row in client.query(&values, &[]).await.unwrap() {
                surface.add(&place, row.get::<_, String>(0));
            }
        }
        drop(client);
        connection.await.unwrap().unwrap();
    }
    surface
}

/// Every key of Redis with its value as the server serialises it.
pub(super) async fn redis(stack: &Stack) -> Surface {
    let mut surface = Surface::new("keys of Redis");
    let client = redis::Client::open(stack.redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let info: String = redis::cmd("INFO").arg("all").query_async(&mut connection).await.unwrap();
    surface.add("INFO", info);
    let slow: redis::Value =
        redis::cmd("SLOWLOG").arg("GET").arg(-1).query_async(&mut connection).await.unwrap();
    surface.add("SLOWLOG", format!("{slow:?}"));
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut connection).await.unwrap();
    for key in keys {
        let value: Option<Vec<u8>> =
            redis::cmd("DUMP").arg(&key).query_async(&mut connection).await.unwrap();
        // A lock that was given back meanwhile has no value.
        surface.add(format!("value of {key}"), value.unwrap_or_default());
        surface.add("key", key);
    }
    surface
}

/// What the services and the forge logged.
pub(super) fn logs(stack: &Stack) -> Surface {
    let mut surface = Surface::new("lines of the logs");
    for file in files_below(stack.logs()) {
        let place = file.file_name().unwrap().to_string_lossy().into_owned();
        for line in std::fs::read(&file).unwrap().split(|byte| *byte == b'\n') {
            surface.add(&place, line);
        }
    }
    for service in LOGGING {
        let name = format!("{}.log", service.name());
        assert!(surface.texts.iter().any(|text| text.place == name), "{name} is missing");
    }
    surface
}

/// The files of the stack in two parts: those of the runner, its repositories' configuration among them, and the others.
/// The secrets folder and the files in which services find tokens of their own are left out.
pub(super) fn files(stack: &Stack) -> [Surface; 2] {
    let mut of_the_runner = Surface::new("files of the runner");
    let mut others = Surface::new("files of the stack");
    for file in files_below(stack.folder()) {
        if file.starts_with(stack.secrets()) || file.starts_with(stack.folder().join("tokens")) {
            continue;
        }
        // Git removes temporary files at any time.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let place = file.strip_prefix(stack.folder()).unwrap().display().to_string();
        let surface =
            if file.starts_with(stack.clones()) { &mut of_the_runner } else { &mut others };
        surface.add(format!("name of {place}"), place.clone());
        surface.add(place, bytes);
    }
    [of_the_runner, others]
}

/// The files of PostgreSQL and Redis as they are on the disk: rows that were replaced since, and logs of the servers.
pub(super) fn stores(stack: &Stack) -> Surface {
    let mut surface = Surface::new("files of the stores");
    for pid in [stack.postgres.pid(), stack.redis.pid()] {
        let folder = std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap();
        assert!(folder.starts_with(std::env::temp_dir()), "{}", folder.display());
        for file in files_below(&folder) {
            let place = file.strip_prefix(&folder).unwrap().display().to_string();
            if let Ok(bytes) = std::fs::read(&file) {
                surface.add(place, bytes);
            }
        }
    }
    surface
}

/// What people read over REST.
pub(super) async fn answers(stack: &Stack) -> Surface {
    let mut surface = Surface::new("answers over REST");
    let rest = stack.rest().unwrap();
    let mut paths: Vec<String> =
        ["config-repos", "clusters", "query-templates", "proposals"].map(list).into();
    while let Some(path) = paths.pop() {
        let answer = rest.get(&path).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        if path.ends_with("limit=200") && !path.contains("/events") {
            let page = path.split('?').next().unwrap();
            for row in answer.body["data"].as_array().unwrap() {
                let one = format!("{page}/{}", row["id"].as_str().unwrap());
                if page.ends_with("/proposals") {
                    paths.push(format!("{one}/events?limit=200"));
                }
                paths.push(one);
            }
        }
        let headers = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}\n"));
        surface.add(&path, headers.collect::<String>() + &answer.text);
    }
    surface
}

fn list(of: &str) -> String {
    format!("/api/v1/{of}?limit=200")
}

/// The words of git and of GitHub that were stored: errors of proposals and jobs, messages and facts of events.
pub(super) fn stored_words(rows: &Surface) -> Surface {
    const COLUMNS: [&str; 5] = [
        "proposals.pr_open_error",
        "jobs.last_message",
        "events.message",
        "events.facts",
        "deliveries.error",
    ];
    rows.only("stored words of git and GitHub", |place| COLUMNS.contains(&place))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // A folder that git removed meanwhile holds nothing.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files
}
