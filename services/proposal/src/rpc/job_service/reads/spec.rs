//! What jobs that look need, read fresh.

use std::time::Duration;

use pullwright_proto::job::{self as v1, fill_delivery_gaps_spec::Hook, job::Spec};
use uuid::Uuid;

use crate::{
    App,
    convert::{job as convert, time},
    domain::job::Read,
    error::Result,
    store::{
        Transaction, apps, delivery_logs,
        jobs::Job,
        leases,
        repositories::{self, Repository},
        watches::{self, Handed},
    },
};

/// Most pull requests that one job looks at.
const MOST_WATCHES: i64 = 1_000;
/// Pull requests that would be due within this part of the pace are looked at together with those that are.
const ALONG: u32 = 2;

const GONE: (&str, &str) =
    ("CONFIG_REPO_NOT_FOUND", "what was to be looked at is not registered any more");

/// Writes leased jobs with what they need. One whose repository or App is gone ends instead.
pub(in crate::rpc::job_service) async fn messages(
    app: &App,
    tx: &Transaction<'_>,
    jobs: Vec<(Job, Read)>,
) -> Result<Vec<v1::Job>> {
    let mut messages = Vec::new();
    for (job, read) in jobs {
        match spec(app, tx, read, job.subject).await? {
            Some(spec) => messages.push(message(job, spec)),
            None => leases::give_up(tx, &job, GONE.0, GONE.1).await?,
        }
    }
    Ok(messages)
}

fn message(job: Job, spec: Spec) -> v1::Job {
    v1::Job {
        id: job.id.to_string(),
        kind: convert::kind(job.kind).into(),
        attempt: job.attempt,
        traceparent: job.traceparent.unwrap_or_default(),
        request_id: job.request_id,
        spec: Some(spec),
    }
}

async fn spec(app: &App, tx: &Transaction<'_>, read: Read, subject: Uuid) -> Result<Option<Spec>> {
    let repository = repositories::get(tx, subject).await?;
    Ok(match (read, repository) {
        (Read::PullRequests, Some(repository)) => {
            let within: Duration = app.settings.schedule.pace.reconcile_every / ALONG;
            let watches = watches::hand_out(tx, subject, within, MOST_WATCHES).await?;
            Some(Spec::ReconcilePullRequests(v1::ReconcilePullRequestsSpec {
                repository: Some(reference(repository)),
                watches: watches.into_iter().map(watch).collect(),
            }))
        }
        (Read::DeliveryGaps, Some(repository)) => {
            let webhook_id = repository.webhook_id;
            let hook = Hook::Repository(reference(repository));
            Some(gaps(tx, subject, hook, webhook_id).await?)
        }
        (Read::DeliveryGaps, None) => match apps::get(tx, subject).await? {
            Some(app) => {
                let app = v1::AppRef { app_id: app.id.to_string(), host: app.host };
                Some(gaps(tx, subject, Hook::App(app), 0).await?)
            }
            None => None,
        },
        (Read::Webhook, Some(repository)) => Some(Spec::RegisterWebhook(v1::RegisterWebhookSpec {
            webhook_id: repository.webhook_id,
            secret_version: repository.secret_version.clone(),
            repository: Some(reference(repository)),
        })),
        (Read::Orphans, Some(repository)) => {
            let mut brands = repositories::brands(tx, subject).await?;
            if !brands.contains(&app.settings.brand) {
                brands.push(app.settings.brand.clone());
            }
            let repository = Some(reference(repository));
            Some(Spec::SweepOrphans(v1::SweepOrphansSpec { repository, brands }))
        }
        (Read::PullRequests | Read::Webhook | Read::Orphans, None) => None,
    })
}

async fn gaps(tx: &Transaction<'_>, owner_id: Uuid, hook: Hook, webhook_id: i64) -> Result<Spec> {
    let progress = delivery_logs::progress(tx, owner_id).await?;
    Ok(Spec::FillDeliveryGaps(v1::FillDeliveryGapsSpec {
        hook: Some(hook),
        webhook_id,
        checked_until: progress.checked_until.map(time::message),
        resume_cursor: progress.resume_cursor,
        resume_newest: progress.resume_newest.map(time::message),
    }))
}

fn reference(repository: Repository) -> v1::RepositoryRef {
    v1::RepositoryRef {
        repository_id: repository.id.to_string(),
        host: repository.host,
        owner: repository.owner,
        name: repository.name,
        github_id: repository.github_id,
    }
}

fn watch(handed: Handed) -> v1::PullRequestWatch {
    v1::PullRequestWatch {
        proposal_id: handed.proposal_id.to_string(),
        generation: handed.generation,
        pull_request: Some(convert::pull_request(&handed.pull)),
        etag: handed.etag,
    }
}
