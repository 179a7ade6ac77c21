//! The acceptance criteria of the pull request worker.

use pullwright_forge::NewCommit;
use pullwright_harness::WireOptions;
use serde_json::{Value, json};

use crate::system::{self, System};

const NESTED: &str =
    "{\n  \"field_boosts\": { \"title\": 2.0, \"body\": 1.0 },\n  \"tie_breaker\": 0.1\n}\n";

async fn with_study(name: &str) -> (System<'static>, String, String) {
    study(WireOptions::new(name), json!({"field_boosts.title": 1.0})).await
}

/// A repository with a recorded study; its id and its proposal's.
async fn study(options: WireOptions, importance: Value) -> (System<'static>, String, String) {
    let options = options
        .file("configs/products-prod-es/product_search.params.json", NESTED)
        .declare(json!({"field_boosts.title": "float", "tie_breaker": "float"}));
    let system = system::wired(options).await;
    let trial = |number: i64, metric: f64, is_baseline: bool| {
        json!({"number": number, "params": {"field_boosts.title": 2.0 + number as f64}, "primary_metric": metric,
               "metrics": {"ndcg@10": metric}, "status": "complete", "is_baseline": is_baseline})
    };
    let study = json!({
        "name": "title boost",
        "cluster_id": system.wired.cluster_id,
        "template_id": system.wired.template_id,
        "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
        "trials": [trial(0, 0.412, true), trial(1, 0.487, false)],
        "digest": {"narrative": "better", "parameter_importance": importance,
                   "recommended_config": {"field_boosts.title": 4.5}, "suggested_followups": [], "generated_by": "optimiser"},
        "config_diff": {"field_boosts.title": {"from": 2.0, "to": 4.5}},
    });
    let recorded = system.rest.post("/api/v1/studies", &study).await.unwrap().expect(201).unwrap();
    let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
    (system, text("study_id"), text("proposal_id"))
}

#[tokio::test]
async fn ac_1_a_study_becomes_a_pull_request_that_touches_exactly_the_params_file_and_the_chart() {
    let (system, study, proposal) = with_study("ac-1").await;
    system.open(&proposal).await;
    let now = system.until(&proposal, "pr_opened").await;

    let pull = system.pull(now["pr_url"].as_str().unwrap()).await;
    assert_eq!(pull.head_ref, format!("pullwright/study-{study}"));
    assert_eq!(
        (pull.base_ref.as_str(), now["pr_url"].as_str()),
        ("main", Some(pull.html_url.as_str()))
    );
    assert_eq!((&now["pr_state"], &now["pr_open_error"]), (&json!("open"), &Value::Null));
    assert_eq!(
        system.changed_lines(&pull).await,
        [
            "-  \"field_boosts\": { \"title\": 2.0, \"body\": 1.0 },",
            "+  \"field_boosts\": { \"title\": 4.5, \"body\": 1.0 },"
        ]
    );
    let body = pull.body.unwrap();
    let chart = format!(".pullwright/digest-charts/{study}.png");
    let url = pull.html_url.split("/pull/").next().unwrap();
    let image = format!("![Parameter importance]({url}/raw/{}/{chart})", pull.head_sha);
    for part in [
        "title boost",
        "ndcg@10",
        "0.412",
        "0.487",
        "+18.2 %",
        "field_boosts.title",
        "/studies/",
        "## Top 10 trials",
        &image,
    ] {
        assert!(body.contains(part), "{part} is not in\n{body}");
    }
    let forge = system.stack.forge().unwrap();
    let diff = forge.pull_diff(&system.wired.repository, pull.number).await.unwrap();
    let files: Vec<&str> = diff
        .lines()
        .filter_map(|line| line.strip_prefix("diff --git a/")?.split(" b/").next())
        .collect();
    assert_eq!(files, [chart.as_str(), "configs/products-prod-es/product_search.params.json"]);
    let png =
        forge.read_file(&system.wired.repository, &pull.head_sha, &chart).await.unwrap().unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let log = forge.log(&system.wired.repository, &pull.head_ref, 5).await.unwrap();
    assert_eq!(log.len(), 3, "two commits on the base");
    assert_eq!(
        log[0].message.trim(),
        format!("relevance: add parameter importance chart (study {study})")
    );
    assert!(
        log[1]
            .message
            .starts_with(&format!("relevance: tune product_search params (study {study})")),
        "{}",
        log[1].message
    );
}

#[tokio::test]
async fn ac_2_without_a_credential_nothing_is_queued() {
    let system = system::wired(WireOptions::new("ac-2")).await;
    let secret = system.stack.secrets().join(&system.wired.auth_ref);
    for empty in [true, false] {
        let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
        if empty {
            std::fs::write(&secret, " \n").unwrap()
        } else {
            std::fs::remove_file(&secret).unwrap()
        }
        let before = system.proposal(&proposal).await;

        let answer =
            system.rest.act(&format!("/api/v1/proposals/{proposal}/open_pr")).await.unwrap();

        assert_eq!(
            (answer.status, answer.error_code()),
            (503, "GITHUB_NOT_CONFIGURED"),
            "{}",
            answer.text
        );
        assert_eq!(answer.body["detail"]["retryable"], true);
        assert_eq!(system.proposal(&proposal).await, before);
        assert_eq!(system.count(&proposal, "open_requested").await, 0);
    }
    assert!(system.pulls().await.is_empty());
}

#[tokio::test]
async fn ac_3_an_undeclared_parameter_opens_nothing_and_can_be_mended() {
    let system =
        system::wired(WireOptions::new("ac-3").declare(json!({"fuzziness": "string"}))).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    system.open(&proposal).await;

    let error = system.until_failed(&proposal).await;

    assert!(error.starts_with("PARAM_NOT_IN_TEMPLATE: ") && error.contains("'boost'"), "{error}");
    assert_eq!(system.proposal(&proposal).await["status"], "pending");
    assert!(system.pulls().await.is_empty());

    // There is no call that changes a template yet; an operator would do this.
    let (registry, connection) = tokio_postgres::connect(
        &system.stack.postgres.url("pullwright_registry"),
        tokio_postgres::NoTls,
    )
    .await
    .unwrap();
    tokio::spawn(connection);
    let mend = format!(
        "UPDATE query_templates SET declared_params_json = '{{\"boost\":\"float\"}}' WHERE id = '{}'",
        system.wired.template_id
    );
    registry.batch_execute(&mend).await.unwrap();
    system.open(&proposal).await;
    let now = system.until(&proposal, "pr_opened").await;
    assert_eq!(now["pr_open_error"], Value::Null);
}

#[tokio::test]
async fn ac_4_a_foreign_branch_is_refused_and_left_alone() {
    let system = system::wired(WireOptions::new("ac-4")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let branch = format!("pullwright/proposal-{proposal}");
    let commit = NewCommit {
        from: Some("main".to_owned()),
        ..NewCommit::file(&branch, "theirs.txt", "theirs", "theirs")
    };
    let forge = system.stack.forge().unwrap();
    let theirs = forge.push_commit(&system.wired.repository, commit).await.unwrap();
    system.open(&proposal).await;

    let error = system.until_failed(&proposal).await;

    assert!(error.starts_with("BRANCH_EXISTS: ") && error.contains(&branch), "{error}");
    assert_eq!(system.proposal(&proposal).await["status"], "pending");
    assert_eq!(forge.branch_tip(&system.wired.repository, &branch).await.unwrap(), Some(theirs));
    assert!(system.pulls().await.is_empty());
}

#[tokio::test]
async fn ac_5_two_proposals_of_one_repository_are_opened_in_order_from_the_base() {
    let system = system::wired(WireOptions::new("ac-5")).await;
    let first = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let second = system.propose(json!({"tie_breaker": {"from": 0.1, "to": 0.34}})).await;
    system.open(&first).await;
    system.open(&second).await;
    let mut opened = Vec::new();
    for proposal in [&first, &second] {
        let now = system.until(proposal, "pr_opened").await;
        opened.push(system.pull(now["pr_url"].as_str().unwrap()).await);
    }

    assert_ne!(opened[0].html_url, opened[1].html_url);
    assert_ne!(opened[0].head_ref, opened[1].head_ref);
    assert!(
        opened[0].number < opened[1].number,
        "completed in the order in which they were asked for"
    );
    let base = system
        .stack
        .forge()
        .unwrap()
        .branch_tip(&system.wired.repository, "main")
        .await
        .unwrap()
        .unwrap();
    for pull in &opened {
        let log = system
            .stack
            .forge()
            .unwrap()
            .log(&system.wired.repository, &pull.head_ref, 5)
            .await
            .unwrap();
        assert_eq!(log[1].oid, base, "{} is not based on the base branch", pull.head_ref);
    }
}

#[tokio::test]
async fn ac_6_an_opened_proposal_is_not_opened_again() {
    let system = system::wired(WireOptions::new("ac-6")).await;
    let (proposal, _) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;

    let answer = system.rest.act(&format!("/api/v1/proposals/{proposal}/open_pr")).await.unwrap();

    assert_eq!((answer.status, answer.error_code()), (409, "INVALID_STATE_TRANSITION"));
    assert!(answer.text.contains("pr_opened"), "{}", answer.text);
    assert_eq!(system.count(&proposal, "open_requested").await, 1);
}

#[tokio::test]
async fn ac_8_another_provider_is_refused_by_naming_the_configured_hosts() {
    let stack = system::stack().await;
    let body =
        json!({"name": "ac-8", "repo_url": "https://gitlab.com/acme/x", "auth_ref": "whatever"});
    let answer = stack.rest().unwrap().post("/api/v1/config-repos", &body).await.unwrap();
    assert_eq!((answer.status, answer.error_code()), (400, "UNSUPPORTED_PROVIDER"));
    assert!(answer.text.contains(&stack.ports.forge_url()), "{}", answer.text);
}

#[tokio::test]
async fn ac_9_a_missing_secret_registers_nothing() {
    let stack = system::stack().await;
    let repo_url = format!("{}/acme/ac-9", stack.ports.forge_url());
    let body = json!({"name": "ac-9", "repo_url": repo_url, "auth_ref": "not-there"});
    let answer = stack.rest().unwrap().post("/api/v1/config-repos", &body).await.unwrap();
    assert_eq!((answer.status, answer.error_code()), (400, "AUTH_REF_NOT_FOUND"));
    let listed = stack.rest().unwrap().get("/api/v1/config-repos?limit=200").await.unwrap();
    assert!(!listed.text.contains("ac-9"));
}

#[tokio::test]
async fn ac_11_a_chart_that_cannot_be_written_costs_the_chart_and_nothing_else() {
    let lfs = WireOptions::new("ac-11-lfs").file(".gitattributes", "*.png filter=lfs\n");
    for (options, importance, told) in [
        (
            lfs,
            json!({"field_boosts.title": 0.8, "tie_breaker": 0.2}),
            "| `field_boosts.title` | 0.8",
        ),
        (WireOptions::new("ac-11-empty"), json!({}), "Parameter importance unavailable"),
    ] {
        let (system, _, proposal) = study(options, importance).await;
        system.open(&proposal).await;
        let now = system.until(&proposal, "pr_opened").await;
        let pull = system.pull(now["pr_url"].as_str().unwrap()).await;
        let body = pull.body.unwrap();
        assert!(body.contains(told) && !body.contains("!["), "{told} is not in\n{body}");
        let diff = system
            .stack
            .forge()
            .unwrap()
            .pull_diff(&system.wired.repository, pull.number)
            .await
            .unwrap();
        assert_eq!(diff.matches("diff --git").count(), 1, "{diff}");
        assert_eq!(now["pr_open_error"], Value::Null);
    }
}

#[tokio::test]
async fn ac_12_two_clicks_at_once_are_one_pull_request() {
    let system = system::wired(WireOptions::new("ac-12")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let path = format!("/api/v1/proposals/{proposal}/open_pr");
    let (one, two) = tokio::join!(system.rest.act(&path), system.rest.act(&path));
    let (one, two) = (one.unwrap(), two.unwrap());

    assert_eq!((one.status, two.status), (202, 202));
    assert_eq!(one.body, two.body);
    assert_eq!(
        one.body,
        json!({"proposal_id": proposal, "status": "pending", "message": "PR creation queued"})
    );
    system.until(&proposal, "pr_opened").await;
    assert_eq!(system.pulls().await.len(), 1);
    assert_eq!(system.count(&proposal, "pull_request_opened").await, 1);
}

#[tokio::test]
async fn ten_repositories_are_worked_on_at_once() {
    let systems = futures::future::join_all(
        (0..10).map(|n| system::wired(WireOptions::new(&format!("ten-{n}")))),
    )
    .await;
    let opened =
        systems.iter().map(|system| system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})));
    let opened = futures::future::join_all(opened).await;
    for (system, (_, pull)) in systems.iter().zip(&opened) {
        assert_eq!(pull.repository, system.wired.repository);
        assert_eq!(system.pulls().await.len(), 1);
    }
}
