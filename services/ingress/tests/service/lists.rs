//! Lists: what is asked for in a query, as the cores hear it.

use pullwright_proto::{delivery, proposal as v1, registry, runner};
use serde_json::json;

use crate::{
    harness::Ingress,
    messages::{ID, proposal},
};

const LISTS: [&str; 8] = [
    "proposals",
    "studies",
    "config-repos",
    "clusters",
    "query-templates",
    "locks",
    "deliveries",
    "repositories",
];

fn paths() -> Vec<String> {
    let events = format!("/api/v1/proposals/{ID}/events");
    LISTS.iter().map(|name| format!("/api/v1/{name}")).chain([events]).collect()
}

#[tokio::test]
async fn every_list_refuses_what_it_cannot_be_asked_and_names_it() {
    let ingress = Ingress::start().await;
    for path in paths() {
        for (query, told) in [
            ("limit=0", "limit must be a whole number from 1 to 200"),
            ("limit=201", "limit"),
            ("limit=-1", "limit"),
            ("limit=x", "limit"),
            ("limit=", "limit"),
            ("limit=1.0", "limit"),
            ("limit=99999999999", "limit"),
            ("limit=5&limit=6", "limit stands twice"),
            ("sort=colour:asc", "sort must be one of "),
            ("sort=created_at", "sort must be one of "),
            ("sort=created_at:up", "sort must be one of "),
            ("sort=id;drop+table:asc", "sort must be one of "),
            ("colour=red", "parameter `colour` is unknown"),
            ("Limit=5", "parameter `Limit` is unknown"),
            ("%00=%FF", "is unknown"),
        ] {
            let answer = ingress.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{path}?{query}");
            assert!(answer.message().contains(told), "{path}?{query}: {}", answer.text);
        }
        let answer = ingress.get(&format!("{path}?since=yesterday")).await;
        let told = if path.ends_with("locks") || path.ends_with("repositories") {
            "parameter `since` is unknown"
        } else {
            "since must be a point in time"
        };
        assert!(answer.message().contains(told), "{path}: {}", answer.text);
    }
    let cores = [&ingress.proposal, &ingress.registry, &ingress.runner];
    assert!(cores.iter().all(|core| core.fake.contexts().is_empty()), "nothing reached a core");
}

#[tokio::test]
async fn each_filter_refuses_what_it_is_not() {
    let ingress = Ingress::start().await;
    for (path, told) in [
        (
            "proposals?status=opened",
            "status must be one of pending, pr_opened, pr_merged, rejected, superseded",
        ),
        ("proposals?source=robot", "source must be one of study, manual"),
        ("proposals?cluster_id=1", "cluster_id must be a UUID"),
        ("proposals?template_id=", "template_id must be a UUID"),
        ("proposals?study_id=x%22", "study_id must be a UUID"),
        ("proposals?is_last_merged=maybe", "is_last_merged must be one of true, 1, yes"),
        ("proposals?is_last_merged=2", "is_last_merged must be one of"),
        ("proposals?include_superseded=", "include_superseded must be one of"),
        ("clusters?environment=Prod", "environment must be one of prod, staging, dev"),
        ("clusters?engine_type=lucene", "engine_type must be one of"),
        ("clusters?name=", "name must have 1 to 512 characters"),
        ("clusters?name=a%00b", "name must not hold control characters"),
        ("query-templates?version=0", "version must be a whole number from 1"),
        ("query-templates?latest=perhaps", "latest must be one of"),
        ("studies?status=pending", "status must be one of queued, running"),
        ("locks?repository_id=x", "repository_id must be a UUID"),
        (
            "deliveries?outcome=lost",
            "outcome must be one of applied, noop, unknown_pr, ping, stale, failed, parked",
        ),
        ("deliveries?proposal_id=x", "proposal_id must be a UUID"),
        ("repositories?repository_id=x", "repository_id must be a UUID"),
    ] {
        let answer = ingress.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{path}");
        assert!(answer.message().starts_with(told), "{path}: {}", answer.text);
    }
}

/// What a core hears: page size, page token, filter, order.
type Heard = (i32, String, String, String);

#[tokio::test]
async fn a_query_is_told_to_the_core_as_filter_and_order() {
    let ingress = Ingress::start().await;
    let (proposal, registry, runner) =
        (&ingress.proposal.fake, &ingress.registry.fake, &ingress.runner.fake);
    macro_rules! heard {
        ($core:ident $request:path) => {
            $core
                .seen::<$request>()
                .pop()
                .map(|one| (one.page_size, one.page_token, one.filter, one.order_by))
                .unwrap()
        };
    }
    let is = |size: i32, token: &str, filter: &str, order: &str| -> Heard {
        (size, token.into(), filter.into(), order.into())
    };

    ingress.get("/api/v1/proposals").await;
    assert_eq!(heard!(proposal v1::ListProposalsRequest), is(50, "", "", ""));
    ingress.get(&format!("/api/v1/proposals?status=pending&cluster_id={ID}&template_id={ID}&study_id={ID}&source=manual&config_repo_id={ID}&is_last_merged=YES&since=2026-01-31T13:00:00%2B01:00&sort=pr_state:asc&limit=200&cursor=abc")).await;
    let filter = format!(
        r#"status = "pending" AND cluster_id = "{ID}" AND template_id = "{ID}" AND study_id = "{ID}" AND config_repo_id = "{ID}" AND source = "manual" AND is_last_merged = "true" AND created_at >= "2026-01-31T12:00:00Z""#
    );
    assert_eq!(heard!(proposal v1::ListProposalsRequest), is(200, "abc", &filter, "pr_state asc"));

    ingress.get("/api/v1/studies?name=a%20%22b%22%20%5C&status=completed&sort=name:desc").await;
    assert_eq!(
        heard!(proposal v1::ListStudiesRequest),
        is(50, "", r#"name = "a \"b\" \\" AND status = "completed""#, "name desc")
    );
    ingress.get(&format!("/api/v1/proposals/{ID}/events?kind=opened&actor=olga&sort=created_at:desc&limit=7&cursor=41")).await;
    assert_eq!(
        heard!(proposal v1::ListProposalEventsRequest),
        is(7, "41", r#"kind = "opened" AND actor = "olga""#, "created_at desc")
    );
    ingress
        .get("/api/v1/config-repos?name=x&repo_url=https://github.com/acme/x&sort=name:asc")
        .await;
    assert_eq!(
        heard!(registry registry::ListConfigReposRequest),
        is(50, "", r#"name = "x" AND repo_url = "https://github.com/acme/x""#, "name asc")
    );
    ingress
        .get(&format!("/api/v1/clusters?environment=prod&engine_type=solr&config_repo_id={ID}"))
        .await;
    assert_eq!(
        heard!(registry registry::ListClustersRequest),
        is(
            50,
            "",
            &format!(
                r#"engine_type = "solr" AND environment = "prod" AND config_repo_id = "{ID}""#
            ),
            ""
        )
    );
    ingress.get("/api/v1/query-templates?name=t&version=3&latest=f").await;
    assert_eq!(
        heard!(registry registry::ListQueryTemplatesRequest),
        is(50, "", r#"name = "t" AND version = "3" AND latest = "false""#, "")
    );
    ingress
        .get(&format!("/api/v1/deliveries?outcome=failed&event=pull_request&repository_id={ID}&proposal_id={ID}&delivery_id=x&since=2026-01-31T12:00:00Z&sort=received_at:asc"))
        .await;
    let filter = format!(
        r#"outcome = "failed" AND event = "pull_request" AND repository_id = "{ID}" AND proposal_id = "{ID}" AND delivery_id = "x" AND received_at >= "2026-01-31T12:00:00Z""#
    );
    assert_eq!(
        heard!(proposal delivery::ListDeliveriesRequest),
        is(50, "", &filter, "received_at asc")
    );
    ingress.get(&format!("/api/v1/repositories?repository_id={ID}&sort=full_name:desc")).await;
    assert_eq!(
        heard!(proposal delivery::ListWatchedRepositoriesRequest),
        is(50, "", &format!(r#"repository_id = "{ID}""#), "full_name desc")
    );
    ingress
        .get(&format!("/api/v1/locks?repository_id={ID}&holder=runner-1&sort=acquired_at:desc"))
        .await;
    assert_eq!(
        heard!(runner runner::ListLocksRequest),
        is(
            50,
            "",
            &format!(r#"repository_id = "{ID}" AND holder = "runner-1""#),
            "acquired_at desc"
        )
    );
}

#[tokio::test]
async fn superseded_proposals_are_listed_when_they_are_asked_for() {
    let ingress = Ingress::start().await;
    for (query, included) in
        [("", false), ("?include_superseded=on", true), ("?include_superseded=0", false)]
    {
        ingress.get(&format!("/api/v1/proposals{query}")).await;
        let seen = ingress.proposal.fake.seen::<v1::ListProposalsRequest>().pop().unwrap();
        assert_eq!((seen.include_superseded, seen.filter.as_str()), (included, ""), "{query}");
    }
}

#[tokio::test]
async fn what_a_core_says_of_a_cursor_is_told_in_its_own_words() {
    let ingress = Ingress::start().await;
    let rule = "invalid cursor: it is not URL-safe base64";
    ingress.proposal.fake.on(move |_: &v1::ListProposalsRequest| {
        Err::<v1::ListProposalsResponse, _>(crate::messages::violations(&[("page_token", rule)]))
    });
    let answer = ingress.get("/api/v1/proposals?cursor=%25").await;
    assert_eq!((answer.code(), answer.message()), ((422, "VALIDATION_ERROR"), rule));
}

#[tokio::test]
async fn a_page_says_where_the_next_one_begins() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::ListProposalsRequest| {
        Ok(v1::ListProposalsResponse {
            proposals: vec![proposal("1", "2"); 2],
            next_page_token: "bmV4dA".into(),
            has_more: true,
            total_size: 201,
        })
    });
    let answer = ingress.get("/api/v1/proposals?limit=2").await;
    assert_eq!(answer.header("x-total-count"), "201");
    assert_eq!(
        (
            &answer.body["next_cursor"],
            &answer.body["has_more"],
            answer.body["data"].as_array().unwrap().len()
        ),
        (&json!("bmV4dA"), &json!(true), 2)
    );
}
