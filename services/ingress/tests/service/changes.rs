//! Updates and deletions: merge patches, etags, keys that make repeating safe.

use pullwright_ingress::{Role, calls};
use pullwright_proto::{error::ErrorReason, proposal as v1, registry};
use reqwest::{Method, header};
use serde_json::json;

use crate::{
    examples,
    harness::{Answer, Ingress, send, send_unheard_of, token},
    messages::{ID, cluster, config_repo, query_template, refusal, violations},
};

async fn patch(ingress: &Ingress, path: &str, body: &str) -> Answer {
    let request = ingress.operator(Method::PATCH, &format!("/api/v1/{path}/{ID}"));
    send(request.header(header::CONTENT_TYPE, "application/merge-patch+json").body(body.to_owned()))
        .await
}

fn updating(ingress: &Ingress) {
    let fake = &ingress.registry.fake;
    fake.on(|_: &registry::UpdateConfigRepoRequest| {
        Ok(registry::UpdateConfigRepoResponse { config_repo: Some(config_repo()) })
    });
    fake.on(|_: &registry::UpdateClusterRequest| {
        Ok(registry::UpdateClusterResponse { cluster: Some(cluster()) })
    });
    fake.on(|request: &registry::UpdateQueryTemplateRequest| {
        let declared = request.query_template.clone().unwrap().declared_params_json;
        let declared = if declared.is_empty() { "{}".to_owned() } else { declared };
        Ok(registry::UpdateQueryTemplateResponse {
            query_template: Some(query_template(&declared)),
        })
    });
}

#[tokio::test]
async fn a_merge_patch_names_what_changes_and_clears_what_is_null() {
    let ingress = Ingress::start().await;
    updating(&ingress);
    let answer = patch(
        &ingress,
        "config-repos",
        r#"{"pr_base_branch":"release","webhook_secret_ref":null}"#,
    )
    .await;
    assert_eq!((answer.status, answer.header("etag")), (200, "\"3\""), "{}", answer.text);
    let seen = ingress.registry.fake.seen::<registry::UpdateConfigRepoRequest>().remove(0);
    assert_eq!(seen.update_mask.unwrap().paths, ["pr_base_branch", "webhook_secret_ref"]);
    let given = registry::ConfigRepo {
        id: ID.into(),
        pr_base_branch: "release".into(),
        ..Default::default()
    };
    assert_eq!(seen.config_repo.unwrap(), given, "an absent etag is unconditional");

    patch(
        &ingress,
        "clusters",
        r#"{"name":"c","environment":"dev","config_repo_id":null,"config_path":null}"#,
    )
    .await;
    let seen = ingress.registry.fake.seen::<registry::UpdateClusterRequest>().remove(0);
    assert_eq!(
        seen.update_mask.unwrap().paths,
        ["name", "environment", "config_repo_id", "config_path"]
    );

    let answer = patch(
        &ingress,
        "query-templates",
        r#"{"body":null,"declared_params":{"boost" : {"min": 0.50}}}"#,
    )
    .await;
    let seen = ingress.registry.fake.seen::<registry::UpdateQueryTemplateRequest>().remove(0);
    assert_eq!(seen.update_mask.unwrap().paths, ["body", "declared_params_json"]);
    assert_eq!(seen.query_template.unwrap().declared_params_json, r#"{"boost" : {"min": 0.50}}"#);
    assert!(
        answer.text.contains(r#""declared_params":{"boost" : {"min": 0.50}}"#),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_patch_that_cannot_be_is_refused_with_what_could_be() {
    let ingress = Ingress::start().await;
    for (path, body, told) in [
        (
            "config-repos",
            "{}",
            "body must have at least one of name, default_branch, pr_base_branch, auth_ref, webhook_secret_ref",
        ),
        ("config-repos", r#"{"pr_base_branch":null}"#, "pr_base_branch cannot be cleared"),
        (
            "config-repos",
            r#"{"repo_url":"https://github.com/a/b"}"#,
            "unknown field `repo_url`, expected one of `name`",
        ),
        ("clusters", r#"{"etag":"\"1\""}"#, "body must have at least one of name, environment"),
        ("clusters", r#"{"name":null}"#, "name cannot be cleared"),
        ("clusters", r#"{"name":7}"#, "name is malformed"),
        ("query-templates", r#"{"declared_params":null}"#, "declared_params cannot be cleared"),
        ("query-templates", r#"{"version":2}"#, "unknown field `version`"),
    ] {
        let answer = patch(&ingress, path, body).await;
        assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{path} {body}");
        assert!(answer.message().contains(told), "{path} {body}: {}", answer.text);
    }
    let request = ingress.operator(Method::PATCH, &format!("/api/v1/clusters/{ID}")).body("{}");
    let answer = send(request.header(header::CONTENT_TYPE, "text/plain")).await;
    assert!(
        answer.message().contains("application/merge-patch+json or application/json"),
        "{}",
        answer.text
    );
    assert!(ingress.registry.fake.contexts().is_empty());
}

#[tokio::test]
async fn what_the_registry_refuses_is_told_by_the_names_of_the_patch() {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|_: &registry::UpdateClusterRequest| {
        Err::<registry::UpdateClusterResponse, _>(violations(&[
            ("cluster.config_path", "must be a folder"),
            ("cluster.etag", "must be quoted"),
            ("request_id", "must be 1 to 255 characters"),
        ]))
    });
    let answer = patch(&ingress, "clusters", r#"{"config_path":"../x"}"#).await;
    assert_eq!(
        answer.message(),
        "config_path must be a folder; header If-Match must be quoted; header Idempotency-Key must be 1 to 255 characters"
    );
}

#[tokio::test]
async fn an_etag_is_shown_and_may_be_given_back_in_header_or_body() {
    let ingress = Ingress::start().await;
    updating(&ingress);
    ingress.registry.fake.on(|_: &registry::GetClusterRequest| {
        Ok(registry::GetClusterResponse { cluster: Some(cluster()) })
    });
    let shown = ingress.get(&format!("/api/v1/clusters/{ID}")).await;
    assert_eq!((shown.header("etag"), &shown.body["etag"]), ("\"7\"", &json!("\"7\"")));

    for (if_match, body, heard) in [
        (None, r#"{"name":"c"}"#, ""),
        (Some("*"), r#"{"name":"c"}"#, ""),
        (Some("\"7\""), r#"{"name":"c"}"#, "\"7\""),
        (None, r#"{"name":"c","etag":"\"7\""}"#, "\"7\""),
        (Some("\"7\""), r#"{"name":"c","etag":"\"7\""}"#, "\"7\""),
        (None, r#"{"name":"c","etag":null}"#, ""),
    ] {
        let mut request = ingress.operator(Method::PATCH, &format!("/api/v1/clusters/{ID}"));
        if let Some(etag) = if_match {
            request = request.header(header::IF_MATCH, etag);
        }
        let answer =
            send(request.header(header::CONTENT_TYPE, "application/json").body(body)).await;
        assert_eq!(answer.status, 200, "{if_match:?} {body}: {}", answer.text);
        let seen = ingress.registry.fake.seen::<registry::UpdateClusterRequest>().pop().unwrap();
        assert_eq!(seen.cluster.unwrap().etag, heard, "{if_match:?} {body}");
    }
    for (if_match, body) in [
        ("7", r#"{"name":"c"}"#),
        ("W/\"7\"", r#"{"name":"c"}"#),
        ("\"7\", \"8\"", r#"{"name":"c"}"#),
        ("", r#"{"name":"c"}"#),
        ("\"7\"", r#"{"name":"c","etag":"\"8\""}"#),
    ] {
        let request = ingress.operator(Method::PATCH, &format!("/api/v1/clusters/{ID}"));
        let request = request
            .header(header::IF_MATCH, if_match)
            .header(header::CONTENT_TYPE, "application/json");
        let answer = send(request.body(body)).await;
        assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{if_match} {body}");
    }
    ingress.registry.fake.on(|_: &registry::UpdateClusterRequest| {
        Err::<registry::UpdateClusterResponse, _>(refusal(ErrorReason::EtagMismatch))
    });
    let answer = patch(&ingress, "clusters", r#"{"name":"c","etag":"\"6\""}"#).await;
    assert_eq!(answer.code(), (409, "ETAG_MISMATCH"));
}

#[tokio::test]
async fn deletions_go_through_the_ledger() {
    let ingress = Ingress::start().await;
    let delete = |path: &'static str, if_match: Option<&'static str>| {
        let mut request =
            ingress.request_as(Role::Admin, Method::DELETE, &format!("/api/v1/{path}/{ID}"));
        if let Some(etag) = if_match {
            request = request.header(header::IF_MATCH, etag);
        }
        send(request)
    };
    for (path, if_match) in
        [("config-repos", Some("\"3\"")), ("clusters", None), ("query-templates", Some("*"))]
    {
        let answer = delete(path, if_match).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
    }
    let fake = &ingress.proposal.fake;
    assert_eq!(
        fake.seen::<v1::DeleteConfigRepoRequest>()[0],
        v1::DeleteConfigRepoRequest { config_repo_id: ID.into(), etag: "\"3\"".into() }
    );
    assert_eq!(
        fake.seen::<v1::DeleteClusterRequest>()[0],
        v1::DeleteClusterRequest { cluster_id: ID.into(), etag: String::new() }
    );
    assert_eq!(fake.seen::<v1::DeleteQueryTemplateRequest>()[0].etag, "");
    assert!(ingress.registry.fake.contexts().is_empty(), "the registry is the ledger's to ask");

    fake.on(|_: &v1::DeleteClusterRequest| {
        Err::<v1::DeleteClusterResponse, _>(refusal(ErrorReason::ClusterInUse))
    });
    assert_eq!(delete("clusters", None).await.code(), (409, "CLUSTER_IN_USE"));
}

#[tokio::test]
async fn every_call_that_writes_takes_a_key_and_hands_it_on() {
    let ingress = Ingress::in_development().await;
    let key = format!("a key, {}", "é".repeat(248));
    let writing = |method: &Method| [Method::POST, Method::PUT, Method::PATCH].contains(method);
    let (mut unused, mut counted) = (Vec::new(), 0);
    for call in calls(true).iter().filter(|call| writing(&call.method) && call.role.is_some()) {
        let request = |key: &str| {
            let request = ingress.request(call.method.clone(), &examples::path(call));
            let request = request
                .bearer_auth(token(Role::Admin))
                .header(header::CONTENT_TYPE, "application/json");
            request.header("idempotency-key", key).body(examples::body(call).unwrap_or_default())
        };
        let longer = format!("{key}xx");
        for bad in ["", longer.as_str()] {
            let answer = send(request(bad)).await;
            assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{call:?} {bad:?}");
            assert!(
                answer.message().starts_with("header Idempotency-Key must be given once"),
                "{}",
                answer.text
            );
        }
        send_unheard_of(request(&key)).await;
        let cores = [&ingress.proposal, &ingress.registry, &ingress.runner];
        let shown: Vec<_> = cores.iter().flat_map(|core| core.fake.shown()).collect();
        let heard =
            shown.iter().filter(|text| text.contains(&format!("request_id: {key:?}"))).count();
        let known = operation_knows_reuse(call);
        assert_eq!(heard - counted, usize::from(known), "{call:?}");
        counted = heard;
        if !known {
            unused.push(call.id);
        }
    }
    assert_eq!(unused, ["previewPullRequest", "checkConfigRepo"], "they change nothing");
}

fn operation_knows_reuse(call: &pullwright_ingress::Call) -> bool {
    call.refusals.contains(&(422, "IDEMPOTENCY_KEY_REUSED"))
        && call.refusals.contains(&(409, "IDEMPOTENCY_KEY_IN_USE"))
}

#[tokio::test]
async fn a_key_that_is_taken_or_busy_is_told_as_such() {
    let ingress = Ingress::start().await;
    for (reason, told) in [
        (ErrorReason::IdempotencyKeyReused, (422, "IDEMPOTENCY_KEY_REUSED")),
        (ErrorReason::IdempotencyKeyInUse, (409, "IDEMPOTENCY_KEY_IN_USE")),
    ] {
        ingress.proposal.fake.on(move |_: &v1::OpenPullRequestRequest| {
            Err::<v1::OpenPullRequestResponse, _>(refusal(reason))
        });
        let request = ingress.operator(Method::POST, &format!("/api/v1/proposals/{ID}/open_pr"));
        let answer = send(request.header("idempotency-key", "k")).await;
        assert_eq!(answer.code(), told);
        assert_eq!(answer.body["detail"]["retryable"], told.0 == 409);
    }
}
