//! No secret in a log line, an error or a row.

use std::fs;

use pullwright_pg::Queries as _;
use pullwright_proto::registry::CreateConfigRepoRequest;
use tonic::Code;

use crate::{
    harness::{Registry, Setup, cluster, log, repo},
    keys,
};

/// Stand in for credentials and webhook secrets; each is found in no other text.
const SENTINELS: [&str; 3] =
    ["sentinel-credential-7f3a", "sentinel-webhook-91c2", "sentinel-previous-55de"];

#[tokio::test]
async fn no_secret_reaches_a_log_line_an_error_or_a_row() {
    let registry = Registry::start().await;
    for (name, sentinel) in ["acme_pat", "hook", "hook.previous"].into_iter().zip(SENTINELS) {
        registry.secret(name, sentinel);
    }
    let request = CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        ..repo("a", "https://github.com/acme/a")
    };
    let repo = registry.register(request).await.unwrap();
    let mut wired = cluster("a");
    wired.config_repo_id = repo.id.clone();
    let cluster = registry.create_cluster(wired).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    registry.resolve(&cluster.id, &template.id).await.unwrap();
    assert_eq!(registry.mint(&repo.id).await.unwrap(), SENTINELS[0]);
    assert_eq!(registry.webhook_secrets("acme/a").await[0].current, SENTINELS[1]);

    // The values are refused now, and the refusals go everywhere that an error goes.
    let mut errors = String::new();
    for (name, sentinel) in ["acme_pat", "hook", "hook.previous"].into_iter().zip(SENTINELS) {
        fs::write(registry.path(name), [sentinel.as_bytes(), b"\xff"].concat()).unwrap();
    }
    errors += &format!("{:?}", registry.mint(&repo.id).await.unwrap_err());
    fs::write(registry.path("acme_pat"), format!("{} {}", SENTINELS[0], SENTINELS[0])).unwrap();
    errors += &format!("{:?}", registry.mint(&repo.id).await.unwrap_err());
    errors += &registry
        .resolve(&cluster.id, &template.id)
        .await
        .unwrap()
        .repository
        .unwrap()
        .credential_problem;
    assert!(registry.webhook_secrets("acme/a").await.is_empty());
    fs::write(registry.path("acme_pat.repositories"), SENTINELS[0]).unwrap();
    let refusal = registry.mint(&repo.id).await.unwrap_err();
    assert_eq!(refusal.code, Code::FailedPrecondition);
    errors += &format!("{refusal:?}");

    let log = log();
    assert!(log.contains("acme_pat") && log.contains("call refused"), "the log was captured");
    let client = registry.db.client().await.unwrap();
    let mut rows = String::new();
    for table in
        ["config_repos", "clusters", "query_templates", "secret_bindings", "idempotency_keys"]
    {
        let sql = format!("SELECT COALESCE(string_agg(t::text, '|'), '') FROM {table} AS t");
        rows += client.query_one(&sql, &[]).await.unwrap().get::<_, &str>(0);
    }
    assert!(rows.contains("acme_pat") && errors.contains("acme_pat"));
    for sentinel in SENTINELS {
        for (place, text) in [("log", &log), ("errors", &errors), ("rows", &rows)] {
            assert!(!text.contains(sentinel), "{sentinel} in the {place}");
        }
    }
}

#[tokio::test]
async fn neither_an_apps_key_nor_its_token_nor_a_rotated_secret_is_anywhere_but_in_its_answer() {
    let setup = Setup {
        apps: serde_json::json!([{
            "host": "https://github.com", "github_id": 7, "slug": "pullwright",
            "private_key": "app_key", "webhook_secret": "app_hook",
        }]),
        ..Setup::fresh().await
    };
    let registry = setup.start().await.unwrap();
    const SENTINELS: [&str; 2] = ["sentinel-app-hook-41aa", "sentinel-first-hook-88b0"];
    registry.secret("acme_pat", "the-acme-credential");
    registry.secret("app_key", keys::rsa_pkcs1());
    registry.secret("app_hook", SENTINELS[0]);
    registry.secret("hook", SENTINELS[1]);
    let request = CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        ..repo("a", "https://github.com/acme/a")
    };
    let repo = registry.register(request).await.unwrap();
    let app = registry.apps().await.remove(0);
    let token = registry.mint_app_token(&app.id).await.unwrap().token;
    let found = registry.webhook_secrets_of("acme/a", 0, true).await;
    assert_eq!(found.iter().map(|entry| entry.current.as_str()).collect::<Vec<_>>(), SENTINELS);
    let rotated = registry.rotate(&repo.id, "once").await.unwrap();
    let new = registry.hook_secret(&repo.id).await.unwrap();
    let key = keys::rsa_pkcs1().lines().nth(1).unwrap()[40..80].to_owned();
    let signature = token.rsplit_once('.').unwrap().1.to_owned();

    // Refusals go everywhere that an error goes.
    let mut said = format!("{rotated:?} {:?}", registry.apps().await);
    said += &format!("{:?}", registry.rotate(&repo.id, "").await.unwrap_err());
    registry.secret("app_key", keys::rsa_pkcs1().replace("MIIE", "MIIF"));
    said += &format!("{:?}", registry.mint_app_token(&app.id).await.unwrap_err());
    registry.secret("app_hook", [SENTINELS[0].as_bytes(), b"\xff"].concat());
    assert_eq!(registry.webhook_secrets_of("acme/a", 0, true).await.len(), 1);
    registry.secret("hook", [new.secret.as_bytes(), b"\xff"].concat());
    said += &format!("{:?}", registry.hook_secret(&repo.id).await.unwrap_err());

    let log = log();
    assert!(log.contains("gave out a token of the GitHub App") && log.contains("app_hook"));
    let client = registry.db.client().await.unwrap();
    let tables =
        ["apps", "config_repos", "idempotency_keys", "secret_bindings", "webhook_secret_rotations"];
    let mut rows = String::new();
    for table in tables {
        let sql = format!("SELECT COALESCE(string_agg(t::text, '|'), '') FROM {table} AS t");
        rows += client.query_one(&sql, &[]).await.unwrap().get::<_, &str>(0);
    }
    assert!(rows.contains("app_key") && said.contains("app_key"));
    for secret in [SENTINELS[0], SENTINELS[1], &new.secret, &token, &signature, &key] {
        // A row shows bytes in hexadecimal.
        let hex = hex::encode(secret);
        for (place, text) in [("log", &log), ("answers", &said), ("rows", &rows)] {
            assert!(!text.contains(secret) && !text.contains(&hex), "{secret} in the {place}");
        }
    }
}
