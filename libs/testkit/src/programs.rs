//! Programs as `/proc` shows them: how they were started and what they were handed. Knows no program by name.

use std::path::Path;

/// A program as it runs in a process.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// The process that started this one.
    pub parent: u32,
    /// NUL after each argument.
    pub arguments: Vec<u8>,
    /// The variables as they were handed over; empty where they may not be read.
    pub variables: Vec<(String, Vec<u8>)>,
}

impl Program {
    /// Reads a process, given its folder in `/proc`; `None` when it has ended.
    #[must_use]
    pub fn read(process: &Path) -> Option<Self> {
        loop {
            // A process that ends meanwhile is no error, and neither are its ashes, which have no arguments.
            let arguments = std::fs::read(process.join("cmdline")).ok()?;
            if arguments.is_empty() {
                return None;
            }
            let environment = std::fs::read(process.join("environ")).unwrap_or_default();
            let parent = parent(process)?;
            // Between the two reads it may have become another program.
            if std::fs::read(process.join("cmdline")).is_ok_and(|again| again == arguments) {
                return Some(Self { parent, ..Self::of(arguments, &environment) });
            }
        }
    }

    /// A program whose files were written down; its parent is not among them.
    #[must_use]
    pub fn of(arguments: Vec<u8>, environment: &[u8]) -> Self {
        Self { parent: 0, arguments, variables: split(environment) }
    }

    /// The arguments, the program's path first.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let arguments = self.arguments.strip_suffix(b"\0").unwrap_or(&self.arguments);
        let words = arguments.split(|byte| *byte == 0);
        words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// A variable's value, if it was handed over.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&[u8]> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }
}

fn parent(process: &Path) -> Option<u32> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn split(environment: &[u8]) -> Vec<(String, Vec<u8>)> {
    let variables = environment.split(|byte| *byte == 0).filter(|variable| !variable.is_empty());
    let pair = |variable: &[u8]| {
        let at = variable.iter().position(|byte| *byte == b'=').unwrap_or(variable.len());
        let value = variable.get(at + 1..).unwrap_or_default().to_vec();
        (String::from_utf8_lossy(&variable[..at]).into_owned(), value)
    };
    variables.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_read_with_its_arguments_and_variables() {
        let own = Program::read(Path::new("/proc/self")).unwrap();
        assert!(own.words()[0].contains("testkit"), "{:?}", own.words());
        assert!(own.parent > 0 && own.variable("PATH").is_some());
        assert_eq!(Program::read(Path::new("/proc/0")), None);
    }

    #[test]
    fn what_was_written_down_is_split_as_it_was_handed_over() {
        let program = Program::of(b"git\0fetch\0\0".to_vec(), b"A=1=2\0B=\0C\0");
        assert_eq!(program.words(), ["git", "fetch", ""]);
        let value = |name| program.variable(name);
        assert_eq!(
            (value("A"), value("B"), value("C")),
            (Some(&b"1=2"[..]), Some(&b""[..]), Some(&b""[..]))
        );
    }
}
