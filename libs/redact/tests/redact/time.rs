//! Time grows with the text, not with its square, and hardly with the number of secrets.

use std::time::{Duration, Instant};

use pullwright_redact::Redactor;

use crate::knowing;

/// Texts on which a careless matcher starts anew at every byte.
fn hard(length: usize) -> Vec<String> {
    let installation = format!("gh{}", "s_");
    let secret = "secret-secret-secret-secret-";
    let key = format!("-----BEGIN PRIVATE {}-----\n", "KEY");
    let units = [
        "a",
        "a://b:",
        "eyJ",
        "authorization: ",
        "\\",
        "%25",
        "\\u005c",
        "[REDACTED",
        "[REDACTED]",
    ];
    units
        .into_iter()
        .chain([installation.as_str(), secret, &key])
        .map(|unit| unit.repeat(length / unit.len()))
        .collect()
}

/// The time that the worst text takes, undisturbed: the best of three runs of each.
fn slowest(length: usize) -> (Duration, String) {
    let redactor = knowing(&["secret-secret-secret-secret-secret-secret-secret-secret-"]);
    let time = |text: &str| {
        let start = Instant::now();
        let _ = redactor.redact(text);
        start.elapsed()
    };
    let timed = hard(length).into_iter().map(|text| {
        let best = (0..3).map(|_| time(&text)).min().unwrap();
        (best, text.chars().take(12).collect())
    });
    timed.max().unwrap()
}

/// A square would take 256 times as long on a text 16 times as long; the bound leaves room for a busy machine.
#[test]
fn sixteen_times_the_text_takes_about_sixteen_times_as_long() {
    let (short, _) = slowest(1 << 15);
    let (long, text) = slowest(1 << 19);
    assert!(
        long < 80 * short.max(Duration::from_millis(5)),
        "{text}… took {long:?} against {short:?}"
    );
}

#[test]
fn hundreds_of_secrets_are_registered_and_found_in_seconds() {
    let secrets: Vec<String> =
        (0..300).map(|n| format!("{n:04}-{}-{n:04}", "long-token-".repeat(45))).collect();
    let start = Instant::now();
    let redactor = Redactor::new();
    for secret in &secrets {
        redactor.register(&secret.as_str().into()).unwrap();
    }
    for secret in &secrets {
        assert_eq!(redactor.redact(secret), "[REDACTED]");
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
