//! GitHub Apps: which there are, their tokens, their secrets.

use std::{fs, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1, CreateConfigRepoRequest, app_service_client::AppServiceClient,
        credential_service_client::CredentialServiceClient,
    },
};
use pullwright_repo_registry::Error;
use pullwright_rpc::{Explain as _, Refusal, Role};
use pullwright_types::ManualClock;
use ring::{
    rsa::KeyPair,
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};
use rstest::rstest;
use serde_json::{Value, json};
use tonic::Code;

use crate::{
    harness::{Registry, SECOND_HOST, Setup, repo},
    keys,
};

fn app(host: &str, github_id: i64) -> Value {
    json!({"host": host, "github_id": github_id, "slug": format!("app-{github_id}"), "private_key": "app_key", "webhook_secret": "app_hook"})
}

impl Registry {
    pub(crate) async fn apps(&self) -> Vec<v1::App> {
        let mut client = AppServiceClient::new(self.connection(Role::Proposal));
        client.list_apps(v1::ListAppsRequest {}).await.unwrap().into_inner().apps
    }

    pub(crate) async fn mint_app_token(
        &self,
        app_id: &str,
    ) -> Result<v1::MintAppTokenResponse, Refusal> {
        let request = v1::MintAppTokenRequest { app_id: app_id.into() };
        let mut client = CredentialServiceClient::new(self.connection(Role::Runner));
        Ok(client.mint_app_token(request).await?.into_inner())
    }
}

#[tokio::test]
async fn apps_are_those_of_the_file_and_keep_their_ids_when_they_come_back() {
    let mut setup = Setup::fresh().await;
    let mut without_hook = app(SECOND_HOST, 7);
    without_hook["webhook_secret"] = Value::Null;
    setup.apps = json!([app("https://github.com", 7), without_hook]);
    let registry = setup.start().await.unwrap();
    let before = registry.apps().await;
    let shown: Vec<_> = before
        .iter()
        .map(|app| (app.host.as_str(), app.github_id, app.slug.as_str(), app.has_webhook))
        .collect();
    assert_eq!(shown, [(SECOND_HOST, 7, "app-7", false), ("https://github.com", 7, "app-7", true)]);
    drop(registry);

    setup.apps = json!([]);
    let registry = setup.start().await.unwrap();
    assert_eq!(registry.apps().await, []);
    let refusal = registry.mint_app_token(&before[0].id).await.unwrap_err();
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, ErrorReason::AppNotFound));
    drop(registry);

    setup.apps = json!([app("https://github.com", 7), app("https://github.com", 8)]);
    let registry = setup.start().await.unwrap();
    let after = registry.apps().await;
    assert_eq!(after.len(), 2);
    assert_eq!(after.iter().find(|app| app.github_id == 7).map(|app| &app.id), Some(&before[1].id));
}

/// What GitHub asks of a token: RS256, made a minute ago for a clock that is behind, no more than ten minutes, by the App's id.
#[rstest]
#[case::as_github_gives_it_out(keys::rsa_pkcs1())]
#[case::as_openssl_converts_it(keys::rsa_pkcs8())]
#[tokio::test]
async fn an_apps_own_token_is_signed_by_its_key_for_less_than_ten_minutes(#[case] pem: String) {
    let now: Timestamp = "2026-03-01T12:00:00.75Z".parse().unwrap();
    let mut setup = Setup::fresh().await;
    setup.apps = json!([app("https://github.com", 4711)]);
    setup.clock = Arc::new(ManualClock::new(now));
    let registry = setup.start().await.unwrap();
    registry.secret("app_key", pem);
    let minted = registry.mint_app_token(&registry.apps().await[0].id).await.unwrap();

    let (signed, signature) = minted.token.rsplit_once('.').unwrap();
    let key = KeyPair::from_der(&keys::rsa_der()).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key());
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let parts: Vec<Value> = signed
        .split('.')
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    let expires = now.as_second() + SignedDuration::from_mins(9).as_secs();
    assert_eq!(
        parts,
        [
            json!({"alg": "RS256", "typ": "JWT"}),
            json!({"iat": now.as_second() - 60, "exp": expires, "iss": "4711"}),
        ]
    );
    let told = minted.expires_at.unwrap();
    assert_eq!((told.seconds, told.nanos), (expires, 0));
}

#[tokio::test]
async fn a_key_that_cannot_sign_is_named_and_never_shown() {
    let mut setup = Setup::fresh().await;
    setup.apps = json!([app("https://github.com", 7)]);
    let registry = setup.start().await.unwrap();
    let id = registry.apps().await[0].id.clone();
    let before = "the private key of the GitHub App app-7 cannot be had: secret `app_key` ";
    let not_rsa = "is not an RSA key of 2048 bits or more, in PKCS#1 or PKCS#8";
    let cut = keys::rsa_pkcs1().replace("MIIE", "MIIF");
    for (content, problem) in [
        (None, "does not exist in the secrets folder"),
        (Some("a plain password".to_owned()), "holds no private key in PEM"),
        (Some(keys::short()), not_rsa),
        (Some(keys::elliptic()), not_rsa),
        (Some(cut), not_rsa),
    ] {
        if let Some(content) = content {
            registry.secret("app_key", content);
        }
        let refusal = registry.mint_app_token(&id).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason, refusal.message),
            (
                Code::FailedPrecondition,
                ErrorReason::GithubNotConfigured,
                format!("{before}{problem}")
            )
        );
    }
    for unknown in ["", "x", "01890000-0000-7000-8000-000000000000"] {
        let refusal = registry.mint_app_token(unknown).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::AppNotFound, "{unknown}");
    }
}

#[tokio::test]
async fn no_repository_may_name_a_secret_of_an_app_not_even_with_a_list() {
    let mut setup = Setup::fresh().await;
    setup.apps = json!([app("https://github.com", 7)]);
    let registry = setup.start().await.unwrap();
    for (secret, content) in [
        ("acme_pat", "the-acme-credential"),
        ("app_key", "not-a-key-at-all"),
        ("app_hook", "the-apps-secret"),
    ] {
        registry.secret(secret, content);
        registry.secret(&format!("{secret}.repositories"), "github.com/acme/*\n");
    }
    for secret in ["app_key", "app_hook"] {
        let credential = CreateConfigRepoRequest {
            auth_ref: secret.into(),
            ..repo("a", "https://github.com/acme/a")
        };
        let hook = CreateConfigRepoRequest {
            webhook_secret_ref: secret.into(),
            ..repo("a", "https://github.com/acme/a")
        };
        for request in [credential, hook] {
            let refusal = registry.register(request).await.unwrap_err();
            assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
            assert!(
                refusal
                    .message
                    .ends_with("is a secret of a GitHub App, which no repository may name"),
                "{refusal}"
            );
        }
    }
    assert_eq!(registry.count("config_repos").await, 0);
}

#[tokio::test]
async fn an_app_cannot_take_a_secret_that_a_repository_names() {
    let mut setup = Setup::fresh().await;
    fs::write(setup.folder.path().join("acme_pat"), "the-acme-credential").unwrap();
    let registry = setup.start().await.unwrap();
    let hooked = CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        ..repo("a", "https://github.com/acme/a")
    };
    registry.register(hooked).await.unwrap();
    drop(registry);
    for (field, secret) in [("private_key", "acme_pat"), ("webhook_secret", "hook")] {
        let mut app = app("https://github.com", 7);
        app[field] = secret.into();
        setup.apps = json!([app]);
        let error: Error = setup.start().await.map(drop).unwrap_err();
        assert_eq!(error.reason(), ErrorReason::AuthRefInUse);
        assert!(error.to_string().contains(&format!("names secret `{secret}`")), "{error}");
    }
    // Nothing of an App that was refused is left.
    setup.apps = json!([]);
    let registry = setup.start().await.unwrap();
    assert_eq!((registry.count("apps").await, registry.count("secret_bindings").await), (0, 2));
}
