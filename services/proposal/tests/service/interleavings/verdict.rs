//! What must hold of a proposal, its rows and its GitHub once nothing is to happen any more.

use pullwright_pg::{Client, Queries as _};

use super::{github::State, scene::Scene};
use crate::harness::uuid;

impl Scene<'_> {
    /// What must hold once nothing is to happen any more.
    pub async fn check(&self) {
        const SQL: &str = "
            SELECT proposals.status,
                   proposals.pr_state,
                   proposals.pr_number,
                   proposals.pr_open_error,
                   proposals.superseded_by,
                   proposals.generation,
                   generations.number AS current,
                   generations.pr_number AS known_number,
                   generations.pr_state AS known_state,
                   EXISTS (SELECT FROM live_proposals WHERE proposal_id = proposals.id) AS is_live,
                   ARRAY(
                       SELECT branch
                       FROM generations
                       WHERE proposal_id = proposals.id
                         AND EXISTS (
                             SELECT FROM jobs
                             WHERE subject = proposals.id
                               AND generation = generations.number
                               AND kind IN ('close_pull_request', 'tidy_pull_request')
                               AND outcome = 'failed'
                         )
                   ) AS given_up
            FROM proposals
            LEFT JOIN generations ON generations.proposal_id = proposals.id AND generations.number = proposals.generation
            WHERE proposals.id = $1";
        let db = self.ledger.harness.db().await;
        self.check_totals(&db).await;
        let row = db.query_opt(SQL, &[&uuid(&self.id)]).await.unwrap();
        let Some(row) = row else { return self.check_deleted() };
        let given_up: Vec<String> = row.get("given_up");
        let found = Found {
            status: row.get("status"),
            state: row.get("pr_state"),
            number: row.get("pr_number"),
            error: row.get("pr_open_error"),
            known_number: row.get("known_number"),
            known_state: row.get("known_state"),
            is_live: row.get("is_live"),
        };
        self.check_open(&given_up);
        self.check_unwanted(&found, &given_up);
        for fault in found.faults() {
            self.ledger.fault(format!("{fault}: {found:?}"));
        }
        self.check_merged(&found);
        self.check_agrees(&db).await;
    }

    /// Whatever was told, lost or told twice: once somebody has looked, the ledger says what GitHub says.
    async fn check_agrees(&self, db: &Client) {
        const SQL: &str = "
            SELECT pr_number, pr_state
            FROM generations
            WHERE proposal_id = $1 AND pr_number IS NOT NULL";
        if self.has_rumours {
            return;
        }
        for row in db.query(SQL, &[&uuid(&self.id)]).await.unwrap() {
            let (number, known): (i64, String) = (row.get("pr_number"), row.get("pr_state"));
            let state = self.github().get(number).map(|pull| match pull.state {
                State::Open => "open",
                State::Closed => "closed",
                State::Merged { .. } => "merged",
            });
            if state != Some(&known) {
                self.ledger.fault(format!("#{number} is {state:?} and said to be {known}"));
            }
        }
    }

    /// What is kept of how many proposals there are is what is counted.
    async fn check_totals(&self, db: &Client) {
        const SQL: &str = "
            SELECT status, is_of_study, sum(rows)::bigint AS n
            FROM (
                SELECT status, is_of_study, rows FROM list_totals WHERE list = 'proposals' AND all_of = 7
                UNION ALL
                SELECT status, is_of_study, rows FROM list_total_changes WHERE list = 'proposals'
                UNION ALL
                SELECT status, study_id IS NOT NULL, -1 FROM proposals
            ) AS sides (status, is_of_study, rows)
            GROUP BY status, is_of_study
            HAVING sum(rows) <> 0";
        for row in db.query(SQL, &[]).await.unwrap() {
            self.ledger.fault(format!("a kept total is wrong: {row:?}"));
        }
    }

    fn check_deleted(&self) {
        if !self.github().pulls.is_empty() {
            self.ledger.fault("a proposal was deleted that had a pull request".to_owned());
        }
    }

    /// What could not be closed was told to people: they close it.
    fn check_open(&self, given_up: &[String]) {
        let github = self.github();
        let open: Vec<_> = github
            .pulls
            .iter()
            .filter(|pull| pull.state == State::Open && !given_up.contains(&pull.branch))
            .map(|pull| pull.number)
            .collect();
        drop(github);
        if open.len() > 1 {
            self.ledger.fault(format!("open at once: {open:?}"));
        }
    }

    /// A pull request stays open because its proposal shows it, because a person reopened it, or because somebody was told otherwise.
    fn check_unwanted(&self, found: &Found, given_up: &[String]) {
        if self.has_rumours || found.status == "pending" && found.error.is_some() {
            return;
        }
        let shown = found.number.filter(|_| found.status == "pr_opened");
        let github = self.github();
        let unwanted: Vec<_> = github
            .pulls
            .iter()
            .filter(|pull| pull.state == State::Open && Some(pull.number) != shown)
            .filter(|pull| !pull.was_reopened && !given_up.contains(&pull.branch))
            .map(|pull| pull.number)
            .collect();
        drop(github);
        if !unwanted.is_empty() {
            self.ledger.fault(format!("open, and nobody wants it: {unwanted:?}: {found:?}"));
        }
    }

    fn check_merged(&self, found: &Found) {
        let is_merged = self.github().pulls.iter().any(|pull| {
            matches!(pull.state, State::Merged { .. }) && Some(pull.number) == found.number
        });
        if found.status == "pr_merged" && !is_merged {
            self.ledger.fault(format!("what was not merged is taken for merged: {found:?}"));
        }
    }
}

/// A proposal and its current generation, as they are stored.
#[derive(Debug)]
struct Found {
    status: String,
    state: Option<String>,
    number: Option<i64>,
    error: Option<String>,
    known_number: Option<i64>,
    known_state: Option<String>,
    is_live: bool,
}

impl Found {
    fn faults(&self) -> Vec<&'static str> {
        let mut faults = Vec::new();
        let mut require = |holds: bool, fault| {
            if !holds {
                faults.push(fault)
            }
        };
        let is = |status: &str| self.status == status;
        require(
            self.state.is_none()
                || (&self.state, self.number) == (&self.known_state, self.known_number),
            "the proposal shows another pull request than its generation has",
        );
        require(
            !is("pending") || self.known_number.is_none() || self.error.is_some(),
            "a pull request is known, and its proposal waits for it",
        );
        require(
            !is("rejected") && !is("superseded")
                || self.known_number.is_none()
                || self.state.is_some(),
            "a pull request is known and not shown",
        );
        require(self.is_live == is("pr_merged"), "live is what is merged");
        faults
    }
}
