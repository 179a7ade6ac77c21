//! Whether the work goes on: the token, proposals that failed, webhooks that are not registered, deliveries that
//! failed or never came, locks that are held for long.

use std::time::Duration;

use pullwright_proto::{
    proposal::ListProposalsRequest, registry::ListConfigReposRequest, runner::ListLocksRequest,
};

use super::{Finding, core, deliveries};
use crate::{
    connect::Cores,
    error::Error,
    exit::Exit,
    output::duration,
    pages::{self, Page},
};

/// How long a lock may be held before somebody should look: longer than any job takes.
const LONG: Duration = Duration::from_secs(600);

/// Looks at everything; a refusal is a finding too.
pub async fn look(cores: &Cores) -> Vec<Finding> {
    let looked = [
        proposals(cores).await.unwrap_or_else(|error| refused("proposals", error)),
        repos(cores).await.unwrap_or_else(|error| refused("config repositories", error)),
        deliveries::kept(cores).await.unwrap_or_else(|error| refused("deliveries", error)),
        deliveries::watched(cores)
            .await
            .unwrap_or_else(|error| refused("watched repositories", error)),
        locks(cores).await.unwrap_or_else(|error| refused("locks", error)),
    ];
    looked.into_iter().flatten().collect()
}

fn refused(of: &str, error: Error) -> Vec<Finding> {
    let remedy = match error.exit() {
        Exit::Denied => core::TOKEN,
        Exit::Unavailable => "what the service depends on may be away or busy; its log tells",
        _ => "the service's log has the cause",
    };
    vec![Finding::bad(of, error.to_string(), remedy)]
}

type Looked = crate::error::Result<Vec<Finding>>;

async fn proposals(cores: &Cores) -> Looked {
    let request = ListProposalsRequest {
        page_size: 200,
        filter: r#"status = "pending""#.to_owned(),
        ..ListProposalsRequest::default()
    };
    let page = cores.proposals().list_proposals(cores.request(request)).await?.into_inner();
    let failed: Vec<_> = page
        .proposals
        .iter()
        .filter(|proposal| !proposal.pull_request_error.is_empty() && !proposal.is_opening)
        .map(|proposal| {
            let message = format!("{}: {}", proposal.id, proposal.pull_request_error);
            let remedy = format!("`pullwright proposals why {}` says what to do", proposal.id);
            Finding::warning("proposal", message, &remedy)
        })
        .collect();
    if failed.is_empty() {
        return Ok(vec![Finding::good(
            "proposals",
            none_failed(page.proposals.len(), page.total_size),
        )]);
    }
    Ok(failed)
}

/// Says no more than was looked at: the newest of them.
fn none_failed(looked_at: usize, pending: i64) -> String {
    match usize::try_from(pending) {
        Ok(pending) if pending > looked_at => {
            format!("{pending} pending, none of the newest {looked_at} failed")
        }
        _ => format!("{pending} pending, none failed"),
    }
}

async fn repos(cores: &Cores) -> Looked {
    let found = pages::collect(usize::MAX, async |page_size, page_token| {
        let request =
            ListConfigReposRequest { page_size, page_token, ..ListConfigReposRequest::default() };
        let page =
            cores.config_repos().list_config_repos(cores.request(request)).await?.into_inner();
        Ok(Page { rows: page.config_repos, next: page.next_page_token, total: page.total_size })
    })
    .await?;
    let unregistered: Vec<_> = found
        .rows
        .iter()
        .filter(|repo| !repo.webhook_registration_error.is_empty())
        .map(|repo| {
            let message = format!("{}: {}", repo.name, repo.webhook_registration_error);
            Finding::warning(
                "webhook",
                message,
                "mend it on GitHub or in the secrets folder; until then states are polled",
            )
        })
        .collect();
    if unregistered.is_empty() {
        return Ok(vec![Finding::good(
            "config repositories",
            format!("{} registered", found.total),
        )]);
    }
    Ok(unregistered)
}

async fn locks(cores: &Cores) -> Looked {
    let page =
        cores.runner().list_locks(cores.request(ListLocksRequest::default())).await?.into_inner();
    let now = pullwright_types::Clock::now(&pullwright_types::SystemClock);
    let held_long: Vec<_> = page
        .locks
        .iter()
        .filter_map(|lock| {
            let since = lock.acquired_at?;
            let since = jiff::Timestamp::new(since.seconds, since.nanos).ok()?;
            let held = Duration::try_from(now.duration_since(since)).ok()?;
            (held > LONG).then(|| {
                let message = format!(
                    "{}: held by {} for {}",
                    lock.repository_id,
                    lock.holder,
                    duration(held)
                );
                let remedy = format!(
                    "if that runner hangs: `pullwright locks break {} --reason …`",
                    lock.repository_id
                );
                Finding::warning("lock", message, &remedy)
            })
        })
        .collect();
    if held_long.is_empty() {
        return Ok(vec![Finding::good(
            "locks",
            format!("{} held, none for long", page.locks.len()),
        )]);
    }
    Ok(held_long)
}

#[cfg(test)]
mod tests {
    use pullwright_proto::error::ErrorReason;
    use pullwright_rpc::Refusal;
    use tonic::Code;

    use super::*;

    #[test]
    fn only_what_was_looked_at_is_called_well() {
        assert_eq!(none_failed(3, 3), "3 pending, none failed");
        assert_eq!(none_failed(200, 450), "450 pending, none of the newest 200 failed");
    }

    #[test]
    fn a_token_is_the_remedy_of_a_token() {
        for (code, remedy) in [
            (Code::Unauthenticated, "--token-file"),
            (Code::PermissionDenied, "--token-file"),
            (Code::Unavailable, "away or busy"),
            (Code::Internal, "log"),
        ] {
            let refusal = Refusal {
                code,
                reason: ErrorReason::InternalError,
                message: "said".into(),
                violations: Vec::new(),
                retry_after: None,
            };
            let found = refused("locks", Error::Refused(Box::new(refusal)));
            assert!(format!("{found:?}").contains(remedy), "{code:?}: {found:?}");
        }
    }
}
