//! Many proposals with pull requests at once, written as rows.

use pullwright_pg::Queries as _;
use uuid::Uuid;

use crate::{
    harness::{Harness, uuid},
    runner::second,
};

/// Where a proposal and the pull requests of its generations stand.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The proposal's status.
    pub status: &'static str,
    /// The generations' pull requests, `open`, `closed` or `merged`, the current one last, all as of second 3.
    pub pulls: &'static [&'static str],
    /// Whether the proposal's row shows the last one.
    pub is_shown: bool,
}

/// Proposals beside each other in one repository.
pub struct Crowd {
    /// The repository's id.
    pub repository: String,
    /// The proposals' ids, in order.
    pub ids: Vec<Uuid>,
}

impl Crowd {
    /// Proposals of a cluster of this name; the generations of the n-th have the pull requests 10 n + 1, 10 n + 2 and so on.
    pub async fn of(ledger: &Harness, cluster: &str, members: &[Member]) -> Self {
        const PROPOSALS: &str = "
            INSERT INTO proposals (id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                                   template_version, template_engine_type, config_repo_id, config_diff_sha256, status, generation,
                                   pr_state, pr_url, pr_number, pr_updated_at, pr_merged_at)
            SELECT given.id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                   template_version, template_engine_type, config_repo_id, config_diff_sha256, given.status, given.generation,
                   given.pr_state, 'https://github.com/' || given.pr_number, given.pr_number,
                   CASE WHEN given.pr_number IS NOT NULL THEN $7::timestamptz END,
                   CASE WHEN given.pr_state = 'merged' THEN $7::timestamptz END
            FROM proposals,
                 unnest($2::uuid[], $3::text[], $4::integer[], $5::text[], $6::bigint[]) AS given (id, status, generation, pr_state, pr_number)
            WHERE proposals.id = $1";
        const GENERATIONS: &str = "
            INSERT INTO generations (proposal_id, number, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
                                     config_diff_sha256, author_name, author_email, brand, branch, started_at,
                                     pr_number, pr_url, pr_state, pr_updated_at, pr_merged_at)
            SELECT given.id, given.number, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
                   config_diff_sha256, author_name, author_email, brand, given.id || '/' || given.number, started_at,
                   given.pr_number, 'https://github.com/' || given.pr_number, given.pr_state, $6::timestamptz,
                   CASE WHEN given.pr_state = 'merged' THEN $6::timestamptz END
            FROM generations,
                 unnest($2::uuid[], $3::integer[], $4::bigint[], $5::text[]) AS given (id, number, pr_number, pr_state)
            WHERE generations.proposal_id = $1";
        let cluster = match cluster {
            "products" => ledger.cluster.clone(),
            name => ledger.registry.wired_cluster(name),
        };
        let request = pullwright_proto::proposal::CreateProposalRequest {
            cluster_id: cluster.clone(),
            ..ledger.manual_request()
        };
        let first = ledger.create(request).await.unwrap().id;
        ledger.open(&first).await.unwrap();
        let stamp: jiff::Timestamp = jiff::Timestamp::from_second(second(3).seconds).unwrap();
        let ids: Vec<_> = members.iter().map(|_| Uuid::now_v7()).collect();
        let number = |n: usize, generation: usize| i64::try_from(10 * n + generation).unwrap();
        let shown = |n: usize| {
            let pulls = members[n].pulls;
            members[n].is_shown.then(|| (pulls[pulls.len() - 1], number(n, pulls.len())))
        };
        let all = 0..members.len();
        let statuses: Vec<_> = members.iter().map(|member| member.status).collect();
        let current: Vec<_> =
            members.iter().map(|member| i32::try_from(member.pulls.len()).unwrap()).collect();
        let states: Vec<_> = all.clone().map(|n| shown(n).map(|shown| shown.0)).collect();
        let numbers: Vec<_> = all.clone().map(|n| shown(n).map(|shown| shown.1)).collect();
        let db = ledger.db().await;
        db.execute(
            PROPOSALS,
            &[&uuid(&first), &ids, &statuses, &current, &states, &numbers, &stamp],
        )
        .await
        .unwrap();
        let pulls: Vec<_> = all
            .flat_map(|n| {
                members[n].pulls.iter().enumerate().map(move |(g, state)| (n, g + 1, *state))
            })
            .collect();
        let owners: Vec<_> = pulls.iter().map(|(n, ..)| ids[*n]).collect();
        let generations: Vec<_> =
            pulls.iter().map(|(_, g, _)| i32::try_from(*g).unwrap()).collect();
        let numbers: Vec<_> = pulls.iter().map(|(n, g, _)| number(*n, *g)).collect();
        let states: Vec<_> = pulls.iter().map(|(.., state)| *state).collect();
        db.execute(GENERATIONS, &[&uuid(&first), &owners, &generations, &numbers, &states, &stamp])
            .await
            .unwrap();
        Self { repository: ledger.registry.repository_of(&cluster), ids }
    }
}

/// A proposal whose one pull request is open.
pub const OPEN: Member = Member { status: "pr_opened", pulls: &["open"], is_shown: true };
