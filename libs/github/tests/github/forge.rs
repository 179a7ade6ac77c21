//! The whole way against a GitHub that remembers.

use pullwright_forge::{
    Fault, FaultKind, Forge, ForgeOptions, NewCommit, NewRepository, NewToken, Permission,
    TokenKind,
};
use pullwright_github::{Effect, GithubError, PullRequestChange};

use super::{
    answers::new_pull,
    server::{Caller, credential},
};

const REPOSITORY: &str = "acme/search-config";

async fn forge() -> (Forge, Caller) {
    let forge = Forge::start(ForgeOptions::default()).await.unwrap();
    let repository = NewRepository::new("acme", "search-config")
        .file("a.params.json", "{}\n")
        .token("bot", credential(), Permission::Write);
    forge.create_repository(repository).await.unwrap();
    let change =
        NewCommit::file("pullwright/study-1", "a.params.json", "{\"boost\": 2}\n", "raise");
    forge.push_commit(REPOSITORY, change).await.unwrap();
    let caller = Caller::new(&forge.url());
    (forge, caller)
}

#[tokio::test]
async fn a_pull_request_is_created_found_changed_and_closed() {
    let (forge, caller) = forge().await;
    let pulls = caller.repository().pulls();
    let created = pulls.create(&new_pull()).await.unwrap();
    assert_eq!((created.state.as_str(), created.merged), ("open", false));
    assert_eq!(created.head.name, "pullwright/study-1");
    assert_eq!(created.head.repository.as_deref(), Some(REPOSITORY));
    assert_eq!(
        Some(created.head.sha.clone()),
        forge.branch_tip(REPOSITORY, "pullwright/study-1").await.unwrap()
    );
    assert_eq!(created.html_url, format!("{}/{REPOSITORY}/pull/{}", forge.url(), created.number));
    assert!(created.updated_at.is_some() && !created.node_id.is_empty());

    let found = pulls.find_by_head("pullwright/study-1").await.unwrap();
    assert_eq!(found.iter().map(|pull| pull.number).collect::<Vec<_>>(), [created.number]);
    assert!(pulls.find_by_head("pullwright/study").await.unwrap().is_empty());

    let again = pulls.create(&new_pull()).await.unwrap_err();
    assert!(again.already_exists() && again.effect() == Effect::None, "{again:?}");

    let change = PullRequestChange { title: Some("Another".to_owned()), ..Default::default() };
    assert_eq!(pulls.update(created.number, &change).await.unwrap().title, "Another");
    assert_eq!(pulls.close(created.number).await.unwrap().state, "closed");
    assert_eq!(pulls.get(created.number).await.unwrap().state, "closed");
    assert_eq!(pulls.find_by_head("pullwright/study-1").await.unwrap()[0].state, "closed");
}

#[tokio::test]
async fn a_merged_pull_request_is_seen_as_merged() {
    let (forge, caller) = forge().await;
    let pulls = caller.repository().pulls();
    let number = pulls.create(&new_pull()).await.unwrap().number;
    forge.merge(REPOSITORY, number.try_into().unwrap()).await.unwrap();
    let one = pulls.get(number).await.unwrap();
    let listed = pulls.find_by_head("pullwright/study-1").await.unwrap().remove(0);
    for pull in [one, listed] {
        assert!(pull.merged && pull.merged_at.is_some() && pull.state == "closed", "{pull:?}");
    }
}

#[tokio::test]
async fn comments_are_written_read_edited_and_deleted() {
    let (_forge, caller) = forge().await;
    let pulls = caller.repository().pulls();
    let number = pulls.create(&new_pull()).await.unwrap().number;
    let comments = pulls.comments(number);
    let first = comments.create("one").await.unwrap();
    comments.create("two").await.unwrap();
    comments.edit(first.id, "changed").await.unwrap();
    let bodies: Vec<_> = comments.list().await.unwrap().into_iter().map(|c| c.body).collect();
    assert_eq!(bodies, ["changed", "two"]);
    for _ in 0..2 {
        comments.delete(first.id).await.unwrap();
    }
    let bodies: Vec<_> = comments.list().await.unwrap().into_iter().map(|c| c.body).collect();
    assert_eq!(bodies, ["two"]);
}

#[tokio::test]
async fn repositories_and_branches_are_read() {
    let (forge, mut caller) = forge().await;
    let facts = caller.repository().get().await.unwrap();
    assert_eq!((facts.full_name.as_str(), facts.default_branch.as_str()), (REPOSITORY, "main"));
    assert!(facts.id > 0 && facts.private);
    let branch = caller.repository().branch("pullwright/study-1").await.unwrap().unwrap();
    assert_eq!(Some(branch.sha), forge.branch_tip(REPOSITORY, "pullwright/study-1").await.unwrap());
    assert_eq!(caller.repository().branch("nowhere").await.unwrap(), None);
    caller.token = "wrong-credential".to_owned().into();
    let error = caller.repository().get().await.unwrap_err();
    assert!(matches!(error, GithubError::AuthFailed { .. }), "{error:?}");
}

#[tokio::test]
async fn after_a_lost_answer_a_look_finds_the_one_that_was_created() {
    let (forge, caller) = forge().await;
    forge.add_fault(Fault::on("pulls.create", FaultKind::DropAfterEffect).times(1)).await.unwrap();
    let pulls = caller.repository().pulls();
    let error = pulls.create(&new_pull()).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown, "{error:?}");
    assert_eq!(pulls.find_by_head("pullwright/study-1").await.unwrap().len(), 1);
    assert_eq!(forge.pulls(REPOSITORY).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_credential_is_seen_with_its_end_its_scopes_and_what_it_lacks() {
    let (forge, caller) = forge().await;
    let (facts, plain) = caller.repository().get_with_credential().await.unwrap();
    assert_eq!(facts.may_push, Some(true));
    assert_eq!((plain.expires_at, plain.scopes), (None, None));
    caller.repository().pulls().probe().await.unwrap();

    let token = || NewToken::new("bot", credential(), REPOSITORY, Permission::Write);
    let end = "2999-01-02T03:04:05Z".parse().unwrap();
    let classic = TokenKind::Classic { scopes: vec!["repo".to_owned()] };
    forge.add_token(token().of_kind(classic).until(end)).await;
    let (_, seen) = caller.repository().get_with_credential().await.unwrap();
    assert_eq!((seen.expires_at, seen.scopes), (Some(end), Some(vec!["repo".to_owned()])));

    forge.add_token(token().of_kind(TokenKind::WithoutPullRequests)).await;
    let error = caller.repository().pulls().probe().await.unwrap_err();
    let GithubError::Forbidden { needs, .. } = &error else { panic!("{error:?}") };
    assert_eq!(needs, "pull_requests=read");
}
