//! The runner dies before and after each step: another one takes the work up, and there is still one branch and one pull request.

use std::{collections::BTreeSet, time::Duration};

use pullwright_harness::{Service, Stack, StackOptions, WireOptions};
use pullwright_testkit::wait;
use serde_json::json;

use crate::system::{PATIENCE, System, logs};

/// Leases, renewals and limits small enough for a test, in the proportions of the defaults.
pub(crate) fn hasty(name: &str) -> StackOptions {
    let runner = [
        ("RUNNER_RENEW_EVERY", "500ms"),
        ("RUNNER_LEASE_MARGIN", "100ms"),
        ("RUNNER_GIT_PUSH_TIME_LIMIT", "1s"),
        ("RUNNER_KILL_GRACE", "200ms"),
        ("RUNNER_GITHUB_TIME_LIMIT", "1s"),
    ];
    let options =
        StackOptions::new(logs(name)).with(Service::Proposal, "PROPOSAL_LEASE_DURATION", "2s");
    runner
        .into_iter()
        .fold(options, |options, (name, value)| options.with(Service::Runner, name, value))
}

/// The steps that only an attempt after a crash has: what arms them is that the attempt before died here.
const SECOND_ATTEMPT: [(&str, &str); 2] =
    [("look_at_branch", "create_pull_request"), ("find_pull_request", "record_pull_request")];

#[tokio::test]
async fn killed_before_and_after_each_step_it_is_one_pull_request() {
    let failpoint = tempfile();
    let options = hasty("crashes").with(
        Service::Runner,
        "RUNNER_FAILPOINT_FILE",
        failpoint.to_str().unwrap(),
    );
    let mut stack = Stack::start(options).await.unwrap();
    let steps = steps_of_a_first_attempt(&stack).await;
    assert!(steps.len() >= 8, "{steps:?}");

    let mut cases: Vec<Vec<(String, &str)>> = Vec::new();
    for moment in ["before", "after"] {
        cases.extend(steps.iter().map(|step| vec![(step.clone(), moment)]));
        cases.extend(SECOND_ATTEMPT.map(|(second, first)| {
            vec![(first.to_owned(), "before"), (second.to_owned(), moment)]
        }));
    }
    for (number, deaths) in cases.iter().enumerate() {
        case(&mut stack, &failpoint, &format!("crash-{number}"), deaths).await;
    }
}

async fn steps_of_a_first_attempt(stack: &Stack) -> BTreeSet<String> {
    let system = System {
        stack,
        rest: stack.rest().unwrap(),
        wired: stack.wire(WireOptions::new("steps")).await.unwrap(),
    };
    let (proposal, _) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let events = system.events(&proposal).await;
    let opened = events.iter().find(|event| event["kind"] == "pull_request_opened").unwrap();
    let facts = opened["facts"].as_object().unwrap();
    let step = |fact: &String| fact.strip_suffix("_ms").map(str::to_owned);
    facts.keys().filter_map(step).chain(["complete".to_owned()]).collect()
}

/// One proposal whose runner dies at each of these places in turn.
async fn case(
    stack: &mut Stack,
    failpoint: &std::path::Path,
    name: &str,
    deaths: &[(String, &str)],
) {
    let wired = stack.wire(WireOptions::new(name)).await.unwrap();
    let mut proposal = None;
    for (step, moment) in deaths {
        std::fs::write(failpoint, format!("{step} {moment} kill")).unwrap();
        {
            let system = System { stack, rest: stack.rest().unwrap(), wired: wired.clone() };
            match &proposal {
                Some(_) => {}
                None => {
                    let created = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
                    system.open(&created).await;
                    proposal = Some(created);
                }
            }
        }
        let runner = stack.process(Service::Runner).unwrap();
        let dead = || async { !runner.is_running() };
        wait::until(&format!("the runner dies {moment} {step}"), Duration::from_secs(20), dead).await.unwrap_or_else(|error| {
            panic!("{error}; are the binaries built with `--features pullwright-runner/failpoints`, as `make test` does?")
        });
        stack.launch(Service::Runner).unwrap();
    }
    let told = format!("{name}: {deaths:?}");
    let system = System { stack, rest: stack.rest().unwrap(), wired };
    let proposal = proposal.unwrap();
    let now = system.until(&proposal, "pr_opened").await;

    let pulls = system.pulls().await;
    assert_eq!(pulls.len(), 1, "{told}");
    assert_eq!(now["pr_url"].as_str(), Some(pulls[0].html_url.as_str()), "{told}");
    let forge = stack.forge().unwrap();
    let branches: Vec<_> = forge.branches(&system.wired.repository).await.unwrap();
    assert_eq!(branches.len(), 2, "{told}: {branches:?}");
    assert_eq!(system.count(&proposal, "pull_request_opened").await, 1, "{told}");
    let unlocked = || async { anyhow::Ok(locks(stack).await?.is_empty()) };
    wait::until(&format!("{told}: no lock is left"), PATIENCE, unlocked).await.unwrap();
}

async fn locks(stack: &Stack) -> anyhow::Result<Vec<pullwright_proto::runner::RepositoryLock>> {
    let connection = stack.grpc(stack.ports.runner, &stack.credentials.service_operator)?;
    let mut runner =
        pullwright_proto::runner::runner_service_client::RunnerServiceClient::new(connection);
    Ok(runner
        .list_locks(pullwright_proto::runner::ListLocksRequest::default())
        .await?
        .into_inner()
        .locks)
}

fn tempfile() -> std::path::PathBuf {
    let folder = std::path::absolute(logs("crashes-failpoint")).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("armed")
}
