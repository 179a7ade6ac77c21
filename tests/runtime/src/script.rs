//! The script: a line `runtime: <verb> [<how>]` in the issue or comment.
//!
//! | line | what happens |
//! | --- | --- |
//! | `runtime: succeed` | a file is changed and committed; exit 0. Also what happens without a line. |
//! | `runtime: partial` | the same, with the status `partial` |
//! | `runtime: fail [test_failure\|ambiguous_spec\|git_conflict\|infra_error]` | exit 1 with that reason |
//! | `runtime: ask` | a question, exit 3; once it is answered, `succeed`, or what a line of the answer says |
//! | `runtime: crash [<code>]` | leaves with the code and no result, or is ended by a signal |
//! | `runtime: hang` | never ends |
//! | `runtime: leak` | shows its credential wherever it can, in three encodings |
//! | `runtime: disobey <how>` | breaks the contract; [`Disobedience`] lists how |

use anyhow::{Result, bail};
use pullwright_headless::ExitReason;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Succeed,
    Partial,
    Fail(ExitReason),
    Ask,
    Crash(Option<u8>),
    Hang,
    Leak,
    Disobey(Disobedience),
}

/// A way to break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disobedience {
    /// `exit`: says `success` and leaves with 3.
    Exit,
    /// `branch`: names the default branch.
    Branch,
    /// `commits`: lists a commit that was never made.
    Commits,
    /// `version`: writes a result of version 9.
    Version,
    /// `field`: writes a field that the schema does not have.
    Field,
    /// `silent`: leaves with 0 and no result.
    Silent,
    /// `large`: writes a result of 100 MB.
    Large,
    /// `link`: puts a link in the place of the result.
    Link,
    /// `outside`: writes beside the workspace.
    Outside,
    /// `hooks`: leaves hooks, filters and links in the repository for whoever runs git there next.
    Hooks,
    /// `daemon`: leaves a process behind that has a session of its own and ignores the request to end.
    Daemon,
    /// `stubborn`: never ends, and starts such a process before.
    Stubborn,
    /// `fill`: writes up to 1 GiB into the workspace.
    Fill,
    /// `environ`: reads its parent's environment and tells it in the summary.
    Environ,
}

const DISOBEDIENCE: [(&str, Disobedience); 14] = [
    ("exit", Disobedience::Exit),
    ("branch", Disobedience::Branch),
    ("commits", Disobedience::Commits),
    ("version", Disobedience::Version),
    ("field", Disobedience::Field),
    ("silent", Disobedience::Silent),
    ("large", Disobedience::Large),
    ("link", Disobedience::Link),
    ("outside", Disobedience::Outside),
    ("hooks", Disobedience::Hooks),
    ("daemon", Disobedience::Daemon),
    ("stubborn", Disobedience::Stubborn),
    ("fill", Disobedience::Fill),
    ("environ", Disobedience::Environ),
];

impl Script {
    /// The first script line of a text; `None` if it has none.
    pub(crate) fn find(text: &str) -> Result<Option<Self>> {
        text.lines()
            .find_map(|line| line.trim().strip_prefix("runtime:"))
            .map(Self::parse)
            .transpose()
    }

    fn parse(line: &str) -> Result<Self> {
        let mut words = line.split_whitespace();
        let (verb, how) = (words.next().unwrap_or_default(), words.next());
        Ok(match (verb, how) {
            ("succeed", None) => Self::Succeed,
            ("partial", None) => Self::Partial,
            ("ask", None) => Self::Ask,
            ("hang", None) => Self::Hang,
            ("leak", None) => Self::Leak,
            ("crash", code) => Self::Crash(code.map(str::parse).transpose()?),
            ("fail", None | Some("test_failure")) => Self::Fail(ExitReason::TestFailure),
            ("fail", Some("ambiguous_spec")) => Self::Fail(ExitReason::AmbiguousSpec),
            ("fail", Some("git_conflict")) => Self::Fail(ExitReason::GitConflict),
            ("fail", Some("infra_error")) => Self::Fail(ExitReason::InfraError),
            ("disobey", Some(how)) => match DISOBEDIENCE.iter().find(|(name, _)| *name == how) {
                Some((_, disobedience)) => Self::Disobey(*disobedience),
                None => bail!("cannot disobey like this: {how}"),
            },
            _ => bail!("no such script: {line}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_text_is_the_script() {
        let found = |text: &str| Script::find(text).expect("a script");
        assert_eq!(
            found("please\n  runtime: fail git_conflict\nthanks"),
            Some(Script::Fail(ExitReason::GitConflict))
        );
        assert_eq!(found("runtime: crash 7"), Some(Script::Crash(Some(7))));
        assert_eq!(found("runtime: disobey large"), Some(Script::Disobey(Disobedience::Large)));
        assert_eq!(found("no line with it"), None);
    }

    #[test]
    fn a_script_that_is_not_known_is_refused() {
        for line in ["runtime:", "runtime: dance", "runtime: disobey", "runtime: crash now"] {
            assert!(Script::find(line).is_err(), "{line}");
        }
    }
}
