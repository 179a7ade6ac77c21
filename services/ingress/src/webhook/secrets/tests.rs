//! How long what is known is believed.

use std::time::Duration;

use pullwright_rpc::client::Settings;

use super::{
    kept::{KEPT, MOST_AGAIN, MOST_KEPT, PROVEN_KEPT},
    *,
};

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

fn known() -> Known {
    secrets().secrets(entry("long enough to be found"))
}

/// As many hints at one repository as a stranger likes: the id comes from a header that nobody signs.
fn crowd() -> impl Iterator<Item = Hint> {
    let repository = RepositoryName::parse("acme/x").expect("a name");
    (1..).map(move |id| Hint::new(Some(&repository), id, false))
}

fn kept(now: Instant) -> Kept {
    Kept::new(now)
}

#[tokio::test]
async fn an_answer_is_believed_for_a_moment_and_for_ten_seconds_once_a_signature_fitted() {
    let (now, just_before) = (Instant::now(), Duration::from_millis(1));
    for (known, is_proven, lasts) in
        [(vec![], true, KEPT), (known(), false, KEPT), (known(), true, PROVEN_KEPT)]
    {
        let mut kept = kept(now);
        kept.put(hint("acme/x"), known, now);
        kept.prove(&hint("acme/x"), |_| is_proven);
        assert!(kept.get(&hint("Acme/X"), now + lasts - just_before).is_some(), "{lasts:?}");
        assert!(kept.get(&hint("acme/x"), now + lasts).is_none(), "{lasts:?}");
    }
}

#[tokio::test]
async fn a_signature_proves_only_the_answer_that_has_its_secret() {
    let (now, ours) = (Instant::now(), known());
    let mut kept = kept(now);
    kept.put(hint("acme/x"), ours.clone(), now);
    kept.put(hint("acme/y"), secrets().secrets(entry("another secret of another")), now);
    for name in ["acme/x", "acme/y"] {
        kept.prove(&hint(name), |known| ours[0].is(known));
    }
    assert!(kept.get(&hint("acme/x"), now + KEPT).is_some());
    assert!(kept.get(&hint("acme/y"), now + KEPT).is_none());
}

#[tokio::test]
async fn an_answer_that_was_asked_for_again_is_not_believed_longer_by_it() {
    let now = Instant::now();
    let mut kept = kept(now);
    kept.put(hint("acme/x"), known(), now);
    kept.prove(&hint("acme/x"), |_| true);
    kept.put(hint("acme/x"), known(), now + Duration::from_secs(9));
    assert!(kept.get(&hint("acme/x"), now + Duration::from_millis(9_999)).is_some());
    assert!(kept.get(&hint("acme/x"), now + PROVEN_KEPT).is_none());
    kept.put(hint("acme/x"), vec![], now);
    assert!(kept.get(&hint("acme/x"), now + KEPT).is_none(), "nobody is registered any more");
}

#[tokio::test]
async fn strangers_cannot_fill_the_memory_nor_crowd_out_what_a_signature_has_proven() {
    let (now, known) = (Instant::now(), known());
    let mut kept = kept(now);
    kept.put(hint("acme/x"), known.clone(), now);
    kept.prove(&hint("acme/x"), |_| true);
    for (hint, later) in crowd().take(3 * MOST_KEPT).zip(0..) {
        kept.put(hint, known.clone(), now + Duration::from_micros(later));
    }
    assert_eq!(kept.len(), MOST_KEPT);
    let later = now + Duration::from_millis(10);
    assert!(kept.get(&hint("acme/x"), later).is_some(), "proven");
    let of_crowd = |place| crowd().nth(place).expect("as many as anybody likes");
    assert!(kept.get(&of_crowd(3 * MOST_KEPT - 1), later).is_some(), "the newest");
    assert!(kept.get(&of_crowd(0), later).is_none(), "the oldest made room");
}

#[tokio::test]
async fn among_what_is_proven_the_oldest_makes_room() {
    let (now, known) = (Instant::now(), known());
    let mut kept = kept(now);
    for (hint, later) in crowd().take(MOST_KEPT + 1).zip(0..) {
        kept.put(hint.clone(), known.clone(), now + Duration::from_millis(later));
        kept.prove(&hint, |_| true);
    }
    let believed = |place| kept.get(&crowd().nth(place).expect("one"), now + KEPT).is_some();
    assert_eq!((believed(0), believed(1), believed(MOST_KEPT)), (false, true, true));
}

#[tokio::test]
async fn it_is_asked_again_only_so_often_in_a_second() {
    let now = Instant::now();
    let mut kept = kept(now);
    let mut asked = |now| (0..2 * MOST_AGAIN).filter(|_| kept.may_ask_again(now)).count();
    assert_eq!(asked(now), MOST_AGAIN as usize);
    assert_eq!(asked(now + Duration::from_millis(999)), 0);
    assert_eq!(asked(now + Duration::from_secs(1)), MOST_AGAIN as usize);
}

#[tokio::test]
async fn a_secret_is_taken_out_of_texts_as_long_as_it_is_kept_and_one_too_short_is_not_used() {
    let secrets = secrets();
    assert!(secrets.secrets(entry("short")).is_empty());
    let kept = secrets.secrets(entry("long enough to be found"));
    assert!(!secrets.redactor.redact("it is long enough to be found here").contains("long enough"));
    assert_eq!(kept.len(), 1);
}
