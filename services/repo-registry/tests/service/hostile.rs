//! The hostile corpus: addresses, branches and texts each get a definite answer, and never a fault of ours.

use pullwright_proto::{error::ErrorReason, registry as v1};
use serde_json::Value;
use tonic::{Code, client::Grpc, codegen::http::uri::PathAndQuery};

use crate::harness::{Registry, cluster, repo};

struct Case {
    id: String,
    input: Value,
    expect: Value,
}

impl Case {
    /// Whether the corpus lets nobody take it.
    fn must_be_refused(&self) -> bool {
        self.expect["outcome"] == "reject" && self.expect["alternative_outcome"].is_null()
    }

    /// A text of the input; `None` when it is bytes that are no text.
    fn text(&self, field: &str) -> Option<String> {
        match &self.input[field] {
            Value::String(text) => Some(text.clone()),
            Value::Object(repeated) => {
                let times = usize::try_from(repeated["n"].as_u64().unwrap()).unwrap();
                Some(repeated["$repeat"].as_str().unwrap().repeat(times))
            }
            _ => String::from_utf8(self.bytes(field)).ok(),
        }
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        let text = self.input[format!("{field}_b64")].as_str().unwrap();
        base64(text)
    }
}

/// Reads base64, of which the corpus has a few lines.
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for c in text.trim_end_matches('=').chars() {
        bits = (bits << 6) | u32::try_from(ALPHABET.find(c).unwrap()).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}

fn cases(corpus: &str) -> Vec<Case> {
    let corpus: Value = serde_json::from_str(corpus).unwrap();
    let cases = corpus["cases"].as_array().unwrap().iter().map(|case| Case {
        id: case["id"].as_str().unwrap().to_owned(),
        input: case["input"].clone(),
        expect: case["expect"].clone(),
    });
    cases.collect()
}

#[tokio::test]
async fn every_hostile_address_is_refused_and_every_good_one_is_taken() {
    let registry = Registry::start().await;
    let cases = cases(include_str!("../../../../tests/hostile/repo_url.json"));
    assert!(cases.len() >= 60);
    for (n, case) in cases.iter().enumerate() {
        let Some(url) = case.text("url") else { continue };
        // A secret of its own, so that nothing but the address decides.
        let secret = format!("pat-{n}");
        registry.secret(&secret, "a-fine-credential");
        let request =
            v1::CreateConfigRepoRequest { auth_ref: secret, ..repo(&format!("case-{n}"), &url) };
        let answer = registry.register(request).await;
        match (case.must_be_refused(), case.expect["outcome"] == "accept") {
            (true, _) => {
                let refusal = answer.expect_err(&case.id);
                assert_eq!(refusal.code, Code::InvalidArgument, "{}", case.id);
                let reasons = [ErrorReason::ValidationError, ErrorReason::UnsupportedProvider];
                assert!(reasons.contains(&refusal.reason), "{} {refusal}", case.id);
                assert_eq!(refusal.violations[0].field, "repo_url", "{}", case.id);
            }
            (_, true) => assert!(answer.is_ok(), "{} {url:?}: {answer:?}", case.id),
            _ => {
                let reason = answer.err().map(|refusal| refusal.reason);
                let definite = [None, Some(ErrorReason::UnsupportedProvider)];
                assert!(definite.contains(&reason), "{} {url:?}: {reason:?}", case.id);
            }
        }
    }
}

/// Where git takes a name that §4.2's pattern refuses, the pattern wins (a comma, `!`, `%`, …).
#[tokio::test]
async fn every_hostile_branch_is_refused_at_registration_and_at_update() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "a-fine-credential");
    let found = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    let pattern = |name: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.len() <= 128
            && name.chars().all(legal)
    };
    let cases = cases(include_str!("../../../../tests/hostile/branch_name.json"));
    assert!(cases.len() >= 30);
    for case in cases {
        let branch = case.text("name").unwrap();
        let taken = !case.must_be_refused() && pattern(&branch);
        for field in ["pr_base_branch", "default_branch"] {
            let mut given = v1::ConfigRepo { id: found.id.clone(), ..v1::ConfigRepo::default() };
            let mut request =
                repo(&format!("x{}", case.id.to_lowercase()), "https://github.com/acme/x");
            if field == "pr_base_branch" {
                given.pr_base_branch.clone_from(&branch);
                request.pr_base_branch.clone_from(&branch);
            } else {
                given.default_branch.clone_from(&branch);
                request.default_branch.clone_from(&branch);
            }
            let answers =
                [registry.update_repo(field, given).await, registry.register(request).await];
            for answer in answers {
                match answer {
                    Ok(made) => {
                        assert!(taken, "{} {branch:?} was taken", case.id);
                        if made.id != found.id {
                            registry.delete_repo(&made.id, "").await.unwrap();
                        }
                    }
                    Err(refusal) => {
                        assert!(!taken, "{} {branch:?}: {refusal}", case.id);
                        assert_eq!(refusal.reason, ErrorReason::ValidationError, "{}", case.id);
                        assert_eq!(refusal.violations[0].field, field, "{}", case.id);
                    }
                }
            }
        }
    }
}

/// Characters that would make two names look the same, or that PostgreSQL cannot hold.
fn is_hidden(c: char) -> bool {
    c.is_control() || "\u{200b}\u{200c}\u{200d}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}".contains(c)
}

#[tokio::test]
async fn hostile_texts_are_kept_to_the_letter_or_refused_by_field() {
    let registry = Registry::start().await;
    let template = registry.create_template("t", "{}").await.unwrap();
    let cases = cases(include_str!("../../../../tests/hostile/text_field.json"));
    assert!(cases.len() >= 15);
    for case in cases {
        let Some(text) = case.text("text") else { continue };
        // A cluster's name identifies: nothing hidden. A body is inert: everything that a row can hold.
        let answer = registry.create_cluster(cluster(&text)).await;
        match answer {
            Ok(made) => {
                assert_eq!(made.name, text, "{}", case.id);
                assert!(!text.contains(is_hidden) && text.chars().count() <= 128, "{}", case.id);
                assert_eq!(registry.cluster(&made.id).await.unwrap().name, text, "{}", case.id);
            }
            Err(refusal) => {
                assert_eq!(refusal.reason, ErrorReason::ValidationError, "{}", case.id);
                assert_eq!(refusal.violations[0].field, "name", "{}", case.id);
                assert!(text.contains(is_hidden) || text.chars().count() > 128, "{}", case.id);
            }
        }
        let given =
            v1::QueryTemplate { body: text.clone(), etag: String::new(), ..template.clone() };
        match registry.update_template("body", given).await {
            Ok(made) => assert_eq!(made.body, text, "{}", case.id),
            Err(refusal) => {
                assert_eq!(refusal.violations[0].field, "body", "{} {refusal}", case.id);
                assert!(text.contains('\0') || text.len() > 128 * 1024, "{}", case.id);
            }
        }
        // A template's name is a file's name.
        if let Err(refusal) = registry.create_template(&text, "{}").await {
            assert_eq!(refusal.violations[0].field, "name", "{}", case.id);
        } else {
            assert!(text.is_ascii() && !text.contains(['/', '\n', '\0']), "{}", case.id);
        }
    }
    assert!(registry.count("clusters").await >= 3);
}

/// §22.5: patterns that end in `$` let a trailing newline pass, and `..` stood for an owner.
#[tokio::test]
async fn nothing_passes_a_form_by_what_comes_after_it() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "a-fine-credential");
    let fine = repo("a", "https://github.com/acme/a");
    let with = |change: fn(&mut v1::CreateConfigRepoRequest)| {
        let mut request = fine.clone();
        change(&mut request);
        request
    };
    for (field, request) in [
        ("name", with(|r| r.name.push('\n'))),
        ("repo_url", with(|r| r.repo_url.push('\n'))),
        ("repo_url", with(|r| r.repo_url.push_str(".git\n"))),
        ("repo_url", with(|r| r.repo_url = "https://github.com/../..".into())),
        ("repo_url", with(|r| r.repo_url = "https://github.com/./a".into())),
        ("repo_url", with(|r| r.repo_url = "https://github.com/acme/..".into())),
        ("default_branch", with(|r| r.default_branch = "main\n".into())),
        ("pr_base_branch", with(|r| r.pr_base_branch = "main\n".into())),
        ("auth_ref", with(|r| r.auth_ref.push('\n'))),
        ("webhook_secret_ref", with(|r| r.webhook_secret_ref = "hook\n".into())),
    ] {
        let refusal = registry.register(request).await.unwrap_err();
        assert_eq!(refusal.code, Code::InvalidArgument);
        assert_eq!(refusal.violations[0].field, field);
    }
    for path in ["configs\n", "..", "a/..", "/etc", "a//b"] {
        let request = v1::CreateClusterRequest { config_path: path.into(), ..cluster("a") };
        let refusal = registry.create_cluster(request).await.unwrap_err();
        assert_eq!(refusal.violations[0].field, "config_path", "{path:?}");
    }
    for (engine_type, environment, field) in
        [("solr\n", "dev", "engine_type"), ("solr", "dev\n", "environment")]
    {
        let request = v1::CreateClusterRequest {
            engine_type: engine_type.into(),
            environment: environment.into(),
            ..cluster("a")
        };
        let refusal = registry.create_cluster(request).await.unwrap_err();
        assert_eq!(refusal.violations[0].field, field);
    }
    for name in ["t\n", "..", "../t"] {
        let refusal = registry.create_template(name, "{}").await.unwrap_err();
        assert_eq!(refusal.violations[0].field, "name", "{name:?}");
    }
    registry.register(fine).await.unwrap();
}

/// A message whose text is not UTF-8 never reaches a handler: gRPC's own answer to a message that cannot be read is INTERNAL.
#[tokio::test]
async fn bytes_that_are_no_text_are_refused_at_the_door() {
    let registry = Registry::start().await;
    let corpora = [
        (include_str!("../../../../tests/hostile/repo_url.json"), "RU-121", "url"),
        (include_str!("../../../../tests/hostile/text_field.json"), "TX-021", "text"),
    ];
    for (corpus, id, field) in corpora {
        let case = cases(corpus).into_iter().find(|case| case.id == id).unwrap();
        let bytes = case.bytes(field);
        assert!(String::from_utf8(bytes.clone()).is_err());
        let connection = registry.connection(pullwright_rpc::Role::Ingress);
        let mut client = Grpc::new(connection);
        client.ready().await.unwrap();
        let path =
            PathAndQuery::from_static("/pullwright.registry.v1.ClusterService/CreateCluster");
        let codec = tonic_prost::ProstCodec::<Bytes, v1::CreateClusterResponse>::default();
        let request = tonic::Request::new(Bytes { name: bytes });
        let status = client.unary(request, path, codec).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{id}");
        assert!(status.message().contains("UTF-8"), "{status}");
    }
    assert_eq!(registry.count("clusters").await, 0);
}

/// `CreateClusterRequest` with a name that need not be text.
#[derive(Clone, PartialEq, prost::Message)]
struct Bytes {
    #[prost(bytes = "vec", tag = "1")]
    name: Vec<u8>,
}
