//! Proposals in all their standings, built step by step.

use super::super::*;
use crate::domain::proposal::{Cluster, Template};

pub(super) const NOW: &str = "2026-01-02T03:04:05Z";
pub(super) const THIS: Uuid = Uuid::from_u128(1);
pub(super) const OTHER: Uuid = Uuid::from_u128(2);

pub(super) fn this_moment() -> Timestamp {
    NOW.parse().unwrap()
}

/// So many seconds from now.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(this_moment().as_second() + seconds).unwrap()
}

/// A proposal that was made ten minutes ago and never opened.
pub(super) fn facts() -> Facts {
    let proposal = Proposal {
        id: THIS,
        study_id: None,
        study_trial_id: None,
        cluster: Cluster {
            id: Uuid::nil(),
            name: "products".into(),
            engine_type: "solr".into(),
            environment: "prod".into(),
        },
        template: Template {
            id: Uuid::nil(),
            name: "search".into(),
            version: 1,
            engine_type: "solr".into(),
        },
        config_repo_id: None,
        config_diff_sha256: vec![],
        metric_delta: None,
        status: Status::Pending,
        generation: 0,
        pr_state: None,
        pr_url: None,
        pr_number: None,
        pr_merged_at: None,
        pr_updated_at: None,
        pr_open_error: None,
        rejected_reason: None,
        superseded_by: None,
        created_at: at(-600),
    };
    Facts {
        now: this_moment(),
        proposal,
        has_changes: true,
        obstacle: None,
        repository: None,
        branch: None,
        has_open_pull_request: false,
        live: None,
        watch: None,
        work: vec![],
        told: vec![],
    }
}

impl Facts {
    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn told(self, kind: &str, seconds: i64, said: &[(&str, &str)]) -> Self {
        self.with(|facts| {
            let actor = if kind.starts_with("proposal_") { "olga" } else { "runner" };
            facts.told.push(Told {
                id: i64::try_from(facts.told.len()).unwrap() + 1,
                kind: kind.to_owned(),
                actor: actor.to_owned(),
                facts: said.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
                at: at(seconds),
            });
        })
    }

    pub(super) fn failed(
        self,
        kind: &str,
        job: Kind,
        attempt: &str,
        reason: &str,
        message: &str,
    ) -> Self {
        let said =
            [("job", job.as_str()), ("attempt", attempt), ("reason", reason), ("message", message)];
        self.told(kind, -5, &said)
    }

    pub(super) fn job(self, kind: Kind, state: WorkState, change: impl FnOnce(&mut Work)) -> Self {
        self.with(|facts| {
            let due_at = if state == WorkState::Waiting { at(12) } else { at(-3) };
            let mut work = Work {
                kind,
                generation: 1,
                state,
                due_at,
                attempt: 1,
                last_problem: None,
                jobs_ahead: 0,
                lane_holder: None,
                lease_ended_at: None,
            };
            change(&mut work);
            facts.work.push(work);
        })
    }

    /// It was asked for.
    pub(super) fn asked(self) -> Self {
        self.told("open_requested", -20, &[]).with(|facts| {
            facts.proposal.generation = 1;
            facts.repository = Some("acme/config".into());
            facts.branch = Some("pullwright/proposal-1".into());
        })
    }

    /// It was given up.
    pub(super) fn hopeless(self, attempt: &str, code: &str, message: &str) -> Self {
        self.asked()
            .failed("open_failed", Kind::OpenPullRequest, attempt, code, message)
            .with(|facts| facts.proposal.pr_open_error = Some(format!("{code}: {message}")))
    }

    /// It has a pull request.
    pub(super) fn opened(self) -> Self {
        let announced = self.asked().told("pushing", -7_202, &[("head_oid", &"b".repeat(40))]);
        let recorded = announced.told("pull_request_recorded", -7_201, &[("number", "7")]);
        recorded.told("pull_request_opened", -7_200, &[("adopted", "false")]).with(|facts| {
            facts.has_open_pull_request = true;
            let proposal = &mut facts.proposal;
            proposal.status = Status::PrOpened;
            proposal.pr_state = Some(PullRequestState::Open);
            proposal.pr_number = Some(7);
            proposal.pr_url = Some("https://github.com/acme/config/pull/7".into());
        })
    }

    pub(super) fn closed(self) -> Self {
        self.with(|facts| {
            facts.has_open_pull_request = false;
            facts.proposal.pr_state = Some(PullRequestState::Closed);
        })
    }

    pub(super) fn reopened(self) -> Self {
        self.told("pull_request_reopened", -2, &[]).with(|facts| {
            facts.has_open_pull_request = true;
            facts.proposal.pr_state = Some(PullRequestState::Open);
        })
    }

    pub(super) fn merged(self, live: Option<(Uuid, Timestamp)>) -> Self {
        self.opened().with(|facts| {
            facts.has_open_pull_request = false;
            facts.proposal.status = Status::PrMerged;
            facts.proposal.pr_state = Some(PullRequestState::Merged);
            facts.proposal.pr_merged_at = Some(at(-60));
            facts.live = live;
        })
    }

    pub(super) fn rejected(self) -> Self {
        self.told("proposal_rejected", -30, &[]).with(|facts| {
            facts.proposal.status = Status::Rejected;
            facts.proposal.rejected_reason = Some("too\nrisky".into());
        })
    }

    pub(super) fn superseded(self, by: Option<Uuid>) -> Self {
        self.told("proposal_superseded", -30, &[]).with(|facts| {
            facts.proposal.status = Status::Superseded;
            facts.proposal.superseded_by = by;
        })
    }
}

pub(super) fn running() -> WorkState {
    WorkState::Running { holder: "runner-1".into(), heard_at: at(-2), expires_at: at(28) }
}

pub(super) fn queued() -> WorkState {
    WorkState::Queued { is_lost: false }
}

pub(super) fn problem(reason: &str, message: &str) -> impl FnOnce(&mut Work) {
    let problem = Some((reason.to_owned(), message.to_owned()));
    move |work| work.last_problem = problem
}

pub(super) fn nothing(_: &mut Work) {}
