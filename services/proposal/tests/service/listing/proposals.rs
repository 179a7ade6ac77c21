//! The list of proposals.

use std::cmp::Ordering;

use pullwright_proto::{error::ErrorReason, proposal as v1};
use pullwright_rpc::Refusal;
use rstest::rstest;

use super::crowd::{self, Row};
use crate::harness::{Harness, answer};

async fn list(
    ledger: &Harness,
    request: v1::ListProposalsRequest,
) -> Result<v1::ListProposalsResponse, Refusal> {
    answer(ledger.proposals().list_proposals(request).await)
}

/// The ids on all pages, one after the other, with what every page must hold.
async fn walk(ledger: &Harness, mut request: v1::ListProposalsRequest) -> (Vec<String>, i64) {
    let size =
        if request.page_size == 0 { 50 } else { usize::try_from(request.page_size).unwrap() };
    let mut ids = Vec::new();
    loop {
        let page = list(ledger, request.clone()).await.unwrap();
        assert_eq!(page.has_more, !page.next_page_token.is_empty());
        assert!(!page.has_more || page.proposals.len() == size, "a short page promises more");
        ids.extend(page.proposals.into_iter().map(|proposal| proposal.id));
        if !page.has_more {
            return (ids, page.total_size);
        }
        request.page_token = page.next_page_token;
    }
}

fn ids<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<String> {
    rows.into_iter().map(|row| row.id.to_string()).collect()
}

type Compare = fn(&Row, &Row) -> Ordering;

/// §5: ascending puts nulls first, descending puts them last, ties go by id, descending.
const ORDERS: [(&str, Compare); 7] = [
    ("", |a, b| b.created_at.cmp(&a.created_at)),
    ("created_at asc", |a, b| a.created_at.cmp(&b.created_at)),
    ("created_at desc", |a, b| b.created_at.cmp(&a.created_at)),
    ("status asc", |a, b| a.status.cmp(&b.status)),
    ("status desc", |a, b| b.status.cmp(&a.status)),
    ("pr_state asc", |a, b| a.pr_state.cmp(&b.pr_state)),
    ("pr_state desc", |a, b| b.pr_state.cmp(&a.pr_state)),
];

#[tokio::test]
async fn any_page_size_shows_every_row_once_in_any_order() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 47).await;
    let rows = crowd::rows(&ledger).await;
    for (order_by, compare) in ORDERS {
        let mut sorted: Vec<_> = rows.iter().collect();
        sorted.sort_by(|a, b| compare(a, b).then(b.id.cmp(&a.id)));
        for page_size in [1, 2, 5, 46, 47, 48, 0] {
            let request = v1::ListProposalsRequest {
                page_size,
                order_by: order_by.to_owned(),
                include_superseded: true,
                ..v1::ListProposalsRequest::default()
            };
            let walked = walk(&ledger, request).await;
            assert_eq!(walked, (ids(sorted.iter().copied()), 47), "{order_by}, {page_size} a page");
        }
    }
}

#[tokio::test]
async fn filters_show_and_count_what_they_name() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 84).await;
    let rows = crowd::rows(&ledger).await;
    let (cluster, template) = (rows[0].cluster_id, rows[1].template_id);
    let study = rows.iter().find_map(|row| row.study_id).unwrap();
    let repository = rows.iter().find_map(|row| row.config_repo_id).unwrap();
    let time = rows.iter().map(|row| row.created_at).max().unwrap();
    let is_shown = |row: &Row| row.status != "superseded";
    type Passes = Box<dyn Fn(&Row) -> bool>;
    let cases: Vec<(String, Passes)> = vec![
        (String::new(), Box::new(is_shown)),
        ("status = \"pending\"".into(), Box::new(|row| row.status == "pending")),
        ("status = pr_merged".into(), Box::new(|row| row.status == "pr_merged")),
        ("status = superseded".into(), Box::new(|row| row.status == "superseded")),
        (
            format!("cluster_id = \"{cluster}\""),
            Box::new(move |row| is_shown(row) && row.cluster_id == cluster),
        ),
        (
            format!("template_id = {template} AND cluster_id = {cluster}"),
            Box::new(move |row| {
                is_shown(row) && row.template_id == template && row.cluster_id == cluster
            }),
        ),
        (
            format!("study_id = '{study}'"),
            Box::new(move |row| is_shown(row) && row.study_id == Some(study)),
        ),
        ("source = study".into(), Box::new(move |row| is_shown(row) && row.study_id.is_some())),
        ("source = manual".into(), Box::new(move |row| is_shown(row) && row.study_id.is_none())),
        (
            format!("config_repo_id = \"{repository}\" AND status = rejected"),
            Box::new(move |row| row.config_repo_id == Some(repository) && row.status == "rejected"),
        ),
        (
            format!("created_at >= \"{time}\""),
            Box::new(move |row| is_shown(row) && row.created_at >= time),
        ),
        ("created_at >= 2999-01-01T00:00:00Z".into(), Box::new(|_| false)),
        ("is_last_merged = true".into(), Box::new(|row| row.is_live)),
        ("is_last_merged = off".into(), Box::new(move |row| is_shown(row) && !row.is_live)),
    ];
    for (filter, passes) in cases {
        for (order_by, compare) in ORDERS {
            let mut expected: Vec<_> = rows.iter().filter(|row| passes(row)).collect();
            expected.sort_by(|a, b| compare(a, b).then(b.id.cmp(&a.id)));
            let request = v1::ListProposalsRequest {
                page_size: 9,
                filter: filter.clone(),
                order_by: order_by.to_owned(),
                ..v1::ListProposalsRequest::default()
            };
            let (shown, total) = walk(&ledger, request).await;
            assert_eq!(shown, ids(expected.iter().copied()), "{filter} by {order_by}");
            assert_eq!(usize::try_from(total).unwrap(), expected.len(), "{filter}");
        }
    }
}

/// §18.4 AC-9, AC-10 and AC-11: exactly one live row per repository, found and left out by the filter, with a true total.
#[tokio::test]
async fn the_live_proposals_are_found_and_left_out_with_true_totals() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 84).await;
    let request = |filter: &str| v1::ListProposalsRequest {
        filter: filter.to_owned(),
        include_superseded: true,
        page_size: 200,
        ..v1::ListProposalsRequest::default()
    };
    let live = list(&ledger, request("is_last_merged = true")).await.unwrap();
    assert_eq!((live.proposals.len(), live.total_size), (2, 2));
    assert!(live.proposals.iter().all(|proposal| proposal.is_currently_live));
    assert_ne!(live.proposals[0].config_repo_id, live.proposals[1].config_repo_id);
    let others = list(&ledger, request("is_last_merged = false")).await.unwrap();
    assert_eq!(others.total_size, 82);
    assert!(others.proposals.iter().all(|proposal| !proposal.is_currently_live));
}

/// §22.5: 200 rows a page, and rows left.
#[tokio::test]
async fn a_page_of_two_hundred_does_not_claim_to_be_the_last_one_while_rows_remain() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 201).await;
    let request = v1::ListProposalsRequest {
        page_size: 200,
        include_superseded: true,
        ..v1::ListProposalsRequest::default()
    };
    let page = list(&ledger, request.clone()).await.unwrap();
    assert_eq!((page.proposals.len(), page.has_more, page.total_size), (200, true, 201));
    let (seen, _) = walk(&ledger, request).await;
    assert_eq!(seen.len(), 201);
}

#[tokio::test]
async fn rows_that_come_between_pages_repeat_and_hide_nothing() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 20).await;
    let mut request = v1::ListProposalsRequest {
        page_size: 6,
        include_superseded: true,
        ..v1::ListProposalsRequest::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = list(&ledger, request.clone()).await.unwrap();
        seen.extend(page.proposals.into_iter().map(|proposal| proposal.id));
        if !page.has_more {
            break;
        }
        request.page_token = page.next_page_token;
        ledger.manual().await;
    }
    assert_eq!(seen.len(), 20, "a new row is newer than every page that is left");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 20);
}

#[rstest]
#[case(
    "status = \"open\"",
    "",
    "filter.status",
    "`pending`, `pr_opened`, `pr_merged`, `rejected`, `superseded`"
)]
#[case("source = optimiser", "", "filter.source", "`study`, `manual`")]
#[case("cluster_id = products", "", "filter.cluster_id", "must be a UUID in hyphenated form")]
#[case("pr_state = open", "", "filter", "there is no field `pr_state`")]
#[case("status = pending OR status = rejected", "", "filter", "`OR` is not supported")]
#[case("created_at >= yesterday", "", "filter.created_at", "must be a point in time")]
#[case("", "cluster_id asc", "order_by", "must be one of `created_at`, `status`, `pr_state`")]
#[case("", "created_at sideways", "order_by", "then `asc` or `desc`")]
#[tokio::test]
async fn what_cannot_be_listed_is_refused_by_name(
    #[case] filter: &str,
    #[case] order_by: &str,
    #[case] field: &str,
    #[case] rule: &str,
) {
    let ledger = Harness::start().await;
    let request = v1::ListProposalsRequest {
        filter: filter.to_owned(),
        order_by: order_by.to_owned(),
        ..v1::ListProposalsRequest::default()
    };
    let refusal = list(&ledger, request).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ValidationError);
    let violation = &refusal.violations[0];
    assert_eq!(violation.field, field);
    assert!(violation.rule.contains(rule), "{}", violation.rule);
}

/// §18.4 AC-12.
#[rstest]
#[case("maybe")]
#[case("2")]
#[case("\"\"")]
#[tokio::test]
async fn a_bool_that_is_none_is_refused(#[case] bool: &str) {
    let ledger = Harness::start().await;
    let request = v1::ListProposalsRequest {
        filter: format!("is_last_merged = {bool}"),
        ..v1::ListProposalsRequest::default()
    };
    let refusal = list(&ledger, request).await.unwrap_err();
    assert_eq!(refusal.violations[0].field, "filter.is_last_merged");
}

#[tokio::test]
async fn a_token_that_no_page_gave_is_an_invalid_cursor() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 5).await;
    let page = list(
        &ledger,
        v1::ListProposalsRequest { page_size: 1, ..v1::ListProposalsRequest::default() },
    )
    .await
    .unwrap();
    for (token, order_by) in
        [("x", ""), ("bm9uZQ", ""), (page.next_page_token.as_str(), "status asc")]
    {
        let request = v1::ListProposalsRequest {
            page_token: token.to_owned(),
            order_by: order_by.to_owned(),
            ..v1::ListProposalsRequest::default()
        };
        let refusal = list(&ledger, request).await.unwrap_err();
        let violation = &refusal.violations[0];
        assert_eq!(violation.field, "page_token");
        assert!(violation.rule.starts_with("invalid cursor: "), "{}", violation.rule);
    }
}

/// §22.5: the reference fails with a 500 here.
#[tokio::test]
async fn a_proposal_is_shown_and_listed_after_its_cluster_was_deleted() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.registry.forget_cluster(&ledger.cluster);
    let shown = ledger.get(&proposal.id).await.unwrap();
    let listed = list(&ledger, v1::ListProposalsRequest::default()).await.unwrap();
    let names = |proposal: &v1::Proposal| proposal.cluster.clone().unwrap().name;
    assert_eq!(
        (names(&shown), names(&listed.proposals[0])),
        ("products".into(), "products".into())
    );
    ledger.registry.set_away(true);
    assert!(ledger.get(&proposal.id).await.is_ok(), "nor does a registry that is away matter");
}
