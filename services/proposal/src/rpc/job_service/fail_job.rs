//! `FailJob`.

use pullwright_proto::job::{self as v1, retry::When};
use uuid::Uuid;

use super::{
    held::{self, Held},
    hopeless, reads,
};
use crate::{
    App,
    convert::{id, job},
    domain::{
        retry::{self, Next, Retry},
        text::cut,
        violation::is_storable,
    },
    error::{Error, Result},
    rpc::follow::RUNNER,
    store::{
        Transaction, effects,
        events::{self, NewEvent},
        jobs, lanes,
        leases::{self, Answer},
    },
};

/// Longest message that is kept, in characters.
const LONGEST_MESSAGE: usize = 4_000;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 64;

/// Why an attempt failed.
struct Failure {
    reason: String,
    message: String,
    steps: Vec<(String, u128)>,
}

/// Ends an attempt that failed, and the job with it when trying again would not help or did not.
pub(super) async fn fail_job(
    app: &App,
    request: v1::FailJobRequest,
) -> Result<v1::FailJobResponse> {
    let sha256 = held::sha256("FailJob", &request);
    let job_id = id::parse("job_id", &request.job_id)?;
    let token = id::parse("token", &request.token)?;
    let retry = read_retry(request.retry)?;
    check_reason(&request.reason)?;
    if !is_storable(&request.message) {
        return Err(Error::invalid("message", "must not hold NUL"));
    }
    let failure = Failure {
        message: cut(&app.redactor.redact(&request.message), LONGEST_MESSAGE),
        reason: request.reason,
        steps: job::read_steps(request.steps)?,
    };

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = jobs::find(&tx, job_id).await?.ok_or(Error::JobNotFound(job_id))?;
    if let Some(read) = found.kind.read() {
        let answer = Answer { token, sha256: &sha256 };
        let problem = (failure.reason.as_str(), failure.message.as_str());
        let will_retry = reads::fail(app, &tx, (&found, read), answer, problem, retry).await?;
        tx.commit().await?;
        app.wakeup.poke();
        return Ok(v1::FailJobResponse { will_retry });
    }
    let held = held::lock(&tx, &found).await?;
    if held.job.was_answered(token, &sha256) {
        return Ok(v1::FailJobResponse { will_retry: held.job.answered_retry.unwrap_or_default() });
    }
    held.check(token)?;
    effects::settle(&tx, job_id, token).await?;
    leases::note_failure(&tx, &held.job, &failure.reason, &failure.message).await?;
    let answer = Answer { token, sha256: &sha256 };
    let will_retry = if held.job.is_wanted_again() && held.is_wanted() {
        leases::restart(&tx, &held.job, answer).await?;
        record(
            &tx,
            &held,
            &failure,
            "attempt_failed",
            "somebody wanted it again, so it is tried at once",
            None,
        )
        .await?;
        true
    } else {
        let next = retry::decide(retry, held.job.attempt, held.age, chance());
        settle(&tx, &held, &failure, answer, next).await?
    };
    lanes::free_if_done(&tx, &held.lane).await?;
    tx.commit().await?;
    app.wakeup.poke();
    Ok(v1::FailJobResponse { will_retry })
}

async fn settle(
    tx: &Transaction<'_>,
    held: &Held,
    failure: &Failure,
    answer: Answer<'_>,
    next: Next,
) -> Result<bool> {
    let (text, told) = match next {
        Next::Wait { wait, is_counted } => {
            let due_at = leases::postpone(tx, &held.job, answer, wait, is_counted).await?;
            let told = "it will be tried again";
            record(tx, held, failure, "attempt_failed", told, Some(("due_at", due_at.to_string())))
                .await?;
            return Ok(true);
        }
        Next::Hopeless => (failure.message.clone(), "trying again would not help"),
        Next::GiveUp => {
            let text =
                format!("{} (given up after {} attempts)", failure.message, held.job.attempt);
            (text, "it was tried often enough")
        }
    };
    leases::end(tx, &held.job, answer, jobs::Outcome::Failed).await?;
    let error = format!("{}: {text}", failure.reason);
    let kind = hopeless::fail(tx, &held.job, &error).await?;
    record(tx, held, failure, kind, told, None).await?;
    Ok(false)
}

async fn record(
    tx: &Transaction<'_>,
    held: &Held,
    failure: &Failure,
    kind: &'static str,
    told: &str,
    further: Option<(&'static str, String)>,
) -> Result<()> {
    let sentence = format!("attempt {} failed with {}; {told}", held.job.attempt, failure.reason);
    let event = NewEvent::new(kind, sentence)
        .fact("job", held.job.kind)
        .fact("generation", held.job.generation)
        .fact("attempt", held.job.attempt)
        .fact("reason", &failure.reason)
        .fact("message", &failure.message)
        .by(RUNNER);
    let event =
        failure.steps.iter().fold(event, |event, (name, took)| event.fact(name.clone(), took));
    let event = further.into_iter().fold(event, |event, (name, value)| event.fact(name, value));
    events::record(tx, held.job.subject, event).await?;
    Ok(())
}

fn read_retry(given: Option<v1::Retry>) -> Result<Retry> {
    match given.and_then(|retry| retry.when) {
        Some(When::Never(())) => Ok(Retry::Never),
        Some(When::Backoff(())) => Ok(Retry::Backoff),
        Some(When::After(wait)) => Ok(Retry::After(job::duration("retry.after", Some(wait))?)),
        None => Err(Error::invalid("retry", "must be never, after or backoff")),
    }
}

/// Not held against our own list: a newer runner may know a reason that this ledger does not.
fn check_reason(reason: &str) -> Result<()> {
    let is_reason = (1..=LONGEST_REASON).contains(&reason.len())
        && reason.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_');
    if is_reason {
        Ok(())
    } else {
        Err(Error::invalid("reason", "must be an error reason such as GITHUB_API_FAILED"))
    }
}

/// Even in 0..1: the random bits of a version 4 UUID.
fn chance() -> f64 {
    let [.., a, b, c, d] = *Uuid::new_v4().as_bytes();
    f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn chance_is_spread_over_the_whole_range() {
        let thrown: Vec<_> = (0..1000).map(|_| chance()).collect();
        assert!(thrown.iter().all(|chance| (0.0..1.0).contains(chance)));
        for part in 0..10 {
            let part = f64::from(part) / 10.0;
            assert!(thrown.iter().any(|chance| (part..part + 0.1).contains(chance)), "{part}");
        }
    }

    #[test]
    fn a_duration_that_is_negative_is_refused() {
        let after = prost_types::Duration { seconds: -1, nanos: 0 };
        assert!(read_retry(Some(v1::Retry { when: Some(When::After(after)) })).is_err());
        assert!(read_retry(Some(v1::Retry { when: None })).is_err());
        assert_eq!(
            read_retry(Some(v1::Retry {
                when: Some(When::After(Duration::ZERO.try_into().unwrap()))
            }))
            .unwrap(),
            Retry::After(Duration::ZERO)
        );
    }
}
