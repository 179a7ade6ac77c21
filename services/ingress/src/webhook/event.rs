//! What a delivery's body says, as far as anybody needs it. Pure: no wire, no I/O, no clock.

use jiff::Timestamp;
use pullwright_types::RepositoryName;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest action, in characters; whoever dispatches an event to a repository chooses one of up to 100.
const LONGEST_ACTION: usize = 100;

/// The members of a delivery that anybody reads; everything else is looked through and forgotten.
#[derive(Debug, Deserialize)]
pub(super) struct Payload<'b> {
    #[serde(borrow)]
    action: Option<&'b RawValue>,
    #[serde(borrow)]
    number: Option<&'b RawValue>,
    #[serde(borrow)]
    pull_request: Option<&'b RawValue>,
    #[serde(borrow)]
    repository: Option<&'b RawValue>,
}

/// The repository that a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct About {
    /// Owner and name.
    pub(super) repository: RepositoryName,
    /// GitHub's id of it; 0 when the body does not say.
    pub(super) github_id: i64,
    /// Its page; empty when the body does not say.
    pub(super) page: String,
}

/// What a `pull_request` event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PullRequest {
    pub(super) action: String,
    pub(super) number: i64,
    pub(super) merged: bool,
    pub(super) merged_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) state: String,
}

/// A body that is not a JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("body must be a JSON object: {0}")]
pub(super) struct NotAnObject(String);

/// A `pull_request` event that lacks what makes it one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub(super) struct Incomplete {
    pub(super) field: &'static str,
    pub(super) rule: &'static str,
}

impl<'b> Payload<'b> {
    pub(super) fn read(body: &'b [u8]) -> Result<Self, NotAnObject> {
        // What is looked through is not looked at for encoding otherwise.
        let text = std::str::from_utf8(body).map_err(|error| NotAnObject(error.to_string()))?;
        if !text.trim_ascii_start().starts_with('{') {
            return Err(NotAnObject("it begins with something else".to_owned()));
        }
        serde_json::from_str(text).map_err(|error| NotAnObject(error.to_string()))
    }

    /// The repository; none when the body names none that can be, as one about an installation.
    pub(super) fn about(&self) -> Option<About> {
        #[derive(Deserialize)]
        struct Repository<'b> {
            #[serde(borrow)]
            id: Option<&'b RawValue>,
            #[serde(borrow)]
            full_name: Option<&'b RawValue>,
            #[serde(borrow)]
            html_url: Option<&'b RawValue>,
        }
        let repository: Repository<'_> = object(self.repository)?;
        let id = repository.id.and_then(|id| id.get().parse().ok()).filter(|id| *id > 0);
        Some(About {
            repository: RepositoryName::parse(&text(repository.full_name)?).ok()?,
            github_id: id.unwrap_or(0),
            page: text(repository.html_url).unwrap_or_default(),
        })
    }

    /// The action; none when it cannot be one. Most are words, and a `repository_dispatch` has any text.
    pub(super) fn action(&self) -> Option<String> {
        text(self.action).filter(|action| is_action(action))
    }

    /// What a `pull_request` event says of its pull request; nothing of one whose action changes nothing for anybody, so that what is
    /// odd about it is never looked at.
    pub(super) fn pull_request(&self) -> Result<Option<PullRequest>, Incomplete> {
        let action = self.action().ok_or(Incomplete { field: "action", rule: "must be a text" })?;
        match action.as_str() {
            "closed" | "reopened" => self.changed(action).map(Some),
            _ => Ok(None),
        }
    }

    fn changed(&self, action: String) -> Result<PullRequest, Incomplete> {
        #[derive(Deserialize)]
        struct Given<'b> {
            #[serde(borrow)]
            number: Option<&'b RawValue>,
            #[serde(borrow)]
            merged: Option<&'b RawValue>,
            #[serde(borrow)]
            merged_at: Option<&'b RawValue>,
            #[serde(borrow)]
            updated_at: Option<&'b RawValue>,
            #[serde(borrow)]
            state: Option<&'b RawValue>,
        }
        let given: Given<'_> = object(self.pull_request)
            .ok_or(Incomplete { field: "pull_request", rule: "must be an object" })?;
        Ok(PullRequest {
            action,
            number: same_number(self.number, given.number)?,
            merged: given.merged.is_some_and(|merged| merged.get() == "true"),
            merged_at: time(given.merged_at),
            updated_at: time(given.updated_at),
            state: text(given.state).filter(|state| is_state(state)).unwrap_or_default(),
        })
    }
}

/// The number; it stands at the top and in the pull request, and where both are there they must agree.
fn same_number(top: Option<&RawValue>, inner: Option<&RawValue>) -> Result<i64, Incomplete> {
    let whole = |raw: &RawValue| {
        let number = raw.get().parse::<i64>().ok().filter(|number| *number >= 1);
        number.ok_or(Incomplete { field: "number", rule: "must be a whole number, 1 or more" })
    };
    match (top, inner) {
        (None, None) => Err(Incomplete { field: "number", rule: "must be set" }),
        (Some(one), None) | (None, Some(one)) => whole(one),
        (Some(top), Some(inner)) => {
            let (top, inner) = (whole(top)?, whole(inner)?);
            let differ = Incomplete { field: "number", rule: "must be the pull request's number" };
            if top == inner { Ok(top) } else { Err(differ) }
        }
    }
}

fn is_action(text: &str) -> bool {
    (1..=LONGEST_ACTION).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_state(text: &str) -> bool {
    matches!(text, "open" | "closed")
}

/// An object's members; serde alone would also take a list of them.
fn object<'b, T: Deserialize<'b>>(raw: Option<&'b RawValue>) -> Option<T> {
    let text = raw.map(RawValue::get).filter(|text| text.starts_with('{'))?;
    serde_json::from_str(text).ok()
}

fn text(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

/// A point in time; what does not parse counts as not said.
fn time(raw: Option<&RawValue>) -> Option<Timestamp> {
    text(raw)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const BODY: &str = r#"{"action":"closed","number":7,"repository":{"id":42,"full_name":"Acme/x","html_url":"https://github.com/Acme/x"},
        "pull_request":{"number":7,"merged":true,"merged_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:06Z","state":"closed"}}"#;

    fn pull_request(body: &str) -> Result<PullRequest, Incomplete> {
        let read = Payload::read(body.as_bytes()).expect("an object").pull_request();
        read.map(|event| event.expect("an action that changes something"))
    }

    fn about(body: &str) -> Option<About> {
        Payload::read(body.as_bytes()).expect("an object").about()
    }

    #[test]
    fn what_is_needed_is_read() {
        let about = about(BODY).expect("a repository");
        assert_eq!(
            (about.repository.to_string().as_str(), about.page.as_str(), about.github_id),
            ("Acme/x", "https://github.com/Acme/x", 42)
        );
        let read = pull_request(BODY).expect("complete");
        assert_eq!(
            (read.action.as_str(), read.number, read.merged, read.state.as_str()),
            ("closed", 7, true, "closed")
        );
        assert_eq!(
            read.merged_at.map(|at| at.to_string()).as_deref(),
            Some("2026-01-02T03:04:05Z")
        );
        assert!(read.updated_at > read.merged_at);
    }

    #[rstest]
    #[case("1")]
    #[case("\"true\"")]
    #[case("null")]
    #[case("TRUE")]
    fn merged_is_exactly_true_or_not(#[case] merged: &str) {
        let body = BODY.replace("\"merged\":true", &format!("\"merged\":{merged}"));
        match Payload::read(body.as_bytes()) {
            Ok(_) => assert!(!pull_request(&body).expect("complete").merged),
            Err(_) => assert_eq!(merged, "TRUE", "no JSON"),
        }
    }

    #[rstest]
    #[case("null")]
    #[case("\"yesterday\"")]
    #[case("1700000000")]
    #[case("\"2026-13-01T00:00:00Z\"")]
    fn a_time_that_does_not_parse_was_not_said(#[case] at: &str) {
        let body = BODY.replace("\"2026-01-02T03:04:05Z\"", at);
        assert_eq!(pull_request(&body).expect("complete").merged_at, None);
    }

    #[rstest]
    #[case("\"number\":7,\"repository\"", "\"number\":1e2,\"repository\"", "number")]
    #[case("\"number\":7,\"repository\"", "\"number\":\"7\",\"repository\"", "number")]
    #[case("\"number\":7,\"repository\"", "\"number\":8,\"repository\"", "number")]
    #[case("\"number\":7,\"repository\"", "\"number\":-7,\"repository\"", "number")]
    #[case("\"pull_request\":{", "\"issue\":{", "pull_request")]
    #[case("\"action\":\"closed\"", "\"action\":null", "action")]
    #[case("\"action\":\"closed\"", "\"action\":\"\\u0000\"", "action")]
    #[case("\"action\":\"closed\"", "\"action\":[\"closed\"]", "action")]
    fn an_event_that_lacks_what_makes_it_one_is_refused(
        #[case] from: &str,
        #[case] to: &str,
        #[case] field: &str,
    ) {
        assert!(BODY.contains(from));
        assert_eq!(pull_request(&BODY.replace(from, to)).expect_err("incomplete").field, field);
    }

    #[test]
    fn a_pull_request_that_is_no_object_is_none() {
        for other in ["null", "[]", "\"x\"", "1", "[7,true,null,null,\"closed\"]"] {
            let body = format!("{{\"action\":\"closed\",\"number\":7,\"pull_request\":{other}}}");
            assert_eq!(pull_request(&body).expect_err(other).field, "pull_request");
        }
    }

    #[test]
    fn only_an_object_is_a_payload() {
        for body in [
            "",
            "null",
            "1",
            "\"x\"",
            "[]",
            "[null,null,null,null]",
            "{",
            "{}x",
            "\u{feff}{}",
            r#"{"action":1,"action":2}"#,
        ] {
            assert!(Payload::read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(Payload::read(b"{\"x\":\"\xff\"}").is_err());
    }

    #[test]
    fn depth_is_looked_through_without_a_stack() {
        let deep = format!("{{\"zz\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(Payload::read(deep.as_bytes()).is_ok());
        assert!(Payload::read("[".repeat(200_000).as_bytes()).is_err());
        assert!(Payload::read(format!("{{\"zz\":{}", "[".repeat(200_000)).as_bytes()).is_err());
    }

    #[rstest]
    #[case("edited")]
    #[case("synchronize")]
    #[case("something_new")]
    fn an_odd_pull_request_whose_action_changes_nothing_is_never_looked_at(#[case] action: &str) {
        for pull_request in ["null", "[]", "\"x\"", "{}", r#"{"number":[]}"#] {
            let body = format!(
                "{{\"action\":\"{action}\",\"number\":{{}},\"pull_request\":{pull_request}}}"
            );
            let payload = Payload::read(body.as_bytes()).expect("an object");
            assert_eq!(payload.pull_request(), Ok(None), "{body}");
        }
    }

    #[rstest]
    #[case("0")]
    #[case("-1")]
    #[case("\"42\"")]
    #[case("1e2")]
    #[case("9223372036854775808")]
    fn an_id_that_no_repository_can_have_was_not_said(#[case] id: &str) {
        let body = BODY.replace("\"id\":42", &format!("\"id\":{id}"));
        assert_eq!(about(&body).expect("a repository").github_id, 0);
    }

    #[test]
    fn a_body_that_names_no_repository_is_about_none() {
        for repository in [
            "null",
            "[]",
            "{}",
            r#"{"full_name":null}"#,
            r#"{"full_name":"x"}"#,
            r#"{"full_name":"a/b?c#"}"#,
            "[\"a/b\"]",
        ] {
            assert_eq!(about(&format!("{{\"repository\":{repository}}}")), None, "{repository}");
        }
        assert_eq!(about(r#"{"repositories":[{"full_name":"a/b"}]}"#), None);
    }
}
