//! What must hold in the end, held against the forge: states, live pointers, deliveries and the events of transitions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Context as _;
use jiff::Timestamp;
use pullwright_forge::{ControlClient, Pull, PullState};
use pullwright_pg::{Pool, Queries as _};
use uuid::Uuid;

use super::changes::Changes;
use crate::report::Report;

/// A proposal and where its pull request is.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) proposal_id: Uuid,
    pub(super) repository_id: Uuid,
    pub(super) repository: String,
    pub(super) number: u64,
}

/// What GitHub says, once nothing happens there any more.
#[derive(Debug)]
pub(super) struct Truth {
    /// By proposal: the state's name and when it was merged.
    states: HashMap<Uuid, (&'static str, Option<Timestamp>)>,
    /// By repository: the proposal that was merged last, if any was.
    live: HashMap<Uuid, Option<Uuid>>,
    /// The ids of all deliveries that GitHub logs.
    guids: BTreeSet<String>,
}

impl Truth {
    pub(super) async fn learn(forge: &ControlClient, watched: &[Watched]) -> anyhow::Result<Self> {
        let mut pulls: HashMap<(String, u64), Pull> = HashMap::new();
        let mut guids = BTreeSet::new();
        let repositories: BTreeSet<&str> =
            watched.iter().map(|one| one.repository.as_str()).collect();
        for repository in repositories {
            for pull in forge.pulls(repository).await? {
                pulls.insert((repository.to_owned(), pull.number), pull);
            }
            let logged = forge.deliveries(repository).await?.into_iter();
            guids.extend(logged.filter(|one| one.status != "vanished").map(|one| one.guid));
        }
        let mut states = HashMap::new();
        let mut merges: HashMap<Uuid, (Timestamp, Uuid)> = HashMap::new();
        for one in watched {
            let pull =
                pulls.get(&(one.repository.clone(), one.number)).context("a pull request")?;
            let state = match (pull.merged, pull.state) {
                (true, _) => "merged",
                (false, PullState::Open) => "open",
                (false, PullState::Closed) => "closed",
            };
            states.insert(one.proposal_id, (state, pull.merged_at));
            if let Some(at) = pull.merged_at {
                let newest = merges.entry(one.repository_id).or_insert((at, one.proposal_id));
                *newest = (*newest).max((at, one.proposal_id));
            }
        }
        let merged = |id| merges.get(&id).map(|(_, proposal)| *proposal);
        let live = watched.iter().map(|one| (one.repository_id, merged(one.repository_id)));
        let live = live.collect();
        Ok(Self { states, live, guids })
    }

    /// How many deliveries GitHub logs.
    pub(super) fn deliveries(&self) -> usize {
        self.guids.len()
    }
}

/// What the ledger does not have yet; empty when all is as GitHub says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// Proposals that show something else than GitHub, and what.
    pub(super) states: Vec<String>,
    /// Repositories whose live pointer is another one.
    pub(super) live: Vec<String>,
    /// Deliveries that GitHub logs and nobody stored.
    pub(super) deliveries: Vec<String>,
    /// Deliveries that were stored and not applied yet.
    pub(super) unapplied: Vec<String>,
    /// How many deliveries were stored.
    stored: usize,
}

impl Missing {
    /// Whether every proposal agrees with GitHub.
    pub(super) fn agrees(&self) -> bool {
        self.states.is_empty() && self.live.is_empty()
    }

    /// Whether nothing was lost either.
    pub(super) fn is_nothing(&self) -> bool {
        self.agrees() && self.deliveries.is_empty() && self.unapplied.is_empty()
    }

    /// For people.
    pub(super) fn counts(&self) -> String {
        format!(
            "{} states and {} live pointers differ, {} deliveries are missing, {} not applied",
            self.states.len(),
            self.live.len(),
            self.deliveries.len(),
            self.unapplied.len()
        )
    }

    /// Adds what is still missing to the report; `when` says how long it took or was waited.
    pub(super) fn report(&self, report: &mut Report, truth: &Truth, when: &str) {
        let (proposals, merged, logged) = (truth.states.len(), truth.live.len(), truth.guids.len());
        let all = [
            ("every proposal shows what GitHub does", &self.states, proposals, when),
            ("live is what was merged last", &self.live, merged, ""),
            ("every delivery of GitHub's log is stored", &self.deliveries, logged, ""),
            ("every stored delivery is applied", &self.unapplied, self.stored, ""),
        ];
        for (claim, wrong, of, when) in all {
            let right = of.saturating_sub(wrong.len());
            report.check_none(claim, wrong, format!("{right} of {of}{when}"));
        }
    }
}

/// Compares the ledger with what GitHub says.
pub(super) async fn compare(pool: &Pool, truth: &Truth) -> anyhow::Result<Missing> {
    const STATES: &str = "
        SELECT id, pr_state, pr_merged_at, status
        FROM proposals
        WHERE id = ANY($1)";
    const LIVE: &str = "
        SELECT config_repo_id, proposal_id
        FROM live_proposals";
    const DELIVERIES: &str = "
        SELECT guid, outcome
        FROM deliveries";
    let client = pool.client().await?;
    let mut missing = Missing::default();
    let ids: Vec<Uuid> = truth.states.keys().copied().collect();
    for row in client.query(STATES, &[&ids]).await? {
        let id: Uuid = row.get("id");
        let (state, merged_at) = truth.states[&id];
        let shown: (Option<&str>, Option<Timestamp>) =
            (row.get("pr_state"), row.get("pr_merged_at"));
        let status = if state == "merged" { "pr_merged" } else { "pr_opened" };
        if shown != (Some(state), merged_at) || row.get::<_, &str>("status") != status {
            missing.states.push(format!("{id} shows {shown:?}, GitHub ({state}, {merged_at:?})"));
        }
    }
    let live: HashMap<Uuid, Uuid> = client
        .query(LIVE, &[])
        .await?
        .iter()
        .map(|row| (row.get("config_repo_id"), row.get("proposal_id")))
        .collect();
    for (repository, proposal) in &truth.live {
        if live.get(repository) != proposal.as_ref() {
            missing
                .live
                .push(format!("{repository}: {:?}, not {proposal:?}", live.get(repository)));
        }
    }
    let mut stored = BTreeSet::new();
    for row in client.query(DELIVERIES, &[]).await? {
        let (guid, outcome): (String, Option<String>) = (row.get("guid"), row.get("outcome"));
        if !matches!(outcome.as_deref(), Some("applied" | "noop" | "stale" | "ping")) {
            missing.unapplied.push(format!("{guid} is {outcome:?}"));
        }
        stored.insert(guid);
        missing.stored += 1;
    }
    missing.deliveries = truth.guids.difference(&stored).cloned().collect();
    Ok(missing)
}

/// Looks whether anything was applied twice, or was made up: the events of transitions take turns, and there are no more of them than
/// changes on GitHub.
pub(super) async fn transitions(
    pool: &Pool,
    watched: &[Watched],
    changes: &Changes,
    report: &mut Report,
) -> anyhow::Result<()> {
    const SQL: &str = "
        SELECT proposal_id, kind
        FROM events
        WHERE proposal_id = ANY($1)
          AND kind IN ('pull_request_closed', 'pull_request_reopened', 'pull_request_merged', 'merged_after_rejection')
        ORDER BY id";
    let client = pool.client().await?;
    let ids: Vec<Uuid> = watched.iter().map(|one| one.proposal_id).collect();
    let mut seen: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    let mut all = 0;
    for row in client.query(SQL, &[&ids]).await? {
        seen.entry(row.get("proposal_id")).or_default().push(row.get("kind"));
        all += 1;
    }
    let mut wrong = Vec::new();
    for (index, one) in watched.iter().enumerate() {
        let kinds = seen.remove(&one.proposal_id).unwrap_or_default();
        let count = |kind: &str| kinds.iter().filter(|other| *other == kind).count();
        let happened = changes.counted(index);
        let (closed, reopened, merged) = (
            count("pull_request_closed"),
            count("pull_request_reopened"),
            count("pull_request_merged"),
        );
        let takes_turns = kinds.windows(2).all(|two| two[0] != two[1])
            && kinds.first().is_none_or(|first| first != "pull_request_reopened")
            && kinds.iter().rev().skip(1).all(|kind| kind != "pull_request_merged");
        if !takes_turns
            || merged > happened.merged
            || closed > happened.closed
            || reopened > happened.reopened
            || count("merged_after_rejection") > 0
        {
            wrong.push(format!("{}: {kinds:?}, on GitHub {happened:?}", one.proposal_id));
        }
    }
    report.fact("transitions_recorded", all);
    let seen = format!("{all} transitions of {} changes", changes.len());
    report.check_none("nothing is applied twice or made up", &wrong, seen);
    Ok(())
}

/// Counts what came of the deliveries.
pub(super) async fn outcomes(pool: &Pool, report: &mut Report) -> anyhow::Result<()> {
    const SQL: &str = "
        SELECT outcome, count(*) AS rows, count(duplicate_of) AS duplicates
        FROM deliveries
        GROUP BY outcome";
    let mut outcomes = serde_json::Map::new();
    let mut duplicates = 0;
    for row in pool.client().await?.query(SQL, &[]).await? {
        outcomes.insert(row.get("outcome"), row.get::<_, i64>("rows").into());
        duplicates += row.get::<_, i64>("duplicates");
    }
    report.fact("outcomes", outcomes);
    report.fact("duplicates_under_another_id", duplicates);
    Ok(())
}
