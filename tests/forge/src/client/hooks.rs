//! The calls about webhooks and Apps.

use reqwest::Method;

use super::calls::{Result, at};
use super::http::{ControlClient, exchange};
use crate::world::{
    Delivery, DeliveryCounts, DeliveryPolicy, GithubApp, Hook, HookEdit, Installation, NewApp,
    NewHook, NewInstallation, PolicyRecord,
};

impl ControlClient {
    /// Makes a hook and pings it.
    pub async fn create_hook(&self, repository: &str, new: NewHook) -> Result<Hook> {
        self.send(Method::POST, &at(repository, "/hooks"), &new).await
    }

    /// Lists the hooks.
    pub async fn hooks(&self, repository: &str) -> Result<Vec<Hook>> {
        self.get(&at(repository, "/hooks")).await
    }

    /// Changes a hook, as a person on its settings page would.
    pub async fn edit_hook(&self, repository: &str, hook: u64, edit: HookEdit) -> Result<Hook> {
        self.send(Method::PATCH, &at(repository, &format!("/hooks/{hook}")), &edit).await
    }

    /// Turns a hook on or off.
    pub async fn set_hook_active(&self, repository: &str, hook: u64, active: bool) -> Result<Hook> {
        let edit = HookEdit { active: Some(active), ..HookEdit::default() };
        self.edit_hook(repository, hook, edit).await
    }

    /// Deletes a hook.
    pub async fn delete_hook(&self, repository: &str, hook: u64) -> Result<()> {
        self.tell(Method::DELETE, &at(repository, &format!("/hooks/{hook}"))).await
    }

    /// Pings a hook.
    pub async fn ping_hook(&self, repository: &str, hook: u64) -> Result<()> {
        self.tell(Method::POST, &at(repository, &format!("/hooks/{hook}/ping"))).await
    }

    /// Lists what was sent to the hooks of a repository, the oldest first.
    pub async fn deliveries(&self, repository: &str) -> Result<Vec<Delivery>> {
        self.get(&at(repository, "/deliveries")).await
    }

    /// Sends a delivery again under its old GUID.
    pub async fn redeliver(&self, repository: &str, delivery: u64) -> Result<Delivery> {
        self.send(Method::POST, &at(repository, &format!("/deliveries/{delivery}/redeliver")), &())
            .await
    }

    /// Counts the deliveries of all hooks.
    pub async fn delivery_counts(&self) -> Result<DeliveryCounts> {
        self.get("/deliveries/counts").await
    }

    /// Says what deliveries suffer from now on: those of a hook, or of all hooks that have no policy of their own.
    pub async fn set_delivery_policy(
        &self,
        hook: Option<u64>,
        policy: DeliveryPolicy,
    ) -> Result<()> {
        exchange(self.request(Method::PUT, &policy_path(hook)).json(&policy)).await.map(drop)
    }

    /// Returns what deliveries suffer and how many did.
    pub async fn delivery_policy(&self, hook: Option<u64>) -> Result<PolicyRecord> {
        self.get(&policy_path(hook)).await
    }

    /// Lets deliveries be.
    pub async fn clear_delivery_policies(&self) -> Result<()> {
        self.tell(Method::DELETE, "/delivery-policy").await
    }

    /// Registers a GitHub App.
    pub async fn create_app(&self, new: NewApp) -> Result<GithubApp> {
        self.send(Method::POST, "/apps", &new).await
    }

    /// Installs an App at an account.
    pub async fn install_app(&self, app: u64, new: NewInstallation) -> Result<Installation> {
        self.send(Method::POST, &format!("/apps/{app}/installations"), &new).await
    }

    /// Lists what was sent to the hook of an App, the oldest first.
    pub async fn app_deliveries(&self, app: u64) -> Result<Vec<Delivery>> {
        self.get(&format!("/apps/{app}/deliveries")).await
    }
}

fn policy_path(hook: Option<u64>) -> String {
    match hook {
        Some(hook) => format!("/delivery-policy?hook={hook}"),
        None => "/delivery-policy".to_owned(),
    }
}
