//! The main job: register, wire, record a study, open the pull request, look at it, merge it, see it merged.

use std::time::Duration;

use anyhow::Context as _;
use pullwright_forge::world::Pull;
use pullwright_testkit::wait;
use serde_json::{Value, json};

use crate::{
    Rest, Stack, WireOptions,
    progress::{heading, step},
    stack::id,
};

/// What there is to tell afterwards.
pub(super) struct Told {
    pub(super) proposal: Value,
    pub(super) events: Vec<Value>,
    pub(super) pull: Pull,
}

/// The longest that the demo waits for GitHub's side or for ours.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn run(stack: &Stack) -> anyhow::Result<Told> {
    let rest = stack.rest()?;
    let options = repository();
    let repository = format!("{}/{}", options.owner, options.name);

    heading("An operator registers where parameters live");
    step("a repository on the forge, its token in a secret file", stack.make_repository(&options))
        .await?;
    let config_repo = step("POST /api/v1/config-repos", stack.register(&options)).await?;
    let cluster =
        step("POST /api/v1/clusters", stack.create_cluster(&options, &id(&config_repo)?)).await?;
    let template = step("POST /api/v1/query-templates", stack.create_template(&options)).await?;
    step("the system makes its webhook on the forge", stack.registered_hook(&options)).await?;

    heading("The optimiser records a finished study with its digest");
    let study = study(&id(&cluster)?, &id(&template)?);
    let recorded = step("POST /api/v1/studies", async {
        rest.post("/api/v1/studies", &study).await?.expect(201)
    })
    .await?;
    let proposal_id =
        recorded["proposal_id"].as_str().context("the study made no proposal")?.to_owned();

    heading("A relevance engineer opens the pull request");
    let path = format!("/api/v1/proposals/{proposal_id}");
    let open = format!("{path}/open_pr");
    step("POST /api/v1/proposals/{id}/open_pr", async { rest.act(&open).await?.expect(202) })
        .await?;
    let opened =
        step("the runner edits, commits, pushes, opens", until(&rest, &path, "pr_opened")).await?;
    let url = opened["pr_url"].as_str().unwrap_or_default().to_owned();
    let number: u64 = url
        .rsplit('/')
        .next()
        .and_then(|number| number.parse().ok())
        .context("a pull request has a number")?;
    let pull =
        stack.forge()?.pull(&repository, number).await.context("look at the pull request")?;
    show(stack, &repository, &pull).await?;

    heading("A reviewer merges it on the forge");
    step("merge, and GitHub's webhook comes back", async {
        stack.forge()?.merge(&repository, number).await.context("merge on the forge")?;
        until(&rest, &path, "pr_merged").await
    })
    .await?;

    let proposal = rest.get(&path).await?.expect(200)?;
    let events = rest.get(&format!("{path}/events?limit=200")).await?.expect(200)?;
    let events = events["data"].as_array().cloned().unwrap_or_default();
    Ok(Told { proposal, events, pull })
}

/// Polls the proposal as a person's browser would, until it stands as hoped; what went wrong is said at once.
async fn until(rest: &Rest, path: &str, status: &str) -> anyhow::Result<Value> {
    let poll = || async {
        let proposal = rest.get(path).await?.expect(200)?;
        if let Some(error) = proposal["pr_open_error"].as_str() {
            anyhow::bail!("the pull request was not opened: {error}");
        }
        Ok((proposal["status"] == status).then_some(proposal))
    };
    Ok(wait::until(&format!("the proposal is {status}"), PATIENCE, poll).await?)
}

async fn show(stack: &Stack, repository: &str, pull: &Pull) -> anyhow::Result<()> {
    let diff = stack.forge()?.pull_diff(repository, pull.number).await.context("read the diff")?;
    heading(&format!("What it looks like: {}", pull.html_url));
    println!("  {} → {}\n", pull.head_ref, pull.base_ref);
    println!("  │ {}\n  │", pull.title);
    indent("  │ ", pull.body.as_deref().unwrap_or_default());
    heading("What it changes");
    indent("  ", &diff);
    Ok(())
}

fn indent(margin: &str, text: &str) {
    for line in text.lines() {
        println!("{}", format!("{margin}{line}").trim_end());
    }
}

fn repository() -> WireOptions {
    let params = "{\n  \"fuzziness\": \"AUTO\",\n  \"boost\": 1.0,\n  \"field_boosts\": { \"title\": 2.0, \"body\": 1e-05 },\n  \"tie_breaker\": 0.10\n}\n";
    WireOptions::new("search-config")
        .file("configs/products-prod-es/product_search.params.json", params)
        .declare(json!({
            "boost": {"type": "float", "min": 0.5, "max": 5.0},
            "field_boosts.title": "float",
            "fuzziness": "string",
            "tie_breaker": "float",
        }))
}

fn study(cluster_id: &str, template_id: &str) -> Value {
    let trial = |number: i64, title: f64, boost: f64, metric: f64, is_baseline: bool| {
        json!({
            "number": number,
            "params": {"field_boosts.title": title, "boost": boost},
            "primary_metric": metric,
            "metrics": {"ndcg@10": metric},
            "duration_ms": 1200 + 10 * number,
            "status": "complete",
            "is_baseline": is_baseline,
        })
    };
    json!({
        "name": "title boost, autumn catalogue",
        "cluster_id": cluster_id,
        "template_id": template_id,
        "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
        "trials": [
            trial(0, 2.0, 1.0, 0.412, true),
            trial(1, 3.0, 1.0, 0.461, false),
            trial(2, 4.5, 2.5, 0.487, false),
            trial(3, 5.0, 3.0, 0.479, false),
        ],
        "digest": {
            "narrative": "A stronger title boost lifts the head queries.",
            "parameter_importance": {"field_boosts.title": 0.82, "boost": 0.18},
            "recommended_config": {"field_boosts.title": 4.5, "boost": 2.5},
            "suggested_followups": [
                {"kind": "narrow", "rationale": "Search title boosts between 4 and 5 more finely.", "search_space": {"field_boosts.title": {"min": 4, "max": 5}}},
            ],
            "generated_by": "optimiser",
        },
        "config_diff": {
            "field_boosts.title": {"from": 2.0, "to": 4.5},
            "boost": {"from": 1.0, "to": 2.5},
        },
    })
}
