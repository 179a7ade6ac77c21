//! Pages of lists on a ledger of 100,000 proposals, over gRPC: every filter with every order, the first page, one in the middle and one at
//! the end, each with its total, which must be what PostgreSQL counts.
//!
//! Two baselines in the same run: the same calls with the indexes and totals of the lists taken back, and the page by OFFSET with its count.

mod cases;
mod fill;
mod offset;
mod report;

use std::{num::NonZeroUsize, path::Path, process::Command, time::Instant};

use anyhow::{Context as _, ensure};
use pullwright_harness::{Stack, StackOptions, stack::find_binary};
use pullwright_pg::{Pool, Queries as _, Settings};
use pullwright_proto::proposal::{
    self as v1, proposal_service_client::ProposalServiceClient,
    study_service_client::StudyServiceClient,
};
use pullwright_rpc::client::Connection;

use crate::stats::Samples;
use cases::{Case, List};
use fill::Place;
use report::Measured;

/// Where the pages begin, as shares of all rows.
const DEPTHS: [(&str, f64); 3] = [("first", 0.0), ("middle", 0.5), ("deep", 0.95)];
/// The version of the ledger's schema before the lists' indexes and totals.
const BEFORE_INDEXES: &str = "5";
/// Lets the ledger ask for its totals all the same: nothing is folded, and each row is a change.
const BARE_TOTALS: &str = "
    CREATE TABLE list_totals (list text, all_of integer, cluster_id uuid, template_id uuid, config_repo_id uuid, status text, is_of_study boolean, rows bigint);
    CREATE TABLE list_totals_by_time (list text, seconds integer, starts_at timestamptz, status text, is_of_study boolean, rows bigint);
    CREATE VIEW list_total_changes AS
        SELECT 'proposals' AS list, cluster_id, template_id, config_repo_id, status, study_id IS NOT NULL AS is_of_study, created_at, 1 AS rows
        FROM proposals
        UNION ALL
        SELECT 'studies', cluster_id, template_id, NULL, status, false, created_at, 1
        FROM studies";
/// The largest page that a list has.
const PAGE_SIZE: i32 = 50;

pub(crate) async fn run(folder: &Path, rows: i64, runs: usize) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    println!("lists: starting the stack and writing {rows} proposals");
    let stack = Stack::start(StackOptions::new(folder.join("logs"))).await?;
    let url = stack.postgres.url("pullwright_proposal");
    let pool = Pool::connect(&Settings {
        pool_size: NonZeroUsize::MIN,
        statement_timeout: std::time::Duration::from_secs(120),
        ..Settings::new(url.clone(), "bench")
    })?;
    fill::fill(&pool, rows).await?;
    let named = fill::named(&pool).await?;
    let connection = stack.grpc(stack.ports.proposal, &stack.credentials.service_client)?;
    let mut measured = Vec::new();
    for case in cases::all(&named) {
        for (depth, share) in DEPTHS {
            let db = pool.client().await?;
            let place = fill::place(&db, &case, share).await?;
            let offset = offset::measure(&db, &case, place.skipped, runs.div_ceil(20)).await?;
            let ours = measure(&connection, &case, &place, runs).await?;
            measured.push(Measured {
                case: case.clone(),
                depth,
                place,
                ours,
                offset,
                bare: Samples::default(),
            });
        }
    }
    println!("lists: the same without the indexes");
    take_indexes_back(&url)?;
    pool.client().await?.batch_execute(BARE_TOTALS).await.context("stand in for the totals")?;
    for one in &mut measured {
        one.bare = measure(&connection, &one.case, &one.place, runs.div_ceil(20)).await?;
    }
    report::print(&measured);
    report::write(&folder.join("lists.json"), rows, runs, &measured)?;
    tokio::task::spawn_blocking(move || stack.stop()).await?
}

/// Milliseconds from the request to the whole answer.
async fn measure(
    connection: &Connection,
    case: &Case,
    place: &Place,
    runs: usize,
) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    // The first fills caches and connects; it is not counted.
    for run in 0..=runs {
        let started = Instant::now();
        ask(connection, case, place).await.with_context(|| format!("{case:?}"))?;
        if run > 0 {
            samples.add(started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(samples)
}

async fn ask(connection: &Connection, case: &Case, place: &Place) -> anyhow::Result<()> {
    let (page_token, filter, order_by) =
        (place.token.clone(), case.filter.clone(), case.order_by.to_owned());
    let (shown, total, has_more) = match case.list {
        List::Proposals { include_superseded } => {
            let request = v1::ListProposalsRequest {
                page_size: PAGE_SIZE,
                page_token,
                filter,
                order_by,
                include_superseded,
            };
            let page = ProposalServiceClient::new(connection.clone())
                .list_proposals(request)
                .await?
                .into_inner();
            (page.proposals.len(), page.total_size, page.has_more)
        }
        List::Studies => {
            let request =
                v1::ListStudiesRequest { page_size: PAGE_SIZE, page_token, filter, order_by };
            let page = StudyServiceClient::new(connection.clone())
                .list_studies(request)
                .await?
                .into_inner();
            (page.studies.len(), page.total_size, page.has_more)
        }
        List::Events(proposal) => {
            let proposal_id = proposal.to_string();
            let request = v1::ListProposalEventsRequest {
                proposal_id,
                page_size: PAGE_SIZE,
                page_token,
                filter,
                order_by,
            };
            let page = ProposalServiceClient::new(connection.clone())
                .list_proposal_events(request)
                .await?
                .into_inner();
            (page.events.len(), page.total_size, page.has_more)
        }
    };
    ensure!(shown > 0, "an empty page");
    ensure!(total == place.total, "a total of {total} where {} pass", place.total);
    ensure!(!has_more || i32::try_from(shown)? == PAGE_SIZE, "a short page in the middle");
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "our own binary, with an environment built from empty"
)]
fn take_indexes_back(url: &str) -> anyhow::Result<()> {
    let ran = Command::new(find_binary("pullwright-proposal")?)
        .args(["migrate", "--to", BEFORE_INDEXES])
        .env_clear()
        .env("PROPOSAL_DATABASE_URL", url)
        .output()
        .context("run the ledger's migrations")?;
    ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Ok(())
}
