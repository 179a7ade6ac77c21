//! A verified delivery as the ledger keeps it: body compressed, headers without anything secret.

use std::{collections::BTreeMap, io::Write as _};

use axum::http::HeaderMap;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use pullwright_proto::delivery::{PullRequestEvent, RecordDeliveryRequest};
use sha2::{Digest as _, Sha256};

use super::{content::Content, event::PullRequest, head::Head};
use crate::time::wire;

/// What is kept of a delivery whose signature held.
pub(super) struct Delivery {
    pub(super) head: Head,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Bytes,
    pub(super) received_at: Timestamp,
    pub(super) content: Content,
}

impl Delivery {
    /// Compresses and hashes the body; takes a while for a large one.
    pub(super) fn into_request(self) -> std::io::Result<RecordDeliveryRequest> {
        let mut gzip = GzEncoder::new(Vec::with_capacity(self.body.len() / 4), Compression::fast());
        gzip.write_all(&self.body)?;
        let body_gzip = Bytes::from(gzip.finish()?);
        let sha256: [u8; 32] = Sha256::digest(&self.body).into();
        Ok(RecordDeliveryRequest {
            repository_id: self.content.repository_id,
            delivery_id: self.head.delivery_id().to_owned(),
            event: self.head.event().to_owned(),
            headers: self.headers,
            body_gzip,
            body_sha256: Bytes::copy_from_slice(&sha256),
            received_at: Some(wire(self.received_at)),
            pull_request: self.content.pull_request.map(message),
            ..RecordDeliveryRequest::default()
        })
    }
}

/// The headers that GitHub describes a delivery with. Others may come from a proxy and are nobody's to keep.
pub(super) fn kept(headers: &HeaderMap) -> BTreeMap<String, String> {
    let is_kept =
        |name: &str| name.starts_with("x-github-") || matches!(name, "user-agent" | "content-type");
    headers
        .iter()
        .filter(|(name, _)| is_kept(name.as_str()))
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
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
