//! The folder, asked from asynchronous code.

use std::path::PathBuf;

use pullwright_redact::Redactor;
use pullwright_settings::{ExposeSecret as _, SecretString};
use pullwright_types::RepositoryUrl;

use super::{MalformedList, Problem, Repositories, file};

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
        let text = self.text(reference.to_owned()).await?;
        let secret = SecretString::from(text.trim().to_owned());
        if secret.expose_secret().is_empty() {
            return Err(Problem::Empty);
        }
        self.redactor.register(&secret).map_err(|_| Problem::TooShort)?;
        Ok(secret)
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
        match self.read(&format!("{reference}.previous")).await {
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
        match self.text(format!("{reference}.repositories")).await {
            Ok(text) => Ok(Some(Repositories::parse(&text)?.admits(repository))),
            Err(Problem::Missing) => Ok(None),
            Err(problem) => Err(ListError::Unusable(problem)),
        }
    }

    async fn text(&self, name: String) -> Result<String, Problem> {
        let folder = self.folder.clone();
        blocking(move || file::read(&folder, &name)).await
    }
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

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        // The task is never aborted; only a panic of ours ends here, and it was logged as one.
        Err(_) => Err(Problem::Unreadable(std::io::ErrorKind::Other)),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
