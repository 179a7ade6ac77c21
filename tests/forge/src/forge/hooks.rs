//! Webhooks and Apps.

use super::Forge;
use crate::actions;
use crate::error::ForgeError;
use crate::world::{
    Delivery, DeliveryCounts, DeliveryPolicy, GithubApp, Hook, HookEdit, Installation, NewApp,
    NewHook, NewInstallation, PolicyRecord,
};

impl Forge {
    /// Makes a hook and pings it.
    pub async fn create_hook(&self, repository: &str, new: NewHook) -> Result<Hook, ForgeError> {
        actions::create_hook(&self.app, repository, new)
    }

    /// Lists the hooks.
    pub async fn hooks(&self, repository: &str) -> Result<Vec<Hook>, ForgeError> {
        actions::hooks(&self.app, repository)
    }

    /// Changes a hook, as a person on its settings page would.
    pub async fn edit_hook(
        &self,
        repository: &str,
        hook: u64,
        edit: HookEdit,
    ) -> Result<Hook, ForgeError> {
        actions::edit_hook(&self.app, repository, hook, edit)
    }

    /// Turns a hook on or off.
    pub async fn set_hook_active(
        &self,
        repository: &str,
        hook: u64,
        active: bool,
    ) -> Result<Hook, ForgeError> {
        let edit = HookEdit { active: Some(active), ..HookEdit::default() };
        self.edit_hook(repository, hook, edit).await
    }

    /// Deletes a hook.
    pub async fn delete_hook(&self, repository: &str, hook: u64) -> Result<(), ForgeError> {
        actions::delete_hook(&self.app, repository, hook)
    }

    /// Pings a hook.
    pub async fn ping_hook(&self, repository: &str, hook: u64) -> Result<(), ForgeError> {
        actions::ping_hook(&self.app, repository, hook)
    }

    /// Lists what was sent to the hooks of a repository, the oldest first.
    pub async fn deliveries(&self, repository: &str) -> Result<Vec<Delivery>, ForgeError> {
        actions::deliveries(&self.app, repository)
    }

    /// Sends a delivery again under its old GUID.
    pub async fn redeliver(&self, repository: &str, delivery: u64) -> Result<Delivery, ForgeError> {
        actions::redeliver(&self.app, repository, delivery)
    }

    /// Counts the deliveries of all hooks.
    pub async fn delivery_counts(&self) -> DeliveryCounts {
        self.app.world().deliveries.counts()
    }

    /// Says what deliveries suffer from now on: those of a hook, or of all hooks that have no policy of their own.
    pub async fn set_delivery_policy(&self, hook: Option<u64>, policy: DeliveryPolicy) {
        self.app.webhooks.policies.set(hook, policy);
    }

    /// Returns what deliveries suffer and how many did.
    pub async fn delivery_policy(&self, hook: Option<u64>) -> PolicyRecord {
        self.app.webhooks.policies.record(hook)
    }

    /// Lets deliveries be.
    pub async fn clear_delivery_policies(&self) {
        self.app.webhooks.policies.clear();
    }

    /// Registers a GitHub App.
    pub async fn create_app(&self, new: NewApp) -> Result<GithubApp, ForgeError> {
        actions::create_app(&self.app, new)
    }

    /// Installs an App at an account.
    pub async fn install_app(
        &self,
        app: u64,
        new: NewInstallation,
    ) -> Result<Installation, ForgeError> {
        actions::install_app(&self.app, app, new)
    }

    /// Lists what was sent to the hook of an App, the oldest first.
    pub async fn app_deliveries(&self, app: u64) -> Result<Vec<Delivery>, ForgeError> {
        actions::app_deliveries(&self.app, app)
    }
}
