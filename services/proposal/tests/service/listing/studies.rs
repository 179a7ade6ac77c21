//! The list of studies.

use pullwright_proto::proposal as v1;
use pullwright_rpc::Refusal;

use super::crowd;
use crate::harness::{Harness, answer, fields};

async fn list(
    ledger: &Harness,
    filter: &str,
    order_by: &str,
    page_token: &str,
) -> Result<v1::ListStudiesResponse, Refusal> {
    let request = v1::ListStudiesRequest {
        page_size: 7,
        page_token: page_token.to_owned(),
        filter: filter.to_owned(),
        order_by: order_by.to_owned(),
    };
    answer(ledger.studies().list_studies(request).await)
}

async fn walk(ledger: &Harness, filter: &str, order_by: &str) -> (Vec<v1::Study>, i64) {
    let (mut studies, mut token) = (Vec::new(), String::new());
    loop {
        let page = list(ledger, filter, order_by, &token).await.unwrap();
        assert_eq!(page.has_more, !page.next_page_token.is_empty());
        studies.extend(page.studies);
        if !page.has_more {
            return (studies, page.total_size);
        }
        token = page.next_page_token;
    }
}

#[tokio::test]
async fn studies_are_listed_in_any_order_each_once() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 30).await;
    for order_by in ["", "created_at asc", "created_at desc", "name asc", "name desc"] {
        let (studies, total) = walk(&ledger, "", order_by).await;
        assert_eq!((studies.len(), total), (30, 30), "{order_by}");
        let mut sorted = studies.clone();
        sorted.sort_by(|a, b| {
            let times = |one: &v1::Study| one.created_at.map(|at| (at.seconds, at.nanos));
            let by_value = match order_by {
                "name asc" => a.name.cmp(&b.name),
                "name desc" => b.name.cmp(&a.name),
                "created_at asc" => times(a).cmp(&times(b)),
                _ => times(b).cmp(&times(a)),
            };
            by_value.then(b.id.cmp(&a.id))
        });
        assert!(
            studies.iter().map(|one| &one.id).eq(sorted.iter().map(|one| &one.id)),
            "{order_by}"
        );
        assert!(studies.iter().all(|one| one.trials.is_empty() && one.digest.is_none()));
    }
}

#[tokio::test]
async fn studies_are_filtered_by_what_they_say() {
    let ledger = Harness::start().await;
    crowd::fill(&ledger, 60).await;
    let (all, _) = walk(&ledger, "", "").await;
    let one = &all[0];
    let parent = all.iter().find(|study| !study.parent_study_id.is_empty()).unwrap();
    let parent_study_id = parent.parent_study_id.clone();
    type Passes<'a> = &'a dyn Fn(&v1::Study) -> bool;
    let cases: [(String, Passes<'_>); 6] = [
        ("name = \"study 2\"".into(), &|study| study.name == "study 2"),
        (format!("cluster_id = {}", one.cluster_id), &|study| study.cluster_id == one.cluster_id),
        (format!("template_id = {}", one.template_id), &|study| {
            study.template_id == one.template_id
        }),
        ("status = running".into(), &|study| study.status == "running"),
        (format!("parent_study_id = {parent_study_id}"), &|study| {
            study.parent_study_id == parent_study_id
        }),
        (
            "name = 'study 1' AND status = failed AND created_at >= 2026-01-01T00:00:00Z".into(),
            &|study| study.name == "study 1" && study.status == "failed",
        ),
    ];
    for (filter, passes) in cases {
        let (shown, total) = walk(&ledger, &filter, "").await;
        let expected: Vec<_> =
            all.iter().filter(|study| passes(study)).map(|one| &one.id).collect();
        assert!(!expected.is_empty(), "{filter}");
        assert_eq!(shown.iter().map(|study| &study.id).collect::<Vec<_>>(), expected, "{filter}");
        assert_eq!(usize::try_from(total).unwrap(), expected.len());
    }
    assert_eq!(fields(list(&ledger, "status = done", "", "").await), ["filter.status"]);
    assert_eq!(fields(list(&ledger, "", "best_metric desc", "").await), ["order_by"]);
    assert_eq!(fields(list(&ledger, "", "", "x").await), ["page_token"]);
}
