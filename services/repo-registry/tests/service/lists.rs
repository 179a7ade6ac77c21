//! Pages, filters and orders of the registry's lists.

use pullwright_pg::Queries as _;
use pullwright_proto::{error::ErrorReason, registry as v1};
use pullwright_rpc::Refusal;
use rstest::rstest;
use tonic::Code;

use crate::harness::{Registry, cluster, repo};

async fn page(
    registry: &Registry,
    size: i32,
    token: &str,
    filter: &str,
    order: &str,
) -> Result<v1::ListClustersResponse, Refusal> {
    let request = v1::ListClustersRequest {
        page_size: size,
        page_token: token.into(),
        filter: filter.into(),
        order_by: order.into(),
    };
    Ok(registry.clusters().list_clusters(request).await?.into_inner())
}

/// The names of all pages, read to the end with pages of `size`.
async fn names(registry: &Registry, size: i32, filter: &str, order: &str) -> Vec<String> {
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let answer = page(registry, size, &token, filter, order).await.unwrap();
        assert!(answer.clusters.len() <= usize::try_from(size).unwrap());
        assert_eq!(answer.has_more, !answer.next_page_token.is_empty());
        names.extend(answer.clusters.into_iter().map(|cluster| cluster.name));
        if !answer.has_more {
            assert_eq!(names.len(), usize::try_from(answer.total_size).unwrap());
            return names;
        }
        token = answer.next_page_token;
    }
}

async fn with_clusters(names: &[&str]) -> Registry {
    let registry = Registry::start().await;
    for name in names {
        registry.create_cluster(cluster(name)).await.unwrap();
    }
    registry
}

#[tokio::test]
async fn all_pages_together_are_the_list_in_every_order_and_size_even_with_ties() {
    let registry = with_clusters(&["c", "a", "e", "b", "d"]).await;
    // Three of the five were created in the same instant: the later id comes first.
    let tie = "UPDATE clusters SET created_at = (SELECT created_at FROM clusters WHERE name = 'a') WHERE name IN ('e', 'b')";
    registry.db.client().await.unwrap().execute(tie, &[]).await.unwrap();
    for (order, expected) in [
        ("", "dbeac"),
        ("created_at desc", "dbeac"),
        ("created_at asc", "cbead"),
        ("created_at", "cbead"),
        ("name", "abcde"),
        ("name desc", "edcba"),
    ] {
        for size in 1..=6 {
            assert_eq!(
                names(&registry, size, "", order).await.concat(),
                expected,
                "{order} {size}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_does_not_repeat_or_skip_when_rows_come_and_go() {
    let registry = with_clusters(&["a", "b", "c", "d"]).await;
    let first = page(&registry, 2, "", "", "").await.unwrap();
    registry.create_cluster(cluster("e")).await.unwrap();
    registry.delete_cluster(&first.clusters[1].id, "").await.unwrap();
    let second = page(&registry, 2, &first.next_page_token, "", "").await.unwrap();
    let names: Vec<_> = second.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    assert_eq!((names.as_slice(), second.has_more), (["b", "a"].as_slice(), false));
}

/// §22.5: the reference system's page of 200 says that it is the last one.
#[tokio::test]
async fn a_page_of_200_is_not_the_last_while_a_row_remains() {
    let registry = Registry::start().await;
    let many = "
        INSERT INTO clusters (id, name, engine_type, environment)
        SELECT gen_random_uuid(), 'c' || n, 'solr', 'dev' FROM generate_series(1, 201) AS n";
    registry.db.client().await.unwrap().execute(many, &[]).await.unwrap();
    let first = page(&registry, 200, "", "", "").await.unwrap();
    assert_eq!((first.clusters.len(), first.total_size, first.has_more), (200, 201, true));
    let second = page(&registry, 200, &first.next_page_token, "", "").await.unwrap();
    assert_eq!((second.clusters.len(), second.total_size, second.has_more), (1, 201, false));
    let standard = page(&registry, 0, "", "", "").await.unwrap();
    assert_eq!(standard.clusters.len(), 50);
}

#[tokio::test]
async fn clusters_are_filtered_by_every_field_of_the_contract() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    let repo = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    let wired = v1::CreateClusterRequest { config_repo_id: repo.id.clone(), ..cluster("a") };
    let first = registry.create_cluster(wired).await.unwrap();
    let dev = v1::CreateClusterRequest {
        environment: "dev".into(),
        engine_type: "opensearch".into(),
        ..cluster("b \"x\"")
    };
    registry.create_cluster(dev).await.unwrap();
    let last = registry.create_cluster(cluster("c")).await.unwrap();
    let since = last.created_at.unwrap();
    let since = jiff_text(since);
    for (filter, expected) in [
        (String::new(), "c,b \"x\",a"),
        ("environment = \"prod\"".into(), "c,a"),
        ("environment = \"prod\" AND engine_type = \"solr\"".into(), "c,a"),
        ("engine_type = opensearch".into(), "b \"x\""),
        ("name = \"b \\\"x\\\"\"".into(), "b \"x\""),
        (format!("config_repo_id = \"{}\"", first.config_repo_id), "a"),
        (format!("created_at >= \"{since}\""), "c"),
        ("environment = staging".into(), ""),
        ("name = \"' OR true --\"".into(), ""),
    ] {
        assert_eq!(names(&registry, 2, &filter, "").await.join(","), expected, "{filter}");
    }
}

fn jiff_text(time: prost_types::Timestamp) -> String {
    jiff::Timestamp::new(time.seconds, time.nanos).unwrap().to_string()
}

#[tokio::test]
async fn config_repositories_are_filtered_and_ordered() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    for name in ["b", "c", "a"] {
        registry.register(repo(name, &format!("https://github.com/acme/{name}"))).await.unwrap();
    }
    for (filter, order, expected) in [
        ("", "", "acb"),
        ("", "name asc", "abc"),
        ("name = \"c\"", "", "c"),
        ("repo_url = \"https://github.com/acme/b\"", "", "b"),
        ("created_at >= \"2020-01-01T00:00:00Z\"", "name", "abc"),
        ("created_at >= \"9000-01-01T00:00:00Z\"", "name", ""),
    ] {
        let mut found = String::new();
        let mut token = String::new();
        loop {
            let request = v1::ListConfigReposRequest {
                page_size: 1,
                page_token: token,
                filter: filter.into(),
                order_by: order.into(),
            };
            let answer =
                registry.config_repos().list_config_repos(request).await.unwrap().into_inner();
            found.extend(answer.config_repos.into_iter().map(|repo| repo.name));
            if !answer.has_more {
                break;
            }
            token = answer.next_page_token;
        }
        assert_eq!(found, expected, "{filter} {order}");
    }
}

#[rstest]
#[case(201, "", "", "", "page_size", "1 to 200")]
#[case(-1, "", "", "", "page_size", "1 to 200")]
#[case(1, "x", "", "", "page_token", "invalid cursor: ")]
#[case(1, "WzFd", "", "", "page_token", "invalid cursor: ")]
#[case(1, "", "colour = \"red\"", "", "filter", "environment")]
#[case(1, "", "environment = \"production\"", "", "filter.environment", "staging")]
#[case(1, "", "config_repo_id = \"x\"", "", "filter.config_repo_id", "UUID")]
#[case(1, "", "created_at >= \"yesterday\"", "", "filter.created_at", "2026-01-31")]
#[case(1, "", "name != \"a\"", "", "filter.name", "=")]
#[case(1, "", "name = \"a\" OR name = \"b\"", "", "filter", "OR")]
#[case(1, "", "", "colour", "order_by", "created_at")]
#[case(1, "", "", "name up", "order_by", "asc")]
#[tokio::test]
async fn what_a_list_cannot_do_is_refused_with_the_field_and_what_it_takes(
    #[case] size: i32,
    #[case] token: &str,
    #[case] filter: &str,
    #[case] order: &str,
    #[case] field: &str,
    #[case] said: &str,
) {
    let registry = Registry::start().await;
    let refusal = page(&registry, size, token, filter, order).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::InvalidArgument, ErrorReason::ValidationError)
    );
    assert_eq!(refusal.violations[0].field, field);
    assert!(refusal.violations[0].rule.contains(said), "{refusal:?}");
    assert!(refusal.message.contains(&refusal.violations[0].rule), "{refusal:?}");
}

#[tokio::test]
async fn a_token_of_another_order_is_refused() {
    let registry = with_clusters(&["a", "b"]).await;
    let first = page(&registry, 1, "", "", "name").await.unwrap();
    let refusal = page(&registry, 1, &first.next_page_token, "", "created_at").await.unwrap_err();
    assert_eq!(refusal.violations[0].field, "page_token");
}
