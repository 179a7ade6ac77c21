//! Whose secret goes where, and what GitHub's words may bring back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pullwright_forge::{FaultKind, NewToken, Permission};
use pullwright_harness::WireOptions;
use serde_json::json;

use super::boost;
use crate::system;

/// GitHub's words as they may stand in a row, in characters.
const MOST: usize = 5_000;

#[tokio::test]
async fn what_github_says_is_stored_cut_and_without_the_credential_in_any_form() {
    let system = system::wired(WireOptions::new("words")).await;
    // Of the old form without a prefix, which no pattern knows.
    let token = "0123456789abcdef".repeat(3)[..40].to_owned();
    let access = NewToken::new("bot", &token, &system.wired.repository, Permission::Write);
    system.forge().add_token(access).await.unwrap();
    std::fs::write(system.stack.secrets().join(&system.wired.auth_ref), &token).unwrap();
    let basic = STANDARD.encode(format!("x-access-token:{token}"));
    let percent: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let echo = format!("you sent {token}, {basic} and {percent}; ").repeat(500);
    let json = json!({"message": echo, "errors": vec![echo.as_str(); 20]}).to_string();
    for (number, (code, body)) in
        [(422, json.clone()), (403, json), (403, echo.clone()), (400, format!("<p>{echo}"))]
            .into_iter()
            .enumerate()
    {
        let kind = FaultKind::Status { code, body, headers: Default::default() };
        system.strike("pulls.create", kind).await;
        let proposal = system.propose(boost(number)).await;
        system.open(&proposal).await;

        let error = system.until_failed(&proposal).await;

        assert!(error.contains("you sent"), "{code}: GitHub's words are told: {error}");
        assert!(error.chars().count() < MOST, "{code}: {} characters", error.chars().count());
        let stored = format!("{error}{:?}", system.events(&proposal).await);
        for form in [&token, &basic, &percent] {
            assert!(!stored.contains(form.as_str()), "{code}: {form} is in {stored}");
        }
    }
}

#[tokio::test]
async fn a_credential_works_for_the_repositories_it_is_for_and_goes_nowhere_else() {
    let system = system::wired(WireOptions::new("owned")).await;
    let web = system.stack.ports.forge_url();
    let register = async |name: &str, repository: &str| {
        let body = json!({
            "name": name,
            "repo_url": format!("{web}/{repository}"),
            "auth_ref": system.wired.auth_ref,
        });
        system.rest.post("/api/v1/config-repos", &body).await.unwrap()
    };
    for (name, repository) in [("theirs", "mallory/theirs"), ("alike", "acme-inc/owned")] {
        let refused = register(name, repository).await;
        assert_eq!(
            (refused.status, refused.error_code()),
            (409, "AUTH_REF_IN_USE"),
            "{repository}"
        );
    }

    let host = web.strip_prefix("http://").unwrap();
    let list = system.stack.secrets().join(format!("{}.repositories", system.wired.auth_ref));
    std::fs::write(&list, format!("{host}/acme/owned\n{host}/partner/shared\n")).unwrap();
    let refused = register("beside", "acme/beside").await;
    assert_eq!((refused.status, refused.error_code()), (409, "AUTH_REF_IN_USE"));
    assert_eq!(register("shared", "partner/shared").await.status, 201);

    // A list that stops naming a repository stops its pull requests, too.
    std::fs::write(&list, format!("{host}/partner/shared\n")).unwrap();
    let proposal = system.propose(boost(0)).await;
    let path = format!("/api/v1/proposals/{proposal}/open_pr");
    let answer = system.rest.act(&path).await.unwrap();
    assert_eq!((answer.status, answer.error_code()), (503, "GITHUB_NOT_CONFIGURED"));
    let asked = system.forge().requests().await.unwrap();
    let elsewhere = ["/mallory/", "/acme-inc/", "/acme/beside", "/acme/owned.git"];
    let went = asked.iter().find(|call| elsewhere.iter().any(|part| call.path.contains(part)));
    assert!(went.is_none(), "{went:?}");
}
