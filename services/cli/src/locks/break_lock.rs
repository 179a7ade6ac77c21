//! `pullwright locks break`

use std::io::{BufRead as _, IsTerminal as _};

use pullwright_proto::runner::{BreakLockRequest, BreakLockResponse};
use uuid::Uuid;

use crate::{
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::{Output, good},
    repos,
};

pub(super) async fn break_lock(
    cores: &Cores,
    repo: &str,
    reason: String,
    yes: bool,
    output: Output,
) -> Result<Exit> {
    let repository_id = repos::find(cores, repo).await?;
    if !yes && !is_confirmed(repo, output)? {
        return Ok(Exit::No);
    }
    let request =
        BreakLockRequest { repository_id, reason, request_id: Uuid::now_v7().to_string() };
    let broken = cores.runner().break_lock(cores.request(request)).await?.into_inner();
    output.show("pullwright.runner.v1.BreakLockResponse", &broken, text)?;
    Ok(Exit::Success)
}

fn is_confirmed(repo: &str, output: Output) -> Result<bool> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(Error::Usage("breaking a lock asks back; a script says --yes".to_owned()));
    }
    output.note(&format!(
        "This revokes the lease of the runner that works on {repo}; what it began is tidied up later. Type yes to go on:"
    ));
    let mut typed = String::new();
    input.lock().read_line(&mut typed)?;
    Ok(typed.trim() == "yes")
}

fn text(broken: &BreakLockResponse) -> String {
    let lock = broken.lock.clone().unwrap_or_default();
    let (mark, id) = (good("broken"), &lock.repository_id);
    format!("{mark} the lock of {id}, held by {} at epoch {}", lock.holder, lock.epoch)
}
