//! How long what is known is believed.

use pullwright_rpc::client::Settings;

use super::*;

fn secrets() -> Secrets {
    let nowhere = Settings {
        address: tonic::transport::Endpoint::from_static("http://127.0.0.1:1"),
        token: "a service token".to_owned().into(),
    };
    let keyring = CredentialServiceClient::new(nowhere.connect().expect("a token that fits"));
    Secrets::new(keyring, Redactor::new())
}

fn hint(full_name: &str) -> Hint {
    let repository = RepositoryName::parse(full_name).expect("a name");
    Hint::new(Some(&repository), 0, false)
}

fn entry(current: &str) -> v1::WebhookSecrets {
    v1::WebhookSecrets { current: current.to_owned(), ..v1::WebhookSecrets::default() }
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_believed_for_ten_seconds_and_an_absence_for_a_moment() {
    let secrets = secrets();
    let known = secrets.secrets(entry("long enough to be found"));
    for (known, lasts) in [(known, KEPT), (vec![], ABSENCE_KEPT)] {
        secrets.remember(hint("acme/x"), known);
        tokio::time::advance(lasts - Duration::from_millis(1)).await;
        assert!(secrets.remembered(&hint("Acme/X")).is_some(), "{lasts:?}");
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(secrets.remembered(&hint("acme/x")).is_none(), "{lasts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn strangers_cannot_fill_the_memory() {
    let secrets = secrets();
    for number in 0..=MOST_KEPT {
        secrets.remember(hint(&format!("stranger/{number}")), Vec::new());
    }
    assert_eq!(secrets.kept.lock().expect("nobody panicked").len(), MOST_KEPT);
    assert!(
        secrets.remembered(&hint(&format!("stranger/{MOST_KEPT}"))).is_none(),
        "asked for again, never wrong"
    );
    tokio::time::advance(KEPT).await;
    secrets.remember(hint("acme/x"), Vec::new());
    assert!(secrets.remembered(&hint("acme/x")).is_some(), "room is made by what is too old");
}

#[tokio::test]
async fn a_secret_is_taken_out_of_texts_as_long_as_it_is_kept_and_one_too_short_is_not_used() {
    let secrets = secrets();
    assert!(secrets.secrets(entry("short")).is_empty());
    let kept = secrets.secrets(entry("long enough to be found"));
    assert!(!secrets.redactor.redact("it is long enough to be found here").contains("long enough"));
    assert_eq!(kept.len(), 1);
}
