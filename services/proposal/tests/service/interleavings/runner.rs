//! A runner that does what ours does, in the same order of intents, effects and facts, and ends as it is told to.

use std::{cell::Cell, time::Duration};

use pullwright_proto::job::{
    self as v1, complete_job_request::Outcome, job::Spec, job_service_server::JobService as _,
    record_progress_request::Progress, retry::When,
};
use tonic::Request;

use super::{
    github::{Effect, Pull, State},
    look::reference,
    scene::{Scene, Sleeper},
    script::{Again, Fate},
};
use crate::runner::{ALL, oid};

/// Why an attempt ended before its end.
enum Stop {
    /// Its lease is over, it died, or it sleeps: nothing more is heard of it for now.
    Silent,
    /// It failed, and said so.
    Failed,
}

type Done = Result<Outcome, Stop>;

/// One job in a runner's hands.
struct Attempt<'a> {
    scene: &'a Scene<'a>,
    token: &'a str,
    job_id: &'a str,
    fate: Fate,
    step: Cell<usize>,
}

/// Asks for work and does it; tells whether there was any.
pub async fn work(scene: &Scene<'_>, fate: Fate) -> bool {
    let request = v1::LeaseJobsRequest {
        holder: "runner".to_owned(),
        kinds: ALL.map(Into::into).to_vec(),
        max_jobs: 0,
        wait: None,
    };
    let leased = scene.ledger.jobs.lease_jobs(Request::new(request)).await;
    let lease = scene.ledger.heard("LeaseJobs", leased).and_then(|leased| leased.lease);
    let Some(lease) = lease else { return false };
    for job in &lease.jobs {
        let attempt =
            Attempt { scene, token: &lease.token, job_id: &job.id, fate, step: Cell::new(0) };
        let done = match job.spec.as_ref().unwrap() {
            Spec::OpenPullRequest(spec) => attempt.open(spec).await,
            Spec::ClosePullRequest(spec) => attempt.close(spec).await,
            Spec::TidyPullRequest(spec) => attempt.tidy(spec).await,
            Spec::CommentPullRequest(_)
            | Spec::ReconcilePullRequests(_)
            | Spec::FillDeliveryGaps(_)
            | Spec::RegisterWebhook(_)
            | Spec::SweepOrphans(_) => Ok(abandoned()),
        };
        match done {
            Ok(outcome) => attempt.complete(outcome).await,
            Err(Stop::Failed) => {}
            Err(Stop::Silent) => return true,
        }
    }
    true
}

fn abandoned() -> Outcome {
    Outcome::Abandoned(v1::Abandoned {})
}

impl Attempt<'_> {
    async fn open(&self, spec: &v1::OpenPullRequestSpec) -> Done {
        self.pass(None).await?;
        let known = spec.pull_request.as_ref().and_then(|known| self.get(known.number));
        let pull = match known {
            Some(pull) => pull,
            None => match self.create(spec).await? {
                Some(pull) => pull,
                None => return Ok(abandoned()),
            },
        };
        self.pass(None).await?;
        self.record(Progress::PullRequest(reference(&pull))).await?;
        self.pass(None).await?;
        Ok(Outcome::Opened(v1::PullRequestOpened {
            pull_request: Some(reference(&pull)),
            ..v1::PullRequestOpened::default()
        }))
    }

    async fn create(&self, spec: &v1::OpenPullRequestSpec) -> Result<Option<Pull>, Stop> {
        let branch = &spec.branch;
        let is_ours = !spec.announced.is_empty() && self.scene.github().has_branch(branch);
        if !is_ours {
            let announcement = v1::Announcement { base_oid: oid('a'), head_oid: oid('b') };
            if !self.record(Progress::Announcement(announcement)).await? {
                return Ok(None);
            }
            self.effect(Effect::Push { branch: branch.clone() }).await?;
        }
        let found = self.scene.github().find(branch);
        if found.is_some() {
            return Ok(found);
        }
        if !self.record(Progress::CreatingPullRequest(())).await? {
            return Ok(None);
        }
        self.effect(Effect::Create { branch: branch.clone() }).await?;
        let found = self.scene.github().find(branch);
        if found.is_none() {
            return Err(self.fail(Again::Backoff).await);
        }
        Ok(found)
    }

    async fn close(&self, spec: &v1::ClosePullRequestSpec) -> Done {
        self.pass(None).await?;
        let found = match &spec.pull_request {
            Some(known) => self.get(known.number),
            None => self.scene.github().find(&spec.branch),
        };
        if let Some(pull) = found.as_ref().filter(|pull| pull.state == State::Open) {
            if !self.closing().await? {
                return Ok(abandoned());
            }
            self.effect(Effect::Close { number: pull.number }).await?;
        }
        let deleted = self.delete(&spec.branch).await?;
        let now = found.and_then(|pull| self.get(pull.number));
        Ok(Outcome::Closed(v1::PullRequestClosed {
            pull_request: now.map(|pull| reference(&pull)),
            branch_deleted: deleted,
            branch_kept_reason: String::new(),
        }))
    }

    async fn tidy(&self, spec: &v1::TidyPullRequestSpec) -> Done {
        let recorded = spec.pull_request.as_ref().map(|known| known.number);
        if spec.wanted && recorded.is_none() {
            return Ok(Outcome::Tidied(v1::PullRequestsTidied::default()));
        }
        self.pass(None).await?;
        let (mut closed, mut is_needed) = (vec![], false);
        let open = self.scene.github().open_from(&spec.branch);
        for pull in open {
            if spec.wanted && recorded == Some(pull.number) {
                is_needed = true;
            } else if self.closing().await? {
                self.effect(Effect::Close { number: pull.number }).await?;
                closed.push(pull.number);
            }
        }
        let branch_deleted = !is_needed && self.delete(&spec.branch).await?;
        Ok(Outcome::Tidied(v1::PullRequestsTidied {
            closed_numbers: closed,
            branch_deleted,
            ..v1::PullRequestsTidied::default()
        }))
    }

    async fn delete(&self, branch: &str) -> Result<bool, Stop> {
        if !self.scene.github().has_branch(branch) {
            return Ok(true);
        }
        let wanted = self.closing().await?;
        if wanted {
            self.effect(Effect::DeleteBranch { branch: branch.to_owned() }).await?;
        }
        Ok(wanted)
    }

    fn get(&self, number: i64) -> Option<Pull> {
        self.scene.github().get(number).cloned()
    }

    async fn closing(&self) -> Result<bool, Stop> {
        self.record(Progress::ClosingPullRequest(())).await
    }

    /// Comes to an effect, and has it unless something comes between.
    async fn effect(&self, effect: Effect) -> Result<(), Stop> {
        self.pass(Some(&effect)).await?;
        self.scene.github().apply(&effect);
        self.pass(None).await
    }

    /// Comes to a step, where its fate may wait.
    async fn pass(&self, before: Option<&Effect>) -> Result<(), Stop> {
        let step = self.step.replace(self.step.get() + 1);
        match self.fate {
            Fate::Fail { step: at, retry } if at == step => Err(self.fail(retry).await),
            Fate::Die { step: at } if at == step => Err(Stop::Silent),
            Fate::Sleep { step: at } if at == step => {
                self.scene.sleep(Sleeper {
                    token: self.token.to_owned(),
                    job_id: self.job_id.to_owned(),
                    effect: before.cloned(),
                });
                Err(Stop::Silent)
            }
            _ => Ok(()),
        }
    }

    async fn record(&self, progress: Progress) -> Result<bool, Stop> {
        record(self.scene, self.token, self.job_id, progress).await.ok_or(Stop::Silent)
    }

    async fn complete(&self, outcome: Outcome) {
        let request = v1::CompleteJobRequest {
            job_id: self.job_id.to_owned(),
            token: self.token.to_owned(),
            outcome: Some(outcome),
            steps: vec![],
        };
        let answer = self.scene.ledger.jobs.complete_job(Request::new(request)).await;
        self.scene.ledger.heard("CompleteJob", answer);
    }

    async fn fail(&self, retry: Again) -> Stop {
        let when = match retry {
            Again::Never => When::Never(()),
            Again::After => When::After(Duration::from_secs(3600).try_into().unwrap()),
            Again::Backoff => When::Backoff(()),
        };
        let request = v1::FailJobRequest {
            job_id: self.job_id.to_owned(),
            token: self.token.to_owned(),
            reason: "GITHUB_API_FAILED".to_owned(),
            message: "GitHub said 502".to_owned(),
            retry: Some(v1::Retry { when: Some(when) }),
            steps: vec![],
        };
        let answer = self.scene.ledger.jobs.fail_job(Request::new(request)).await;
        match self.scene.ledger.heard("FailJob", answer) {
            Some(_) => Stop::Failed,
            None => Stop::Silent,
        }
    }
}

/// Tells an intent or a fact; none when nobody listens any more.
pub async fn record(
    scene: &Scene<'_>,
    token: &str,
    job_id: &str,
    progress: Progress,
) -> Option<bool> {
    let request = v1::RecordProgressRequest {
        job_id: job_id.to_owned(),
        token: token.to_owned(),
        progress: Some(progress),
    };
    let answer = scene.ledger.jobs.record_progress(Request::new(request)).await;
    scene.ledger.heard("RecordProgress", answer).map(|answer| answer.wanted)
}
