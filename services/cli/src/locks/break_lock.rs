//! `pullwright locks break`

use pullwright_proto::runner::{BreakLockRequest, BreakLockResponse};
use uuid::Uuid;

use crate::{
    confirm::confirm,
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Output, clean, good},
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
    let consequence = || {
        let repo = clean(repo);
        format!(
            "This revokes the lease of the runner that works on {repo}; what it began is tidied up later"
        )
    };
    if !yes && !confirm("breaking a lock", &consequence(), output)? {
        return Ok(Exit::No);
    }
    let request =
        BreakLockRequest { repository_id, reason, request_id: Uuid::now_v7().to_string() };
    let broken = cores.runner().break_lock(cores.request(request)).await?.into_inner();
    output.show("pullwright.runner.v1.BreakLockResponse", &broken, text)?;
    Ok(Exit::Success)
}

fn text(broken: &BreakLockResponse) -> String {
    let lock = broken.lock.clone().unwrap_or_default();
    let (mark, id) = (good("broken"), &lock.repository_id);
    format!("{mark} the lock of {id}, held by {} at epoch {}", lock.holder, lock.epoch)
}
