//! What a brief says, in both versions, and what it never holds.

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use pullwright_headless::{
    Brief, BriefError, Exchange, Limits, Location, MemoryPolicy, Quote, ReviewForm, Task,
    TrustScope, Unquoted, Version, Work,
};
use pullwright_redact::{Redactor, SecretString};
use serde_json::Value;

use crate::support::{assignment, boundary, composed, fix, token};

fn works(text: &str) -> Vec<Work> {
    let quote = || Quote::new("alice", text);
    vec![
        Work::FixIssue { number: 1, title: quote(), body: quote() },
        Work::AddressComment {
            number: 2,
            comment: quote(),
            location: Some(Location { path: quote(), line: Some(3), diff_hunk: Some(quote()) }),
        },
        Work::Answer { number: 4, comment: quote() },
    ]
}

fn review(form: ReviewForm) -> Work {
    Work::Review {
        number: 8,
        title: Quote::new("alice", "Cache for a day"),
        files: vec!["src/cache.rs".to_owned()],
        instruction: Some("Look at clocks.".to_owned()),
        form,
    }
}

#[test]
fn every_assignment_is_a_brief_that_a_runtime_takes() {
    for version in Version::ALL {
        for work in works("please") {
            let (brief, text) = composed(&assignment(work), version).expect("composed");
            let read = Brief::read(text.as_bytes(), &[version], Limits::default()).expect("read");
            assert_eq!(read, brief);
            assert_eq!(read.contract_version, version.as_str());
        }
    }
}

#[test]
fn a_brief_holds_no_credential_whatever_was_written_on_github() {
    let token = token();
    let forms = [
        token.clone(),
        BASE64_STANDARD.encode(format!("x-access-token:{token}")),
        utf8_percent_encode(&token, NON_ALPHANUMERIC).to_string(),
    ];
    let redactor = Redactor::new();
    redactor.register(&SecretString::from(token.clone())).expect("long enough");
    for version in Version::ALL {
        for form in &forms {
            for work in works(&format!("use {form} for it")) {
                let mut assignment = assignment(work);
                assignment.exchanges.push(Exchange {
                    question: Quote::new("cody", form),
                    answer: Quote::new("bob", form),
                });
                let (_, bytes) =
                    assignment.compose(version, &boundary(), &redactor).expect("composed");
                let text = String::from_utf8(bytes).expect("UTF-8");
                for form in &forms {
                    assert!(!text.contains(form), "{text}");
                }
            }
        }
    }
}

#[test]
fn a_brief_has_no_field_for_a_credential() {
    for version in Version::ALL {
        for work in works("please") {
            let (_, text) = composed(&assignment(work), version).expect("composed");
            let value: Value = serde_json::from_str(&text).expect("JSON");
            assert!(value.get("auth").is_none());
            for word in ["\"token\"", "x-access-token", "\"password\"", "\"credential\""] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }
}

#[test]
fn a_secret_in_what_the_adapter_says_is_an_error() {
    let secret = "correct horse battery staple";
    let redactor = Redactor::new();
    redactor.register(&SecretString::from(secret)).expect("long enough");
    let mut named = assignment(fix("please"));
    named.familiar.display_name = secret.to_owned();
    let error = named.compose(Version::V1, &boundary(), &redactor).expect_err("a secret");
    assert!(matches!(error, BriefError::Secret), "{error}");

    let mut instructed = review(ReviewForm::OwnKind);
    if let Work::Review { instruction, files, .. } = &mut instructed {
        files[0] = format!("src/{secret}.rs");
        *instruction = Some(secret.to_owned());
    }
    let error = assignment(instructed.clone()).compose(Version::V2, &boundary(), &redactor);
    assert!(matches!(error, Err(BriefError::Secret)), "in the instruction");
    if let Work::Review { instruction, .. } = &mut instructed {
        *instruction = None;
    }
    let (_, bytes) = assignment(instructed)
        .compose(Version::V2, &boundary(), &redactor)
        .expect("a file's name is a stranger's");
    assert!(!String::from_utf8(bytes).expect("UTF-8").contains(secret));

    let mut url = assignment(fix("please"));
    url.repo.clone_url = format!("https://x:{}@github.com/acme/site.git", token());
    assert!(composed(&url, Version::V2).is_err());
}

#[test]
fn version_1_cannot_say_what_only_version_2_knows() {
    let mut with_memory = assignment(fix("please"));
    with_memory.memory_policy = Some(MemoryPolicy {
        enabled: true,
        installation_id: 7,
        repo: "acme/site".to_owned(),
        trust_scope: TrustScope::Maintainer,
        read_scopes: Vec::new(),
        write_scopes: Vec::new(),
        approval_required: true,
        retention_days: None,
        denied: Vec::new(),
    });
    let (first, _) = composed(&with_memory, Version::V1).expect("composed");
    let (second, _) = composed(&with_memory, Version::V2).expect("composed");
    assert!(first.memory_policy.is_none() && second.memory_policy.is_some());

    let error = composed(&assignment(review(ReviewForm::OwnKind)), Version::V1).expect_err("v1");
    assert!(matches!(error, BriefError::NeedsVersion2), "{error}");
}

#[test]
fn a_review_is_a_kind_of_its_own_or_a_comment_with_a_context() {
    let own = composed(&assignment(review(ReviewForm::OwnKind)), Version::V2).expect("composed").0;
    assert!(matches!(own.task, Task::ReviewPullRequest { pr_number: 8, .. }));
    let comment =
        composed(&assignment(review(ReviewForm::ReviewComment)), Version::V2).expect("composed").0;
    assert!(matches!(comment.task, Task::AddressReviewComment { pr_number: 8, .. }));
    for brief in [own, comment] {
        assert_eq!(brief.review_context.expect("a context").files.len(), 1);
        assert_eq!(brief.audit_instruction.as_deref(), Some("Look at clocks."));
    }
}

#[test]
fn an_answer_reaches_the_next_run() {
    for version in Version::ALL {
        let mut asked = assignment(fix("the year is wrong"));
        asked.exchanges.push(Exchange {
            question: Quote::new("cody", "Which time zone?"),
            answer: Quote::new("bob", "UTC, always"),
        });
        let (brief, _) = composed(&asked, version).expect("composed");
        let quoted = Unquoted::all(brief.task.text());
        let parts: Vec<_> = quoted.iter().map(|q| (q.source, q.author, q.text)).collect();
        assert_eq!(
            parts,
            [
                ("issue_body", "alice", "the year is wrong"),
                ("question", "cody", "Which time zone?"),
                ("answer", "bob", "UTC, always"),
            ]
        );
    }
}

#[test]
fn a_comments_place_in_the_diff_reaches_the_runtime() {
    let work = Work::AddressComment {
        number: 7,
        comment: Quote::new("bob", "name this"),
        location: Some(Location {
            path: Quote::new("bob", "src/a.rs"),
            line: Some(12),
            diff_hunk: Some(Quote::new("bob", "@@ -1 +1 @@\n-a\n+b")),
        }),
    };
    let (brief, _) = composed(&assignment(work), Version::V1).expect("composed");
    let Task::AddressReviewComment { comment_body, diff_hunk, .. } = brief.task else {
        panic!("{:?}", brief.task)
    };
    assert!(comment_body.contains(">src/a.rs<") && comment_body.ends_with(", line 12."));
    let hunk = diff_hunk.expect("a hunk");
    assert_eq!(Unquoted::all(&hunk)[0].text, "@@ -1 +1 @@\n-a\n+b");
}

proptest! {
    /// A stranger must not be able to stop a task by what they write.
    #[test]
    fn every_text_can_be_briefed(text in "\\PC{0,80}|(gh[ps]_[A-Za-z0-9]{36}|\\\\u0067hs_|%67hp_|://x:|@|[Bb]earer|Authorization:|[ \n\u{a0}]|[\\s\\S]){0,20}") {
        for version in Version::ALL {
            for work in works(&text) {
                let made = composed(&assignment(work), version);
                prop_assert!(made.is_ok(), "{:?}", made.err());
            }
        }
    }
}
