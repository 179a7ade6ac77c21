//! Carries a plan out on a stack. Nobody waits for anybody: while PostgreSQL recovers, others die and come back.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use pullwright_harness::{Service, Stack};
use tokio::{task::JoinHandle, time::Instant};

use super::{Done, Plan, Victim, plan::Kill};

/// How often it is looked how far the way is.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// How long one that ended by itself stays so, as with a service manager.
const REVIVED_AFTER: Duration = Duration::from_millis(200);

/// How it goes, for whoever watches.
#[derive(Default)]
pub(crate) struct Course {
    down: Mutex<Vec<&'static str>>,
}

/// One that is down.
struct Down {
    victim: Victim,
    since: Instant,
    until: Instant,
    /// Whether it was killed, and did not end by itself.
    is_killed: bool,
    /// PostgreSQL on its way back.
    starting: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Down {
    fn new(victim: Victim, time: Duration, is_killed: bool) -> Self {
        let since = Instant::now();
        Self { victim, since, until: since + time, is_killed, starting: None }
    }

    /// Starts it when its time has come; says whether it is up.
    async fn is_over(&mut self, stack: &mut Stack) -> anyhow::Result<bool> {
        if self.until > Instant::now() {
            return Ok(false);
        }
        match (self.victim, &mut self.starting) {
            (Victim::Service(service), _) => {
                tokio::task::block_in_place(|| stack.restart(service))?;
                Ok(true)
            }
            (Victim::Postgres, None) => {
                let postgres = stack.postgres.clone();
                self.starting = Some(tokio::spawn(async move {
                    postgres.restart().await.context("start PostgreSQL again")
                }));
                Ok(false)
            }
            (Victim::Postgres, Some(starting)) if starting.is_finished() => {
                starting.await??;
                Ok(true)
            }
            (Victim::Postgres, Some(_)) => Ok(false),
        }
    }
}

impl Course {
    /// Who is down right now.
    pub(crate) fn down(&self) -> Vec<&'static str> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does all of a plan, while `thousandths` tells how far the way is.
    pub(crate) async fn carry_out(
        &self,
        plan: &Plan,
        stack: &mut Stack,
        thousandths: impl Fn() -> usize,
    ) -> anyhow::Result<Vec<Done>> {
        let started = Instant::now();
        let mut planned = plan.0.clone();
        let mut down: Vec<Down> = Vec::new();
        let mut done = Vec::new();
        while !planned.is_empty() || !down.is_empty() {
            let mut still = Vec::new();
            for mut one in std::mem::take(&mut down) {
                if !one.is_over(stack).await? {
                    still.push(one);
                } else if one.is_killed {
                    let (at, down) = (one.since - started, one.since.elapsed());
                    done.push(Done { victim: one.victim, at, down });
                }
            }
            down = still;
            for victim in ended(stack) {
                if !down.iter().any(|one| one.victim == victim) {
                    down.push(Down::new(victim, REVIVED_AFTER, false));
                }
            }
            // Who is down cannot be killed; it is when it is up again.
            let is_due = |kill: &Kill| {
                thousandths() >= kill.after && !down.iter().any(|one| one.victim == kill.victim)
            };
            match planned.iter().position(is_due) {
                Some(place) => {
                    let kill = planned.remove(place);
                    end(kill.victim, stack).await?;
                    down.push(Down::new(kill.victim, kill.down, true));
                }
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
            *self.down.lock().unwrap_or_else(PoisonError::into_inner) =
                down.iter().map(|one| one.victim.name()).collect();
        }
        Ok(done)
    }
}

async fn end(victim: Victim, stack: &mut Stack) -> anyhow::Result<()> {
    match victim {
        Victim::Service(service) => tokio::task::block_in_place(|| stack.crash(service)),
        Victim::Postgres => stack.crash_postgres().await,
    }
}

/// Services that ended by themselves.
fn ended(stack: &Stack) -> Vec<Victim> {
    let has_ended =
        |service: &Service| stack.process(*service).is_some_and(|process| !process.is_running());
    Service::ALL.into_iter().filter(has_ended).map(Victim::Service).collect()
}
