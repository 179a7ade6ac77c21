//! Kills processes as a crash would, and starts them again a while later, as planned.

mod course;
mod plan;

use pullwright_harness::Service;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) use course::Course;
pub(crate) use plan::Plan;

/// What can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Victim {
    /// A service of ours.
    Service(Service),
    /// The database of both cores.
    Postgres,
}

impl Victim {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Service(service) => service.name(),
            Self::Postgres => "postgres",
        }
    }

    /// The shortest and the longest time until it is started again, milliseconds; PostgreSQL needs a second or more to recover beside it.
    fn down_ms(self) -> (usize, usize) {
        match self {
            Self::Service(_) => (100, 1_500),
            Self::Postgres => (0, 200),
        }
    }
}

/// One death that was planned and has happened.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) victim: Victim,
    at: Duration,
    /// Until it was started, or until PostgreSQL took connections again.
    down: Duration,
}

/// For the report.
pub(crate) fn json(done: &[Done]) -> Value {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    done.iter()
        .map(|one| {
            json!({"at_ms": milliseconds(one.at), "killed": one.victim.name(), "down_ms": milliseconds(one.down)})
        })
        .collect()
}
