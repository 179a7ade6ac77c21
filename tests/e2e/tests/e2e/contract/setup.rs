//! What rows need before their request: resources of their own, made over REST like everything else.

use pullwright_forge::{Fault, FaultKind, FileContent, NewCommit};
use pullwright_harness::WireOptions;
use pullwright_testkit::wait;
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use super::{
    ask::Ask,
    rows::open,
    world::{World, fresh, nobody},
};
use crate::system::{PATIENCE, System};

/// The file that wired repositories edit.
pub(super) const PARAMS: &str = "configs/products-prod-es/product_search.params.json";

static OPENED: OnceCell<String> = OnceCell::const_new();
static MERGED: OnceCell<String> = OnceCell::const_new();

impl World {
    /// A proposal whose pull request is open and stays so; its id.
    pub(super) async fn opened(&self) -> String {
        let open = || async { self.open_one("contract-opened").await.0 };
        OPENED.get_or_init(open).await.clone()
    }

    /// A proposal that is merged; its id.
    pub(super) async fn merged(&self) -> String {
        let merge = || async {
            let (id, system, number) = self.open_one("contract-merged").await;
            let forge = self.stack.forge().unwrap();
            forge.merge(&system.wired.repository, number).await.unwrap();
            system.until(&id, "pr_merged").await;
            id
        };
        MERGED.get_or_init(merge).await.clone()
    }

    async fn open_one(&self, name: &str) -> (String, System<'static>, u64) {
        let system = self.wired(WireOptions::new(name)).await;
        let (id, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
        (id, system, pull.number)
    }

    /// A pending proposal of the base; its id.
    pub(super) async fn proposal(&self) -> String {
        let (cluster, template) = (&self.base.cluster_id, &self.base.template_id);
        self.proposal_of(cluster, template, json!({"boost": {"from": 1.0, "to": 2.5}})).await
    }

    /// A pending proposal; its id.
    pub(super) async fn proposal_of(&self, cluster: &str, template: &str, diff: Value) -> String {
        let body = json!({"cluster_id": cluster, "template_id": template, "config_diff": diff});
        let made = self.get("POST", "/api/v1/proposals", &Ask::json(&body), 201).await;
        id(&made)
    }

    /// Makes a call about a proposal, which must succeed.
    pub(super) async fn act(&self, call: &str, proposal: &str) -> Value {
        let path = format!("/api/v1/proposals/{{id}}/{call}");
        let status = if call == "open_pr" { 202 } else { 200 };
        self.get("POST", &path, &Ask::of(proposal), status).await
    }

    /// A body for a new cluster, changed by `with`.
    pub(super) fn new_cluster(&self, with: Value) -> Value {
        let name = fresh("contract-cluster");
        merged(json!({"name": name, "engine_type": "elasticsearch", "environment": "dev"}), with)
    }

    /// A cluster, unwired unless `with` says otherwise.
    pub(super) async fn cluster(&self, with: Value) -> Value {
        let ask = Ask::json(&self.new_cluster(with));
        self.get("POST", "/api/v1/clusters", &ask, 201).await
    }

    /// A body for a new template that declares `boost`, changed by `with`.
    pub(super) fn new_template(&self, with: Value) -> Value {
        let plain = json!({
            "name": fresh("contract-template"),
            "engine_type": "elasticsearch",
            "declared_params": {"boost": "float", "fuzziness": "string"},
        });
        merged(plain, with)
    }

    /// A template.
    pub(super) async fn template(&self, with: Value) -> Value {
        let ask = Ask::json(&self.new_template(with));
        self.get("POST", "/api/v1/query-templates", &ask, 201).await
    }

    /// A body for a study of the base with two trials and a digest, changed by `with`; null takes a member away.
    pub(super) fn new_study(&self, with: Value) -> Value {
        let plain = json!({
            "name": fresh("contract study"),
            "cluster_id": self.base.cluster_id,
            "template_id": self.base.template_id,
            "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
            "trials": [
                {"number": 0, "params": {"boost": 1.0}, "status": "complete", "primary_metric": 0.412, "is_baseline": true},
                {"number": 1, "params": {"boost": 2.5}, "status": "complete", "primary_metric": 0.487},
            ],
            "digest": digest(),
        });
        merged(plain, with)
    }

    /// A study; what recording it gave.
    pub(super) async fn study(&self, with: Value) -> Value {
        let ask = Ask::json(&self.new_study(with));
        self.get("POST", "/api/v1/studies", &ask, 201).await
    }

    /// A repository on the forge with its secrets, not registered; a body to register it.
    pub(super) async fn new_config_repo(&self) -> Value {
        let name = fresh("contract-repo");
        self.stack.make_repository(&WireOptions::new(&name)).await.unwrap();
        json!({
            "name": name,
            "repo_url": format!("{}/acme/{name}", self.stack.ports.forge_url()),
            "auth_ref": format!("{name}-credential"),
            "webhook_secret_ref": format!("{name}-webhook"),
        })
    }

    /// A registered config repository that no cluster is wired to.
    pub(super) async fn config_repo(&self) -> Value {
        let body = self.new_config_repo().await;
        self.get("POST", "/api/v1/config-repos", &Ask::json(&body), 201).await
    }

    /// A file that holds a secret of this name.
    pub(super) fn secret(&self, name: &str, content: &str) {
        let path = self.stack.secrets().join(name);
        std::fs::write(path, content).unwrap();
    }

    /// A seeded study with its proposal; what seeding gave, and the body that it was asked with.
    pub(super) async fn seeded(&self, with: Value) -> (Value, Value) {
        let body = self.new_seed(with).await;
        let path = "/api/v1/_test/studies/seed-completed";
        (self.get("POST", path, &Ask::json(&body), 201).await, body)
    }

    /// A body for a seed with a template, a query set and a judgment list of its own, changed by `with`.
    pub(super) async fn new_seed(&self, with: Value) -> Value {
        let template = self.template(json!({})).await;
        let plain = json!({
            "cluster_id": self.base.cluster_id,
            "template_id": template["id"],
            "query_set_id": nobody(),
            "judgment_list_id": nobody(),
        });
        merged(plain, with)
    }

    /// A proposal of a repository of its own, in which the params file is this; its id and the repository's options.
    pub(super) async fn proposal_on(
        &self,
        file: impl Into<FileContent>,
        diff: Value,
    ) -> (String, WireOptions) {
        let options = WireOptions { webhook: false, ..WireOptions::new(&fresh("contract-own")) };
        let wired = self.stack.wire(options.clone()).await.unwrap();
        let commit = NewCommit::file("main", PARAMS, file, "as the test wants it");
        self.stack.forge().unwrap().push_commit(&wired.repository, commit).await.unwrap();
        (self.proposal_of(&wired.cluster_id, &wired.template_id, diff).await, options)
    }

    /// A delivery of the base's hook that means nothing here, as it is kept.
    pub(super) async fn delivered(&self) -> Value {
        let ask = open::delivery(self, "star", &open::payload(self, json!({"action": "created"})));
        self.get("POST", "/webhooks/github", &ask, 200).await;
        let (_, guid) =
            ask.headers.iter().find(|(name, _)| name == "x-github-delivery").unwrap().clone();
        let guid = String::from_utf8(guid).unwrap();
        let page = self
            .get("GET", "/api/v1/deliveries", &Ask::query(format!("delivery_id={guid}")), 200)
            .await;
        page["data"][0].clone()
    }

    /// The base's repository, which the ledger watches by now; its id.
    pub(super) async fn watched(&self) -> String {
        let repository = self.base.config_repo_id.clone();
        let asked = Ask::query(format!("repository_id={repository}"));
        let known = || async {
            let page = self.get("GET", "/api/v1/repositories", &asked, 200).await;
            !page["data"].as_array().unwrap().is_empty()
        };
        wait::until("the ledger watches the repository", PATIENCE, known).await.unwrap();
        repository
    }

    /// A repository whose lock a runner holds for a while; its id.
    pub(super) async fn locked(&self) -> String {
        let (proposal, options) =
            self.proposal_on("{\"boost\": 1.0}\n", json!({"boost": {"to": 2.5}})).await;
        let path = Some(format!("*/{}/{}.git/*", options.owner, options.name));
        let slow = Fault { path, ..Fault::on("git.upload-pack", FaultKind::Delay { ms: 5_000 }) };
        self.stack.forge().unwrap().add_fault(slow.times(1)).await.unwrap();
        let shown = self.get("GET", "/api/v1/proposals/{id}", &Ask::of(&proposal), 200).await;
        let repository = text(&shown["config_repo_id"]);
        self.act("open_pr", &proposal).await;
        let asked = Ask::query(format!("repository_id={repository}"));
        let held = || async {
            let page = self.get("GET", "/api/v1/locks", &asked, 200).await;
            !page["data"].as_array().unwrap().is_empty()
        };
        wait::until("a runner holds the lock", PATIENCE, held).await.unwrap();
        repository
    }
}

/// A digest that recommends a boost of 2.5.
pub(super) fn digest() -> Value {
    json!({
        "narrative": "A higher boost helps.",
        "recommended_config": {"boost": 2.5},
        "parameter_importance": {"boost": 1.0},
    })
}

/// The id of a resource.
pub(super) fn id(resource: &Value) -> String {
    text(&resource["id"])
}

/// A text.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// An object with the members of another over its own; null takes a member away.
pub(super) fn merged(plain: Value, with: Value) -> Value {
    let (Value::Object(mut plain), Value::Object(with)) = (plain, with) else {
        panic!("two objects are merged")
    };
    for (name, value) in with {
        if value.is_null() {
            plain.remove(&name);
        } else {
            plain.insert(name, value);
        }
    }
    Value::Object(plain.into_iter().collect::<Map<_, _>>())
}
