//! The calls about many pull requests, and those that GitHub's staff makes.

use reqwest::Method;

use super::calls::{Result, at};
use super::http::ControlClient;
use crate::world::{NewPulls, Pull, PullChanges, PullChangesReport};

impl ControlClient {
    /// Opens pull requests together; heads that do not exist are made.
    pub async fn create_pulls(&self, repository: &str, new: NewPulls) -> Result<Vec<Pull>> {
        self.send(Method::POST, &at(repository, "/pulls/bulk"), &new).await
    }

    /// Takes steps of many pull requests one after another; merges do not move the base. Split what takes minutes.
    pub async fn change_pulls(&self, changes: PullChanges) -> Result<PullChangesReport> {
        self.send(Method::POST, "/pull-changes", &changes).await
    }

    /// Deletes a pull request; nobody is told.
    pub async fn delete_pull(&self, repository: &str, number: u64) -> Result<()> {
        self.tell(Method::DELETE, &at(repository, &format!("/pulls/{number}"))).await
    }
}
