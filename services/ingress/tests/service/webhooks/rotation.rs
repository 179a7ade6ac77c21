//! A secret that was changed is believed soon, and nobody can use that to keep the keyring busy.

use std::time::Duration;

use pullwright_proto::{
    delivery::DeliveryOutcome as Outcome,
    registry::{self, GetWebhookSecretsRequest},
};
use tokio::time::Instant;

use crate::{
    github::{REPOSITORY, SECRET, delivery, merged},
    harness::{Answer, Ingress, send},
};

const OURS: &str = "acme/search-config";
const NEWEST: &str = "the newest secret of all";

async fn said(ingress: &Ingress, secret: &str) -> Answer {
    let body = merged(OURS).to_string();
    send(delivery(ingress, "pull_request", body, secret)).await
}

/// How often the keyring was asked about a repository.
fn asked(ingress: &Ingress, full_name: &str) -> usize {
    let seen = ingress.registry.fake.seen::<GetWebhookSecretsRequest>();
    seen.iter().filter(|asked| asked.full_name == full_name).count()
}

fn rotate(ingress: &Ingress) {
    ingress.registry.fake.on(|_: &GetWebhookSecretsRequest| {
        let secrets = registry::WebhookSecrets {
            repository_id: REPOSITORY.into(),
            host: "https://github.com".into(),
            full_name: OURS.into(),
            current: NEWEST.into(),
            previous: SECRET.into(),
            ..registry::WebhookSecrets::default()
        };
        Ok(registry::GetWebhookSecretsResponse { secrets: vec![secrets] })
    });
}

#[tokio::test]
async fn the_newest_secret_is_believed_within_a_moment_of_its_rotation() {
    let ingress = super::ingress(Outcome::Applied).await;
    assert_eq!(said(&ingress, SECRET).await.status, 200);
    rotate(&ingress);
    let rotated = Instant::now();
    while said(&ingress, NEWEST).await.status != 200 {
        assert!(
            rotated.elapsed() < Duration::from_secs(3),
            "an answer is believed for ten seconds"
        );
    }
    let before = asked(&ingress, OURS);
    assert_eq!(said(&ingress, SECRET).await.status, 200, "the one before is good as well");
    assert_eq!(asked(&ingress, OURS), before, "what a signature has proven is remembered");
}

#[tokio::test]
async fn bad_signatures_of_one_repository_ask_the_keyring_four_times_a_second_at_most() {
    let ingress = super::ingress(Outcome::Applied).await;
    assert_eq!(said(&ingress, SECRET).await.status, 200);
    let (began, before) = (Instant::now(), asked(&ingress, OURS));
    while began.elapsed() < Duration::from_secs(1) {
        let some = futures::future::join_all((0..16).map(|_| said(&ingress, "not the secret")));
        for answer in some.await {
            assert_eq!(answer.code(), (403, "INVALID_SIGNATURE"));
        }
    }
    let times = (asked(&ingress, OURS) - before) as u128;
    assert!((1..=began.elapsed().as_millis() / 250 + 1).contains(&times), "{times} times");
}

/// §18.2 AC-2, also where the keyring is asked again.
#[tokio::test]
async fn an_old_answer_takes_as_long_as_none() {
    let ingress = super::ingress(Outcome::Applied).await;
    assert_eq!(said(&ingress, SECRET).await.status, 200);
    let mut took = [Duration::MAX; 2];
    // The shortest of some counts; a busy machine needs more of them.
    for round in 1.. {
        // Both answers are old by then, so that each is asked for.
        tokio::time::sleep(Duration::from_millis(260)).await;
        for (place, name) in [OURS, "nobody/nothing"].into_iter().enumerate() {
            let before = asked(&ingress, name);
            let body = merged(name).to_string();
            let started = Instant::now();
            let answer = send(delivery(&ingress, "pull_request", body, "not the secret")).await;
            assert_eq!(answer.code(), (403, "INVALID_SIGNATURE"));
            took[place] = took[place].min(started.elapsed());
            assert_eq!(asked(&ingress, name) - before, 1, "{name}");
        }
        let [known, unknown] = took;
        assert!(known >= Duration::from_millis(50), "{known:?}");
        if round > 3 && known.abs_diff(unknown) < Duration::from_millis(20) {
            break;
        }
        assert!(round < 20, "{known:?} {unknown:?}");
    }
}
