//! Pull requests from their opening to their end.

use pullwright_forge::{
    FileContent, Forge, ForgeOptions, MergeMethod, MergeRequest, NewCommit, NewRepository,
    Signature,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{REPOSITORY, World, eventually};

fn pull_path(number: u64) -> String {
    format!("/repos/{REPOSITORY}/pulls/{number}")
}

#[tokio::test]
async fn a_pull_request_says_what_it_is() {
    let world = World::start().await;
    let pull = world.open("pullwright/study-1").await;
    let url = world.forge.url();
    assert_eq!(pull["number"], 1);
    assert_eq!(pull["html_url"], format!("{url}/{REPOSITORY}/pull/1"));
    assert_eq!(pull["url"], format!("{url}/api/v3/repos/{REPOSITORY}/pulls/1"));
    assert_eq!(pull["head"]["label"], "acme:pullwright/study-1");
    assert_eq!(pull["base"]["repo"]["full_name"], REPOSITORY);
    assert_eq!(pull["user"]["login"], "bot");
    assert_eq!(
        (&pull["commits"], &pull["additions"], &pull["deletions"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let created = pull["created_at"].as_str().unwrap();
    assert!(created.len() == 20 && created.ends_with('Z'), "{created}");
    let read = world.rest().get(&pull_path(1)).await;
    assert_eq!((&read["mergeable"], &read["merged"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn the_head_follows_a_push_and_is_kept_after_the_branch_is_gone() {
    let world = World::start().await;
    world.open("x").await;
    let second = world.change("x", "3.5").await;
    assert_eq!(world.rest().get(&pull_path(1)).await["head"]["sha"], second);
    let path = format!("/repos/{REPOSITORY}/git/refs/heads/x");
    assert_eq!(world.rest().call(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    let closed = world.rest().get(&pull_path(1)).await;
    assert_eq!(closed["head"]["sha"], second);
    assert_eq!((&closed["state"], &closed["merged"]), (&json!("closed"), &json!(false)));
    assert_eq!(closed["changed_files"], 1, "its commits stay reachable");
}

#[tokio::test]
async fn a_merge_makes_a_commit_with_two_parents() {
    let world = World::start().await;
    let pull = world.open("x").await;
    let base = world.forge.branch_tip(REPOSITORY, "main").await.unwrap().unwrap();
    let (status, merged) =
        world.rest().call(Method::PUT, &format!("{}/merge", pull_path(1)), None).await;
    assert_eq!((status, &merged["merged"]), (StatusCode::OK, &json!(true)));
    let read = world.rest().get(&pull_path(1)).await;
    assert_eq!(read["merge_commit_sha"], merged["sha"]);
    assert_eq!((&read["state"], &read["merged_by"]["login"]), (&json!("closed"), &json!("bot")));
    assert_eq!(read["merged_at"], read["closed_at"]);
    let log = world.forge.log(REPOSITORY, "main", 1).await.unwrap();
    assert_eq!(json!(log[0].oid), merged["sha"]);
    assert_eq!(json!(log[0].parents), json!([base, pull["head"]["sha"]]));
    assert!(log[0].message.starts_with("Merge pull request #1 from acme/x"));
}

#[tokio::test]
async fn a_squash_makes_one_commit_on_the_base() {
    let world = World::start().await;
    world.open("x").await;
    world.change("x", "3.5").await;
    let base = world.forge.branch_tip(REPOSITORY, "main").await.unwrap().unwrap();
    let how = MergeRequest { method: MergeMethod::Squash, ..MergeRequest::default() };
    world.forge.merge_with(REPOSITORY, 1, how).await.unwrap();
    let log = world.forge.log(REPOSITORY, "main", 1).await.unwrap();
    assert_eq!(
        (log[0].parents.as_slice(), log[0].message.trim_end()),
        ([base].as_slice(), "Raise the boost (#1)")
    );
}

#[tokio::test]
async fn pushing_the_commits_of_a_pull_request_to_its_base_merges_it() {
    let world = World::start().await;
    world.open("x").await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    git.run("w", "push -q origin origin/x:refs/heads/main").await;
    let pull = world.forge.pull(REPOSITORY, 1).await.unwrap();
    assert!(pull.merged);
    assert_eq!(pull.merge_commit_sha, Some(pull.head_sha));
    assert_eq!(pull.merged_by.as_deref(), Some("bot"));
}

#[tokio::test]
async fn the_list_finds_by_head_state_and_base() {
    let world = World::start().await;
    world.open("x").await;
    world.open("y").await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    let numbers = async |query: &str| {
        let list = world.rest().get(&format!("/repos/{REPOSITORY}/pulls?{query}")).await;
        list.as_array()
            .unwrap()
            .iter()
            .map(|pull| pull["number"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, [2]);
    assert_eq!(numbers("state=all").await, [2, 1]);
    assert_eq!(numbers("state=all&direction=asc").await, [1, 2]);
    assert_eq!(numbers("state=all&head=acme:x").await, [1]);
    assert_eq!(numbers("state=closed").await, [1]);
    assert!(numbers("head=acme:x").await.is_empty());
    assert!(numbers("head=stranger:y").await.is_empty());
    assert!(numbers("base=other").await.is_empty());
    assert_eq!(
        numbers("head=malformed").await,
        [2],
        "a head without an owner filters nothing, as at GitHub"
    );
}

#[tokio::test]
async fn pages_link_to_each_other() {
    let world = World::start().await;
    world.open("x").await;
    world.open("y").await;
    let path = format!("/repos/{REPOSITORY}/pulls?per_page=1");
    let (_, headers, body) = world.rest().send(Method::GET, &path, None).await.unwrap();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&body).unwrap().as_array().unwrap().len(),
        1
    );
    let link = headers["link"].to_str().unwrap();
    assert!(link.contains("page=2>; rel=\"next\""), "{link}");
}

#[tokio::test]
async fn title_text_and_base_can_be_changed() {
    let world = World::start().await;
    world.open("x").await;
    world
        .forge
        .push_commit(REPOSITORY, NewCommit::file("release", "other", "1", "m"))
        .await
        .unwrap();
    let body = json!({ "title": "Better", "body": null, "base": "release" });
    let (status, pull) = world.rest().call(Method::PATCH, &pull_path(1), Some(body)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&pull["title"], &pull["body"], &pull["base"]["ref"]),
        (&json!("Better"), &json!(null), &json!("release"))
    );
    let (status, answer) =
        world.rest().call(Method::PATCH, &pull_path(1), Some(json!({ "base": "nothing" }))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["errors"][0]["field"], "base");
}

#[tokio::test]
async fn comments_are_written_listed_and_changed() {
    let world = World::start().await;
    world.open("x").await;
    let path = format!("/repos/{REPOSITORY}/issues/1/comments");
    let (status, comment) =
        world.rest().call(Method::POST, &path, Some(json!({ "body": "one" }))).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, blank) =
        world.rest().call(Method::POST, &path, Some(json!({ "body": " " }))).await;
    assert_eq!(
        (status, &blank["errors"][0]["message"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("Body cannot be blank"))
    );
    world.forge.comment(REPOSITORY, 1, "two").await.unwrap();
    let change = format!("/repos/{REPOSITORY}/issues/comments/{}", comment["id"]);
    world.rest().call(Method::PATCH, &change, Some(json!({ "body": "changed" }))).await;
    let list = world.rest().get(&path).await;
    assert_eq!((&list[0]["body"], &list[1]["body"]), (&json!("changed"), &json!("two")));
    assert_eq!(world.rest().get(&pull_path(1)).await["comments"], 2);
}

#[tokio::test]
async fn branches_and_refs_with_slashes_are_found() {
    let world = World::start().await;
    let tip = world.change("pullwright/study-1", "2").await;
    let rest = world.rest();
    let branch = rest.get(&format!("/repos/{REPOSITORY}/branches/pullwright/study-1")).await;
    assert_eq!(
        (&branch["name"], &branch["commit"]["sha"]),
        (&json!("pullwright/study-1"), &json!(tip))
    );
    let found = rest.get(&format!("/repos/{REPOSITORY}/git/ref/heads/pullwright/study-1")).await;
    assert_eq!(found["object"]["sha"], tip);
    let matching =
        rest.get(&format!("/repos/{REPOSITORY}/git/matching-refs/heads/pullwright/")).await;
    assert_eq!(matching[0]["ref"], "refs/heads/pullwright/study-1");
    let missing = format!("/repos/{REPOSITORY}/branches/pullwright/study");
    let (status, answer) = rest.call(Method::GET, &missing, None).await;
    assert_eq!((status, &answer["message"]), (StatusCode::NOT_FOUND, &json!("Branch not found")));
    let (status, _) = rest
        .call(Method::GET, &format!("/repos/{REPOSITORY}/git/ref/heads/pullwright"), None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_carry_their_hunks() {
    let world = World::start().await;
    world.open("x").await;
    let files = world.rest().get(&format!("{}/files", pull_path(1))).await;
    assert_eq!(
        (&files[0]["filename"], &files[0]["status"]),
        (&json!("boosts.params.json"), &json!("modified"))
    );
    assert_eq!(files[0]["patch"], "@@ -1,3 +1,3 @@\n {\n-  \"boost\": 1.0\n+  \"boost\": 2.5\n }");
    let diff = world.forge.pull_diff(REPOSITORY, 1).await.unwrap();
    assert!(diff.starts_with("diff --git a/boosts.params.json b/boosts.params.json\n"), "{diff}");
}

#[tokio::test]
async fn a_commit_keeps_its_author_date_mode_and_odd_paths() {
    let world = World::start().await;
    let author = Signature {
        name: "Ada".to_owned(),
        email: "ada@example.test".to_owned(),
        date: Some("2026-01-02T03:04:05Z".parse().unwrap()),
    };
    let mut commit = NewCommit::file("x", "a \"b\"/ü.txt", "text", "Say why\n\nAt length.");
    commit.files.insert("run.sh".to_owned(), Some(FileContent::with_mode("#!/bin/sh\n", "100755")));
    commit.files.insert("link".to_owned(), Some(FileContent::with_mode("run.sh", "120000")));
    commit.files.insert("boosts.params.json".to_owned(), None);
    commit.author = Some(author.clone());
    let oid = world.forge.push_commit(REPOSITORY, commit).await.unwrap();
    let log = world.forge.log(REPOSITORY, "x", 1).await.unwrap();
    assert_eq!((&log[0].oid, &log[0].author, &log[0].committer), (&oid, &author, &author));
    assert_eq!(log[0].message.trim_end(), "Say why\n\nAt length.");
    let read = async |path: &str| world.forge.read_file(REPOSITORY, "x", path).await.unwrap();
    assert_eq!(read("a \"b\"/ü.txt").await.as_deref(), Some(b"text".as_slice()));
    assert_eq!(read("boosts.params.json").await, None);
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    let tree = git.run("w", "ls-tree origin/x").await;
    assert!(tree.contains("120000 blob") && tree.contains("100755 blob"), "{tree}");
}

#[tokio::test]
async fn a_folder_on_disk_becomes_the_first_commit() {
    let world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("params/.git")).unwrap();
    std::fs::write(folder.path().join("params/a.params.json"), "{}").unwrap();
    std::fs::write(folder.path().join("params/.git/config"), "secret").unwrap();
    let mut new = NewRepository::new("acme", "seeded").file("README.md", "hello");
    new.folder = Some(folder.path().to_owned());
    world.forge.create_repository(new).await.unwrap();
    let read = async |path: &str| world.forge.read_file("acme/seeded", "main", path).await.unwrap();
    assert_eq!(read("params/a.params.json").await.as_deref(), Some(b"{}".as_slice()));
    assert_eq!(read("README.md").await.as_deref(), Some(b"hello".as_slice()));
    assert_eq!(read("params/.git/config").await, None);
}

#[tokio::test]
async fn an_empty_repository_has_no_branch() {
    let world = World::start().await;
    world.forge.create_repository(NewRepository::new("acme", "empty")).await.unwrap();
    assert!(world.forge.branches("acme/empty").await.unwrap().is_empty());
    let again = world.forge.create_repository(NewRepository::new("Acme", "Empty")).await;
    assert!(again.is_err(), "names differ in case only");
}

#[tokio::test]
async fn many_who_open_the_same_pull_request_at_once_make_one() {
    let world = World::start().await;
    world.change("x", "2").await;
    let answers = futures::future::join_all((0..8).map(|_| world.create_pull("x"))).await;
    let created = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count();
    let refused =
        answers.iter().filter(|(status, _)| *status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert_eq!((created, refused), (1, 7));
}

#[tokio::test]
async fn a_dropped_forge_answers_no_more_and_its_folder_is_not_taken_over() {
    let data = tempfile::tempdir().unwrap();
    let options = ForgeOptions { data: Some(data.path().to_owned()), ..ForgeOptions::default() };
    let world = World::start_with(options.clone()).await;
    let rest = world.rest();
    rest.get("/meta").await;
    drop(world);
    eventually("a refused connection", || async {
        rest.send(Method::GET, "/meta", None).await.is_err().then_some(())
    })
    .await;
    assert!(Forge::start(options).await.is_err(), "its memory is gone, its repositories are not");
}
