//! What cannot be believed says nothing about what is registered, not by the time that it takes either.

use std::time::Duration;

use pullwright_proto::{delivery::DeliveryOutcome as Outcome, registry};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    github::{SECRET, delivery, merged, recorded, sign},
    harness::{Ingress, send},
};

/// §18.2 AC-2: one answer for both; a small body's time is the same, since neither is told sooner than what both take.
#[tokio::test]
async fn an_unknown_repository_and_a_bad_signature_take_the_same_time() {
    let ingress = super::ingress(Outcome::Applied).await;
    let mut took = [Duration::MAX; 2];
    for _ in 0..5 {
        for (place, name) in ["acme/search-config", "nobody/nothing"].into_iter().enumerate() {
            let started = Instant::now();
            let request =
                delivery(&ingress, "pull_request", merged(name).to_string(), "not the secret");
            assert_eq!(send(request).await.code(), (403, "INVALID_SIGNATURE"));
            took[place] = took[place].min(started.elapsed());
        }
    }
    let [known, unknown] = took;
    assert!(known >= Duration::from_millis(50), "{known:?}");
    assert!(known.abs_diff(unknown) < Duration::from_millis(20), "{known:?} {unknown:?}");
    assert!(recorded(&ingress).is_empty());
}

#[tokio::test]
async fn eight_secrets_are_tried_and_those_in_force_before_those_they_replaced() {
    let ingress = super::ingress(Outcome::Applied).await;
    ingress.registry.fake.on(|asked: &registry::GetWebhookSecretsRequest| {
        // Four names with two repositories each: sixteen secrets.
        let secrets =
            ["https://github.com", "https://ghe.example"].map(|host| registry::WebhookSecrets {
                repository_id: format!("{host} {}", asked.full_name),
                host: host.into(),
                full_name: asked.full_name.clone(),
                current: format!("the secret of {host} {}", asked.full_name),
                previous: format!("the old secret of {host} {}", asked.full_name),
                ..registry::WebhookSecrets::default()
            });
        Ok(registry::GetWebhookSecretsResponse { secrets: secrets.into() })
    });
    let mut body = json!({"action": "edited", "others": [{"full_name": "a/1"}, {"full_name": "a/2"}, {"full_name": "a/3"}]});
    body["repository"] = json!({"full_name": "acme/x", "html_url": "https://ghe.example/acme/x"});
    for (secret, status) in [
        ("the secret of https://ghe.example acme/x", 200),
        ("the old secret of https://ghe.example acme/x", 403),
    ] {
        let answer = send(delivery(&ingress, "push", body.to_string(), secret)).await;
        assert_eq!(answer.status, status, "{secret}");
    }
    assert_eq!(recorded(&ingress)[0].repository_id, "https://ghe.example acme/x");
}

/// Neither a GUID nor the event header is signed; the target headers are not either, and only pick secrets.
#[tokio::test]
async fn headers_about_the_hook_make_nobody_believed() {
    let ingress = super::ingress(Outcome::Applied).await;
    for (kind, id) in [
        ("integration", "1"),
        ("repository", "42"),
        ("repository", "99999999999999999999"),
        ("repository", "-1"),
        ("organization", "x"),
        ("", ""),
    ] {
        for (body, secret, status) in [
            (merged("acme/search-config").to_string(), SECRET, 200),
            (merged("acme/search-config").to_string(), "x", 403),
            ("{}".to_owned(), SECRET, 403),
        ] {
            let request = delivery(&ingress, "pull_request", body, secret)
                .header("x-github-hook-installation-target-type", kind)
                .header("x-github-hook-installation-target-id", id);
            assert_eq!(send(request).await.status, status, "{kind} {id} {secret}");
        }
    }
    assert_ne!(sign(SECRET, b"{}"), sign("x", b"{}"));
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_given_up_before_github_gives_up() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let ingress = Ingress::start().await;
    let mut stream = tokio::net::TcpStream::connect(ingress.address).await.unwrap();
    let head = format!(
        "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nX-Hub-Signature-256: sha256={}\r\n\r\n{{",
        "0".repeat(64)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let started = Instant::now();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

/// An action may be any text, of a `repository_dispatch` for one; so may a header.
#[tokio::test]
async fn a_secret_where_it_does_not_belong_is_not_kept_beside_the_body() {
    let ingress = super::ingress(Outcome::Noop).await;
    let mut body = merged("acme/search-config");
    body["action"] = json!(SECRET);
    let request = delivery(&ingress, "repository_dispatch", body.to_string(), SECRET)
        .header("x-github-enterprise-host", SECRET);
    assert_eq!(send(request).await.status, 200);
    let kept = recorded(&ingress).remove(0);
    assert!(!kept.action.contains(SECRET), "{}", kept.action);
    assert!(!kept.headers["x-github-enterprise-host"].contains(SECRET), "{:?}", kept.headers);
}
