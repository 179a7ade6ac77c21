//! What git children of the real runner are given, and where their requests go.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use pullwright_forge::{Fault, FaultKind};
use pullwright_harness::{Service, WireOptions};
use serde_json::json;
use tokio::net::TcpListener;

use super::{
    CANARY,
    processes::{Program, Sampler, Titled as _},
    shared,
};
use crate::system::System;

/// All variables of a git child but the configuration's pairs, spelled out anew: a variable that is added there has to be thought
/// about here.
const DECLARED: [&str; 21] = [
    "GIT_ADVICE",
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_ATTR_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_DIR",
    "GIT_LFS_SKIP_SMUDGE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NO_LAZY_FETCH",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OPTIONAL_LOCKS",
    "GIT_PROTOCOL_FROM_USER",
    "GIT_TERMINAL_PROMPT",
    "HOME",
    "LANG",
    "LC_ALL",
    "PATH",
    "TZ",
];

/// What git tells its own children besides; the parameters are those of the negotiation before a push.
const OF_GIT: [&str; 3] = ["GIT_CONFIG_PARAMETERS", "GIT_EXEC_PATH", "GIT_PREFIX"];

#[tokio::test]
async fn a_git_child_has_the_declared_variables_and_inherits_none() {
    let stack = shared().await;
    let sampler = Sampler::start();
    let system = System {
        stack,
        rest: stack.rest().unwrap(),
        wired: stack.wire(WireOptions::new("canary")).await.unwrap(),
    };
    let slow = Fault::on("git.*", FaultKind::Delay { ms: 150 });
    let path = Some("/acme/canary.git/*".to_owned());
    stack.forge().unwrap().add_fault(Fault { path, ..slow }).await.unwrap();
    system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let programs = sampler.stop();

    let runner = stack.process(Service::Runner).unwrap().pid() as u32;
    let own = std::fs::read(format!("/proc/{runner}/environ")).unwrap();
    let (name, value) = CANARY;
    assert!(String::from_utf8_lossy(&own).contains(&format!("{name}={value}")));

    for program in programs.iter().filter(|program| program.title().starts_with("git")) {
        assert!(program.variable(name).is_none(), "{} inherits", program.title());
    }

    let clones = stack.clones();
    let is_ours = |program: &&Program| {
        let folder = program.variable("GIT_DIR").unwrap_or_default();
        program.title().starts_with("git")
            && folder.starts_with(clones.to_str().unwrap().as_bytes())
    };
    let children: Vec<&Program> = programs.iter().filter(is_ours).collect();
    for child in &children {
        let told = child.title();
        let mut names: BTreeSet<&str> =
            child.variables.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), child.variables.len(), "{told} has a variable twice");
        let count = String::from_utf8_lossy(child.variable("GIT_CONFIG_COUNT").unwrap());
        for at in 0..count.parse::<usize>().unwrap() {
            for half in ["KEY", "VALUE"] {
                assert!(names.remove(format!("GIT_CONFIG_{half}_{at}").as_str()), "{told}");
            }
        }
        if child.parent == runner {
            assert_eq!(names, DECLARED.into(), "{told}");
        } else {
            let more: Vec<_> = names.difference(&DECLARED.into()).copied().collect();
            assert!(more.iter().all(|name| OF_GIT.contains(name)), "{told} of git's: {more:?}");
        }
    }
    let titles: BTreeSet<String> = children.iter().map(|child| child.title()).collect();
    for title in ["git fetch", "git push", "git-remote-http"] {
        assert!(titles.contains(title), "{title} was not seen: {titles:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let stack = shared().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = listener.local_addr().unwrap();
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&arrived);
    let listening = tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    for (name, route, reason) in [
        ("fetch", "git.info-refs.upload-pack", Some("CLONE_FAILED")),
        ("fetched-pack", "git.upload-pack", Some("CLONE_FAILED")),
        // Whether a broken push was done only the branch tells, so it is tried again.
        ("push", "git.info-refs.receive-pack", None),
        ("pushed-pack", "git.receive-pack", None),
        ("pull", "pulls.create", Some("GITHUB_API_FAILED")),
    ] {
        let wired = stack.wire(WireOptions::new(&format!("redirected-{name}"))).await.unwrap();
        let system = System { stack, rest: stack.rest().unwrap(), wired };
        let url = format!("http://{elsewhere}/acme/redirected-{name}.git/info/refs");
        let redirect = Fault::on(route, FaultKind::Redirect { url, code: None }).times(1);
        let folder = if route.starts_with("git.") { ".git/" } else { "/" };
        let path = Some(format!("*/acme/redirected-{name}{folder}*"));
        let fault = Fault { path, ..redirect };
        let fault = stack.forge().unwrap().add_fault(fault).await.unwrap();

        let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
        system.open(&proposal).await;
        match reason {
            Some(reason) => {
                let error = system.until_failed(&proposal).await;
                assert!(error.starts_with(reason), "{name}: {error}");
            }
            None => drop(system.until(&proposal, "pr_opened").await),
        }

        let faults = stack.forge().unwrap().faults().await.unwrap();
        assert!(faults.iter().any(|known| known.id == fault && known.struck == 1), "{name}");
        assert_eq!(arrived.load(Ordering::Relaxed), 0, "{name}: the redirect was followed");
    }
    // The listener hears what does arrive.
    tokio::net::TcpStream::connect(elsewhere).await.unwrap();
    let heard = || async { anyhow::Ok(arrived.load(Ordering::Relaxed) == 1) };
    pullwright_testkit::wait::until("the listener hears", crate::system::PATIENCE, heard)
        .await
        .unwrap();
    listening.abort();
}
