//! Kills processes as a crash would, and starts them again a while later, as planned.

use std::time::Duration;

use pullwright_harness::{Service, Stack};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::dice::Dice;

/// How finely the way is divided.
const THOUSAND: usize = 1_000;
/// How often it is looked how far the way is.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// How long one that ended by itself stays so, as with a service manager.
const REVIVED_AFTER: Duration = Duration::from_millis(200);

/// What can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Victim {
    /// A service of ours.
    Service(Service),
    /// The database of both cores.
    Postgres,
}

impl Victim {
    fn name(self) -> &'static str {
        match self {
            Self::Service(service) => service.name(),
            Self::Postgres => "postgres",
        }
    }

    /// The shortest and the longest time until it is started again, milliseconds; PostgreSQL needs seconds to recover beside it.
    fn down_ms(self) -> (usize, usize) {
        match self {
            Self::Service(_) => (100, 1_500),
            Self::Postgres => (0, 200),
        }
    }

    async fn kill(self, stack: &mut Stack) -> anyhow::Result<()> {
        match self {
            Self::Service(service) => tokio::task::block_in_place(|| stack.crash(service)),
            Self::Postgres => stack.crash_postgres().await,
        }
    }

    async fn restart(self, stack: &mut Stack) -> anyhow::Result<()> {
        match self {
            Self::Service(service) => tokio::task::block_in_place(|| stack.restart(service)),
            Self::Postgres => stack.restart_postgres().await,
        }
    }
}

/// One death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kill {
    victim: Victim,
    /// After so many thousandths of the way.
    after: usize,
    /// How long it is down.
    down: Duration,
}

/// Who is killed when, the first at first. When is a share of the way, so that a slow machine is not spared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan(Vec<Kill>);

/// What was done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    at: Duration,
    victim: Victim,
    /// Until it was started, or until PostgreSQL took connections again.
    down: Duration,
}

/// One that is down.
struct Down {
    victim: Victim,
    since: Instant,
    until: Instant,
    /// Whether it was killed, and did not end by itself.
    is_killed: bool,
}

impl Plan {
    /// Each of these is killed so often, spread over the whole way; several may be down at the same time.
    pub(crate) fn new(dice: &mut Dice, victims: &[Victim], kills: usize) -> Self {
        let span = THOUSAND / kills.max(1);
        let mut plan = Vec::new();
        for victim in victims {
            for kill in 0..kills {
                let (shortest, longest) = victim.down_ms();
                let down = shortest + dice.below(longest - shortest);
                plan.push(Kill {
                    victim: *victim,
                    after: span * kill + dice.below(span),
                    down: Duration::from_millis(u64::try_from(down).unwrap_or(u64::MAX)),
                });
            }
        }
        plan.sort_by_key(|kill| kill.after);
        Self(plan)
    }

    /// Does all of it, while `thousandths` tells how far the way is.
    pub(crate) async fn carry_out(
        &self,
        stack: &mut Stack,
        thousandths: impl Fn() -> usize,
    ) -> anyhow::Result<Vec<Done>> {
        let started = Instant::now();
        let mut planned = self.0.iter().peekable();
        let mut down: Vec<Down> = Vec::new();
        let mut done = Vec::new();
        while planned.peek().is_some() || !down.is_empty() {
            let now = Instant::now();
            while let Some(place) = down.iter().position(|one| one.until <= now) {
                let Down { victim, since, is_killed, .. } = down.swap_remove(place);
                victim.restart(stack).await?;
                if is_killed {
                    done.push(Done { at: since - started, victim, down: since.elapsed() });
                }
            }
            let ended = ended(stack);
            let is_new = |victim: &Victim| !down.iter().any(|one| one.victim == *victim);
            let new: Vec<_> = ended.into_iter().filter(is_new).collect();
            let revived =
                |victim| Down { victim, since: now, until: now + REVIVED_AFTER, is_killed: false };
            down.extend(new.into_iter().map(revived));
            // Who is down cannot be killed; it is when it is up again.
            let is_due = |kill: &&Kill| {
                thousandths() >= kill.after && !down.iter().any(|one| one.victim == kill.victim)
            };
            if let Some(kill) = planned.next_if(is_due) {
                let Kill { victim, down: time, .. } = *kill;
                victim.kill(stack).await?;
                let since = Instant::now();
                down.push(Down { victim, since, until: since + time, is_killed: true });
            } else {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        Ok(done)
    }
}

/// Services that ended by themselves, as one does that is started while its database is away.
fn ended(stack: &Stack) -> Vec<Victim> {
    let has_ended =
        |service: &Service| stack.process(*service).is_some_and(|process| !process.is_running());
    Service::ALL.into_iter().filter(has_ended).map(Victim::Service).collect()
}

/// Waits until all are ready, and starts again who ended by itself, as a service manager does.
pub(crate) async fn calm_down(stack: &mut Stack) -> anyhow::Result<()> {
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        for victim in ended(stack) {
            victim.restart(stack).await?;
        }
        if stack.wait_until_ready().await.is_ok() {
            return Ok(());
        }
    }
    stack.wait_until_ready().await
}

/// For the report.
pub(crate) fn json(done: &[Done]) -> Value {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    done.iter()
        .map(|one| {
            json!({"at_ms": milliseconds(one.at), "killed": one.victim.name(), "down_ms": milliseconds(one.down)})
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VICTIMS: [Victim; 2] = [Victim::Service(Service::Ingress), Victim::Postgres];

    #[test]
    fn each_is_killed_as_often_as_asked_and_in_every_part_of_the_way() {
        for seed in 0..50 {
            let plan = Plan::new(&mut Dice::new(seed, 1), &VICTIMS, 4);
            for victim in VICTIMS {
                let parts: Vec<_> = plan
                    .0
                    .iter()
                    .filter(|kill| kill.victim == victim)
                    .map(|kill| kill.after / 250)
                    .collect();
                assert_eq!(parts, [0, 1, 2, 3], "seed {seed}");
            }
        }
    }

    #[test]
    fn one_seed_gives_one_plan() {
        let plan = |seed| Plan::new(&mut Dice::new(seed, 1), &VICTIMS, 3);
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }
}
