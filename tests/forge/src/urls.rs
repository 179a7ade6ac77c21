//! The URLs that answers and webhooks carry. It does not know which address is really listened on.

/// Makes every URL from the web base.
#[derive(Debug, Clone)]
pub(crate) struct Urls {
    web: String,
}

impl Urls {
    /// Takes the web base without a slash at its end.
    pub(crate) fn new(web: impl Into<String>) -> Self {
        Self { web: web.into().trim_end_matches('/').to_owned() }
    }

    /// Returns the base of pages and of git.
    pub(crate) fn web(&self) -> &str {
        &self.web
    }

    /// Returns the base of REST, as an Enterprise Server places it.
    pub(crate) fn api(&self) -> String {
        format!("{}/api/v3", self.web)
    }

    /// Returns the REST base of a repository.
    pub(crate) fn repository_api(&self, full_name: &str) -> String {
        format!("{}/api/v3/repos/{full_name}", self.web)
    }

    /// Returns the page of a repository.
    pub(crate) fn repository_web(&self, full_name: &str) -> String {
        format!("{}/{full_name}", self.web)
    }

    /// Returns the page of a pull request.
    pub(crate) fn pull_web(&self, full_name: &str, number: u64) -> String {
        format!("{}/{full_name}/pull/{number}", self.web)
    }
}
