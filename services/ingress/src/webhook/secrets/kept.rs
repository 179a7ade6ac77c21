//! What is remembered of hints, which strangers choose: for how long, who makes room, and how often it may be asked again. It asks
//! nobody.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::{Hint, Known, Secret};

/// How long an answer is believed once a signature fitted one of its secrets; a changed secret is forgotten no later than this.
pub(super) const PROVEN_KEPT: Duration = Duration::from_secs(10);
/// How long an answer is believed that nobody has proven, and how old one must be to be asked for again when nothing fits: a
/// repository may be registered, and its secret changed, right after somebody asked, and GitHub sends nothing twice by itself.
pub(super) const KEPT: Duration = Duration::from_millis(250);
/// Most hints that are remembered.
pub(super) const MOST_KEPT: usize = 1024;
/// Most times in a second that the keyring is asked again because nothing fits, whoever sends that.
pub(super) const MOST_AGAIN: u32 = 50;

const SECOND: Duration = Duration::from_secs(1);

/// Lets one at a time ask again about a hint; the others get what it was told.
pub(super) type Turn = Arc<Mutex<()>>;

/// The answers to hints.
pub(super) struct Kept {
    answers: HashMap<Hint, Answer>,
    /// The second that is counted in, and how often it was asked again in it.
    again: (Instant, u32),
}

struct Answer {
    known: Known,
    asked_at: Instant,
    /// Until when it is believed because a signature fitted.
    proven_until: Option<Instant>,
    turn: Turn,
}

impl Answer {
    fn is_fresh(&self, now: Instant) -> bool {
        now < self.asked_at + KEPT
    }

    fn is_believed(&self, now: Instant) -> bool {
        self.is_fresh(now) || self.proven_until.is_some_and(|until| now < until)
    }
}

/// What is remembered when nothing fits.
pub(super) enum Remembered {
    /// Of just now: asking again would tell nothing new.
    Fresh(Known),
    /// Of before, and whose turn it is to ask again.
    Old(Turn),
    /// Nothing any more.
    Nothing,
}

impl Kept {
    pub(super) fn new(now: Instant) -> Self {
        Self { answers: HashMap::new(), again: (now, 0) }
    }

    /// The answer to a hint, as long as it is believed.
    pub(super) fn get(&self, hint: &Hint, now: Instant) -> Option<Known> {
        let answer = self.answers.get(hint)?;
        answer.is_believed(now).then(|| answer.known.clone())
    }

    /// The answer to a hint when none of its secrets fits.
    pub(super) fn look(&self, hint: &Hint, now: Instant) -> Remembered {
        match self.answers.get(hint) {
            Some(answer) if answer.is_fresh(now) => Remembered::Fresh(answer.known.clone()),
            Some(answer) => Remembered::Old(answer.turn.clone()),
            None => Remembered::Nothing,
        }
    }

    /// Remembers an answer of now; proof of the one before lasts as long as it would have.
    pub(super) fn put(&mut self, hint: Hint, known: Known, now: Instant) {
        let before = self.answers.remove(&hint);
        self.make_room(now);
        let proven_until =
            before.as_ref().filter(|_| !known.is_empty()).and_then(|one| one.proven_until);
        let turn = before.map(|one| one.turn).unwrap_or_default();
        self.answers.insert(hint, Answer { known, asked_at: now, proven_until, turn });
    }

    /// Believes the answer to a hint for longer if one of its secrets is one that a signature fitted.
    pub(super) fn prove(&mut self, hint: &Hint, fitted: impl Fn(&Secret) -> bool) {
        let Some(answer) = self.answers.get_mut(hint) else { return };
        let until = answer.asked_at + PROVEN_KEPT;
        if answer.proven_until != Some(until) && answer.known.iter().any(|one| fitted(one)) {
            answer.proven_until = Some(until);
        }
    }

    /// Whether the keyring may be asked once more because nothing fits; counts it.
    pub(super) fn may_ask_again(&mut self, now: Instant) -> bool {
        if now.duration_since(self.again.0) >= SECOND {
            self.again = (now, 0);
        }
        self.again.1 += 1;
        self.again.1 <= MOST_AGAIN
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.answers.len()
    }

    /// What is not believed any more goes first, then what nobody has proven, then the oldest.
    fn make_room(&mut self, now: Instant) {
        if self.answers.len() < MOST_KEPT {
            return;
        }
        self.answers.retain(|_, answer| answer.is_believed(now));
        if self.answers.len() < MOST_KEPT {
            return;
        }
        let worth = |answer: &Answer| (answer.proven_until, answer.asked_at);
        let least = self.answers.iter().min_by_key(|(_, answer)| worth(answer));
        if let Some(hint) = least.map(|(hint, _)| hint.clone()) {
            self.answers.remove(&hint);
        }
    }
}
