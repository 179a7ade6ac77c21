//! The fuzzer: schemathesis makes requests out of the server's own document, legal and illegal ones, and holds the answers against it.
//!
//! It finds no 5xx and no answer outside the document. Of its checks one is left out, `positive_data_acceptance`: a request that
//! fits the schemas may be refused for what no schema can say, such as a cursor that no page gave, a key that was used before, a
//! host that is not configured, or a metric that needs a cut-off. The rows hold that what is legal is taken. Its counterpart,
//! `negative_data_rejection`, is in: nothing that does not fit the schemas is taken.

use std::{fmt::Write as _, path::Path, process::Stdio};

use pullwright_harness::WireOptions;
use serde_json::{Value, json};
use tokio::process::Command;

use super::{
    setup::{id, text},
    world::{World, development},
};
use crate::system::logs;

/// The same requests each time; on another one the same stack has other ids, so that a finding is told as a call by itself.
const SEED: &str = "20260101";
/// How long it looks for something to find, in seconds.
const SECONDS: &str = "60";

#[tokio::test]
async fn the_fuzzer_finds_no_answer_outside_the_document() {
    let folder = std::path::absolute(logs("contract-fuzz")).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    let world = World::alone(development("contract-fuzz-stack")).await;
    let config = folder.join("schemathesis.toml");
    std::fs::write(&config, known(&world, &folder).await).unwrap();

    let url = format!("{}/openapi.json", world.stack.ports.ingress_url());
    let output = fuzzer(&world, &folder)
        .arg("--config-file")
        .arg(&config)
        .args(["--no-color", "run", &url])
        // One worker: Python 3.11 cannot compile in two threads at once, and two would share one interpreter lock in any case.
        .args(["--seed", SEED, "--max-time", SECONDS, "--workers", "1"])
        .args(["--continue-on-failure", "--generation-database", "none"])
        .args(["--suppress-health-check", "all", "--warnings", "off"])
        .args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"])
        .output();
    let output = output.await.unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    std::fs::write(folder.join("output.log"), told.as_bytes()).unwrap();
    assert!(
        output.status.success(),
        "seed {SEED}; the stack's logs are in {}\n{told}\n{}\n\
         Run it again with `cargo test -p pullwright-e2e -- contract::fuzz`, or make the calls above with an admin's token.",
        world.stack.logs().display(),
        String::from_utf8_lossy(&output.stderr)
    );
    // A fuzzer that is refused at the door finds nothing either.
    assert!(tested_all(&told), "{told}");
}

/// Whether as many calls were tested as were selected.
fn tested_all(told: &str) -> bool {
    let number = |name: &str| {
        let line = told.lines().find_map(|line| line.trim().strip_prefix(name))?;
        line.trim().split('/').next()?.parse::<usize>().ok()
    };
    number("Selected:").is_some_and(|selected| selected > 0 && number("Tested:") == Some(selected))
}

#[expect(clippy::disallowed_methods, reason = "the fuzzer is no program of ours")]
fn fuzzer(world: &World, folder: &Path) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(root.join("deploy/local/schemathesis.sh"));
    command.env("FUZZ_TOKEN", &world.stack.credentials.admin);
    command.env("HYPOTHESIS_STORAGE_DIRECTORY", folder.join("hypothesis"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// The fuzzer's settings: whose token it sends, and ids that there are, so that it comes further than to 404.
async fn known(world: &World, folder: &Path) -> String {
    let mut settings = format!(
        "headers = {{ Authorization = \"Bearer ${{FUZZ_TOKEN}}\" }}\nrequest-timeout = 5.0\nmax-stream-events = 1\n\
         cache = {{ enabled = false, directory = {:?} }}\n",
        folder.join("cache")
    );
    let mut operations = String::new();
    for (name, paths, ids) in resources(world).await {
        writeln!(settings, "[dictionaries.{name}]\nvalues = {}", json!(ids)).unwrap();
        let binding = format!("{{ dictionary = \"{name}\", probability = 0.7 }}");
        let parameter = if name == "repositories" { "repository_id" } else { "id" };
        writeln!(
            operations,
            "[[operations]]\ninclude-path-regex = \"{paths}\"\nparameters = {{ \"path.{parameter}\" = {binding} }}"
        )
        .unwrap();
    }
    // The contract has a 503 that is no failure of ours: a repository that nobody has given a credential for.
    operations.push_str(
        "[[operations]]\ninclude-path-regex = \"/config-repos(/\\\\{id\\\\})?$\"\ninclude-method = [\"POST\", \"PATCH\"]\n\
         checks.not_a_server_error.expected-statuses = [\"2xx\", \"4xx\", 503]\n",
    );
    settings + &operations
}

/// Names, the paths that are about them, and ids of some.
async fn resources(world: &World) -> Vec<(&'static str, &'static str, Vec<String>)> {
    let mut proposals = Vec::new();
    for call in [None, None, None, Some("reject"), Some("supersede"), Some("open_pr")] {
        let proposal = world.proposal().await;
        if let Some(call) = call {
            world.act(call, &proposal).await;
        }
        proposals.push(proposal);
    }
    let system = world.wired(WireOptions::new("contract-fuzzed")).await;
    let (merged, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    system.stack.forge().unwrap().merge(&system.wired.repository, pull.number).await.unwrap();
    system.until(&merged, "pr_merged").await;
    proposals.push(merged);

    let (mut studies, mut digests, mut lists, mut sets) = (vec![], vec![], vec![], vec![]);
    for with in [json!({}), json!({"with_pending_proposal": false}), json!({})] {
        let (made, body) = world.seeded(with).await;
        let all: [(&mut Vec<String>, &Value); 4] = [
            (&mut studies, &made["study_id"]),
            (&mut digests, &made["digest_id"]),
            (&mut lists, &body["judgment_list_id"]),
            (&mut sets, &body["query_set_id"]),
        ];
        all.into_iter().for_each(|(ids, id)| ids.push(text(id)));
    }
    studies.push(text(&world.study(json!({"digest": null})).await["study_id"]));
    let (mut repos, mut clusters, mut templates) = (vec![], vec![], vec![]);
    for _ in 0..3 {
        repos.push(id(&world.config_repo().await));
        clusters.push(id(&world.cluster(json!({})).await));
        templates.push(id(&world.template(json!({})).await));
    }
    repos.push(system.wired.config_repo_id.clone());
    clusters.push(system.wired.cluster_id.clone());
    let mut deliveries = vec![];
    for _ in 0..3 {
        deliveries.push(id(&world.delivered().await));
    }
    vec![
        ("deliveries", "/deliveries/\\\\{id\\\\}", deliveries),
        ("proposals", "/proposals/\\\\{id\\\\}", proposals),
        ("studies", "/studies/\\\\{id\\\\}", studies),
        ("digests", "/_test/digests/", digests),
        ("judgment_lists", "/judgment-lists/", lists),
        ("query_sets", "/query-sets/", sets),
        ("config_repos", "/config-repos/\\\\{id\\\\}", repos.clone()),
        ("clusters", "/clusters/\\\\{id\\\\}", clusters),
        ("query_templates", "/query-templates/\\\\{id\\\\}", templates),
        ("repositories", "/locks/", repos),
    ]
}
