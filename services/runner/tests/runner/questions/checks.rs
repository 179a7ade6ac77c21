//! Checks of a config repository: what is said, and that saying it changes nothing.

use jiff::SignedDuration;
use pullwright_forge::{Fault, FaultKind, FileContent, NewCommit, NewToken, Permission, TokenKind};
use pullwright_proto::{
    error::ErrorReason,
    runner::{CheckConfigRepoRequest, CheckConfigRepoResponse, CheckLine, CheckOutcome},
};
use pullwright_rpc::Refusal;
use pullwright_types::{Clock as _, SystemClock};
use tonic::Code;
use uuid::Uuid;

use super::harness::{
    FOLDER, PARAMS, REPO_ID, REPOSITORY, World, cluster, refused, status, template,
};

async fn ask(world: &World) -> Result<CheckConfigRepoResponse, Refusal> {
    let request = CheckConfigRepoRequest { config_repo_id: REPO_ID.to_string() };
    let answer = world.operator().check_config_repo(request).await;
    answer.map(tonic::Response::into_inner).map_err(Refusal::from)
}

async fn check(world: &World) -> CheckConfigRepoResponse {
    ask(world).await.unwrap()
}

/// Check, subject, and how it ended.
fn told(response: &CheckConfigRepoResponse) -> Vec<String> {
    let line = |line: &CheckLine| {
        let outcome = match line.outcome() {
            CheckOutcome::Pass => "pass",
            CheckOutcome::Fail => "FAIL",
            CheckOutcome::Skipped => "skipped",
            CheckOutcome::Unspecified => "nothing",
        };
        format!("{} {}: {outcome}", line.check, line.subject)
    };
    response.lines.iter().map(line).collect()
}

/// The lines that failed; each must say what to do.
fn failed(response: &CheckConfigRepoResponse) -> Vec<&CheckLine> {
    let lines: Vec<&CheckLine> =
        response.lines.iter().filter(|line| line.outcome() == CheckOutcome::Fail).collect();
    assert!(
        lines.iter().all(|line| !line.remedy.is_empty() && !line.message.is_empty()),
        "{lines:?}"
    );
    assert_eq!(response.ok, lines.is_empty());
    lines
}

/// The one line that failed: its check and its words.
#[track_caller]
fn only_failure(response: &CheckConfigRepoResponse) -> (String, String) {
    let [line] = failed(response)[..] else { panic!("{:?}", told(response)) };
    (format!("{} {}", line.check, line.subject), line.message.clone())
}

async fn push(world: &World, path: &str, content: impl Into<FileContent>) {
    let mut commit = NewCommit::file("main", "touched", Uuid::new_v4().to_string(), "change");
    commit.files.insert(path.to_owned(), Some(content.into()));
    world.forge.push_commit(REPOSITORY, commit).await.unwrap();
}

async fn token(world: &World, permission: Permission, change: impl FnOnce(NewToken) -> NewToken) {
    let token = format!("gh{}_{}", "p", Uuid::new_v4().simple().to_string() + "abcd");
    let new = NewToken::new("bot", &token, REPOSITORY, permission);
    world.forge.add_token(change(new)).await;
    world.tell(|told| told.token = token);
}

#[tokio::test]
async fn a_repository_in_order_passes_line_by_line_and_is_only_read() {
    let world = World::start().await;
    world.asked().await;
    let response = check(&world).await;
    assert_eq!(
        told(&response),
        [
            "credential search-config-token: pass",
            "permissions contents: pass",
            "permissions pull requests: pass",
            "expiry search-config-token: pass",
            "base_branch main: pass",
            "protection main: pass",
            "config_path products-prod: pass",
            "params_file configs/products/product_search.params.json: pass",
        ]
    );
    assert!(response.ok && response.credential_expires_at.is_none());
    assert!(response.lines.iter().all(|line| line.remedy.is_empty()));
    for (method, route) in world.asked().await {
        assert!(method == "GET" || route == "git.upload-pack", "{method} {route}");
    }
    assert!(world.locks().list().await.unwrap().is_empty());
    assert_eq!(std::fs::read_dir(world.data().join("asides")).unwrap().count(), 0);
}

#[tokio::test]
async fn where_the_credential_fails_the_rest_is_skipped() {
    let world = World::start().await;
    world.tell(|told| told.token = format!("gh{}_{}", "p", "w".repeat(36)));
    let response = check(&world).await;
    let (line, message) = only_failure(&response);
    assert_eq!(line, "credential search-config-token");
    assert!(message.contains("the credential was refused"), "{message}");
    let skipped = told(&response).iter().filter(|line| line.ends_with("skipped")).count();
    assert_eq!(skipped, response.lines.len() - 1, "{:?}", told(&response));
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_said_as_the_registry_says_it() {
    let world = World::start().await;
    let refusal = status(Code::FailedPrecondition, "GITHUB_NOT_CONFIGURED", "no file of this name");
    world.tell(|told| told.mint_refusal = Some(refusal));
    let response = check(&world).await;
    assert_eq!(only_failure(&response).1, "no file of this name");
    assert!(failed(&response)[0].remedy.contains("search-config-token"));
}

#[tokio::test]
async fn a_token_that_sees_no_such_repository_is_told_from_a_wrong_one() {
    let world = World::start().await;
    let token = format!("gh{}_{}", "p", "o".repeat(36));
    world.forge.add_token(NewToken::new("bot", &token, "acme/other", Permission::Write)).await;
    world.tell(|told| told.token = token);
    let (line, message) = only_failure(&check(&world).await);
    assert_eq!(line, "credential search-config-token");
    assert!(message.contains("not found, or not visible"), "{message}");
}

#[tokio::test]
async fn a_token_that_may_only_read_fails_where_it_matters() {
    let world = World::start().await;
    token(&world, Permission::Read, |new| new).await;
    let response = check(&world).await;
    assert_eq!(only_failure(&response).0, "permissions contents");
    assert!(failed(&response)[0].remedy.contains("Contents: read and write"));
}

#[tokio::test]
async fn a_token_without_pull_requests_is_told_what_it_needs() {
    let world = World::start().await;
    token(&world, Permission::Write, |new| new.of_kind(TokenKind::WithoutPullRequests)).await;
    let (line, message) = only_failure(&check(&world).await);
    assert_eq!(line, "permissions pull requests");
    assert!(message.contains("pull_requests=read"), "{message}");
}

#[tokio::test]
async fn a_classic_token_is_judged_by_its_scopes() {
    for (scopes, passes) in
        [(&["repo", "read:org"][..], true), (&["public_repo"], false), (&[], false)]
    {
        let world = World::start().await;
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        token(&world, Permission::Write, |new| new.of_kind(TokenKind::Classic { scopes })).await;
        let response = check(&world).await;
        if passes {
            assert!(failed(&response).is_empty());
            assert!(
                response.lines[2].message.contains("repo, read:org"),
                "{:?}",
                response.lines[2]
            );
        } else {
            assert_eq!(only_failure(&response).0, "permissions pull requests");
        }
    }
}

#[tokio::test]
async fn a_token_that_ends_soon_is_to_be_replaced_now() {
    for (hours, passes) in [(24 * 30, true), (24 * 7 - 1, false), (1, false)] {
        let world = World::start().await;
        let end = SystemClock.now() + SignedDuration::from_hours(hours);
        token(&world, Permission::Write, |new| new.until(end)).await;
        let response = check(&world).await;
        assert_eq!(response.credential_expires_at.unwrap().seconds, end.as_second());
        if passes {
            assert!(failed(&response).is_empty(), "{:?}", told(&response));
        } else {
            assert_eq!(only_failure(&response).0, "expiry search-config-token");
        }
    }
}

#[tokio::test]
async fn an_archived_repository_takes_no_push() {
    let world = World::start().await;
    let body = r#"{"id":1,"full_name":"acme/search-config","default_branch":"main","private":true,"archived":true}"#;
    let archived =
        FaultKind::Status { code: 200, body: body.to_owned(), headers: Default::default() };
    world.forge.add_fault(Fault::on("repos.get", archived).times(1)).await.unwrap();
    let (line, message) = only_failure(&check(&world).await);
    assert_eq!(line, "permissions contents");
    assert!(message.contains("archived"), "{message}");
}

#[tokio::test]
async fn an_unprotected_base_is_said_and_a_missing_one_leaves_nothing_to_look_at() {
    let world = World::start().await;
    world.forge.protect_branch(REPOSITORY, "main", false).await.unwrap();
    assert_eq!(only_failure(&check(&world).await).0, "protection main");

    let commit = NewCommit::file("other", "a", "a", "m");
    world.forge.push_commit(REPOSITORY, commit).await.unwrap();
    world.forge.delete_branch(REPOSITORY, "main").await.unwrap();
    let response = check(&world).await;
    assert_eq!(only_failure(&response).0, "base_branch main");
    let skipped: Vec<String> =
        told(&response).into_iter().filter(|line| line.ends_with("skipped")).collect();
    assert_eq!(
        skipped,
        [
            "protection main: skipped",
            "config_path products-prod: skipped",
            "params_file configs/products: skipped"
        ]
    );
}

#[tokio::test]
async fn each_clusters_folder_is_looked_at() {
    let world = World::start().await;
    push(&world, "configs/empty/README.md", "nothing").await;
    push(&world, "configs/link", FileContent::with_mode("products", "120000")).await;
    world.tell(|told| {
        told.clusters = vec![
            cluster("a fine one", FOLDER),
            cluster("shares it", FOLDER),
            cluster("empty", "configs/empty"),
            cluster("linked", "configs/link"),
            cluster("nowhere", "configs/nowhere"),
            cluster("unset", ""),
        ];
        told.templates.push(template("facets"));
    });
    let response = check(&world).await;
    let lines: Vec<String> = told(&response).into_iter().skip(6).collect();
    assert_eq!(
        lines,
        [
            "config_path a fine one: pass",
            "config_path shares it: pass",
            "config_path empty: pass",
            "params_file configs/empty/*.params.json: FAIL",
            "config_path linked: FAIL",
            "config_path nowhere: FAIL",
            "config_path unset: FAIL",
            "params_file configs/products/product_search.params.json: pass",
        ]
    );
    assert_eq!(failed(&response).len(), 4);
    let fine = &response.lines[6].message;
    assert!(fine.contains("no file for facets"), "{fine}");
}

#[tokio::test]
async fn a_params_file_is_fit_or_it_is_said_why_not() {
    let world = World::start().await;
    for (content, words) in [
        ("{\"a\": 1,}", "malformed at line 1, column 9"),
        ("[1]", "must hold an object, but holds an array"),
        ("{\"a\": {\"b\": 1, \"b\": 2}}", "'a.b' stands more than once"),
        ("version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
    ] {
        push(&world, PARAMS, content).await;
        let (line, message) = only_failure(&check(&world).await);
        assert_eq!(line, format!("params_file {PARAMS}"));
        assert!(message.contains(words), "{message}");
    }
    push(&world, PARAMS, FileContent::with_mode("../elsewhere.json", "120000")).await;
    let (line, message) = only_failure(&check(&world).await);
    assert_eq!(line, format!("params_file {PARAMS}"));
    assert!(message.contains("is a symbolic link"), "{message}");
    push(&world, PARAMS, "{}").await;
    push(&world, ".gitattributes", "*.params.json filter=crypt\n").await;
    assert!(only_failure(&check(&world).await).1.contains("rewritten by a filter"));
}

#[tokio::test]
async fn without_clusters_there_is_no_folder_to_look_at_and_nothing_fails() {
    let world = World::start().await;
    world.tell(|told| told.clusters.clear());
    let response = check(&world).await;
    assert!(failed(&response).is_empty());
    assert_eq!(told(&response).last().unwrap(), "config_path : skipped");
}

#[tokio::test]
async fn where_github_is_away_nothing_is_said_about_the_repository() {
    let world = World::start().await;
    for route in
        ["repos.get", "pulls.list", "branches.get", "git.info-refs.receive-pack", "git.upload-pack"]
    {
        let fault =
            FaultKind::Status { code: 503, body: String::new(), headers: Default::default() };
        world.forge.add_fault(Fault::on(route, fault).times(9)).await.unwrap();
        let refusal = ask(&world).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::Unavailable, ErrorReason::ServiceUnavailable),
            "{route}"
        );
        world.forge.clear_faults().await;
    }
}

#[tokio::test]
async fn an_unknown_config_repository_is_not_found() {
    let world = World::start().await;
    let request = |id: String| CheckConfigRepoRequest { config_repo_id: id };
    let ask = async |id: String| refused(world.operator().check_config_repo(request(id)).await);
    let refusal = ask(Uuid::now_v7().to_string()).await;
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, ErrorReason::ConfigRepoNotFound));
    assert_eq!(ask("1".to_owned()).await.violations[0].field, "config_repo_id");
}
