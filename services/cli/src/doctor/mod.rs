//! `pullwright doctor`: looks at everything that can be seen from here, and says what to do about what is not well.

mod core;
mod deliveries;
mod finding;
mod work;

use crate::{
    args::Connection,
    connect::{self, Cores},
    error::Result,
    exit::Exit,
    output::Output,
};

use finding::Finding;

/// Looks, tells, and ends with 1 when something is not well.
pub async fn examine(connection: &Connection, output: Output) -> Result<Exit> {
    let mut findings = Vec::new();
    for (name, address, option) in [
        ("proposal", &connection.proposal, "--proposal"),
        ("repo-registry", &connection.registry, "--registry"),
        ("runner", &connection.runner, "--runner"),
    ] {
        let endpoint = connect::endpoint(address, option)?;
        findings.push(core::health(name, address, endpoint, connection.timeout.into()).await);
    }
    match Cores::open(connection) {
        Err(error) => findings.push(Finding::bad("token", error.to_string(), core::TOKEN)),
        Ok(cores) if findings.iter().all(Finding::is_good) => {
            findings.extend(work::look(&cores).await);
        }
        Ok(_) => findings.push(Finding::skipped("work", "not looked at while a service is away")),
    }
    finding::show(&findings, output)?;
    Ok(if findings.iter().all(|finding| !finding.is_bad()) { Exit::Success } else { Exit::No })
}
