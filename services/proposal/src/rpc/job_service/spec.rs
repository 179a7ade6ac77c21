//! What leased jobs need to be done, read fresh: a fixed number of round trips, however many they are.

use std::collections::HashMap;

use futures::future::try_join_all;
use pullwright_proto::job::{self as v1, job::Spec};
use uuid::Uuid;

use crate::{
    convert::{confidence, job as convert, proposal, study, time},
    domain::{
        Announcement, Detail, Generation, confidence::QueryTexts, generation::Expected, job::Kind,
    },
    error::{Error, Result},
    store::{
        Transaction, details,
        jobs::Job,
        journal,
        leases::Leased,
        studies::{self, PullRequestContext},
    },
};

/// Everything about the proposals of a lease.
struct Known {
    details: HashMap<Uuid, Detail>,
    generations: HashMap<(Uuid, i32), Generation>,
    announced: HashMap<(Uuid, i32), Vec<Announcement>>,
    contexts: HashMap<Uuid, PullRequestContext>,
}

impl Known {
    fn detail(&self, job: &Job) -> Result<&Detail> {
        self.details.get(&job.subject).ok_or(Error::ProposalNotFound(job.subject))
    }
}

/// Writes leased jobs with what they need.
pub(super) async fn messages(
    tx: &Transaction<'_>,
    leased: Vec<Leased>,
    texts: QueryTexts,
) -> Result<Vec<v1::Job>> {
    let jobs = || leased.iter().map(|leased| &leased.job);
    let all: Vec<_> = jobs().map(|job| job.subject).collect();
    let of = |kinds: &[Kind]| -> Vec<_> {
        jobs().filter(|job| kinds.contains(&job.kind)).map(|job| job.subject).collect()
    };
    let described = of(&[Kind::OpenPullRequest, Kind::CommentPullRequest, Kind::TidyPullRequest]);
    let known = read(tx, &all, &described, &of(&[Kind::OpenPullRequest])).await?;
    leased.into_iter().map(|Leased { job, .. }| message(job, &known, texts)).collect()
}

async fn read(
    tx: &Transaction<'_>,
    all: &[Uuid],
    described: &[Uuid],
    to_open: &[Uuid],
) -> Result<Known> {
    let details: HashMap<_, _> = details::get_many(tx, described)
        .await?
        .into_iter()
        .map(|detail| (detail.proposal.id, detail))
        .collect();
    let opened = to_open.iter().filter_map(|id| details.get(id));
    // Asked at once, these travel as one: the connection pipelines them.
    let contexts =
        try_join_all(opened.filter_map(|detail| detail.proposal.study_id).map(async |study_id| {
            let context = studies::context_for_pull_request(tx, study_id).await?;
            Ok::<_, Error>(context.map(|context| (study_id, context)))
        }))
        .await?;
    Ok(Known {
        details,
        generations: journal::generations(tx, all).await?,
        announced: journal::announcements(tx, all).await?,
        contexts: contexts.into_iter().flatten().collect(),
    })
}

fn message(job: Job, known: &Known, texts: QueryTexts) -> Result<v1::Job> {
    let key = (job.subject, job.generation);
    let generation = known
        .generations
        .get(&key)
        .ok_or_else(|| Error::unreadable("jobs.generation", job.generation.to_string()))?;
    let announced = known.announced.get(&key).cloned().unwrap_or_default();
    let announced = announced.into_iter().map(convert::announcement).collect();
    let spec = match job.kind {
        Kind::OpenPullRequest => {
            let detail = known.detail(&job)?.clone();
            let context = detail.proposal.study_id.and_then(|study| known.contexts.get(&study));
            let context = context.cloned();
            Spec::OpenPullRequest(open_pull_request(detail, generation, announced, context, texts))
        }
        Kind::ClosePullRequest => Spec::ClosePullRequest(close(&job, generation, announced)),
        Kind::CommentPullRequest => {
            Spec::CommentPullRequest(comment(&job, generation, announced, known)?)
        }
        Kind::TidyPullRequest => Spec::TidyPullRequest(tidy(&job, generation, announced, known)?),
        Kind::Read(_) => return Err(Error::unreadable("jobs.kind", job.kind.as_str())),
    };
    Ok(v1::Job {
        id: job.id.to_string(),
        kind: convert::kind(job.kind).into(),
        attempt: job.attempt,
        traceparent: job.traceparent.unwrap_or_default(),
        request_id: job.request_id,
        spec: Some(spec),
    })
}

/// What is to be opened.
pub(super) fn open_pull_request(
    detail: Detail,
    generation: &Generation,
    announced: Vec<v1::Announcement>,
    context: Option<PullRequestContext>,
    texts: QueryTexts,
) -> v1::OpenPullRequestSpec {
    let (objective, best_trials, trial_count, confident) = match context {
        Some(PullRequestContext { objective, best_trials, trial_count, evidence }) => {
            let confident = evidence.map(|evidence| evidence.confidence(&objective));
            (Some(objective), best_trials, trial_count, confident)
        }
        None => (None, Vec::new(), 0, None),
    };
    let Expected { base_oid, patch_sha256 } = generation.expected.clone();
    v1::OpenPullRequestSpec {
        proposal: Some(proposal::message(detail)),
        generation: generation.number,
        branch: generation.branch.clone(),
        target: Some(convert::target(&generation.target)),
        identity: Some(convert::identity(generation)),
        committed_at: Some(time::message(generation.started_at)),
        brand: generation.brand.clone(),
        announced,
        pull_request: generation.pull_request.as_ref().map(convert::pull_request),
        objective: objective.map(study::objective),
        best_trials: best_trials.into_iter().map(study::trial).collect(),
        trial_count: i32::try_from(trial_count).unwrap_or(i32::MAX),
        expected_patch_sha256: patch_sha256.unwrap_or_default(),
        expected_base_oid: base_oid.unwrap_or_default(),
        confidence: confident.map(|confident| confidence::message(confident, texts)),
    }
}

fn close(
    job: &Job,
    generation: &Generation,
    announced: Vec<v1::Announcement>,
) -> v1::ClosePullRequestSpec {
    v1::ClosePullRequestSpec {
        proposal_id: job.subject.to_string(),
        generation: job.generation,
        branch: generation.branch.clone(),
        target: Some(convert::target(&generation.target)),
        announced,
        pull_request: generation.pull_request.as_ref().map(convert::pull_request),
        reason: job.reason.clone().unwrap_or_default(),
    }
}

fn comment(
    job: &Job,
    generation: &Generation,
    announced: Vec<v1::Announcement>,
    known: &Known,
) -> Result<v1::CommentPullRequestSpec> {
    Ok(v1::CommentPullRequestSpec {
        proposal: Some(proposal::message(known.detail(job)?.clone())),
        generation: job.generation,
        branch: generation.branch.clone(),
        target: Some(convert::target(&generation.target)),
        announced,
        brand: generation.brand.clone(),
        pull_request: generation.pull_request.as_ref().map(convert::pull_request),
    })
}

fn tidy(
    job: &Job,
    generation: &Generation,
    announced: Vec<v1::Announcement>,
    known: &Known,
) -> Result<v1::TidyPullRequestSpec> {
    let now = known.detail(job)?.proposal.standing();
    Ok(v1::TidyPullRequestSpec {
        proposal_id: job.subject.to_string(),
        generation: job.generation,
        branch: generation.branch.clone(),
        target: Some(convert::target(&generation.target)),
        announced,
        pull_request: generation.pull_request.as_ref().map(convert::pull_request),
        wanted: !Kind::ClosePullRequest.is_wanted(now, job.generation),
    })
}
