//! Which delivery is sent when: every other one closes or reopens a pull request, those between are the examples, each once in rotation.

use anyhow::Context as _;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    examples::{About, Example},
    fill::FIRST_NUMBER,
    template::{Request, Template},
};

/// GitHub's `updated_at` of the first round; each round is a second later than the one before.
const FIRST_ROUND: i64 = 1_770_000_000;

/// All deliveries that may be sent, by number; no two have the same id or the same body.
pub(super) struct Rotation {
    about: About,
    pulls: u64,
    examples: Vec<Template>,
    senders: Vec<Value>,
    closed: Template,
    reopened: Template,
}

/// A delivery that changes a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The pull request's number.
    pub(super) number: u64,
    /// How often it was changed before.
    pub(super) round: u64,
}

impl Change {
    /// Whether it is closed, not reopened.
    pub(super) fn closes(self) -> bool {
        self.round.is_multiple_of(2)
    }
}

impl Rotation {
    pub(super) fn new(
        examples: Vec<Example>,
        about: About,
        pulls: u64,
        secret: &str,
    ) -> anyhow::Result<Self> {
        let change = |action: &str| {
            let example =
                examples.iter().find(|one| one.event == "pull_request" && one.action() == action);
            let example = example.with_context(|| format!("no example of {action}"))?;
            changing(example, secret)
        };
        let (closed, reopened) = (change("closed")?, change("reopened")?);
        let mut templates = Vec::new();
        let mut senders = Vec::new();
        for Example { event, mut body } in examples {
            senders.push(body.remove("sender").unwrap_or_else(|| json!({})));
            templates.push(Template::new(&event, &body, secret)?);
        }
        Ok(Self { about, pulls, examples: templates, senders, closed, reopened })
    }

    /// How many examples there are.
    pub(super) fn examples(&self) -> usize {
        self.examples.len()
    }

    /// The id of a delivery.
    pub(super) fn guid(serial: u64) -> String {
        format!("be9c0000-0000-4000-8000-{serial:012x}")
    }

    /// Which delivery has this id.
    pub(super) fn serial(guid: &str) -> Option<u64> {
        u64::from_str_radix(guid.rsplit('-').next()?, 16).ok()
    }

    /// What a delivery changes, if it does.
    pub(super) fn change(&self, serial: u64) -> Option<Change> {
        let turn = serial / 2;
        serial.is_multiple_of(2).then_some(Change {
            number: FIRST_NUMBER + turn % self.pulls,
            round: turn / self.pulls,
        })
    }

    /// A delivery.
    pub(super) fn request(&self, serial: u64) -> Request {
        let guid = Self::guid(serial);
        let target = self.about.github_id;
        let Some(change) = self.change(serial) else {
            let index = usize::try_from(serial / 2).unwrap_or_default() % self.examples.len();
            return self.examples[index].request(&guid, target, self.sender(index, serial));
        };
        let (template, state) =
            if change.closes() { (&self.closed, "closed") } else { (&self.reopened, "open") };
        template.request(&guid, target, self.end(change, state))
    }

    /// Makes two deliveries of one example differ, as two events do.
    fn sender(&self, index: usize, serial: u64) -> String {
        let mut sender = self.senders[index].clone();
        sender["id"] = json!(1_000_000_000 + serial);
        format!("\"sender\":{sender}}}")
    }

    fn end(&self, change: Change, state: &str) -> String {
        let About { full_name, web, .. } = &self.about;
        let number = change.number;
        let at = Timestamp::from_second(FIRST_ROUND + change.round.cast_signed())
            .map(|at| at.to_string())
            .unwrap_or_default();
        let closed_at = if state == "closed" { format!("\"{at}\"") } else { "null".to_owned() };
        format!(
            "\"html_url\":\"{web}/{full_name}/pull/{number}\",\"number\":{number},\"state\":\"{state}\",\"closed_at\":{closed_at},\
             \"updated_at\":\"{at}\"}},\"number\":{number}}}"
        )
    }
}

/// The delivery whose pull request, its last member, is still to be said which and since when.
fn changing(example: &Example, secret: &str) -> anyhow::Result<Template> {
    let mut body = example.body.clone();
    body.remove("number");
    let mut pull: Map<String, Value> = match body.remove("pull_request") {
        Some(Value::Object(pull)) => pull,
        other => anyhow::bail!("a pull request that is no object: {other:?}"),
    };
    for said_later in ["html_url", "number", "state", "closed_at", "updated_at"] {
        pull.remove(said_later);
    }
    let mut start = serde_json::to_string(&body)?;
    start.pop();
    start.push_str(",\"pull_request\":");
    start.push_str(&serde_json::to_string(&pull)?);
    start.pop();
    start.push(',');
    Ok(Template::starting(&example.event, start, secret))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn rotation() -> Rotation {
        let about = About {
            full_name: "acme/x".to_owned(),
            github_id: 5,
            web: "http://127.0.0.1:1".to_owned(),
        };
        let example = |event: &str, action: &str| {
            Example {
            event: event.to_owned(),
            body: json!({"action": action, "number": 2, "repository": {"full_name": "acme/x"},
                         "pull_request": {"number": 2, "state": "closed", "updated_at": "x", "user": {"id": 1}, "zeal": 1}})
            .as_object()
            .unwrap()
            .clone(),
        }
        };
        let examples = vec![
            example("pull_request", "closed"),
            example("pull_request", "reopened"),
            example("issues", "opened"),
        ];
        Rotation::new(examples, about, 2, "secret").unwrap()
    }

    #[test]
    fn every_other_delivery_changes_a_pull_request_and_goes_on_in_time() {
        let rotation = rotation();
        let said = |serial: u64| {
            let body: Value = serde_json::from_slice(&rotation.request(serial).body()).unwrap();
            let pull = &body["pull_request"];
            assert_eq!(body["number"], pull["number"]);
            (
                body["action"].clone(),
                pull["number"].as_u64().unwrap(),
                pull["updated_at"].as_str().unwrap().to_owned(),
            )
        };
        let (first, second, third) = (said(0), said(2), said(4));
        assert_eq!(
            (&first.0, &second.0, &third.0),
            (&"closed".into(), &"closed".into(), &"reopened".into())
        );
        assert!(first.1 != second.1 && first.1 == third.1 && third.2 > first.2);
        assert_eq!(rotation.change(1), None);
    }

    #[test]
    fn no_two_deliveries_are_the_same() {
        let rotation = rotation();
        let bodies: BTreeSet<_> = (0..40).map(|serial| rotation.request(serial).body()).collect();
        assert_eq!(bodies.len(), 40);
        for body in bodies {
            assert!(serde_json::from_slice::<Value>(&body).is_ok());
        }
        assert_eq!(Rotation::serial(&Rotation::guid(12_345)), Some(12_345));
    }
}
