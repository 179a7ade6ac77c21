//! The folder, asked from asynchronous code.

use std::{borrow::Cow, io::ErrorKind, path::PathBuf};

use pullwright_redact::Redactor;
use pullwright_settings::{ExposeSecret as _, SecretString};
use pullwright_types::RepositoryUrl;

use super::{MalformedList, Problem, Repositories, WriteError, file, turn};

/// The secrets folder; cheap to clone.
#[derive(Debug, Clone)]
pub struct Secrets {
    folder: PathBuf,
    redactor: Redactor,
}

impl Secrets {
    /// A folder whose secrets are registered with `redactor` as they are read.
    #[must_use]
    pub fn new(folder: PathBuf, redactor: Redactor) -> Self {
        Self { folder, redactor }
    }

    /// Whether the folder can be listed.
    pub async fn is_readable(&self) -> bool {
        let folder = self.folder.clone();
        blocking(move || Ok(std::fs::read_dir(folder).map(|_| ())?)).await.is_ok()
    }

    /// Whether `reference` is a regular file inside the folder; its content is not looked at.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn exists(&self, reference: &str) -> Result<(), Problem> {
        let (folder, name) = (self.folder.clone(), reference.to_owned());
        blocking(move || file::locate(&folder, &name).map(|_| ())).await
    }

    /// The secret that `reference` names, without white space around it.
    ///
    /// # Errors
    /// Why it cannot be used; never a part of its value.
    pub async fn read(&self, reference: &str) -> Result<SecretString, Problem> {
        Ok(self.read_version(reference).await?.secret)
    }

    /// The secret that `reference` names, without white space around it, and which version of it this is.
    ///
    /// # Errors
    /// Why it cannot be used; never a part of its value.
    pub async fn read_version(&self, reference: &str) -> Result<Versioned, Problem> {
        let file::Content { text, version } = self.content(reference.to_owned()).await?;
        let secret = SecretString::from(text.trim().to_owned());
        if secret.expose_secret().is_empty() {
            return Err(Problem::Empty);
        }
        self.redactor.register(&secret).map_err(|_| Problem::TooShort)?;
        Ok(Versioned { secret, version: version.name(reference) })
    }

    /// Which version of the secret that `reference` names is in force; its content is not looked at.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn version(&self, reference: &str) -> Result<String, Problem> {
        let (folder, name) = (self.folder.clone(), reference.to_owned());
        blocking(move || Ok(file::version(&folder, &name)?.name(&name))).await
    }

    /// A secret that goes into a header: one word of visible ASCII.
    ///
    /// # Errors
    /// Why it cannot be used; never a part of its value.
    pub async fn read_credential(&self, reference: &str) -> Result<SecretString, Problem> {
        let secret = self.read(reference).await?;
        let legal = secret.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
        if legal { Ok(secret) } else { Err(Problem::NotACredential) }
    }

    /// The secret before the one that `reference` names, while both are valid: the file `{reference}.previous`.
    ///
    /// # Errors
    /// It exists and cannot be used.
    pub async fn read_previous(&self, reference: &str) -> Result<Option<SecretString>, Problem> {
        match self.read(&turn::previous(reference)).await {
            Ok(secret) => Ok(Some(secret)),
            Err(Problem::Missing | Problem::Empty) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Whether the list beside `reference`, the file `{reference}.repositories`, admits a repository; `None` without a list.
    ///
    /// # Errors
    /// The list exists and cannot be read, or a line of it is malformed.
    pub async fn lists(
        &self,
        reference: &str,
        repository: &RepositoryUrl,
    ) -> Result<Option<bool>, ListError> {
        match self.content(format!("{reference}.repositories")).await {
            Ok(list) => Ok(Some(Repositories::parse(&list.text)?.admits(repository))),
            Err(Problem::Missing) => Ok(None),
            Err(problem) => Err(ListError::Unusable(problem)),
        }
    }

    /// Whether there is a secret before the one that `reference` names, whatever it is.
    pub async fn has_previous(&self, reference: &str) -> bool {
        self.exists(&turn::previous(reference)).await.is_ok()
    }

    /// Makes the secret that is to come after the one that `reference` names, and gives its version; nothing is in force yet.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub async fn make_next(&self, reference: &str) -> Result<String, WriteError> {
        let (folder, name) = (self.folder.clone(), reference.to_owned());
        writing(move || turn::make_next(&folder, &name)).await
    }

    /// Puts the secret of this version in force that was made to come next, and keeps the one before it; tells whether there was
    /// anything to do. Safe to do twice.
    ///
    /// # Errors
    /// The folder cannot be written to; done again, it goes on where it stopped.
    pub async fn turn(&self, reference: &str, version: &str) -> Result<bool, WriteError> {
        let (folder, name) = (self.folder.clone(), reference.to_owned());
        let version = version.to_owned();
        writing(move || turn::turn(&folder, &name, &version)).await
    }

    /// Removes the secret before the one that `reference` names, if there is one.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub async fn remove_previous(&self, reference: &str) -> Result<(), WriteError> {
        let (folder, name) = (self.folder.clone(), reference.to_owned());
        writing(move || turn::remove_previous(&folder, &name)).await
    }

    /// A text without any secret that was ever read from the folder, and without what looks like one.
    #[must_use]
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redactor.redact(text)
    }

    async fn content(&self, name: String) -> Result<file::Content, Problem> {
        let folder = self.folder.clone();
        blocking(move || file::read(&folder, &name)).await
    }
}

/// A secret and which version of it this is.
#[derive(Debug)]
pub struct Versioned {
    /// The secret.
    pub secret: SecretString,
    /// Changes whenever the secret's file is written; nothing of the secret can be told from it.
    pub version: String,
}

/// Why a secret's list of repositories cannot be used; reads on from the secret's name.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file cannot be used.
    #[error("has a list of repositories that {0}")]
    Unusable(Problem),
    /// A line is malformed.
    #[error("has a list of repositories whose {0}")]
    Malformed(#[from] MalformedList),
}

// The tasks are never aborted; only a panic of ours ends as an error of joining, and it was logged as one.

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(Problem::Unreadable(ErrorKind::Other)))
}

async fn writing<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WriteError> + Send + 'static,
) -> Result<T, WriteError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(WriteError(ErrorKind::Other)))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
