//! Questions that cost something are answered a few at a time and within a time limit, so that they leave jobs their machine.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use crate::rpc::Error;

/// When to ask again while all places are taken: most answers take less.
const SOON: Duration = Duration::from_secs(5);

/// The places for questions; cheap to clone.
#[derive(Clone)]
pub struct Questions {
    places: Arc<Semaphore>,
    limit: Duration,
}

impl Questions {
    /// Room for so many at the same time, each within `limit`.
    #[must_use]
    pub fn new(places: usize, limit: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), limit }
    }

    /// Answers one, or refuses at once when there is no room: whoever waited could have given up long since.
    pub async fn ask<T>(&self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Ok(_place) = self.places.try_acquire() else {
            return Err(Error::Busy { after: SOON });
        };
        let answered = tokio::time::timeout(self.limit, answer).await;
        answered.unwrap_or(Err(Error::TookTooLong { limit: self.limit }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_room_for_so_many_and_a_place_is_free_again_afterwards() {
        let questions = Questions::new(1, Duration::from_secs(60));
        let inner = questions.clone();
        let second = questions.ask(async { Ok(inner.ask(async { Ok(()) }).await) }).await;
        assert!(matches!(second, Ok(Err(Error::Busy { .. }))));
        assert!(questions.ask(async { Ok(()) }).await.is_ok());
    }

    #[tokio::test]
    async fn an_answer_that_takes_too_long_is_given_up() {
        let questions = Questions::new(1, Duration::from_millis(5));
        let never = questions.ask(std::future::pending::<Result<(), Error>>()).await;
        assert!(matches!(never, Err(Error::TookTooLong { .. })));
        assert!(questions.ask(async { Ok(()) }).await.is_ok());
    }
}
