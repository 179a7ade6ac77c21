//! One case: its actors at once on one proposal, then everything that is still to happen, then what must hold.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::join_all;
use pullwright_pg::{Queries as _, Row};
use pullwright_proto::{
    delivery::{DeliveryOutcome, delivery_service_server::DeliveryService as _},
    job::record_progress_request::Progress,
    proposal::{
        self as v1, proposal_service_server::ProposalService as _,
        study_service_server::StudyService as _,
    },
};
use tonic::Request;

use super::{
    github::{Effect, FIRST, Github, News, State},
    ledger::Ledger,
    look, runner,
    script::{Act, Fate, Move, Script},
};
use crate::{harness::uuid, hook::Hook, studies::digest};

/// A runner that sleeps with an effect in its hands, or without.
#[derive(Debug)]
pub struct Sleeper {
    pub token: String,
    pub job_id: String,
    pub effect: Option<Effect>,
}

/// A proposal, its GitHub, and who is about to do something.
pub struct Scene<'a> {
    pub ledger: &'a Ledger,
    pub(super) id: String,
    study: String,
    repository: String,
    github: Mutex<Github>,
    sleepers: Mutex<Vec<Sleeper>>,
    /// Whether somebody was told that something is closed which may be open.
    pub(super) has_rumours: bool,
}

/// Most faults that are told.
const MOST_FAULTS: usize = 8;
/// How often what is to happen may lead to something else that is to happen.
const MOST_ROUNDS: usize = 30;

/// Plays a script; gives what is wrong.
pub async fn play(ledger: &Ledger, name: &str, script: &Script) -> Result<(), String> {
    let (id, study, repository) = ledger.proposal(name, script.has_study).await;
    let scene = Scene {
        ledger,
        id,
        study,
        repository,
        github: Mutex::default(),
        sleepers: Mutex::default(),
        has_rumours: script.moves().any(|one| matches!(one, Move::Rumour { .. })),
    };
    for one in &script.prelude {
        scene.make(*one).await;
    }
    let actors = script.actors.iter().map(async |moves| {
        for one in moves {
            scene.make(*one).await;
        }
    });
    join_all(actors).await;
    scene.drain().await;
    scene.check().await;
    let mut faults = ledger.take_faults();
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() {
        return Ok(());
    }
    // What is left over must not be found by the next case.
    const END: &str =
        "UPDATE jobs SET ended_at = now(), outcome = 'cancelled' WHERE ended_at IS NULL";
    ledger.harness.db().await.execute(END, &[]).await.unwrap();
    let told: Vec<_> = scene.events().await;
    let github = scene.github();
    Err(format!(
        "{}\n  events:\n    {}\n  GitHub: {:#?}",
        faults.join("\n  "),
        told.join("\n    "),
        github.pulls
    ))
}

impl Scene<'_> {
    pub fn github(&self) -> MutexGuard<'_, Github> {
        self.github.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn sleep(&self, sleeper: Sleeper) {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner).push(sleeper);
    }

    async fn make(&self, one: Move) {
        let ledger = self.ledger;
        let proposal_id = self.id.clone();
        match one {
            Move::Open => {
                let request = v1::OpenPullRequestRequest { proposal_id, ..Default::default() };
                let answer = ledger.proposals.open_pull_request(Request::new(request)).await;
                ledger.heard("OpenPullRequest", answer);
            }
            Move::Reject => {
                let request = v1::RejectProposalRequest { proposal_id, ..Default::default() };
                let answer = ledger.proposals.reject_proposal(Request::new(request)).await;
                ledger.heard("RejectProposal", answer);
            }
            Move::Supersede => {
                let request = v1::SupersedeProposalRequest { proposal_id, ..Default::default() };
                let answer = ledger.proposals.supersede_proposal(Request::new(request)).await;
                ledger.heard("SupersedeProposal", answer);
            }
            Move::Reinstate => {
                let request = v1::ReinstateProposalRequest { proposal_id, ..Default::default() };
                let answer = ledger.proposals.reinstate_proposal(Request::new(request)).await;
                ledger.heard("ReinstateProposal", answer);
            }
            Move::Digest { leaves_something } => self.digest(leaves_something).await,
            Move::OnGithub { act, which, ticks, tells } => {
                if let Some(news) = self.on_github(act, which, ticks).filter(|_| tells) {
                    self.deliver(news).await;
                }
            }
            Move::Deliver { which } => {
                let found = {
                    let mut github = self.github();
                    let count = github.news.len().max(1);
                    github.news.get_mut(which % count).map(|news| {
                        news.was_delivered = true;
                        *news
                    })
                };
                if let Some(news) = found {
                    self.deliver(news).await;
                }
            }
            Move::Rumour { act, which, at } => {
                let state = if act == Act::Close { State::Closed } else { State::Open };
                let number = FIRST + i64::try_from(which).unwrap();
                let serial = 1000 + usize::try_from(at).unwrap();
                let was_delivered = true;
                self.deliver(News { number, state, says_when: true, at, serial, was_delivered })
                    .await;
            }
            Move::Work { fate } => {
                runner::work(self, fate).await;
            }
            Move::Look => look::look(self, &self.repository).await,
            Move::Expire => self.sql("UPDATE lanes SET expires_at = now() - interval '1 s' WHERE token IS NOT NULL").await,
            Move::Wait => self.sql("UPDATE jobs SET due_at = now() WHERE ended_at IS NULL AND kind <> 'tidy_pull_request'").await,
        }
    }

    async fn digest(&self, leaves_something: bool) {
        if self.study.is_empty() {
            return;
        }
        let mut digest = digest();
        if !leaves_something {
            digest.recommended_config_json = [("gone".to_owned(), "1".to_owned())].into();
        }
        let request = v1::UpdateDigestRequest {
            study_id: self.study.clone(),
            digest: Some(digest),
            ..Default::default()
        };
        let answer = self.ledger.studies.update_digest(Request::new(request)).await;
        self.ledger.heard("UpdateDigest", answer);
    }

    /// Gives what there is to tell.
    fn on_github(&self, act: Act, which: usize, ticks: bool) -> Option<News> {
        let mut github = self.github();
        if ticks {
            github.tick();
        }
        let count = github.pulls.len().max(1);
        let number = github.pulls.get(which % count)?.number;
        let told = github.news.len();
        match act {
            Act::Close => github.close(number),
            Act::Reopen => github.reopen(number),
            Act::Merge => github.merge(number, true),
            Act::MergeSilently => github.merge(number, false),
        }
        github.news.get(told).copied()
    }

    async fn deliver(&self, news: News) {
        let News { number, state, at, .. } = news;
        let hook = match state {
            State::Open => Hook::reopened(&self.repository, number, at),
            State::Closed => Hook::closed(&self.repository, number, at),
            State::Merged { at: merged_at } => {
                Hook::merged(&self.repository, number, at).with(|event| {
                    event.merged_at = news.says_when.then(|| crate::runner::second(merged_at));
                })
            }
        };
        let hook = hook.with_body(&format!("{news:?} {}", news.serial));
        let answer = self.ledger.deliveries.record_delivery(Request::new(hook.request)).await;
        let outcome = self.ledger.heard("RecordDelivery", answer).map(|answer| answer.outcome());
        if outcome == Some(DeliveryOutcome::Failed) {
            self.ledger.fault(format!("a delivery failed: {news:?}"));
        }
    }

    async fn sql(&self, sql: &str) {
        self.ledger.harness.db().await.execute(sql, &[]).await.unwrap();
    }

    /// Lets everything happen that is still to happen, until nothing is.
    async fn drain(&self) {
        let mut has_looked = false;
        for _ in 0..MOST_ROUNDS {
            self.wake().await;
            let told: Vec<_> = {
                let mut github = self.github();
                let fresh = github.news.iter_mut().filter(|news| !news.was_delivered);
                fresh
                    .map(|news| {
                        news.was_delivered = true;
                        *news
                    })
                    .collect()
            };
            for news in &told {
                self.deliver(*news).await;
            }
            const DUE: &str = "
                WITH over AS (
                    UPDATE lanes
                    SET expires_at = now() - interval '1 s'
                    WHERE token IS NOT NULL
                )
                UPDATE jobs
                SET due_at = now()
                WHERE ended_at IS NULL";
            let live = self.ledger.harness.db().await.execute(DUE, &[]).await.unwrap();
            if live == 0 && told.is_empty() {
                if has_looked && !self.is_disputed().await {
                    return;
                }
                self.make(Move::Look).await;
                has_looked = true;
                continue;
            }
            has_looked = false;
            if live > 0 {
                self.make(Move::Look).await;
                while runner::work(self, Fate::Success).await {}
            }
        }
        self.ledger.fault("there is always something left to do".to_owned());
    }

    /// Whether what was told last contradicts what is known.
    async fn is_disputed(&self) -> bool {
        const SQL: &str = "
            SELECT EXISTS (
                SELECT FROM pull_request_watches
                WHERE proposal_id = $1 AND disputed_at IS NOT NULL
            ) AS is_disputed";
        let db = self.ledger.harness.db().await;
        db.query_one(SQL, &[&uuid(&self.id)]).await.unwrap().get("is_disputed")
    }

    /// Whoever sleeps wakes after its lease, does what it was about to do, and is told that it is too late.
    async fn wake(&self) {
        let sleepers =
            std::mem::take(&mut *self.sleepers.lock().unwrap_or_else(PoisonError::into_inner));
        if sleepers.is_empty() {
            return;
        }
        self.make(Move::Expire).await;
        for (index, sleeper) in sleepers.into_iter().enumerate() {
            if let Some(effect) = &sleeper.effect {
                self.github().apply(effect);
            }
            // Some are never heard of again.
            if index % 2 == 0 {
                let step = Progress::CreatingPullRequest(());
                let heard = runner::record(self, &sleeper.token, &sleeper.job_id, step).await;
                if heard.is_some() {
                    self.ledger
                        .fault("a lease that is over was taken for one that runs".to_owned());
                }
            }
        }
    }

    async fn events(&self) -> Vec<String> {
        const SQL: &str = "SELECT kind, message FROM events WHERE proposal_id = $1 ORDER BY id";
        let rows = self.ledger.harness.db().await.query(SQL, &[&uuid(&self.id)]).await.unwrap();
        let told = |row: &Row| {
            format!("{}: {}", row.get::<_, String>("kind"), row.get::<_, String>("message"))
        };
        rows.iter().map(told).collect()
    }
}
