//! A ledger with many proposals in all states, some of studies, written beside the calls.

use jiff::Timestamp;
use pullwright_pg::Queries as _;
use uuid::Uuid;

use crate::harness::Harness;

/// Ids in no order, seven points in time, three clusters, two templates and two config repositories.
const STUDIES: &str = "
    INSERT INTO studies (id, name, cluster_id, template_id, objective_metric, objective_direction, status, created_at)
    SELECT md5('s' || n)::uuid, 'study ' || n % 4, md5('c' || n % 3)::uuid, md5('t' || n % 2)::uuid, 'ndcg', 'maximize',
           (ARRAY['completed', 'running', 'failed'])[1 + n % 3], '2026-01-01'::timestamptz + n % 7 * interval '1.000001 s'
    FROM generate_series($1::int, $2::int) AS n";
const PARENTS: &str = "
    UPDATE studies
    SET parent_study_id = md5('s1')::uuid
    WHERE name = 'study 3'";
const PROPOSALS: &str = "
    INSERT INTO proposals (id, study_id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                           template_version, template_engine_type, config_repo_id, config_diff_sha256, status, pr_state, pr_url,
                           pr_merged_at, created_at)
    SELECT md5('p' || n)::uuid, CASE WHEN n % 2 = 0 THEN md5('s' || n)::uuid END, md5('c' || n % 3)::uuid, 'c', 'solr', 'dev',
           md5('t' || n % 2)::uuid, 't', 1, 'solr', CASE WHEN n % 3 > 0 THEN md5('r' || n % 3)::uuid END, '', status, pr_state,
           CASE WHEN pr_state IS NOT NULL THEN 'https://github.com/a/b/pull/' || n END,
           CASE WHEN pr_state = 'merged' THEN now() END, '2026-01-01'::timestamptz + n % 7 * interval '1.000001 s'
    FROM generate_series($1::int, $2::int) AS n,
         LATERAL (SELECT (ARRAY['pending', 'pr_opened', 'pr_opened', 'pr_merged', 'rejected', 'superseded', 'rejected'])[1 + n % 7],
                         (ARRAY[NULL, 'open', 'closed', 'merged', NULL, 'open', 'closed'])[1 + n % 7]) AS state (status, pr_state)";
const LIVE: &str = "
    INSERT INTO live_proposals (config_repo_id, proposal_id, pr_merged_at)
    SELECT DISTINCT ON (config_repo_id) config_repo_id, id, pr_merged_at
    FROM proposals
    WHERE status = 'pr_merged' AND config_repo_id IS NOT NULL
    ORDER BY config_repo_id, id
    ON CONFLICT DO NOTHING";

/// Writes `count` proposals.
pub async fn fill(ledger: &Harness, count: i32) {
    fill_more(ledger, 1, count).await;
}

/// Writes the proposals from the `first` to the `last`.
pub async fn fill_more(ledger: &Harness, first: i32, last: i32) {
    let db = ledger.db().await;
    db.execute(STUDIES, &[&first, &last]).await.unwrap();
    db.execute(PARENTS, &[]).await.unwrap();
    db.execute(PROPOSALS, &[&first, &last]).await.unwrap();
    db.execute(LIVE, &[]).await.unwrap();
}

/// What the list of proposals knows of a row.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: Uuid,
    pub study_id: Option<Uuid>,
    pub cluster_id: Uuid,
    pub template_id: Uuid,
    pub config_repo_id: Option<Uuid>,
    pub status: String,
    pub pr_state: Option<String>,
    pub is_live: bool,
    pub created_at: Timestamp,
}

/// Reads all of them, in no order.
pub async fn rows(ledger: &Harness) -> Vec<Row> {
    const SQL: &str = "
        SELECT *, EXISTS (SELECT FROM live_proposals WHERE proposal_id = proposals.id) AS is_live
        FROM proposals";
    let rows = ledger.db().await.query(SQL, &[]).await.unwrap();
    let row = |row: &pullwright_pg::Row| Row {
        id: row.get("id"),
        study_id: row.get("study_id"),
        cluster_id: row.get("cluster_id"),
        template_id: row.get("template_id"),
        config_repo_id: row.get("config_repo_id"),
        status: row.get("status"),
        pr_state: row.get("pr_state"),
        is_live: row.get("is_live"),
        created_at: row.get("created_at"),
    };
    rows.iter().map(row).collect()
}
