//! A repository on the forge, registered and wired: what an operator does before the first proposal.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context as _;
use pullwright_forge::{NewHook, NewRepository, Permission};
use pullwright_testkit::wait;
use serde_json::{Value, json};

use super::{
    Stack,
    credentials::{private, random},
};

/// How long the system may take to make its webhook.
const PATIENCE: Duration = Duration::from_secs(30);

/// What to make and wire.
#[derive(Debug, Clone)]
pub struct WireOptions {
    /// The repository's owner.
    pub owner: String,
    /// The repository's name; also names secrets, cluster and config repository.
    pub name: String,
    /// Its files.
    pub files: BTreeMap<String, String>,
    /// The cluster's folder.
    pub config_path: Option<String>,
    /// The template's name; the params file is `{config_path}/{template}.params.json`.
    pub template: String,
    /// The template's declared parameters.
    pub declared_params: Value,
    /// Whether the forge sends webhooks to the ingress: made here, or by the system where it registers them itself.
    pub webhook: bool,
}

impl WireOptions {
    /// A small search configuration with `boost` 1.0, `fuzziness` "0" and `tie_breaker` 0.1.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let params = "{\n  \"boost\": 1.0,\n  \"fuzziness\": \"0\",\n  \"tie_breaker\": 0.1\n}\n";
        Self {
            owner: "acme".to_owned(),
            name: name.to_owned(),
            files: BTreeMap::new(),
            config_path: Some("configs/products-prod-es".to_owned()),
            template: "product_search".to_owned(),
            declared_params: json!({"boost": "float", "fuzziness": "string", "tie_breaker": "float"}),
            webhook: true,
        }
        .file("configs/products-prod-es/product_search.params.json", params)
        .file("README.md", "# Search configuration\n")
    }

    /// Adds a file, or replaces it.
    #[must_use]
    pub fn file(mut self, path: &str, content: &str) -> Self {
        self.files.insert(path.to_owned(), content.to_owned());
        self
    }

    /// Declares other parameters.
    #[must_use]
    pub fn declare(mut self, declared_params: Value) -> Self {
        self.declared_params = declared_params;
        self
    }
}

/// A repository that is wired.
#[derive(Debug, Clone)]
pub struct Wired {
    /// `owner/name`.
    pub repository: String,
    /// The params file.
    pub path: String,
    /// The config repository's id.
    pub config_repo_id: String,
    /// The cluster's id.
    pub cluster_id: String,
    /// The template's id.
    pub template_id: String,
    /// The name of the secret that holds the repository's credential.
    pub auth_ref: String,
    /// The hook's number on the forge.
    pub hook: Option<u64>,
}

impl Stack {
    /// Makes a repository on the forge and puts its credential into the secrets folder; nothing is registered yet.
    pub async fn make_repository(&self, options: &WireOptions) -> anyhow::Result<()> {
        // Shaped like GitHub's classic tokens, so that everything that looks at shapes sees it.
        let token = format!("gh{}_{}", "p", &random()[..36]);
        let mut new = NewRepository::new(&options.owner, &options.name).token(
            "pullwright",
            &token,
            Permission::Write,
        );
        for (path, content) in &options.files {
            new = new.file(path, content.as_str());
        }
        private(&self.secrets().join(auth_ref(options)), &format!("{token}\n"))?;
        private(&self.secrets().join(webhook_ref(options)), &format!("{}\n", random()))?;
        self.forge()?.create_repository(new).await.context("make a repository on the forge")?;
        Ok(())
    }

    /// Registers the config repository over REST.
    pub async fn register(&self, options: &WireOptions) -> anyhow::Result<Value> {
        let mut body = json!({
            "name": options.name,
            "repo_url": format!("{}/{}/{}", self.ports.forge_url(), options.owner, options.name),
            "auth_ref": auth_ref(options),
        });
        if options.webhook || !self.registers_webhooks {
            body["webhook_secret_ref"] = json!(webhook_ref(options));
        }
        self.rest()?
            .post("/api/v1/config-repos", &body)
            .await?
            .expect(201)
            .context("register the config repository")
    }

    /// Creates the cluster over REST.
    pub async fn create_cluster(
        &self,
        options: &WireOptions,
        config_repo_id: &str,
    ) -> anyhow::Result<Value> {
        let body = json!({
            "name": format!("{}-prod", options.name),
            "engine_type": "elasticsearch",
            "environment": "prod",
            "config_repo_id": config_repo_id,
            "config_path": options.config_path,
        });
        self.rest()?
            .post("/api/v1/clusters", &body)
            .await?
            .expect(201)
            .context("create the cluster")
    }

    /// Creates the template over REST.
    pub async fn create_template(&self, options: &WireOptions) -> anyhow::Result<Value> {
        let body = json!({
            "name": options.template,
            "engine_type": "elasticsearch",
            "declared_params": options.declared_params,
        });
        self.rest()?
            .post("/api/v1/query-templates", &body)
            .await?
            .expect(201)
            .context("create the template")
    }

    /// Has the forge send webhooks of the repository to the ingress.
    pub async fn hook(&self, options: &WireOptions) -> anyhow::Result<u64> {
        let secret = std::fs::read_to_string(self.secrets().join(webhook_ref(options)))
            .context("read the webhook secret")?;
        let repository = format!("{}/{}", options.owner, options.name);
        let new = NewHook::new(self.webhook_url(), secret.trim());
        let hook = self.forge()?.create_hook(&repository, new).await;
        Ok(hook.context("make the webhook on the forge")?.id)
    }

    /// Waits until the system has made its webhook on the forge and the ping of it was answered.
    pub async fn registered_hook(&self, options: &WireOptions) -> anyhow::Result<u64> {
        let (forge, url) = (self.forge()?, self.webhook_url());
        let repository = format!("{}/{}", options.owner, options.name);
        let found = || async {
            let hooks = forge.hooks(&repository).await.context("list the hooks")?;
            let ours = hooks.iter().find(|hook| hook.url == url && hook.active);
            let answered = ours.filter(|hook| hook.last_response.code == Some(200));
            anyhow::Ok(answered.map(|hook| hook.id))
        };
        Ok(wait::until("the system has registered its webhook", PATIENCE, found).await?)
    }

    /// Does all of the above.
    pub async fn wire(&self, options: WireOptions) -> anyhow::Result<Wired> {
        self.make_repository(&options).await?;
        let config_repo_id = id(&self.register(&options).await?)?;
        let cluster_id = id(&self.create_cluster(&options, &config_repo_id).await?)?;
        let template_id = id(&self.create_template(&options).await?)?;
        let hook = match (options.webhook, self.registers_webhooks) {
            (false, _) => None,
            (true, false) => Some(self.hook(&options).await?),
            (true, true) => Some(self.registered_hook(&options).await?),
        };
        Ok(Wired {
            repository: format!("{}/{}", options.owner, options.name),
            path: format!(
                "{}/{}.params.json",
                options.config_path.clone().unwrap_or_default(),
                options.template
            ),
            config_repo_id,
            cluster_id,
            template_id,
            auth_ref: auth_ref(&options),
            hook,
        })
    }
}

/// The `id` of a resource.
pub(crate) fn id(resource: &Value) -> anyhow::Result<String> {
    resource["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {resource}"))
}

fn auth_ref(options: &WireOptions) -> String {
    format!("{}-credential", options.name)
}

fn webhook_ref(options: &WireOptions) -> String {
    format!("{}-webhook", options.name)
}
