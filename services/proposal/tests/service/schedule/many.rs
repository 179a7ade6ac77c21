//! Many pull requests: they are looked at together, and cost the ledger little.

use std::time::Instant;

use pullwright_pg::Queries as _;
use pullwright_proto::job::{
    self as v1, JobKind::ReconcilePullRequests, pull_request_sight::Sight,
};

use super::World;
use crate::harness::uuid;

/// Copies a proposal and its generation so many times, with pull requests of their own.
async fn copy(world: &World, id: &str, copies: i32) {
    const SQL: &str = "
        WITH numbers AS (
            SELECT number, gen_random_uuid() AS id
            FROM generate_series(1, $2::integer) AS number
        ), proposed AS (
            INSERT INTO proposals (id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                                   template_version, template_engine_type, config_repo_id, config_diff_sha256, status, generation,
                                   pr_state, pr_url, pr_number, pr_updated_at)
            SELECT numbers.id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                   template_version, template_engine_type, config_repo_id, config_diff_sha256, status, generation,
                   pr_state, pr_url || numbers.number, 1000 + numbers.number, pr_updated_at
            FROM proposals, numbers
            WHERE proposals.id = $1
        )
        INSERT INTO generations (proposal_id, number, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
                                 config_diff_sha256, author_name, author_email, brand, branch, started_at, pr_number, pr_node_id, pr_url,
                                 pr_state, pr_updated_at, head_oid, base_oid)
        SELECT numbers.id, 1, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
               config_diff_sha256, author_name, author_email, brand, branch || numbers.number, started_at, 1000 + numbers.number,
               pr_node_id, pr_url || numbers.number, pr_state, pr_updated_at, head_oid, base_oid
        FROM generations, numbers
        WHERE proposal_id = $1";
    world.ledger.db().await.execute(SQL, &[&uuid(id), &copies]).await.unwrap();
}

/// What a runner sees when each was commented on.
fn commented(watch: &v1::PullRequestWatch) -> v1::PullRequestSight {
    let pull = v1::PullRequestRef {
        updated_at: Some(crate::runner::second(50)),
        ..watch.pull_request.clone().unwrap()
    };
    sight(watch, Sight::Seen(pull))
}

fn sight(watch: &v1::PullRequestWatch, sight: Sight) -> v1::PullRequestSight {
    v1::PullRequestSight {
        proposal_id: watch.proposal_id.clone(),
        generation: watch.generation,
        sight: Some(sight),
        etag: String::new(),
    }
}

/// A thousand in one repository are one job; what is left over is the next one's.
#[tokio::test]
async fn a_thousand_pull_requests_are_looked_at_in_one_job_and_cost_the_ledger_little() {
    let (mut world, id) = World::opened().await;
    copy(&world, &id, 1_049).await;
    world.step().await;
    world.pass("5 minutes").await;
    for (round, kind) in ["commented", "unchanged"].into_iter().enumerate() {
        let look = world.look(ReconcilePullRequests).await;
        assert_eq!(look.watches().len(), 1_000, "{kind}");
        let began = Instant::now();
        for part in look.watches().chunks(100) {
            let sights = part
                .iter()
                .map(|watch| match round {
                    0 => commented(watch),
                    _ => sight(watch, Sight::Unchanged(())),
                })
                .collect();
            assert_eq!(look.tell(sights).await.unwrap(), 0);
        }
        look.reconciled().await;
        let took = began.elapsed();
        println!("a thousand {kind} pull requests took {took:?}");
        assert!(took.as_secs() < 10, "{took:?}");
        let rest = world.look(ReconcilePullRequests).await;
        assert_eq!(rest.watches().len(), 50, "those that were left over");
        let sights = rest.watches().iter().map(commented).collect();
        rest.tell(sights).await.unwrap();
        rest.reconciled().await;
        world.step().await;
        assert!(world.lease(ReconcilePullRequests).await.is_none());
        world.pass("5 minutes").await;
    }
    const NEWER: &str = "SELECT count(*) AS n FROM proposals WHERE cluster_id IS NOT NULL AND $1::uuid IS NOT NULL AND extract(epoch FROM pr_updated_at) = 1767000050";
    assert_eq!(world.ledger.count(NEWER, &id).await, 1_050, "what was seen is known");
}

/// §18.2 AC-8, the ledger's part: fifty are one job, so that a runner can ask for all of them at once, also when they were opened at
/// different times.
#[tokio::test]
async fn pull_requests_that_would_be_due_soon_are_looked_at_together_with_those_that_are() {
    let (mut world, id) = World::opened().await;
    copy(&world, &id, 49).await;
    world.step().await;
    world
        .sql("UPDATE pull_request_watches SET due_at = now() + interval '150 seconds' * random()")
        .await;
    world.sql("UPDATE pull_request_watches SET due_at = now() WHERE number = 7").await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.watches().len(), 50);
    assert_eq!(look.watches()[0].proposal_id, id, "what is due longest comes first");
}
