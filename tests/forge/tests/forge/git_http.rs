//! Real git against the forge.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use pullwright_forge::{ForgeOptions, NewRepository, Permission};
use reqwest::StatusCode;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::{CONTENT, GitClient, REPOSITORY, World, eventually, secret};

#[tokio::test]
async fn a_clone_a_push_and_the_world_agree() {
    let world = World::start().await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    assert_eq!(
        std::fs::read_to_string(git.folder().join("w/boosts.params.json")).unwrap(),
        CONTENT
    );

    git.run("w", "checkout -q -b pullwright/study-1").await;
    git.commit("w", "boosts.params.json", "{}\n").await;
    git.run("w", "push -q origin pullwright/study-1").await;

    let tip = world.forge.branch_tip(REPOSITORY, "pullwright/study-1").await.unwrap();
    assert_eq!(tip, Some(git.run("w", "rev-parse HEAD").await));
    let content = world
        .forge
        .read_file(REPOSITORY, "pullwright/study-1", "boosts.params.json")
        .await
        .unwrap();
    assert_eq!(content.as_deref(), Some(b"{}\n".as_slice()));
}

#[tokio::test]
async fn a_url_without_dot_git_is_the_same_repository() {
    let world = World::start().await;
    let url = format!("{}/ACME/Search-Config", world.forge.url());
    let refs = world.git().run("", &format!("ls-remote {url} refs/heads/*")).await;
    assert!(refs.ends_with("refs/heads/main"), "{refs}");
}

#[tokio::test]
async fn a_blobless_fetch_brings_trees_and_no_blob() {
    let world = World::start().await;
    let git = world.git();
    git.run("", "init -q --bare p").await;
    let url = world.clone_url();
    git.run("p", &format!("fetch -q --depth=1 --filter=blob:none {url} main")).await;
    assert_eq!(types(&git).await, ["commit", "tree"]);
}

#[tokio::test]
async fn a_treeless_fetch_brings_the_commit_alone() {
    let world = World::start().await;
    let git = world.git();
    git.run("", "init -q --bare p").await;
    let url = world.clone_url();
    git.run("p", &format!("fetch -q --depth=1 --filter=tree:0 {url} main")).await;
    assert_eq!(types(&git).await, ["commit"]);
}

async fn types(git: &GitClient) -> Vec<String> {
    let all = git.run("p", "cat-file --batch-all-objects --batch-check=%(objecttype)").await;
    let mut types: Vec<String> = all.lines().map(str::to_owned).collect();
    types.sort_unstable();
    types
}

#[tokio::test]
async fn any_object_can_be_wanted_by_its_id() {
    let world = World::start().await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    let blob = git.run("w", "rev-parse HEAD:boosts.params.json").await;
    git.run("", "init -q --bare p").await;
    git.run("p", &format!("fetch -q --filter=tree:0 {} {blob}", world.clone_url())).await;
    assert_eq!(git.run("p", &format!("cat-file blob {blob}")).await + "\n", CONTENT);
}

#[tokio::test]
async fn a_large_push_goes_through_chunked() {
    let world = World::start().await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    // Does not compress: larger than http.postBuffer, so git sends it chunked.
    let mut word = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        word.to_le_bytes()
    })
    .take(400_000)
    .flatten()
    .collect();
    git.commit("w", "noise.bin", &noise).await;
    git.run("w", "push -q origin HEAD:refs/heads/noise").await;
    assert_eq!(world.forge.read_file(REPOSITORY, "noise", "noise.bin").await.unwrap(), Some(noise));
    let requests = world.forge.requests().await;
    let push = requests.iter().rfind(|request| request.route == "git.receive-pack").unwrap();
    assert!(push.header_names.contains(&"transfer-encoding".to_owned()));
}

#[tokio::test]
async fn a_create_only_push_is_refused_the_second_time() {
    let world = World::start().await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    git.commit("w", "boosts.params.json", "{\"boost\": 2}\n").await;
    git.run("w", "push -q --force-with-lease=refs/heads/x: origin HEAD:refs/heads/x").await;
    git.commit("w", "boosts.params.json", "{\"boost\": 3}\n").await;
    let complaint =
        git.fail("w", "push -q --force-with-lease=refs/heads/x: origin HEAD:refs/heads/x").await;
    assert!(complaint.contains("stale info"), "{complaint}");
    let tip = world.forge.branch_tip(REPOSITORY, "x").await.unwrap();
    assert_eq!(tip, Some(git.run("w", "rev-parse HEAD~1").await));
}

#[tokio::test]
async fn only_basic_with_a_known_token_opens_a_private_repository() {
    let world = World::start().await;
    let bearer = format!("Authorization: Bearer {}", world.writer);
    for header in [None, Some(bearer)] {
        let git = GitClient::with_header(header);
        let complaint = git.fail("", &format!("ls-remote {}", world.clone_url())).await;
        assert!(complaint.contains("could not read Username"), "{complaint}");
    }
    let complaint =
        GitClient::new(&secret()).fail("", &format!("ls-remote {}", world.clone_url())).await;
    assert!(complaint.contains("could not read Username"), "{complaint}");

    let url = format!("{}/info/refs?service=git-upload-pack", world.clone_url());
    let response =
        reqwest::Client::builder().no_proxy().build().unwrap().get(url).bearer_auth(&world.writer);
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"GitHub\"");
}

#[tokio::test]
async fn a_reading_token_may_fetch_and_not_push() {
    let world = World::start().await;
    let git = GitClient::new(&world.reader);
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    git.commit("w", "boosts.params.json", "{}\n").await;
    let complaint = git.fail("w", "push origin HEAD:refs/heads/x").await;
    assert!(complaint.contains("403"), "{complaint}");
    assert_eq!(world.forge.branch_tip(REPOSITORY, "x").await.unwrap(), None);
}

#[tokio::test]
async fn an_unknown_repository_is_not_found_for_a_known_token() {
    let world = World::start().await;
    let url = format!("{}/acme/nothing.git", world.forge.url());
    let complaint = world.git().fail("", &format!("ls-remote {url}")).await;
    assert!(complaint.contains("not found"), "{complaint}");
}

#[tokio::test]
async fn a_public_repository_is_read_by_all_and_pushed_by_its_writers() {
    let world = World::start().await;
    let token = secret();
    let open = NewRepository::new("acme", "open").public().file("a", "b").token(
        "bot",
        &token,
        Permission::Write,
    );
    world.forge.create_repository(open).await.unwrap();
    let url = format!("{}/acme/open.git", world.forge.url());
    let nobody = GitClient::with_header(None);
    nobody.run("", &format!("clone -q {url} w")).await;
    nobody.fail("w", "push origin HEAD:refs/heads/x").await;
    GitClient::new(&token).run("", &format!("ls-remote {url}")).await;
}

#[tokio::test]
async fn pull_request_refs_are_shown_and_cannot_be_pushed() {
    let world = World::start().await;
    let pull = world.open("x").await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    let refs = git.run("w", "ls-remote origin refs/pull/*").await;
    assert_eq!(refs, format!("{}\trefs/pull/1/head", pull["head"]["sha"].as_str().unwrap()));
    git.fail("w", "push origin HEAD:refs/pull/1/head").await;
}

#[tokio::test]
async fn a_gzipped_request_is_understood() {
    let world = World::start().await;
    let question =
        b"0014command=ls-refs\n0017object-format=sha1\n0001001bref-prefix refs/heads/\n0000";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(question).unwrap();
    let response = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/git-upload-pack", world.clone_url()))
        .basic_auth("anyone", Some(&world.reader))
        .header("git-protocol", "version=2")
        .header("content-type", "application/x-git-upload-pack-request")
        .header("content-encoding", "gzip")
        .body(encoder.finish().unwrap());
    let answer = response.send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("refs/heads/main"), "{answer}");
}

#[tokio::test]
async fn a_push_that_stalls_stops_nobody_else() {
    let world = World::start().await;
    let _stalled = begin_push(&world).await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    git.run("w", "push -q origin HEAD:refs/heads/x").await;
    world.change("y", "2").await;
    assert_eq!(world.create_pull("y").await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn the_backend_dies_with_its_client() {
    let data = TempDir::new().unwrap();
    let options = ForgeOptions { data: Some(data.path().to_owned()), ..ForgeOptions::default() };
    let world = World::start_with(options).await;
    let stream = begin_push(&world).await;
    let backend = eventually("a backend", || async { backend(data.path()) }).await;
    drop(stream);
    eventually("the end of the backend", || async { (!is_running(&backend)).then_some(()) }).await;
    world.git().run("", &format!("ls-remote {}", world.clone_url())).await;
}

/// Begins a push whose body never comes to its end.
async fn begin_push(world: &World) -> TcpStream {
    let address = world.forge.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let authorization = BASE64_STANDARD.encode(format!("x:{}", world.writer));
    let head = format!(
        "POST /{REPOSITORY}.git/git-receive-pack HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {authorization}\r\n\
         Content-Type: application/x-git-receive-pack-request\r\nContent-Length: 1000\r\n\r\n0000"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Finds a process of this forge's backend by the project root in its environment.
fn backend(data: &Path) -> Option<PathBuf> {
    let wanted = format!("GIT_PROJECT_ROOT={}", data.join("repositories").display());
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok())
        .map(|entry| entry.path());
    processes.into_iter().find(|process| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    })
}

/// Says whether a process is there and not only waiting to be reaped.
fn is_running(process: &Path) -> bool {
    let status = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    status
        .rsplit(')')
        .next()
        .is_some_and(|rest| !rest.trim().is_empty() && !rest.trim_start().starts_with('Z'))
}
