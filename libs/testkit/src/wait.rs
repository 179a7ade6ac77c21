//! Waiting for a fact instead of sleeping: the fact is polled, and what did not come true in time is named.
//!
//! It does not know what a probe asks; a probe that never returns is cut off at the deadline.

use std::{fmt, time::Duration};

use tokio::time::Instant;

const POLL_EVERY: Duration = Duration::from_millis(10);

/// A claim that had not come true when its time was up.
#[derive(Debug, thiserror::Error)]
#[error("waited {within:?} in vain: {claim}{}", last.as_deref().map(|last| format!(" (last: {last})")).unwrap_or_default())]
pub struct NotInTime {
    /// What was waited for, as the caller put it.
    pub claim: String,
    /// How long it was waited for.
    pub within: Duration,
    /// The last error of the probe, when it was one that can fail.
    pub last: Option<String>,
}

/// What a probe may answer: `bool`, `Option<T>`, or a `Result` of either, whose error means «not yet» and is reported at the end.
pub trait Fact {
    /// What is handed out once the fact holds.
    type Value;

    /// The value when the fact holds, otherwise why not, as far as that is known.
    fn established(self) -> Result<Self::Value, Option<String>>;
}

impl Fact for bool {
    type Value = ();

    fn established(self) -> Result<(), Option<String>> {
        if self { Ok(()) } else { Err(None) }
    }
}

impl<T> Fact for Option<T> {
    type Value = T;

    fn established(self) -> Result<T, Option<String>> {
        self.ok_or(None)
    }
}

impl<F: Fact, E: fmt::Display> Fact for Result<F, E> {
    type Value = F::Value;

    fn established(self) -> Result<F::Value, Option<String>> {
        self.map_err(|error| Some(error.to_string()))?.established()
    }
}

/// Asks `probe` every 10 ms until it answers yes, for at most `within`; hands out what it found.
pub async fn until<P, A>(
    claim: &str,
    within: Duration,
    mut probe: P,
) -> Result<<A::Output as Fact>::Value, NotInTime>
where
    P: FnMut() -> A,
    A: Future<Output: Fact>,
{
    let deadline = Instant::now() + within;
    let mut last = None;
    loop {
        let answer = tokio::time::timeout_at(deadline, probe()).await;
        match answer.map(Fact::established) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(why)) => last = why.or(last),
            Err(_) => {}
        }
        // A probe that answers at once is never cut off, so the deadline is looked at as well.
        if Instant::now() >= deadline {
            return Err(NotInTime { claim: claim.to_owned(), within, last });
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_fact_that_comes_true_is_handed_out() {
        let mut asked = 0;
        let found = until("three questions", Duration::from_secs(5), || {
            asked += 1;
            let now = asked;
            async move { (now == 3).then_some(now) }
        });
        assert_eq!(found.await.unwrap(), 3);
    }

    #[tokio::test]
    async fn what_did_not_come_true_is_named_with_the_last_error() {
        let failed = until("the moon is cheese", SOON, || async { Err::<bool, _>("it is rock") })
            .await
            .unwrap_err();
        let message = failed.to_string();
        assert!(
            message.contains("the moon is cheese") && message.contains("it is rock"),
            "{message}"
        );
    }

    #[tokio::test]
    async fn a_probe_that_hangs_is_cut_off() {
        let failed = until("an answer", SOON, std::future::pending::<bool>).await.unwrap_err();
        assert_eq!(failed.claim, "an answer");
    }
}
