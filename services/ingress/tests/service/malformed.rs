//! Deliveries that are signed and malformed all the same.

use pullwright_proto::delivery::DeliveryOutcome as Outcome;
use reqwest::header::HeaderValue;

use crate::{
    github::{SECRET, delivery, merged, recorded},
    harness::send,
    webhooks::ingress,
};

#[tokio::test]
async fn signed_nonsense_is_the_senders_fault_and_told_as_such() {
    let ingress = ingress(Outcome::Applied).await;
    let named = r#""repository":{"full_name":"acme/search-config"}"#;
    let deep = format!("{{{named},\"x\":{}", "[".repeat(100_000));
    let not_utf8 = [b"{\"x\":\"\xff\",", named.as_bytes(), b"}"].concat();
    for (body, status, told) in [
        (format!("{{{named}").into_bytes(), 400, "JSON object"),
        (format!("[{{{named}}}]").into_bytes(), 400, "JSON object"),
        (format!("\"x {}\"", named).into_bytes(), 400, "JSON object"),
        (format!("{{{named}}} x").into_bytes(), 400, "JSON object"),
        (format!("\u{feff}{{{named}}}").into_bytes(), 400, "JSON object"),
        (format!("{{{named},{named}}}").into_bytes(), 400, "duplicate"),
        (deep.into_bytes(), 400, "JSON object"),
        (not_utf8, 400, "utf-8"),
        (format!("{{{named}}}").into_bytes(), 422, "action must be a text"),
        (
            format!("{{{named},\"action\":\"reopened\"}}").into_bytes(),
            422,
            "pull_request must be an object",
        ),
        (
            format!("{{{named},\"pull_request\":null,\"action\":\"closed\",\"number\":1}}")
                .into_bytes(),
            422,
            "pull_request",
        ),
        (
            format!("{{{named},\"pull_request\":{{}},\"action\":\"closed\",\"number\":1e2}}")
                .into_bytes(),
            422,
            "number",
        ),
        (format!("{{{named},\"pull_request\":{{}},\"number\":1}}").into_bytes(), 422, "action"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let answer = send(delivery(&ingress, "pull_request", body, SECRET)).await;
        assert_eq!(answer.code(), (status, "VALIDATION_ERROR"), "{shown}: {}", answer.text);
        assert!(answer.message().contains(told), "{shown}: {}", answer.text);
    }
    assert!(recorded(&ingress).is_empty());
}

#[tokio::test]
async fn headers_that_describe_a_delivery_badly_are_named() {
    let ingress = ingress(Outcome::Applied).await;
    let body = merged("acme/search-config").to_string();
    for (name, value, told) in [
        ("x-github-delivery", None, "X-GitHub-Delivery"),
        ("x-github-delivery", Some(&b"a b"[..]), "X-GitHub-Delivery"),
        ("x-github-delivery", Some(b"\xff"), "X-GitHub-Delivery"),
        ("x-github-event", None, "X-GitHub-Event"),
        ("x-github-event", Some(b"../../etc/passwd"), "X-GitHub-Event"),
        ("content-type", Some(b"application/x-www-form-urlencoded"), "Content-Type"),
        ("content-type", Some(b"\xff"), "Content-Type"),
        ("content-encoding", Some(b"gzip"), "Content-Encoding"),
    ] {
        let mut request = delivery(&ingress, "pull_request", body.clone(), SECRET).build().unwrap();
        request.headers_mut().remove(name);
        if let Some(value) = value {
            request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
        }
        let answer = send(ingress.again(request)).await;
        assert_eq!(answer.code(), (400, "VALIDATION_ERROR"), "{name} {value:?}");
        assert!(answer.message().contains(told), "{}", answer.text);
    }
    assert!(recorded(&ingress).is_empty());
}

#[tokio::test]
async fn no_byte_in_any_header_breaks_us() {
    let ingress = ingress(Outcome::Applied).await;
    let body = merged("acme/search-config").to_string();
    for name in [
        "x-github-event",
        "x-github-delivery",
        "x-hub-signature-256",
        "content-type",
        "content-encoding",
        "x-request-id",
        "traceparent",
        "authorization",
        "user-agent",
        "cookie",
        "x-github-hook-id",
        "host",
    ] {
        for value in
            [&b"\xff\xfe"[..], b"\x80", "é".as_bytes(), b"", b"\t", b"%00%0a", &[b'a'; 8000]]
        {
            let mut request =
                delivery(&ingress, "pull_request", body.clone(), SECRET).build().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
            let answer = send(ingress.again(request)).await;
            assert!(answer.status < 500, "{name} {value:?}: {}", answer.text);
        }
    }
}
