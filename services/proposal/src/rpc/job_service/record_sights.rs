//! `RecordSights`.
//!
//! What agrees with what is known is written down for all at once. What does not is applied one by one, each in a transaction of its own:
//! one that cannot be applied stops no other, and no proposal is locked while another one is waited for.

use std::collections::HashMap;

use pullwright_pg::PgError;
use pullwright_proto::{
    error::ErrorReason,
    job::{self as v1, pull_request_sight::Sight as Given},
};
use pullwright_rpc::explain::chain;
use uuid::Uuid;

use super::reads::{self, Failure};
use crate::{
    App,
    convert::{id, job},
    domain::{
        PullRequest, PullRequestState, Status,
        delivery::{Sight, Verdict, judge},
        job::Read,
        schedule::Found,
        text::cut,
    },
    error::{Error, Result},
    rpc::follow::{self, RECONCILER, Report, Weight},
    store::{
        Transaction,
        events::{self, NewEvent},
        generations, journal, proposals,
        watches::{self, Key, Looked, Watch},
    },
};

/// Most sights of one call.
const MOST: usize = 100;
/// How often one that lost against another transaction is tried.
const TRIES: usize = 3;
/// Longest problem that is kept, in characters.
const LONGEST_PROBLEM: usize = 4_000;

/// What a runner saw.
#[derive(Debug)]
enum Seen {
    Described(Box<PullRequest>, String),
    Unchanged(String),
    Gone(Failure),
    Failed(Failure),
}

/// What has to be done one by one.
struct Alone {
    watch: Watch,
    seen: Seen,
}

/// Applies what a runner saw of the pull requests of a repository.
pub(super) async fn record_sights(
    app: &App,
    request: v1::RecordSightsRequest,
) -> Result<v1::RecordSightsResponse> {
    let job_id = id::parse("job_id", &request.job_id)?;
    let token = id::parse("token", &request.token)?;
    if request.sights.len() > MOST {
        return Err(Error::invalid("sights", format!("must hold at most {MOST} sights")));
    }
    let mut given = HashMap::new();
    for (index, sight) in request.sights.into_iter().enumerate() {
        let key = id::parse(&format!("sights[{index}].proposal_id"), &sight.proposal_id)?;
        given.insert((key, sight.generation), sight);
    }

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let held = reads::held(&tx, job_id, token, Read::PullRequests).await?;
    let alone = together(app, &tx, held.job.subject, given).await?;
    tx.commit().await?;

    let mut changed = 0;
    for one in alone {
        let (proposal_id, number) = (one.watch.proposal_id, one.watch.number);
        match tried(app, &mut client, &one).await {
            Ok(has_changed) => changed += i32::from(has_changed),
            Err(error @ Error::Database(PgError::Unavailable(_) | PgError::CommitUnknown(_))) => {
                return Err(error);
            }
            Err(error) => {
                let broken = chain(&error);
                tracing::error!(
                    %proposal_id,
                    number,
                    error.chain = broken,
                    "could not apply what was seen of a pull request"
                );
                let looked = broke(app, &one.watch, &broken);
                let tx = client.begin().await?;
                watches::agree(&tx, &[looked]).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(v1::RecordSightsResponse { changed })
}

/// Writes down what changes nothing, and gives the rest, by the ids of the proposals.
async fn together(
    app: &App,
    tx: &Transaction<'_>,
    repository_id: Uuid,
    mut given: HashMap<Key, v1::PullRequestSight>,
) -> Result<Vec<Alone>> {
    let pace = &app.settings.schedule.pace;
    let keys: Vec<_> = given.keys().copied().collect();
    let (mut agreeing, mut restamped, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    // One that is not watched any more was merged meanwhile, or was never ours.
    for watch in watches::find(tx, repository_id, &keys).await? {
        let Some(sight) = given.remove(&(watch.proposal_id, watch.generation)) else { continue };
        let state = Found::State(watch.state);
        match read(app, &watch, sight) {
            // It was told before: waits grow once for each look.
            Seen::Unchanged(_) | Seen::Failed(_) | Seen::Gone(_) if !watch.is_handed => {}
            Seen::Unchanged(etag) if !watch.is_disputed => {
                let next = pace.pull_request(state, watch.distance);
                agreeing.push(Looked::seen(&watch, next, etag));
            }
            // It is being asked again, without the tag.
            Seen::Unchanged(_) => {}
            Seen::Failed(failure) => agreeing.push(unseen(app, &watch, false, &failure)),
            Seen::Gone(failure) if watch.is_gone => {
                agreeing.push(unseen(app, &watch, true, &failure));
            }
            Seen::Described(pull, etag) => match weigh(&watch, &pull) {
                Weighed::Agrees if !watch.is_handed => {}
                Weighed::Agrees => {
                    let next = pace.pull_request(state, watch.distance);
                    agreeing.push(Looked::seen(&watch, next, etag));
                }
                Weighed::Newer => restamped.push((watch, pull, etag)),
                Weighed::Changes => {
                    alone.push(Alone { watch, seen: Seen::Described(pull, etag) });
                }
            },
            seen @ Seen::Gone(_) => alone.push(Alone { watch, seen }),
        }
    }
    let stamps: Vec<_> =
        restamped.iter().filter_map(|(watch, pull, _)| Some((watch, pull.updated_at?))).collect();
    let done = watches::restamp(tx, &stamps).await?;
    for (watch, pull, etag) in restamped {
        if done.contains(&watch.proposal_id) {
            let next = pace.pull_request(Found::State(watch.state), watch.distance);
            agreeing.push(Looked::seen(&watch, next, etag));
        } else {
            alone.push(Alone { watch, seen: Seen::Described(pull, etag) });
        }
    }
    watches::agree(tx, &agreeing).await?;
    alone.sort_by_key(|one| (one.watch.proposal_id, one.watch.generation));
    Ok(alone)
}

/// How a pull request that GitHub described stands to what is known.
enum Weighed {
    /// It is the same.
    Agrees,
    /// The same state, with a newer stamp.
    Newer,
    /// Something else, or not certain.
    Changes,
}

fn weigh(watch: &Watch, pull: &PullRequest) -> Weighed {
    let seen = Sight::new(pull.state, pull.merged_at).state();
    let is_same = watch.known.state == Some(seen) && watch.state == seen;
    let is_of_old = !watch.is_current && seen == PullRequestState::Open;
    if !is_same || is_of_old || watch.is_disputed || watch.is_gone {
        return Weighed::Changes;
    }
    match judge(watch.known, seen, pull.updated_at) {
        // As it was before something that is not followed changed.
        Verdict::Agrees | Verdict::Stale => Weighed::Agrees,
        Verdict::News if watch.is_current && watch.status != Status::Pending => Weighed::Newer,
        Verdict::News | Verdict::Disputed => Weighed::Changes,
    }
}

fn read(app: &App, watch: &Watch, given: v1::PullRequestSight) -> Seen {
    let failed = |message: String| {
        let reason = ErrorReason::ValidationError.reason().to_owned();
        Seen::Failed(Failure { reason, message, retry_after: None })
    };
    match given.sight {
        Some(Given::Seen(pull)) => match job::read_pull_request("seen", pull, &watch.host) {
            Ok(pull) if pull.number != watch.number => failed(format!(
                "the runner was to look at pull request #{} and told of #{}",
                watch.number, pull.number
            )),
            Ok(pull) => Seen::Described(Box::new(pull), given.etag),
            Err(error) => failed(format!("the runner told what cannot be read: {error}")),
        },
        Some(Given::Unchanged(())) => Seen::Unchanged(given.etag),
        Some(Given::Gone(failure)) => Seen::Gone(Failure::read(app, failure)),
        Some(Given::Failed(failure)) => Seen::Failed(Failure::read(app, failure)),
        None => failed("the runner did not say what it saw".to_owned()),
    }
}

fn unseen(app: &App, watch: &Watch, is_gone: bool, failure: &Failure) -> Looked {
    let found = match is_gone {
        true => Found::Gone,
        false => Found::Failed { retry_after: failure.retry_after },
    };
    let next = app.settings.schedule.pace.pull_request(found, watch.distance);
    let problem = (failure.reason.clone(), failure.message.clone());
    Looked::unseen(watch, next, is_gone, problem)
}

fn broke(app: &App, watch: &Watch, broken: &str) -> Looked {
    let failure = Failure {
        reason: ErrorReason::InternalError.reason().to_owned(),
        message: cut(&app.redactor.redact(broken), LONGEST_PROBLEM),
        retry_after: None,
    };
    unseen(app, watch, watch.is_gone, &failure)
}

async fn tried(app: &App, client: &mut pullwright_pg::Client, one: &Alone) -> Result<bool> {
    for _ in 1..TRIES {
        match apply(app, client, one).await {
            Err(Error::Database(PgError::Serialization(_))) => {}
            went => return went,
        }
    }
    apply(app, client, one).await
}

/// Applies one; tells whether it changed the proposal.
async fn apply(app: &App, client: &mut pullwright_pg::Client, one: &Alone) -> Result<bool> {
    let Alone { watch, seen } = one;
    let tx = client.begin().await?;
    journal::take_turns(&tx, watch.repository_id, watch.number).await?;
    let Some(proposal) = proposals::lock(&tx, watch.proposal_id).await? else { return Ok(false) };
    // As it is now: before the lock somebody else may have told of it.
    let key = (watch.proposal_id, watch.generation);
    let found = watches::find(&tx, watch.repository_id, &[key]).await?.pop();
    let Some(watch) = found else { return Ok(false) };
    let Some(generation) = generations::get(&tx, watch.proposal_id, watch.generation).await? else {
        return Ok(false);
    };
    let Some(known) = &generation.pull_request else { return Ok(false) };
    let has_changed = match seen {
        Seen::Described(pull, etag) => {
            let sight = Sight::new(pull.state, pull.merged_at);
            // What was seen after two reports contradicted each other decides, whatever stamps they bear; what was seen before is one
            // more report.
            let (weight, updated_at) = match watch.is_to_decide {
                true => (Weight::Look, pull.updated_at.max(watch.known.updated_at)),
                false => (Weight::Word, pull.updated_at),
            };
            let report = Report { sight, updated_at, by: RECONCILER, weight };
            if watch.is_gone {
                let told = format!("GitHub knows pull request #{} again", watch.number);
                record(&tx, &watch, &known.url, NewEvent::new("pull_request_found", told)).await?;
            }
            let verdict = follow::follow(&tx, &proposal, &generation, known, report).await?;
            // What leaves a doubt is looked at again.
            let is_settled = match verdict {
                Verdict::News => true,
                Verdict::Agrees => !watch.is_disputed,
                Verdict::Stale => {
                    // Somebody was faster than we, or what is known is not so.
                    watches::look_now(&tx, watch.proposal_id, watch.generation).await?;
                    false
                }
                Verdict::Disputed => false,
            };
            if is_settled {
                let state = match verdict {
                    Verdict::News => report.sight.state(),
                    Verdict::Agrees | Verdict::Stale | Verdict::Disputed => watch.state,
                };
                let distance = watch.distance.filter(|_| state == watch.state && !watch.is_gone);
                let next = app.settings.schedule.pace.pull_request(Found::State(state), distance);
                watches::end(&tx, Looked::seen(&watch, next, etag.clone())).await?;
            }
            verdict == Verdict::News && report.sight.state() != known.state
        }
        Seen::Gone(failure) => {
            if !watch.is_gone {
                let told = format!(
                    "GitHub does not know pull request #{} any more, or hides it: {}",
                    watch.number, failure.message
                );
                let event = NewEvent::new("pull_request_gone", told)
                    .fact("reason", &failure.reason)
                    .fact("message", &failure.message);
                record(&tx, &watch, &known.url, event).await?;
            }
            let first = Watch { distance: None, ..watch };
            watches::end(&tx, unseen(app, &first, true, failure)).await?;
            false
        }
        Seen::Unchanged(_) | Seen::Failed(_) => false,
    };
    tx.commit().await?;
    Ok(has_changed)
}

async fn record(tx: &Transaction<'_>, watch: &Watch, url: &str, event: NewEvent) -> Result<()> {
    let event = event
        .fact("generation", watch.generation)
        .fact("number", watch.number)
        .fact("url", url)
        .by(RECONCILER);
    events::record(tx, watch.proposal_id, event).await?;
    Ok(())
}
