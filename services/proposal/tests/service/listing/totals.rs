//! The totals that the ledger keeps: what is counted, whoever writes, rolls back or folds at the same time.

use std::time::Duration;

use futures::future::join_all;
use pullwright_pg::{Client, IsolationLevel, Queries as _, Transaction, types::ToSql};
use pullwright_proposal::{
    migrations,
    store::{listing, totals},
};
use pullwright_rpc::list::Given;
use pullwright_testkit::wait::until;
use uuid::Uuid;

use super::crowd;
use crate::{harness::Harness, interleavings::random::Random};

/// How many writers there are, and how many transactions each makes.
const WRITERS: u64 = 4;
const TRANSACTIONS: usize = 60;

/// What a list may be asked for, as the caller says it and in SQL; one of each line.
type Filters = [&'static [(&'static str, &'static str)]];
const SOME_CLUSTER: (&str, &str) =
    ("cluster_id = 4a8a08f0-9d37-b737-9564-9038408b5f33", "cluster_id = md5('c')::uuid");
const NIL_CLUSTER: (&str, &str) = (
    "cluster_id = 00000000-0000-0000-0000-000000000000",
    "cluster_id = '00000000-0000-0000-0000-000000000000'",
);
const SOME_TEMPLATE: (&str, &str) =
    ("template_id = e358efa4-89f5-8062-f10d-d7316b65649e", "template_id = md5('t')::uuid");
const SOME_REPOSITORY: (&str, &str) =
    ("config_repo_id = 4b43b0ae-e356-24cd-95b9-10189b3dc231", "config_repo_id = md5('r')::uuid");
const ANY: (&str, &str) = ("", "true");
const TIMES: &[(&str, &str)] = &[
    ANY,
    ANY,
    ("created_at >= 2026-01-01T00:00:00Z", "created_at >= '2026-01-01T00:00:00Z'"),
    ("created_at >= 2026-01-09T17:20:32Z", "created_at >= '2026-01-09T17:20:32Z'"),
    ("created_at >= 2026-02-03T04:05:06.7Z", "created_at >= '2026-02-03T04:05:06.7Z'"),
    ("created_at >= 2999-01-01T00:00:00Z", "false"),
];
const PROPOSALS: &Filters = &[
    &[
        ("", "status <> 'superseded'"),
        ("status = pending", "status = 'pending'"),
        ("status = rejected", "status = 'rejected'"),
        ("status = superseded", "status = 'superseded'"),
    ],
    &[ANY, ("source = study", "study_id IS NOT NULL"), ("source = manual", "study_id IS NULL")],
    &[ANY, NIL_CLUSTER, SOME_CLUSTER],
    &[ANY, SOME_TEMPLATE],
    &[ANY, SOME_REPOSITORY],
    TIMES,
    &[
        ANY,
        ANY,
        ("is_last_merged = true", "id IN (SELECT proposal_id FROM live_proposals)"),
        ("is_last_merged = false", "id NOT IN (SELECT proposal_id FROM live_proposals)"),
    ],
];
const STUDIES: &Filters = &[
    &[ANY, ("status = running", "status = 'running'"), ("status = failed", "status = 'failed'")],
    &[ANY, NIL_CLUSTER, SOME_CLUSTER],
    &[ANY, SOME_TEMPLATE],
    TIMES,
    &[ANY, ANY, ("name = some", "name = 'some'")],
];

fn drawn(filters: &Filters, random: &mut Random) -> (String, Vec<&'static str>) {
    let picked: Vec<_> = filters.iter().map(|each| each[random.below(each.len())]).collect();
    let texts: Vec<_> = picked.iter().map(|one| one.0).filter(|text| !text.is_empty()).collect();
    (texts.join(" AND "), picked.iter().map(|one| one.1).collect())
}

async fn count(tx: &Transaction<'_>, table: &str, conditions: &[&str]) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM {table} WHERE {}", conditions.join(" AND "));
    tx.query_one(&sql, &[]).await.unwrap().get("n")
}

/// Asks for totals and counts, in one snapshot.
async fn compare(db: &mut Client, random: &mut Random) {
    let tx = db.begin_at(IsolationLevel::RepeatableRead).await.unwrap();
    for _ in 0..6 {
        let (filter, mut conditions) = drawn(PROPOSALS, random);
        let include_superseded = random.below(2) == 0;
        if include_superseded && conditions[0] == "status <> 'superseded'" {
            conditions[0] = "true";
        }
        let list = listing::PROPOSALS.read(Given { filter: &filter, ..Given::default() }).unwrap();
        let total = listing::proposals(&tx, &list, include_superseded).await.unwrap().total;
        let counted = count(&tx, "proposals", &conditions).await;
        assert_eq!(total, counted, "{filter}, superseded included: {include_superseded}");

        let (filter, conditions) = drawn(STUDIES, random);
        let list = listing::STUDIES.read(Given { filter: &filter, ..Given::default() }).unwrap();
        let total = listing::studies(&tx, &list).await.unwrap().total;
        assert_eq!(total, count(&tx, "studies", &conditions).await, "studies: {filter}");
    }
    tx.commit().await.unwrap();
}

/// One of the writers, on proposals of its own: nobody waits for a row's lock.
async fn write(ledger: &Harness, writer: u64) {
    const BEGIN: &str = "SET LOCAL lock_timeout = '5s'";
    let mut random = Random::new(writer);
    let (mut writing, mut reading) = (ledger.db().await, ledger.db().await);
    for _ in 0..TRANSACTIONS {
        let tx = writing.begin().await.unwrap();
        tx.batch_execute(BEGIN).await.unwrap();
        for _ in 0..=random.below(3) {
            change(&tx, writer, &mut random).await;
        }
        compare(&mut reading, &mut random).await;
        match random.below(4) {
            0 => tx.rollback().await.unwrap(),
            _ => tx.commit().await.unwrap(),
        }
    }
}

async fn change(tx: &Transaction<'_>, writer: u64, random: &mut Random) {
    const INSERT: &str = "
        WITH drawn AS (
            SELECT (ARRAY[md5('c'), md5('d'), '00000000-0000-0000-0000-000000000000'])[1 + $3::int % 3]::uuid AS cluster_id,
                   (ARRAY[md5('t'), md5('u')])[1 + $3::int / 2 % 2]::uuid AS template_id,
                   '2026-01-01'::timestamptz + $3::int * interval '1 h 7 s' AS created_at
        ), study AS (
            INSERT INTO studies (id, name, cluster_id, template_id, objective_metric, objective_direction, status, created_at)
            SELECT $1, 'some', cluster_id, template_id, 'ndcg', 'maximize', 'running', created_at
            FROM drawn
            WHERE $3::int % 2 = 0
            RETURNING id
        )
        INSERT INTO proposals (id, study_id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                               template_version, template_engine_type, config_repo_id, config_diff_sha256, status, created_at)
        SELECT $1, (SELECT id FROM study), cluster_id, $2, '', '', template_id, '', 1, '', CASE WHEN $3::int % 5 > 0 THEN md5('r')::uuid END, '',
               'pending', created_at
        FROM drawn";
    const UPDATE: &str = "
        WITH moved AS (
            UPDATE proposals
            SET status = (ARRAY['pending', 'rejected', 'superseded'])[1 + $2::int % 3],
                config_repo_id = CASE WHEN $2::int % 5 > 0 THEN md5('r')::uuid END,
                rejected_reason = $2::text
            WHERE cluster_name = $1 AND ('x' || left(md5(id::text), 8))::bit(32)::int % 5 = $2::int % 5
            RETURNING study_id
        )
        UPDATE studies
        SET status = (ARRAY['running', 'failed'])[1 + $2::int % 2]
        FROM moved
        WHERE studies.id = moved.study_id";
    const DELETE: &str = "
        DELETE FROM proposals
        WHERE id = (SELECT id FROM proposals WHERE cluster_name = $1 ORDER BY md5(id::text || $2::int) LIMIT 1)";
    const LIVE: &str = "
        INSERT INTO live_proposals (config_repo_id, proposal_id, pr_merged_at)
        SELECT id, id, now()
        FROM proposals
        WHERE cluster_name = $1
        ORDER BY md5(id::text || $2::int)
        LIMIT 1
        ON CONFLICT DO NOTHING";
    let name = writer.to_string();
    let number = i32::try_from(random.below(2000)).unwrap();
    match random.below(16) {
        0..8 => {
            let parameters: [&(dyn ToSql + Sync); 3] = [&Uuid::now_v7(), &name, &number];
            tx.execute(INSERT, &parameters).await.unwrap();
        }
        8..12 => drop(tx.execute(UPDATE, &[&name, &number]).await.unwrap()),
        12 => drop(tx.execute(DELETE, &[&name, &number]).await.unwrap()),
        13 => drop(tx.execute(LIVE, &[&name, &number]).await.unwrap()),
        _ => fold(tx, i64::from(number)).await,
    }
}

async fn fold(client: &impl pullwright_pg::Queries, most: i64) {
    client.query_one("SELECT fold_list_totals($1)", &[&most]).await.unwrap();
}

async fn changes(ledger: &Harness) -> i64 {
    const SQL: &str = "SELECT count(*) AS n FROM list_total_changes";
    ledger.db().await.query_one(SQL, &[]).await.unwrap().get("n")
}

#[tokio::test]
async fn kept_totals_are_what_is_counted_whoever_writes_and_folds_at_the_same_time() {
    let ledger = Harness::start().await;
    join_all((0..WRITERS).map(|writer| write(&ledger, writer))).await;
    let (mut db, mut random) = (ledger.db().await, Random::new(WRITERS));
    for most in [10, 100_000] {
        for _ in 0..50 {
            compare(&mut db, &mut random).await;
        }
        fold(&db, most).await;
    }
    assert_eq!(changes(&ledger).await, 0);
    compare(&mut db, &mut random).await;
}

#[tokio::test]
async fn two_transitions_and_a_fold_at_once_wait_for_nobody() {
    const REJECT: &str = "UPDATE proposals SET status = 'rejected' WHERE id = $1";
    const TIMEOUT: &str = "SET LOCAL lock_timeout = '1ms'";
    let ledger = Harness::start().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(Uuid::parse_str(&ledger.manual().await.id).unwrap());
    }
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(ledger.db().await);
    }
    let [one, two, three, four] = &mut clients[..] else { panic!("four") };
    let (first, second) = (one.begin().await.unwrap(), two.begin().await.unwrap());
    let (third, folding) = (three.begin().await.unwrap(), four.begin().await.unwrap());
    for (tx, id) in [(&first, ids[0]), (&second, ids[1])] {
        tx.batch_execute(TIMEOUT).await.unwrap();
        tx.execute(REJECT, &[&id]).await.unwrap();
    }
    folding.batch_execute(TIMEOUT).await.unwrap();
    fold(&folding, 100).await;
    third.batch_execute(TIMEOUT).await.unwrap();
    third.execute(REJECT, &[&ids[2]]).await.unwrap();
    fold(&third, 100).await;
    third.commit().await.unwrap();
    second.commit().await.unwrap();
    folding.commit().await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(changes(&ledger).await, 6, "what was not committed when the fold began");
    let (mut db, mut random) = (ledger.db().await, Random::new(0));
    compare(&mut db, &mut random).await;
}

#[tokio::test]
async fn what_is_not_counted_writes_no_change() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    assert_eq!(changes(&ledger).await, 1);
    const SAME: &str = "UPDATE proposals SET status = status, pr_open_error = 'x' WHERE id = $1";
    ledger.sql(SAME, &id).await;
    assert_eq!(changes(&ledger).await, 1);
    ledger.sql("UPDATE proposals SET status = 'rejected' WHERE id = $1", &id).await;
    assert_eq!(changes(&ledger).await, 3);
}

#[tokio::test]
async fn the_ledger_folds_many_changes_and_leaves_a_few() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 250).await;
    assert!(!totals::fold(&ledger.db().await).await.unwrap());
    assert_eq!(changes(&ledger).await, 500);
    ledger.manual().await;
    // 250 studies, as many proposals, and this one.
    until("the changes are folded", Duration::from_secs(20), || async {
        changes(&ledger).await == 0
    })
    .await
    .unwrap();
    compare(&mut ledger.db().await, &mut Random::new(0)).await;
}

#[tokio::test]
async fn totals_are_right_after_they_were_taken_back_and_came_again() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 70).await;
    migrations::to(ledger.database(), 6).await.unwrap();
    crowd::fill_more(&ledger, 71, 100).await;
    migrations::up(ledger.database()).await.unwrap();
    assert_eq!(changes(&ledger).await, 0);
    let ledger = ledger.replica().await;
    crowd::fill_more(&ledger, 101, 120).await;
    let (mut db, mut random) = (ledger.db().await, Random::new(0));
    for _ in 0..20 {
        compare(&mut db, &mut random).await;
    }
}
