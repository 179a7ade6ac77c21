//! Messages without knowing them: as JSON (the proto3 mapping, the contract's own field names, every field present), and made safe for a terminal.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions, Value};
use pullwright_proto::FILE_DESCRIPTOR_SET;

use crate::error::{Error, Result};

static POOL: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(FILE_DESCRIPTOR_SET).ok());

/// As people may read it too.
pub(super) fn pretty<M: Message>(name: &str, message: &M) -> Result<String> {
    serde_json::to_string_pretty(&value(name, message)?).map_err(|error| Error::Json(error.into()))
}

/// On one line.
pub(super) fn compact<M: Message>(name: &str, message: &M) -> Result<String> {
    serde_json::to_string(&value(name, message)?).map_err(|error| Error::Json(error.into()))
}

/// The same message with every control character in its texts made visible: names and messages come from other people, and an
/// escape sequence among them would move the reader's cursor or worse.
pub(super) fn harmless<M: Message + Default>(name: &str, message: &M) -> Result<M> {
    let mut dynamic = reflected(name, message)?;
    clean_message(&mut dynamic);
    dynamic.transcode_to().map_err(|error| Error::Json(error.into()))
}

/// A text with its control characters made visible; line ends and tabs stay.
pub(super) fn clean(text: &str) -> String {
    let shown = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !text.contains(shown) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if shown(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

fn clean_message(message: &mut DynamicMessage) {
    for (_, value) in message.fields_mut() {
        clean_value(value);
    }
}

fn clean_value(value: &mut Value) {
    match value {
        Value::String(text) => *text = clean(text),
        Value::Message(message) => clean_message(message),
        Value::List(values) => values.iter_mut().for_each(clean_value),
        Value::Map(values) => values.values_mut().for_each(clean_value),
        _ => {}
    }
}

/// `name` is the message's full name, such as `pullwright.proposal.v1.Proposal`.
fn reflected<M: Message>(name: &str, message: &M) -> Result<DynamicMessage> {
    let descriptor = POOL
        .as_ref()
        .and_then(|pool| pool.get_message_by_name(name))
        .ok_or(Error::OffContract("a known message"))?;
    DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|error| Error::Json(error.into()))
}

fn value<M: Message>(name: &str, message: &M) -> Result<serde_json::Value> {
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .skip_default_fields(false)
        .stringify_64_bit_integers(false);
    reflected(name, message)?
        .serialize_with_options(serde_json::value::Serializer, &options)
        .map_err(|error| Error::Json(error.into()))
}

#[cfg(test)]
mod tests {
    use pullwright_proto::proposal::{Proposal, ProposalStatus};

    use super::*;

    #[test]
    fn fields_have_the_contracts_names_and_numbers_stay_numbers() {
        let proposal = Proposal {
            id: "1".into(),
            status: ProposalStatus::Pending.into(),
            pull_request_number: 7,
            ..Proposal::default()
        };
        let json = value("pullwright.proposal.v1.Proposal", &proposal).expect("a message");
        assert_eq!(json["status"], "PROPOSAL_STATUS_PENDING");
        assert_eq!(json["pull_request_number"], 7);
        assert_eq!(json["rejected_reason"], "", "what is empty is there too");
    }

    #[test]
    fn escape_sequences_in_texts_are_made_visible() {
        let proposal = Proposal { rejected_reason: "a\u{1b}[2Jb\nc".into(), ..Proposal::default() };
        let safe = harmless("pullwright.proposal.v1.Proposal", &proposal).expect("a message");
        assert_eq!(safe.rejected_reason, "a\\u{1b}[2Jb\nc");
    }
}
