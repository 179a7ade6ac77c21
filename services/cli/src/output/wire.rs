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
    Ok(visible(&format!("{:#}", value(name, message)?)))
}

/// On one line.
pub(super) fn compact<M: Message>(name: &str, message: &M) -> Result<String> {
    Ok(visible(&value(name, message)?.to_string()))
}

/// The same JSON with every character escaped that is hidden: a terminal may show it, and takes some of them for commands.
pub(super) fn visible(json: &str) -> String {
    let escaped = |c: char| match is_hidden(c) && c != '\n' {
        // All of them have four digits at most.
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    if json.contains(is_hidden) { json.chars().map(escaped).collect() } else { json.to_owned() }
}

/// The same message with every control character in its texts made visible: names and messages come from other people, and an
/// escape sequence among them would move the reader's cursor or worse.
pub(super) fn harmless<M: Message + Default>(name: &str, message: &M) -> Result<M> {
    let mut dynamic = reflected(name, message)?;
    clean_message(&mut dynamic);
    dynamic.transcode_to().map_err(|error| Error::Json(error.into()))
}

/// Whether a character moves the cursor, or turns the direction in which others are read.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text with its control characters made visible; line ends and tabs stay.
pub fn clean(text: &str) -> String {
    let shown = |c: char| is_hidden(c) && c != '\n' && c != '\t';
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
        let reason = "a\u{1b}[2Jb\nc\u{202e}d";
        let proposal = Proposal { rejected_reason: reason.into(), ..Proposal::default() };
        let safe = harmless("pullwright.proposal.v1.Proposal", &proposal).expect("a message");
        assert_eq!(safe.rejected_reason, "a\\u{1b}[2Jb\nc\\u{202e}d");
    }

    #[test]
    fn json_hides_nothing_and_says_the_same() {
        let reason = "a\u{1b}[2J\u{9b}2J\u{7f}\u{202e}\nß";
        let proposal = Proposal { rejected_reason: reason.into(), ..Proposal::default() };
        for json in [
            pretty("pullwright.proposal.v1.Proposal", &proposal).expect("JSON"),
            compact("pullwright.proposal.v1.Proposal", &proposal).expect("JSON"),
        ] {
            assert!(!json.contains(|c| is_hidden(c) && c != '\n'), "{json:?}");
            let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(read["rejected_reason"], reason);
        }
    }
}
