//! What nobody meant to send: every answer is an envelope.

use pullwright_proto::proposal as v1;
use reqwest::{Method, header};
use serde_json::Value;

use crate::{
    harness::{Answer, Ingress, send},
    log,
    messages::ID,
};

fn assert_envelope(answer: &Answer, status: u16, code: &str, told: &str) {
    assert_eq!(answer.code(), (status, code), "{}", answer.text);
    assert!(answer.message().contains(told), "{told} is not in {}", answer.text);
    assert!(answer.body["detail"]["retryable"].is_boolean());
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test]
async fn what_the_framework_refuses_is_an_envelope_too() {
    let ingress = Ingress::start().await;
    let post = |body: &'static str, content_type: &'static str| {
        let request = ingress.operator(Method::POST, "/api/v1/proposals");
        send(request.header(header::CONTENT_TYPE, content_type).body(body))
    };
    let json = "application/json";
    assert_envelope(&ingress.get("/nowhere").await, 404, "RESOURCE_NOT_FOUND", "Not found");
    assert_envelope(
        &ingress.get("/api/v1/proposals/").await,
        404,
        "RESOURCE_NOT_FOUND",
        "Not found",
    );
    assert_envelope(
        &post("{", json).await,
        422,
        "VALIDATION_ERROR",
        "body must be one JSON object",
    );
    assert_envelope(&post("[]", json).await, 422, "VALIDATION_ERROR", "body is malformed");
    assert_envelope(&post("", json).await, 422, "VALIDATION_ERROR", "body");
    assert_envelope(&post("{}", "text/plain").await, 422, "VALIDATION_ERROR", "application/json");
    assert_envelope(
        &post("{\"cluster_id\": 7}", json).await,
        422,
        "VALIDATION_ERROR",
        "cluster_id",
    );
    assert_envelope(
        &post("{\"config_diff\": {\"a\": {\"from\": 1}}}", json).await,
        422,
        "VALIDATION_ERROR",
        "config_diff.a",
    );
    assert_envelope(
        &post("{\"config_diff\": {\"a\": {\"to\":1},\"a\":{\"to\":1}}}", json).await,
        422,
        "VALIDATION_ERROR",
        "`a` stands twice",
    );
    assert_envelope(
        &post("{\"metric_delta\": {\"m\": {\"achieved\": 1e999}}}", json).await,
        422,
        "VALIDATION_ERROR",
        "number out of range",
    );
    let untyped = ingress.operator(Method::POST, "/api/v1/proposals").body("{}");
    assert_envelope(&send(untyped).await, 422, "VALIDATION_ERROR", "Content-Type");
    assert!(ingress.proposal.fake.contexts().is_empty(), "nothing reached a core");
}

#[tokio::test]
async fn a_method_that_a_route_does_not_take_is_refused_with_those_that_it_takes() {
    let ingress = Ingress::start().await;
    for (method, path, allowed) in [
        (Method::DELETE, "/api/v1/proposals", "GET,HEAD,POST"),
        (Method::POST, "/api/v1/clusters/x", "DELETE,GET,HEAD,PATCH"),
        (Method::PATCH, "/api/v1/studies/x/digest", "GET,HEAD,PUT"),
        (Method::GET, "/webhooks/github", "POST"),
        (Method::OPTIONS, "/webhooks/github", "POST"),
    ] {
        let answer = send(ingress.request(method.clone(), path)).await;
        assert_envelope(&answer, 405, "HTTP_ERROR", "method");
        let mut allow: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        allow.sort_unstable();
        assert_eq!(allow.join(","), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn an_id_that_nobody_can_have_is_one_that_nobody_has() {
    let ingress = Ingress::start().await;
    for (resource, code) in [
        ("proposals", "PROPOSAL_NOT_FOUND"),
        ("studies", "STUDY_NOT_FOUND"),
        ("clusters", "CLUSTER_NOT_FOUND"),
        ("config-repos", "CONFIG_REPO_NOT_FOUND"),
        ("query-templates", "TEMPLATE_NOT_FOUND"),
    ] {
        for id in [
            "1",
            "%FF",
            "%00",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
        ] {
            let answer = ingress.get(&format!("/api/v1/{resource}/{id}")).await;
            assert_envelope(&answer, 404, code, "no ");
        }
    }
    assert_envelope(
        &ingress.post("/api/v1/proposals/x/open_pr", "").await,
        404,
        "PROPOSAL_NOT_FOUND",
        "",
    );
    assert!(ingress.proposal.fake.contexts().is_empty());
}

#[tokio::test]
async fn bodies_beyond_their_limit_are_refused_and_studies_may_be_large() {
    let ingress = Ingress::start().await;
    let body = |bytes: usize| format!("{{\"name\": \"{}\"}}", "x".repeat(bytes));
    let mib = 1024 * 1024;
    assert_envelope(
        &ingress.post("/api/v1/clusters", &body(mib)).await,
        413,
        "PAYLOAD_TOO_LARGE",
        "1 MiB",
    );
    ingress.proposal.fake.on(|_: &v1::CreateStudyRequest| {
        Ok(v1::CreateStudyResponse { study_id: ID.into(), ..v1::CreateStudyResponse::default() })
    });
    assert_eq!(ingress.post("/api/v1/studies", &body(3 * mib)).await.status, 201);
    assert_eq!(ingress.proposal.fake.seen::<v1::CreateStudyRequest>()[0].name.len(), 3 * mib);

    let announced = "POST /api/v1/studies HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer the token of a operator\r\nContent-Length: 33554433\r\n\r\n";
    let answer = crate::wire::exchange(ingress.address, announced.as_bytes()).await;
    assert_eq!(answer.map(|answer| answer.status), Some(413), "refused before any of it is read");
}

#[tokio::test]
async fn a_request_id_is_kept_when_it_can_be_shown_and_minted_otherwise() {
    let ingress = Ingress::start().await;
    let answer =
        send(ingress.request(Method::GET, "/healthz").header("x-request-id", "probe-1")).await;
    assert_eq!(
        (answer.status, answer.header("x-request-id"), &answer.body["status"]),
        (200, "probe-1", &Value::from("ok"))
    );
    for bad in ["a b", "", "a/b", &"x".repeat(129)] {
        let answer =
            send(ingress.request(Method::GET, "/nowhere").header("x-request-id", bad)).await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{bad:?}");
    }
    let not_text = header::HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    let answer =
        send(ingress.request(Method::GET, "/nowhere").header("x-request-id", not_text)).await;
    assert_eq!(answer.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn every_request_is_one_line_under_its_ids() {
    let ingress = Ingress::start().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = ingress.operator(Method::GET, &format!("/api/v1/proposals/{ID}/events?limit=3"));
    let request = request
        .header("x-request-id", "one-line")
        .header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"));
    send(request).await;
    let lines = log::lines("request_id", "one-line");
    let [line] = &lines[..] else { panic!("{lines:#?}") };
    assert_eq!(
        (&line["http.method"], &line["http.route"]),
        (&"GET".into(), &"/api/v1/proposals/{id}/events".into())
    );
    assert_eq!(
        (&line["status"], &line["trace_id"], &line["actor"]),
        (&200.into(), &trace.into(), &"operator".into())
    );
    assert!(line["duration_ms"].is_u64());

    send(ingress.request(Method::GET, "/secret-path").header("x-request-id", "no-route")).await;
    let lines = log::lines("request_id", "no-route");
    assert_eq!(
        (&lines[0]["http.route"], &lines[0]["error_code"]),
        (&"unmatched".into(), &"RESOURCE_NOT_FOUND".into())
    );
    for probe in ["/healthz", "/readyz"] {
        send(ingress.request(Method::GET, probe).header("x-request-id", "a-probe")).await;
    }
    assert!(log::lines("request_id", "a-probe").is_empty(), "probes are not worth a line");
}

#[tokio::test]
async fn the_numbers_are_shown_to_whoever_may_look() {
    let ingress = Ingress::start().await;
    crate::github::register(&ingress, pullwright_proto::delivery::DeliveryOutcome::Applied);
    let body = crate::github::merged("acme/search-config").to_string();
    send(crate::github::delivery(&ingress, "pull_request", body, crate::github::SECRET)).await;

    let answer =
        send(ingress.request_as(pullwright_ingress::Role::Viewer, Method::GET, "/metrics")).await;
    assert_eq!(answer.status, 200);
    for line in [
        r#"webhook_deliveries{service="ingress",event="pull_request",outcome="applied"}"#,
        "webhook_answer_seconds_count{",
        "webhook_batches{",
        r#"webhook_waiting{service="ingress"} "#,
        "# HELP webhook_deliveries ",
    ] {
        assert!(answer.text.contains(line), "{line} in {}", answer.text);
    }
    assert_eq!(send(ingress.request(Method::GET, "/metrics")).await.status, 401);
}
