//! What the crate promises to those who use it.

mod corpus;
mod drift;
mod exchange;
mod hostile;
mod insert;
mod properties;
mod refuse;

use pullwright_params::{Change, EditError, edit};

/// A change that expects nothing of the file.
fn to<'a>(key: &'a str, to_json: &'a str) -> Change<'a> {
    Change { key, from_json: "", to_json }
}

/// The file after its edit.
#[track_caller]
fn edited(file: &str, changes: &[Change<'_>]) -> String {
    let edited = edit(file.as_bytes(), changes).expect("edited");
    String::from_utf8(edited.bytes).expect("UTF-8")
}

#[track_caller]
fn refused(file: &[u8], changes: &[Change<'_>]) -> EditError {
    edit(file, changes).expect_err("refused")
}
