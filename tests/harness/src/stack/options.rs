//! What a stack can be told.

use std::{collections::BTreeMap, path::PathBuf};

use super::Service;

/// Options of a stack.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// The first of seven ports; free ones when absent.
    pub port_base: Option<u16>,
    /// Where logs go; kept after the stack has stopped.
    pub logs: PathBuf,
    /// Whether PostgreSQL waits for the disk, as in production.
    pub durable: bool,
    /// A hosts file to use instead of one that names the forge.
    pub hosts_file: Option<PathBuf>,
    /// Variables to add to a service's environment, or to replace in it.
    pub environment: BTreeMap<Service, Vec<(String, String)>>,
}

impl StackOptions {
    /// The defaults, with logs in `logs`.
    #[must_use]
    pub fn new(logs: PathBuf) -> Self {
        Self {
            port_base: None,
            logs,
            durable: false,
            hosts_file: None,
            environment: BTreeMap::new(),
        }
    }

    /// Adds a variable to a service's environment.
    #[must_use]
    pub fn with(mut self, service: Service, name: &str, value: &str) -> Self {
        self.environment.entry(service).or_default().push((name.to_owned(), value.to_owned()));
        self
    }
}
