//! The tokens file: which bearer tokens prove which person. It holds hashes only.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use super::role::Role;

/// Longest name of a person, in bytes: it travels in a header.
const LONGEST_NAME: usize = 64;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What the person may do.
    pub role: Role,
    /// The name under which events record what the person did.
    pub name: String,
}

/// The tokens that are taken, by their SHA-256.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Vec<(Person, [u8; 32])>);

/// Why a tokens file cannot be used.
#[derive(Debug, Error)]
#[error("line {line}: {problem}")]
pub struct TokensError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl Tokens {
    /// Reads lines of `role name sha256`, the hash in hexadecimal; empty lines and lines that begin with `#` are skipped.
    ///
    /// A person may stand on two lines while the token is rotated; a token stands on one line only.
    ///
    /// # Errors
    /// A line is malformed; the error names it.
    pub fn parse(text: &str) -> Result<Self, TokensError> {
        let mut known: Vec<(Person, [u8; 32])> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (person, sha256) =
                entry(line).map_err(|problem| TokensError { line: index + 1, problem })?;
            if known.iter().any(|(_, other)| *other == sha256) {
                let problem = "this token stands on another line already".to_owned();
                return Err(TokensError { line: index + 1, problem });
            }
            known.push((person, sha256));
        }
        Ok(Self(known))
    }

    /// The person whose token this is.
    #[must_use]
    pub fn person(&self, token: &str) -> Option<&Person> {
        let sha256: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // Looks at every line, so that the time says nothing about which one matched.
        self.0.iter().fold(None, |found, (person, known)| {
            if bool::from(known.ct_eq(&sha256)) { Some(person) } else { found }
        })
    }
}

fn entry(line: &str) -> Result<(Person, [u8; 32]), String> {
    let mut words = line.split_whitespace();
    let (Some(role), Some(name), Some(hash), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("expected `role name sha256`".to_owned());
    };
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-' | b'@' | b'+');
    if name.len() > LONGEST_NAME || !name.bytes().all(legal) {
        return Err(format!(
            "the name must be 1 to {LONGEST_NAME} of A-Z, a-z, 0-9, `.`, `_`, `-`, `@` and `+`"
        ));
    }
    let mut sha256 = [0; 32];
    hex::decode_to_slice(hash, &mut sha256)
        .map_err(|_| "expected a SHA-256 of 64 hexadecimal digits".to_owned())?;
    Ok((Person { role: role.parse()?, name: name.to_owned() }, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(role: &str, name: &str, token: &str) -> String {
        format!("{role} {name} {}\n", hex::encode(Sha256::digest(token)))
    }

    #[test]
    fn a_token_proves_the_person_of_its_line() {
        let file = format!(
            "# people\n\n{}{}{}",
            line("viewer", "vera", "one"),
            line("admin", "ada", "two"),
            line("admin", "ada", "three")
        );
        let tokens = Tokens::parse(&file).expect("well formed");
        let found = |token| tokens.person(token).map(|person| (person.role, person.name.as_str()));
        assert_eq!(found("one"), Some((Role::Viewer, "vera")));
        assert_eq!(found("two"), Some((Role::Admin, "ada")));
        assert_eq!(found("three"), Some((Role::Admin, "ada")));
        assert_eq!(found("four"), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn a_malformed_line_is_named() {
        let hash = "0".repeat(64);
        let twice = format!("viewer a {hash}\nadmin b {hash}");
        for text in [
            "\nviewer vera".to_owned(),
            format!("\nking arthur {hash}"),
            format!("\nviewer vera {hash} more"),
            "\nviewer vera 00".to_owned(),
            format!("\nviewer vé {hash}"),
            twice,
        ] {
            assert_eq!(Tokens::parse(&text).expect_err(&text).line, 2, "{text}");
        }
    }
}
