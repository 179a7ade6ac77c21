//! What an operator finds: health, reflection, roles, logs, a graceful stop.

use pullwright_harness::{Rest, Service, Stack, StackOptions, WireOptions};
use pullwright_proto::{
    job::{LeaseJobsRequest, job_service_client::JobServiceClient},
    registry::{MintCredentialRequest, credential_service_client::CredentialServiceClient},
    runner::{ListLocksRequest, runner_service_client::RunnerServiceClient},
};
use serde_json::{Value, json};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::system::{self, System, logs};

#[tokio::test]
async fn cores_tell_their_health_without_credentials() {
    let stack = system::stack().await;
    for port in [stack.ports.proposal, stack.ports.registry, stack.ports.runner] {
        let channel = tonic::transport::Endpoint::from_shared(format!("http://127.0.0.1:{port}"))
            .unwrap()
            .connect_lazy();
        let answer = HealthClient::new(channel).check(HealthCheckRequest::default()).await.unwrap();
        assert_eq!(answer.into_inner().status, 1, "{port} is not serving");
    }
}

#[tokio::test]
async fn an_operator_sees_locks_and_neither_secrets_nor_jobs() {
    let stack = system::stack().await;
    let token = &stack.credentials.service_operator;
    let mut runner = RunnerServiceClient::new(stack.grpc(stack.ports.runner, token).unwrap());
    runner.list_locks(ListLocksRequest::default()).await.unwrap();
    let mut keyring =
        CredentialServiceClient::new(stack.grpc(stack.ports.registry, token).unwrap());
    let refused = keyring.mint_credential(MintCredentialRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let mut jobs = JobServiceClient::new(stack.grpc(stack.ports.proposal, token).unwrap());
    assert_eq!(
        jobs.lease_jobs(LeaseJobsRequest::default()).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    let mut nobody = RunnerServiceClient::new(stack.grpc(stack.ports.runner, "nobody's").unwrap());
    assert_eq!(
        nobody.list_locks(ListLocksRequest::default()).await.unwrap_err().code(),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn people_need_a_token_with_the_right_role() {
    let stack = system::stack().await;
    let rest = stack.rest().unwrap();
    let none = rest.with_token(None).get("/api/v1/proposals").await.unwrap();
    assert_eq!((none.status, none.error_code()), (401, "UNAUTHENTICATED"));
    assert_eq!(none.headers["www-authenticate"], "Bearer");
    let viewer = rest.with_token(Some(&stack.credentials.viewer));
    assert_eq!(viewer.get("/api/v1/proposals").await.unwrap().status, 200);
    let refused = viewer.post("/api/v1/proposals", &json!({})).await.unwrap();
    assert_eq!((refused.status, refused.error_code()), (403, "PERMISSION_DENIED"));
}

#[tokio::test]
async fn one_trace_and_one_request_id_run_from_the_click_to_the_push() {
    let system = system::wired(WireOptions::new("trace")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = system
        .rest
        .request(reqwest::Method::POST, &format!("/api/v1/proposals/{proposal}/open_pr"))
        .bearer_auth(&system.stack.credentials.operator)
        .header("x-request-id", "click-1")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    let answer = Rest::answer(request).await.unwrap();
    assert_eq!((answer.status, answer.headers["x-request-id"].to_str().unwrap()), (202, "click-1"));
    system.until(&proposal, "pr_opened").await;

    for service in [Service::Ingress, Service::Proposal, Service::Runner] {
        let log = std::fs::read_to_string(system.stack.process(service).unwrap().log()).unwrap();
        let lines: Vec<Value> =
            log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let of_the_click =
            |line: &&Value| line["trace_id"] == trace && line["request_id"] == "click-1";
        assert!(
            lines.iter().any(|line| of_the_click(&line)),
            "{} logged nothing under the click's ids",
            service.name()
        );
    }
    let events = system.events(&proposal).await;
    let opened = events.iter().find(|event| event["kind"] == "pull_request_opened").unwrap();
    assert_eq!(opened["trace_id"], trace);
    let requested = events.iter().find(|event| event["kind"] == "open_requested").unwrap();
    assert_eq!(requested["actor"], "olga");
}

#[tokio::test]
async fn sigterm_stops_every_service_gracefully_and_leaves_nothing() {
    let mut stack = Stack::start(StackOptions::new(logs("stop"))).await.unwrap();
    {
        let wired = stack.wire(WireOptions::new("stop")).await.unwrap();
        let system = System { stack: &stack, rest: stack.rest().unwrap(), wired };
        system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    }
    let mut pids: Vec<i32> =
        Service::ALL.iter().map(|service| stack.process(*service).unwrap().pid()).collect();
    pids.extend([stack.postgres.pid() as i32, stack.redis.pid() as i32]);
    let (folder, log) = (stack.folder().to_owned(), stack.logs().to_owned());
    stack.halt(Service::Ingress);
    tokio::task::spawn_blocking(move || stack.stop()).await.unwrap().unwrap();

    for pid in pids {
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "process {pid} is left");
    }
    assert!(!folder.exists());
    for service in ["ingress", "proposal", "registry", "runner"] {
        let text = std::fs::read_to_string(log.join(format!("{service}.log"))).unwrap();
        assert!(
            text.lines().last().unwrap().contains("stopped"),
            "{service} did not stop by itself:\n{text}"
        );
    }
}
