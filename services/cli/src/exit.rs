//! How the client ends: the codes that scripts rely on.

use std::process::ExitCode;

/// How the client ends. The numbers are a promise; [`TABLE`] tells them to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// Asked and answered, and the answer is no: a check failed, the pull request was not opened, a delivery still waits.
    No = 1,
    /// The command line or a setting is wrong; clap's own code.
    Usage = 2,
    /// No such thing.
    NotFound = 3,
    /// Refused: a field, the state, or something that is in use.
    Refused = 4,
    /// No token, a wrong one, or one whose role may not do this.
    Denied = 5,
    /// A service could not be reached, or took too long; the same command may succeed later.
    Unavailable = 6,
    /// The service's fault, or an answer that is not in the contract.
    Internal = 7,
}

/// The codes as `--help` shows them.
pub const TABLE: &str = "Exit codes:
  0  done
  1  the answer is no: a check failed, the pull request was not opened, a delivery still waits
  2  the command line or a setting is wrong
  3  no such thing
  4  refused: a field, the state, or something in use
  5  no token, a wrong one, or one whose role may not do this
  6  a service is away or too slow; the same command may succeed later
  7  a fault of the service; its log has the cause";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_code() {
        let codes = [
            Exit::Success,
            Exit::No,
            Exit::Usage,
            Exit::NotFound,
            Exit::Refused,
            Exit::Denied,
            Exit::Unavailable,
            Exit::Internal,
        ];
        let lines: Vec<_> = TABLE.lines().skip(1).collect();
        assert_eq!(lines.len(), codes.len());
        for (line, code) in lines.into_iter().zip(codes) {
            assert!(line.starts_with(&format!("  {}  ", code as u8)), "{line}");
        }
    }
}
