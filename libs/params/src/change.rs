//! One wish of a caller. It does not know what file it will meet.

/// One entry of a `config_diff`: a parameter with the value it is thought to have and the value it gets.
///
/// Both values are the caller's JSON text as stored, spelling kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// Names a literal top-level key of the file, else a path of keys joined by dots.
    pub key: &'a str,
    /// What the file is expected to hold; `null` also means "absent", an empty text means that nothing is expected.
    pub from_json: &'a str,
    /// What the file shall hold, written as spelled here without the white space around it.
    pub to_json: &'a str,
}
