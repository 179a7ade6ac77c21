//! Deliveries as ingress hands them on, after it has verified them.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use pullwright_proto::delivery::{self as v1, DeliveryOutcome};
use pullwright_rpc::Refusal;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    harness::{Harness, answer},
    runner::second,
};

/// One delivery.
#[derive(Clone)]
pub struct Hook {
    pub request: v1::RecordDeliveryRequest,
}

impl Hook {
    /// A delivery of some event about no pull request.
    pub fn event(repository: &str, event: &str) -> Self {
        Self {
            request: v1::RecordDeliveryRequest {
                repository_id: repository.to_owned(),
                delivery_id: Uuid::new_v4().to_string(),
                event: event.to_owned(),
                headers: [("x-github-event".to_owned(), event.to_owned())].into(),
                received_at: Some(second(0)),
                ..Default::default()
            },
        }
        .with_body(event)
    }

    /// The same, from the hook of an App; the repository is known by its name only.
    pub fn of_app(self, app: &str, full_name: &str) -> Self {
        let request = v1::RecordDeliveryRequest {
            app_id: app.to_owned(),
            repository_id: String::new(),
            repository_full_name: full_name.to_owned(),
            host: "https://github.com".to_owned(),
            ..self.request
        };
        Self { request }
    }

    /// A pull request was closed without a merge.
    pub fn closed(repository: &str, number: i64, at: i64) -> Self {
        Self::about(repository, "closed", number, at)
    }

    /// A pull request was reopened.
    pub fn reopened(repository: &str, number: i64, at: i64) -> Self {
        Self::about(repository, "reopened", number, at)
    }

    /// A pull request was merged.
    pub fn merged(repository: &str, number: i64, at: i64) -> Self {
        Self::about(repository, "closed", number, at).with(|event| {
            event.merged = true;
            event.merged_at = Some(second(at));
        })
    }

    /// Something happened to a pull request.
    pub fn about(repository: &str, action: &str, number: i64, at: i64) -> Self {
        let state = if action == "reopened" { "open" } else { "closed" };
        let event = v1::PullRequestEvent {
            action: action.to_owned(),
            number,
            merged: false,
            merged_at: None,
            updated_at: Some(second(at)),
            state: state.to_owned(),
        };
        let hook = Self::event(repository, "pull_request");
        Self { request: v1::RecordDeliveryRequest { pull_request: Some(event), ..hook.request } }
            .with(|_| {})
    }

    /// The same with a changed event; the body follows.
    pub fn with(mut self, change: impl FnOnce(&mut v1::PullRequestEvent)) -> Self {
        change(self.request.pull_request.as_mut().unwrap());
        let body = format!("{:?}", self.request.pull_request);
        self.with_body(&body)
    }

    /// The same with another body.
    pub fn with_body(mut self, body: &str) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(body.as_bytes()).unwrap();
        self.request.body_gzip = gzip.finish().unwrap().into();
        self.request.body_sha256 = Sha256::digest(body.as_bytes()).to_vec().into();
        self
    }

    /// The same content, delivered under another id.
    pub fn again(&self) -> Self {
        let delivery_id = Uuid::new_v4().to_string();
        Self { request: v1::RecordDeliveryRequest { delivery_id, ..self.request.clone() } }
    }

    /// Hands it to the ledger.
    pub async fn deliver(&self, ledger: &Harness) -> Result<v1::RecordDeliveryResponse, Refusal> {
        answer(ledger.deliveries().record_delivery(self.request.clone()).await)
    }

    /// Hands it to the ledger for the first time; gives the outcome.
    pub async fn outcome(&self, ledger: &Harness) -> DeliveryOutcome {
        let answer = self.deliver(ledger).await.unwrap();
        assert!(!answer.duplicate);
        answer.outcome()
    }

    /// Hands it to the ledger once more; gives the outcome.
    pub async fn repeated(&self, ledger: &Harness) -> DeliveryOutcome {
        let answer = self.deliver(ledger).await.unwrap();
        assert!(answer.duplicate);
        answer.outcome()
    }
}
