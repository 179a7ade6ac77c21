//! Reads the log of what a hook was sent and has GitHub send again what never came. GitHub sends nothing again by itself, and forgets
//! after three days.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use pullwright_github::{Deliveries, Delivery, GithubError, Page};
use pullwright_proto::job::{
    AppRef, DeliveryGapsFilled, FillDeliveryGapsSpec, LoggedDelivery,
    complete_job_request::Outcome, fill_delivery_gaps_spec::Hook,
};
use pullwright_types::Malformed;

use super::{
    Reading, failure,
    site::{self, Site},
};
use crate::error::JobError;

/// The log is not strict about order and not at once complete: so much is read once more.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// How long GitHub keeps the log.
const KEPT: SignedDuration = SignedDuration::from_hours(72);
/// Most pages of a hundred that one run reads.
const MOST_PAGES: usize = 30;
/// A run that lasts longer ends where it is, and the next one goes on there: others wait for the slot.
const MOST_TIME: Duration = Duration::from_secs(30);
/// So often in a row GitHub may break at a request to deliver again.
const PATIENCE: usize = 3;

/// Reads the log from where the last run stopped, the newest first, to where all was read before.
pub(super) async fn run(
    reading: &Reading<'_>,
    spec: &FillDeliveryGapsSpec,
) -> Result<Outcome, JobError> {
    let mut run = Run::new(reading, spec);
    let ended = match &spec.hook {
        Some(Hook::Repository(repository)) => {
            of_repository(&mut run, reading, Some(repository), spec.webhook_id).await
        }
        Some(Hook::App(app)) => of_app(&mut run, reading, app).await,
        None => Err(JobError::Spec { field: "hook", source: Malformed { rule: "is missing" } }),
    };
    if let Err(error) = ended {
        run.filled.failure = Some(failure::told(reading.app, error)?);
    }
    Ok(Outcome::GapsFilled(run.filled))
}

async fn of_repository(
    run: &mut Run<'_>,
    reading: &Reading<'_>,
    repository: Option<&pullwright_proto::job::RepositoryRef>,
    webhook_id: i64,
) -> Result<(), JobError> {
    let mut site = Site::find(reading, repository).await?;
    // A repository that was renamed is asked under its new name, since nothing but a read is sent on by GitHub.
    let first = run.first(&site.api(reading.app).deliveries(webhook_id)).await;
    run.filled.hook_not_found = matches!(
        &first,
        Err(JobError::Github(GithubError::NotFound { .. } | GithubError::Gone { .. }))
    );
    let first = first?;
    site.settle(reading, None).await?;
    run.read(&site.api(reading.app).deliveries(webhook_id), first).await
}

async fn of_app(run: &mut Run<'_>, reading: &Reading<'_>, app: &AppRef) -> Result<(), JobError> {
    let host = site::host(reading.app, &app.host)?;
    let minted = reading.app.keyring.app_token(&app.app_id);
    let token = reading.steps.time("mint_app_token", minted).await?;
    let log = reading.app.github.app_deliveries(&host, &token);
    let first = run.first(&log).await?;
    run.read(&log, first).await
}

/// One run through a log.
struct Run<'a> {
    reading: &'a Reading<'a>,
    /// Older ones were read before, or are gone.
    floor: Timestamp,
    began: Instant,
    began_at: Timestamp,
    /// Where the page begins that is being read.
    cursor: Option<String>,
    newest: Option<Timestamp>,
    last_asked: Option<Instant>,
    filled: DeliveryGapsFilled,
}

impl<'a> Run<'a> {
    fn new(reading: &'a Reading<'a>, spec: &FillDeliveryGapsSpec) -> Self {
        let now = reading.app.clock.now();
        let back = |time: Timestamp, by| time.checked_sub(by).unwrap_or(Timestamp::MIN);
        let oldest = back(now, KEPT);
        let checked = spec.checked_until.and_then(time).map(|until| back(until, OVERLAP));
        let newest = spec.resume_newest.and_then(time);
        let cursor = Some(&spec.resume_cursor).filter(|text| !text.is_empty() && newest.is_some());
        let mut run = Self {
            reading,
            floor: checked.map_or(oldest, |checked| checked.max(oldest)),
            began: Instant::now(),
            began_at: now,
            newest: cursor.and(newest),
            cursor: cursor.cloned(),
            last_asked: None,
            filled: DeliveryGapsFilled::default(),
        };
        run.stop_here();
        run
    }

    /// The first page. A cursor that GitHub does not take any more is given up: the log is read from its beginning.
    async fn first(&mut self, log: &Deliveries<'_>) -> Result<Page, JobError> {
        match self.page(log).await {
            Err(
                error @ (GithubError::Validation { .. }
                | GithubError::NotFound { .. }
                | GithubError::Unexpected { .. }),
            ) if self.cursor.is_some() => {
                tracing::warn!(error = %error, "the log is read from its beginning");
                (self.cursor, self.newest) = (None, None);
                self.stop_here();
                Ok(self.page(log).await?)
            }
            page => Ok(page?),
        }
    }

    async fn page(&self, log: &Deliveries<'_>) -> Result<Page, GithubError> {
        self.reading.steps.time("list_deliveries", log.page(self.cursor.as_deref())).await
    }

    /// Works through the pages from this one.
    async fn read(&mut self, log: &Deliveries<'_>, first: Page) -> Result<(), JobError> {
        let mut page = first;
        for pages in 1.. {
            self.newest = self.newest.max(page.deliveries.iter().map(|one| one.delivered_at).max());
            self.filled.listed += i32::try_from(page.deliveries.len()).unwrap_or_default();
            // What stops here, stops before this page: it is looked at again.
            self.stop_here();
            let is_through = self.fill(log, &page).await?;
            if !is_through {
                return Ok(());
            }
            let is_old = |one: &Delivery| one.delivered_at < self.floor;
            let next = page.next_cursor.filter(|_| !page.deliveries.iter().all(is_old));
            let Some(next) = next else {
                self.filled.checked_until = Some(timestamp(self.newest.unwrap_or(self.began_at)));
                self.filled.resume_cursor.clear();
                self.filled.resume_newest = None;
                return Ok(());
            };
            self.cursor = Some(next);
            if pages == MOST_PAGES || self.is_over() {
                self.stop_here();
                return Ok(());
            }
            self.reading.go_on()?;
            page = self.page(log).await?;
        }
        Ok(())
    }

    /// Asks for what is missing of a page; says whether there was time for all.
    async fn fill(&mut self, log: &Deliveries<'_>, page: &Page) -> Result<bool, JobError> {
        let recent = page.deliveries.iter().filter(|one| one.delivered_at >= self.floor);
        let logged: Vec<LoggedDelivery> = recent.map(logged).collect();
        if logged.is_empty() {
            return Ok(true);
        }
        let Reading { look, lease, job_id } = self.reading;
        let checked = look.app.ledger.check_deliveries(job_id, &lease.token, logged);
        let attempts = look.steps.time("check_deliveries", checked).await?;
        let mut broken = 0;
        for id in attempts {
            let Some(delivery) = page.deliveries.iter().find(|one| one.id == id) else { continue };
            if self.is_over() {
                return Ok(false);
            }
            self.pace().await?;
            match look.steps.time("redeliver", log.redeliver(id)).await {
                Ok(()) => {
                    broken = 0;
                    self.filled.asked_delivery_ids.push(delivery.guid.clone());
                }
                Err(error) if is_refusal(&error) => {
                    tracing::warn!(github.delivery_id = delivery.guid, error = %error, "GitHub refused to deliver again");
                    self.filled.refused_delivery_ids.push(delivery.guid.clone());
                    self.filled.refusal = Some(failure::of(look.app, &error.into()));
                }
                Err(error) if is_of_one(&error) && broken + 1 < PATIENCE => {
                    broken += 1;
                    tracing::warn!(github.delivery_id = delivery.guid, error = %error, "GitHub did not take the request to deliver again");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// Waits until the next request to deliver again may go out.
    async fn pace(&mut self) -> Result<(), JobError> {
        let pace = self.reading.app.settings.redelivery_pace;
        let due =
            self.last_asked.map(|last| (last + pace).saturating_duration_since(Instant::now()));
        if let Some(due) = due {
            self.reading.wait(due).await?;
        }
        self.reading.ensure().await?;
        self.last_asked = Some(Instant::now());
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.began.elapsed() >= MOST_TIME
    }

    /// The next run begins with the page at the cursor; at the log's beginning there is nothing to go on from.
    fn stop_here(&mut self) {
        self.filled.resume_cursor = self.cursor.clone().unwrap_or_default();
        self.filled.resume_newest = self.cursor.as_ref().and(self.newest).map(timestamp);
    }
}

/// Whether GitHub said that this one attempt is not to be had any more, such as one that is too old.
fn is_refusal(error: &GithubError) -> bool {
    matches!(
        error,
        GithubError::NotFound { .. } | GithubError::Gone { .. } | GithubError::Validation { .. }
    )
}

/// Whether GitHub broke at this one attempt.
fn is_of_one(error: &GithubError) -> bool {
    matches!(
        error,
        GithubError::Unexpected { .. }
            | GithubError::Server { .. }
            | GithubError::Timeout { .. }
            | GithubError::Malformed { .. }
    )
}

fn logged(delivery: &Delivery) -> LoggedDelivery {
    LoggedDelivery {
        attempt_id: delivery.id,
        delivery_id: delivery.guid.clone(),
        event: delivery.event.clone(),
        action: delivery.action.clone(),
        delivered_at: Some(timestamp(delivery.delivered_at)),
        status_code: delivery.status_code,
    }
}

fn time(given: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(given.seconds, given.nanos).ok()
}

fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}
