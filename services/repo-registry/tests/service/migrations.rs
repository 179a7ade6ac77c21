//! The schema, there and back.

use pullwright_pg::{Pool, Queries as _, migrate};
use pullwright_repo_registry::migrations::{DOWNS, runner};
use pullwright_testkit::stores;

#[tokio::test]
async fn every_migration_goes_up_down_and_up_again() {
    let database = stores::fresh_database("registry_migrations").await.unwrap();
    let settings = pullwright_pg::Settings::new(database.url, "registry-tests");
    let newest =
        runner().get_migrations().iter().map(|migration| migration.version()).max().unwrap();
    assert_eq!(DOWNS.len(), runner().get_migrations().len());
    migrate::up(&settings, runner()).await.unwrap();
    migrate::to(&settings, runner(), DOWNS, 0).await.unwrap();

    let db = Pool::connect(&settings).unwrap();
    let left = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'refinery_schema_history'";
    assert_eq!(db.client().await.unwrap().query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    let changes = migrate::to(&settings, runner(), DOWNS, newest).await.unwrap();
    assert_eq!(changes.applied, (1..=newest).collect::<Vec<_>>());
}

/// What of a table is there: its name, its revision when it has one.
async fn rows(db: &Pool, sql: &str) -> Vec<String> {
    let client = db.client().await.unwrap();
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn rows_from_before_updates_get_them_and_deleted_rows_do_not_come_alive_on_the_way_back() {
    const BEFORE: &str = "
        INSERT INTO config_repos (id, name, provider, repo_url, host, repo_owner, repo_name, default_branch, pr_base_branch, auth_ref, webhook_secret_ref, created_at)
        VALUES ('01890000-0000-7000-8000-000000000001', 'a', 'github', 'https://github.com/acme/a', 'https://github.com', 'acme', 'a', 'main', 'main', 'pat', 'hook', '2026-01-01Z'),
               ('01890000-0000-7000-8000-000000000002', 'b', 'github', 'https://github.com/acme/b', 'https://github.com', 'acme', 'b', 'main', 'main', 'pat', NULL, '2026-01-02Z');
        INSERT INTO clusters (id, name, engine_type, environment, config_repo_id)
        VALUES ('01890000-0000-7000-8000-000000000003', 'a', 'solr', 'dev', '01890000-0000-7000-8000-000000000001'),
               ('01890000-0000-7000-8000-000000000004', 'b', 'solr', 'dev', '01890000-0000-7000-8000-000000000002');
        INSERT INTO query_templates (id, name, version, engine_type, body, declared_params_json)
        VALUES ('01890000-0000-7000-8000-000000000005', 't', 1, 'solr', '', '{}'),
               ('01890000-0000-7000-8000-000000000006', 't', 2, 'solr', '', '{}')";
    // One of each is deleted and its name taken again; the deleted cluster is still wired.
    const AFTER: &str = "
        UPDATE config_repos SET deleted_at = now() WHERE name = 'b';
        UPDATE clusters SET deleted_at = now() WHERE name = 'b';
        UPDATE query_templates SET deleted_at = now() WHERE version = 2;
        INSERT INTO config_repos (id, name, provider, repo_url, host, repo_owner, repo_name, default_branch, pr_base_branch, auth_ref)
        VALUES ('01890000-0000-7000-8000-000000000007', 'b', 'github', 'https://github.com/acme/c', 'https://github.com', 'acme', 'c', 'main', 'main', 'pat');
        INSERT INTO clusters (id, name, engine_type, environment)
        VALUES ('01890000-0000-7000-8000-000000000008', 'b', 'solr', 'dev');
        INSERT INTO idempotency_keys (caller, key, request_sha256, response) VALUES ('a', 'k', sha256('x'), '')";
    let database = stores::fresh_database("registry_migrations").await.unwrap();
    let settings = pullwright_pg::Settings::new(database.url, "registry-tests");
    let db = Pool::connect(&settings).unwrap();
    let to = |version| migrate::to(&settings, runner(), DOWNS, version);
    let run = async |sql: &str| db.client().await.unwrap().batch_execute(sql).await.unwrap();

    to(1).await.unwrap();
    run(BEFORE).await;
    to(2).await.unwrap();
    for table in ["config_repos", "clusters", "query_templates"] {
        let fresh = format!(
            "SELECT count(*)::text FROM {table} WHERE revision = 1 AND updated_at = created_at AND deleted_at IS NULL"
        );
        assert_eq!(rows(&db, &fresh).await, ["2"], "{table}");
    }
    run(AFTER).await;
    to(1).await.unwrap();
    let repos = "SELECT name || ' ' || repo_name FROM config_repos ORDER BY name";
    assert_eq!(rows(&db, repos).await, ["a a", "b c"]);
    let clusters =
        "SELECT name || ' ' || (config_repo_id IS NOT NULL)::text FROM clusters ORDER BY name";
    assert_eq!(rows(&db, clusters).await, ["a true", "b false"]);
    assert_eq!(rows(&db, "SELECT version::text FROM query_templates").await, ["1"]);
    to(2).await.unwrap();
    let fresh = "SELECT count(*)::text FROM clusters WHERE revision = 1";
    assert_eq!(rows(&db, fresh).await, ["2"]);
}

#[tokio::test]
async fn of_rows_that_had_one_name_after_another_the_living_one_stays_on_the_way_back() {
    const AFTER: &str = "
        INSERT INTO config_repos (id, name, provider, repo_url, host, repo_owner, repo_name, default_branch, pr_base_branch, auth_ref, github_id, deleted_at)
        VALUES ('01890000-0000-7000-8000-000000000001', 'a', 'github', 'x', 'https://github.com', 'acme', 'a', 'main', 'main', 'pat', 5, now()),
               ('01890000-0000-7000-8000-000000000002', 'b', 'github', 'x', 'https://github.com', 'Acme', 'a', 'main', 'main', 'pat', 5, NULL),
               ('01890000-0000-7000-8000-000000000003', 'c', 'github', 'x', 'https://github.com', 'acme', 'c', 'main', 'main', 'pat', 6, '2026-01-01Z'),
               ('01890000-0000-7000-8000-000000000004', 'd', 'github', 'x', 'https://github.com', 'acme', 'c', 'main', 'main', 'pat', 6, '2026-01-02Z');
        INSERT INTO clusters (id, name, engine_type, environment, config_repo_id, deleted_at)
        VALUES ('01890000-0000-7000-8000-000000000005', 'a', 'solr', 'dev', '01890000-0000-7000-8000-000000000001', now());
        INSERT INTO secret_bindings (secret, kind, host, owner) VALUES ('key', 'app_private_key', 'https://github.com', ''), ('pat', 'credential', 'https://github.com', 'acme')";
    let database = stores::fresh_database("registry_migrations").await.unwrap();
    let settings = pullwright_pg::Settings::new(database.url, "registry-tests");
    let db = Pool::connect(&settings).unwrap();
    let to = |version| migrate::to(&settings, runner(), DOWNS, version);
    to(3).await.unwrap();
    db.client().await.unwrap().batch_execute(AFTER).await.unwrap();
    to(2).await.unwrap();
    assert_eq!(rows(&db, "SELECT name FROM config_repos ORDER BY name").await, ["b", "d"]);
    assert_eq!(rows(&db, "SELECT secret FROM secret_bindings").await, ["pat"]);
    to(3).await.unwrap();
    assert_eq!(rows(&db, "SELECT name FROM config_repos WHERE github_id IS NULL").await.len(), 2);
}

#[tokio::test]
async fn the_table_of_repeated_calls_is_the_librarys() {
    const COLUMNS: &str = "
        SELECT column_name || ' ' || data_type || ' ' || is_nullable
        FROM information_schema.columns
        WHERE table_name = 'idempotency_keys'
        ORDER BY ordinal_position";
    const INDEXES: &str =
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'idempotency_keys' ORDER BY 1";
    let mut found = Vec::new();
    for by_migration in [true, false] {
        let database = stores::fresh_database("registry_migrations").await.unwrap();
        let settings = pullwright_pg::Settings::new(database.url, "registry-tests");
        let db = Pool::connect(&settings).unwrap();
        if by_migration {
            migrate::up(&settings, runner()).await.unwrap();
        } else {
            let client = db.client().await.unwrap();
            client.batch_execute(pullwright_pg::idempotency::TABLE).await.unwrap();
        }
        found.push((rows(&db, COLUMNS).await, rows(&db, INDEXES).await));
    }
    assert_eq!(found[0], found[1]);
}
