//! `pullwright repos check`

use pullwright_proto::runner::{
    CheckConfigRepoRequest, CheckConfigRepoResponse, CheckLine, CheckOutcome,
};

use super::find;
use crate::{
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Output, bad, dim, good},
};

pub(super) async fn check(cores: &Cores, repo: &str, output: Output) -> Result<Exit> {
    let request = CheckConfigRepoRequest { config_repo_id: find(cores, repo).await? };
    let checked = cores.runner().check_config_repo(cores.request(request)).await?.into_inner();
    output.show("pullwright.runner.v1.CheckConfigRepoResponse", &checked, text)?;
    Ok(if checked.ok { Exit::Success } else { Exit::No })
}

fn text(checked: &CheckConfigRepoResponse) -> String {
    checked.lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &CheckLine) -> String {
    let mark = match line.outcome() {
        CheckOutcome::Pass => good("pass"),
        CheckOutcome::Fail => bad("FAIL"),
        CheckOutcome::Skipped | CheckOutcome::Unspecified => dim("skip"),
    };
    let subject =
        if line.subject.is_empty() { String::new() } else { format!(" {}", line.subject) };
    let remedy = match line.remedy.as_str() {
        "" => String::new(),
        remedy => format!("\n      → {remedy}"),
    };
    format!("{mark}  {}{subject}: {}{remedy}", line.check, line.message)
}
