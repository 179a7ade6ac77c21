//! Many pull requests at once, and what only GitHub's staff does to one.

use super::Forge;
use crate::actions;
use crate::error::ForgeError;
use crate::world::{NewPulls, Pull, PullChanges, PullChangesReport};

impl Forge {
    /// Opens pull requests together; heads that do not exist are made.
    pub async fn create_pulls(
        &self,
        repository: &str,
        new: NewPulls,
    ) -> Result<Vec<Pull>, ForgeError> {
        actions::create_pulls(&self.app, repository, &new).await
    }

    /// Takes steps of many pull requests one after another; merges do not move the base.
    pub async fn change_pulls(
        &self,
        changes: PullChanges,
    ) -> Result<PullChangesReport, ForgeError> {
        actions::change_pulls(&self.app, &changes).await
    }

    /// Deletes a pull request; nobody is told.
    pub async fn delete_pull(&self, repository: &str, number: u64) -> Result<(), ForgeError> {
        actions::delete_pull(&self.app, repository, number).await
    }
}
