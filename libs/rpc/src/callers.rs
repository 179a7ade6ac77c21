//! The callers file: which service tokens prove which role. It holds hashes only.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use crate::Role;

/// The tokens that a service takes, by their SHA-256.
#[derive(Debug, Clone, Default)]
pub struct Callers(Vec<(Role, [u8; 32])>);

/// Why a callers file cannot be used.
#[derive(Debug, Error)]
#[error("line {line}: {problem}")]
pub struct CallersError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl Callers {
    /// Reads lines of `role sha256`, the hash in hexadecimal; empty lines and lines that begin with `#` are skipped.
    ///
    /// A role may stand on two lines while its token is rotated.
    pub fn parse(text: &str) -> Result<Self, CallersError> {
        let mut callers = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let error = |problem: String| CallersError { line: index + 1, problem };
            let (role, hash) = line
                .split_once(char::is_whitespace)
                .ok_or_else(|| error("expected `role sha256`".into()))?;
            let role = role.parse().map_err(error)?;
            let mut sha256 = [0; 32];
            hex::decode_to_slice(hash.trim(), &mut sha256)
                .map_err(|_| error("expected a SHA-256 of 64 hexadecimal digits".into()))?;
            callers.push((role, sha256));
        }
        Ok(Self(callers))
    }

    /// The role that this token proves.
    #[must_use]
    pub fn role_of(&self, token: &str) -> Option<Role> {
        let sha256: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // Looks at every line, so that the time says nothing about which one matched.
        self.0.iter().fold(
            None,
            |found, (role, known)| {
                if bool::from(known.ct_eq(&sha256)) { Some(*role) } else { found }
            },
        )
    }
}

/// The line that lets `token` in as `role`.
#[must_use]
pub fn line(role: Role, token: &str) -> String {
    format!("{role} {}\n", hex::encode(Sha256::digest(token.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_proves_the_role_of_its_line() {
        let file = format!(
            "# comment\n\n{}{}{}",
            line(Role::Runner, "old"),
            line(Role::Runner, "new"),
            line(Role::Ingress, "in")
        );
        let callers = Callers::parse(&file).expect("well formed");
        assert_eq!(callers.role_of("old"), Some(Role::Runner));
        assert_eq!(callers.role_of("new"), Some(Role::Runner));
        assert_eq!(callers.role_of("in"), Some(Role::Ingress));
        assert_eq!(callers.role_of(""), None);
    }

    #[test]
    fn a_malformed_line_is_named() {
        for text in ["runner", "king 00", "runner zz"] {
            assert_eq!(
                Callers::parse(&format!("\n{text}")).map_err(|error| error.line).err(),
                Some(2),
                "{text}"
            );
        }
    }
}
