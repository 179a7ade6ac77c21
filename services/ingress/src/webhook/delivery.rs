//! A verified delivery as the ledger keeps it: body compressed, headers without anything secret.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use jiff::Timestamp;
use pullwright_proto::delivery::{BodyEncoding, PullRequestEvent, RecordDeliveryRequest};

use super::{content::Content, event::PullRequest, head::Head, pack::Packed};
use crate::time::wire;

/// What is kept of a delivery whose signature held.
pub(super) struct Delivery {
    pub(super) head: Head,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) received_at: Timestamp,
    pub(super) content: Content,
    pub(super) packed: Packed,
}

impl From<Delivery> for RecordDeliveryRequest {
    fn from(delivery: Delivery) -> Self {
        let Delivery { head, headers, received_at, content, packed } = delivery;
        let about = content.about;
        Self {
            repository_id: content.owner.repository_id,
            delivery_id: head.delivery_id().to_owned(),
            event: head.event().to_owned(),
            headers,
            body_gzip: packed.zstd,
            body_sha256: packed.sha256,
            received_at: Some(wire(received_at)),
            pull_request: content.pull_request.map(message),
            body_encoding: BodyEncoding::Zstd.into(),
            app_id: content.owner.app_id,
            repository_full_name: about
                .as_ref()
                .map_or_else(String::new, |about| about.repository.to_string()),
            repository_github_id: about.map_or(0, |about| about.github_id),
            action: content.action,
            body_size: packed.size,
            host: content.owner.host,
        }
    }
}

/// The headers that GitHub describes a delivery with. Others may come from a proxy and are nobody's to keep.
pub(super) fn kept(
    headers: &HeaderMap,
    redacted: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let is_kept =
        |name: &str| name.starts_with("x-github-") || matches!(name, "user-agent" | "content-type");
    headers
        .iter()
        .filter(|(name, _)| is_kept(name.as_str()))
        .map(|(name, value)| {
            (name.to_string(), redacted(&String::from_utf8_lossy(value.as_bytes())))
        })
        .collect()
}

fn message(event: PullRequest) -> PullRequestEvent {
    PullRequestEvent {
        action: event.action,
        number: event.number,
        merged: event.merged,
        merged_at: event.merged_at.map(wire),
        updated_at: event.updated_at.map(wire),
        state: event.state,
    }
}
