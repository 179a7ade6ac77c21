//! Which git this is: what our commands need, and what upstream has mended.

use std::{fmt, str::FromStr};

use pullwright_types::Malformed;

/// The oldest git whose commands and settings are the ones that are used here.
pub const OLDEST: Version = Version { major: 2, minor: 32, patch: 0 };

/// The first mended patch of each upstream line (July 2025: CVE-2025-48384 and 48385); later lines have it all.
const MENDED: [(u32, u32); 8] =
    [(43, 7), (44, 4), (45, 4), (46, 4), (47, 3), (48, 2), (49, 1), (50, 1)];

/// A version of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number; 0 when there is none.
    pub patch: u32,
}

impl Version {
    /// Whether upstream has mended this line; distributions mend older numbers too, so `false` is a warning only.
    #[must_use]
    pub fn is_mended(self) -> bool {
        match MENDED.iter().find(|(minor, _)| self.major == 2 && *minor == self.minor) {
            Some((_, patch)) => self.patch >= *patch,
            None => self >= Self { major: 2, minor: 51, patch: 0 },
        }
    }
}

impl FromStr for Version {
    type Err = Malformed;

    /// Reads what `git --version` prints; what follows the third number is ignored.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        const RULE: Malformed = Malformed { rule: "must be `git version` and a number" };
        let word = text.trim().strip_prefix("git version ").ok_or(RULE)?;
        let word = word.split_whitespace().next().ok_or(RULE)?;
        let mut numbers = word.split(['.', '-']).map_while(|part| part.parse().ok());
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else { return Err(RULE) };
        Ok(Self { major, minor, patch: numbers.next().unwrap_or(0) })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect(text)
    }

    #[test]
    fn the_spellings_of_distributions_are_read() {
        for (text, is) in [
            ("git version 2.47.3\n", "2.47.3"),
            ("git version 2.39.5 (Apple Git-154)", "2.39.5"),
            ("git version 2.50.1.windows.1", "2.50.1"),
            ("git version 2.52.0-rc1", "2.52.0"),
            ("git version 2.43", "2.43.0"),
            ("git version 2.53.GIT", "2.53.0"),
        ] {
            assert_eq!(version(text).to_string(), is);
        }
        assert!("hub version 1.2.3".parse::<Version>().is_err());
        assert!("git version next".parse::<Version>().is_err());
    }

    #[test]
    fn lines_are_mended_from_their_own_patch_on() {
        for mended in ["2.43.7", "2.47.3", "2.50.1", "2.51.0", "3.0.0"] {
            assert!(version(&format!("git version {mended}")).is_mended(), "{mended}");
        }
        for open in ["2.32.0", "2.39.5", "2.43.6", "2.47.2", "2.50.0"] {
            assert!(!version(&format!("git version {open}")).is_mended(), "{open}");
        }
    }
}
