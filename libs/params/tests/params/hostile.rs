//! The hostile corpus, held against both doors: a caller's value and the file.

use anyhow::Result;
use pullwright_params::{JsonText, edit};
use serde_json::Value;

use crate::corpus::{Case, cases};
use crate::to;

const PROBE: &str = "pullwright_probe";

/// Cases that a value may break and why: a parameter's value need not be an object, only the file must be one.
const TAKEN_AS_VALUE: [&str; 2] = ["PJ-061", "PJ-062"];

/// Cases that a file may break and why: its untouched numbers are never evaluated, their bytes survive whatever they mean.
const TAKEN_AS_FILE: [&str; 3] = ["PJ-008", "PJ-009", "PJ-017"];

fn value(case: &Case) -> Option<String> {
    let text = std::str::from_utf8(&case.bytes).ok()?;
    JsonText::parse(text).ok().map(JsonText::into_string)
}

#[test]
fn a_callers_value_is_taken_or_refused_as_the_corpus_says() -> Result<()> {
    for case in cases()? {
        let taken = value(&case);
        let right = match case.outcome() {
            "accept" => taken.is_some(),
            "reject" => taken.is_some() == TAKEN_AS_VALUE.contains(&case.id.as_str()),
            "accept_or_reject" => true,
            other => anyhow::bail!("{}: unknown outcome {other}", case.id),
        };
        assert!(right, "{}: taken is {}", case.id, taken.is_some());
        let Some(text) = taken else { continue };
        assert_eq!(text.as_bytes(), case.bytes.trim_ascii(), "{}", case.id);
        means_what_is_expected(&case, &text)?;
    }
    Ok(())
}

fn means_what_is_expected(case: &Case, text: &str) -> Result<()> {
    let expect = case.expect.as_object().map(ToOwned::to_owned).unwrap_or_default();
    if let Some(value) = expect.get("value") {
        assert_eq!(&serde_json::from_str::<Value>(text)?, value, "{}", case.id);
    }
    if let Some(members) = expect.get("members").and_then(Value::as_u64) {
        let value: Value = serde_json::from_str(text)?;
        assert_eq!(value.as_object().map(|object| object.len() as u64), Some(members));
    }
    if let Some(digits) = expect.get("value_text").and_then(Value::as_str) {
        assert!(text.contains(digits), "{}: {text}", case.id);
    }
    Ok(())
}

#[test]
fn a_file_is_edited_or_refused_as_the_corpus_says() -> Result<()> {
    for case in cases()? {
        let result = edit(&case.bytes, &[to(PROBE, "1")]);
        let right = match case.outcome() {
            "accept" => result.is_ok(),
            "reject" => result.is_ok() == TAKEN_AS_FILE.contains(&case.id.as_str()),
            _ => true,
        };
        assert!(right, "{}: {result:?}", case.id);
        match result {
            Ok(edited) => {
                assert!(is_insertion(&case.bytes, &edited.bytes), "{}", case.id);
                let again = edit(&edited.bytes, &[to(PROBE, "2")]);
                assert!(again.is_ok(), "{}: {again:?}", case.id);
            }
            Err(error) => assert_eq!(error.code(), "PARAMS_FILE_NOT_FOUND", "{}", case.id),
        }
    }
    Ok(())
}

/// Whether all of `old`, white space alone apart, stands at both ends of `new`.
fn is_insertion(old: &[u8], new: &[u8]) -> bool {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    old.trim_ascii().is_empty() || head + tail >= old.len()
}

#[test]
fn cases_that_belong_together_end_alike() -> Result<()> {
    let cases = cases()?;
    let mut pairs = 0;
    for case in &cases {
        let Some(other) = case.expect["same_outcome_as"].as_str() else { continue };
        let other = cases.iter().find(|case| case.id == other).expect("the other case");
        assert_eq!(value(case).is_some(), value(other).is_some());
        let file = |case: &Case| edit(&case.bytes, &[to(PROBE, "1")]);
        assert_eq!(file(case), file(other));
        pairs += 1;
    }
    assert!(pairs > 0, "the corpus has such cases");
    Ok(())
}

#[test]
fn every_case_is_also_refused_or_written_as_a_whole_value() -> Result<()> {
    for case in cases()? {
        let Ok(text) = std::str::from_utf8(&case.bytes) else { continue };
        let result = edit(b"{\"a\": 0}", &[to("a", text)]);
        assert_eq!(result.is_ok(), value(&case).is_some(), "{}", case.id);
    }
    Ok(())
}
