//! Secrets: given by value or, better, by the path of a file; never quoted in an error.

use std::{fs::File, io::Read, path::Path};

use secrecy::SecretString;

use crate::{Environment, Result, SettingsError};

/// More than any key; it keeps `/dev/zero` from being read for ever.
const LARGEST_FILE: u64 = 1 << 20;

impl Environment {
    /// Reads a secret from `name` or from the file that `name_FILE` names, trailing line ends trimmed; both set is an
    /// error, and so is an empty file.
    ///
    /// A database URL is read this way too, as it holds a password.
    pub fn secret(&self, name: &str) -> Result<Option<SecretString>> {
        let file_name = format!("{name}_FILE");
        let value = self.text(name);
        match (self.raw(name), self.path(&file_name)?) {
            (Some(_), Some(_)) => Err(SettingsError::Ambiguous { name: name.to_owned() }),
            (None, Some(path)) => read(&file_name, &path).map(Some),
            (_, None) => match value?.map(trimmed) {
                Some(text) if text.is_empty() => {
                    Err(SettingsError::invalid(name, "holds nothing but line ends", "a secret"))
                }
                text => Ok(text.map(SecretString::from)),
            },
        }
    }

    /// Reads a secret that must be set.
    pub fn required_secret(&self, name: &str) -> Result<SecretString> {
        self.secret(name)?.ok_or_else(|| {
            SettingsError::missing(
                name,
                format_args!("a secret, or {name}_FILE with the path of a file that holds it"),
            )
        })
    }
}

fn read(name: &str, path: &Path) -> Result<SecretString> {
    let invalid = |problem: String| {
        SettingsError::invalid(name, problem, "the path of a file that holds a secret")
    };
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_string(&mut text))
        .map_err(|error| {
            invalid(format!("names {}, which cannot be read ({})", path.display(), error.kind()))
        })?;
    if text.len() as u64 > LARGEST_FILE {
        return Err(invalid(format!(
            "names {}, which is larger than {LARGEST_FILE} bytes",
            path.display()
        )));
    }
    let text = trimmed(text);
    if text.is_empty() {
        return Err(invalid(format!("names {}, which is empty", path.display())));
    }
    Ok(text.into())
}

fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end_matches(['\n', '\r']).len());
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use secrecy::ExposeSecret;

    use super::*;

    fn file(content: &[u8]) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, content).unwrap();
        let path = path.to_str().unwrap().to_owned();
        (folder, path)
    }

    #[test]
    fn a_secret_comes_from_its_value_or_its_file() {
        let (_folder, path) = file(b"from the file\r\n");
        let by_file = Environment::from_pairs([("S_FILE", path.as_str())]);
        assert_eq!(by_file.secret("S").unwrap().unwrap().expose_secret(), "from the file");
        let by_value = Environment::from_pairs([("S", "by value\n")]);
        assert_eq!(by_value.required_secret("S").unwrap().expose_secret(), "by value");
        assert!(Environment::from_pairs([("S", "")]).secret("S").unwrap().is_none());
    }

    #[test]
    fn inner_line_ends_of_a_key_are_kept() {
        let (_folder, path) = file(b"-----BEGIN X-----\nabc\n-----END X-----\n");
        let secret = Environment::from_pairs([("S_FILE", path)]).required_secret("S").unwrap();
        assert_eq!(secret.expose_secret(), "-----BEGIN X-----\nabc\n-----END X-----");
    }

    #[test]
    fn both_forms_at_once_are_refused() {
        let env = Environment::from_pairs([("S", "one"), ("S_FILE", "/none")]);
        assert_eq!(
            env.secret("S").unwrap_err().to_string(),
            "S and S_FILE are both set; expected one of them"
        );
    }

    #[test]
    fn a_missing_secret_says_both_ways_to_give_it() {
        let error = Environment::from_pairs::<&str, &str>([]).required_secret("S").unwrap_err();
        assert_eq!(
            error.to_string(),
            "S is not set; expected a secret, or S_FILE with the path of a file that holds it"
        );
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_and_its_content_is_not() {
        let (_empty, empty) = file(b"\n");
        let (_binary, binary) = file(b"hidden\xff");
        let (_large, large) = file("hidden".repeat(200_000).as_bytes());
        for path in [empty.as_str(), binary.as_str(), large.as_str(), "/nowhere/at/all"] {
            let line =
                Environment::from_pairs([("S_FILE", path)]).secret("S").unwrap_err().to_string();
            assert!(line.starts_with("S_FILE names ") && line.contains(path), "{line}");
            assert!(!line.contains("hidden") && !line.contains('\n'), "{line}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_is_not_text_is_refused_without_being_quoted() {
        use std::{ffi::OsString, os::unix::ffi::OsStringExt};
        let env = Environment::from_pairs([(
            OsString::from("S"),
            OsString::from_vec(b"hidden\xff".to_vec()),
        )]);
        assert_eq!(env.secret("S").unwrap_err().to_string(), "S is not UTF-8; expected UTF-8 text");
    }
}
