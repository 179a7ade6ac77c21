//! The rows together: every call and every code that there is has one, or there is a reason why none can be.

use std::collections::{BTreeMap, BTreeSet};

use pullwright_proto::error::ErrorReason;

use super::{catalogue, gate, repeats, rows, world::World};

/// Answers of the document that no row shows, each with why.
const UNSHOWN: &[(&str, &str)] = &[
    ("INTERNAL_ERROR", "is our fault: a way to it would be a bug"),
    (
        "/healthz 503 SERVICE_UNAVAILABLE",
        "asks nobody, and is in the document because every call has a time limit",
    ),
    (
        "/metrics 503 SERVICE_UNAVAILABLE",
        "asks nobody, and is in the document because every call has a time limit",
    ),
    (
        "/api/v1/config-repos/{id}/rotate-webhook-secret 409 ETAG_MISMATCH",
        "takes somebody who gives the repository another secret in the same moment",
    ),
    (
        "/openapi.json 503 SERVICE_UNAVAILABLE",
        "asks nobody, and is in the document because every call has a time limit",
    ),
    (
        "408 HTTP_ERROR",
        "takes twenty seconds of silence; the ingress' own tests hold it with a clock of theirs",
    ),
];

fn is_unshown(path: &str, status: u16, code: &str) -> bool {
    let with_status = format!("{status} {code}");
    let with_path = format!("{path} {with_status}");
    UNSHOWN.iter().any(|(shown, _)| [code, &with_status, &with_path].contains(shown))
}

#[tokio::test]
async fn every_call_of_the_document_has_rows_and_no_other_call_has() {
    let world = World::enter().await;
    let documented: BTreeSet<_> = world.document.operations().into_iter().collect();
    let walked = rows::all().into_iter().map(|one| (one.method.to_owned(), one.path.to_owned()));
    let walked: BTreeSet<_> = walked.collect();
    assert_eq!(walked, documented);
    for endpoint in rows::all() {
        assert!(
            endpoint.covers().any(|(_, code)| code.is_empty()),
            "{} never succeeds",
            endpoint.path
        );
    }
}

#[tokio::test]
async fn every_refusal_of_the_document_is_shown_by_a_row() {
    let world = World::enter().await;
    let mut shown: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for endpoint in rows::all() {
        let (method, path) = (endpoint.method.to_owned(), endpoint.path.to_owned());
        let own = endpoint.covers().map(|(status, code)| (status, code.to_owned()));
        let own = own.filter(|(_, code)| !code.is_empty());
        shown.entry((method, path)).or_default().extend(own);
    }
    for ((method, path), shown) in &mut shown {
        shown.extend(gate::covers(world.document, method, path));
        shown.extend(repeats::covers(method, path));
    }
    let mut missing = Vec::new();
    for (method, path) in world.document.operations() {
        let documented = world.document.refusals(&method, &path);
        let shown = &shown[&(method.clone(), path.clone())];
        let unseen =
            documented.difference(shown).filter(|(status, code)| !is_unshown(&path, *status, code));
        missing.extend(unseen.map(|(status, code)| format!("{method} {path}: {status} {code}")));
    }
    assert!(missing.is_empty(), "promised and never seen:\n{}", missing.join("\n"));
}

#[test]
fn every_reason_of_the_contract_is_in_the_catalogue_and_in_a_row_or_out_of_reach() {
    let reasons: BTreeSet<String> = (0..1000)
        .filter_map(|number| ErrorReason::try_from(number).ok())
        .map(|reason| reason.reason().to_owned())
        .collect();
    let known: BTreeSet<String> = catalogue::ALL.iter().map(|one| one.code.to_owned()).collect();
    let out_of_reach: BTreeSet<String> =
        catalogue::OUT_OF_REACH.iter().map(|(code, _)| (*code).to_owned()).collect();
    let all: BTreeSet<String> = known.union(&out_of_reach).cloned().collect();
    let with_ours: BTreeSet<String> =
        reasons.iter().cloned().chain(["HTTP_ERROR".to_owned()]).collect();
    assert_eq!(all, with_ours);
    assert_eq!(known.intersection(&out_of_reach).count(), 0);

    let mut shown: BTreeSet<String> = gate::ALWAYS.iter().map(|code| (*code).to_owned()).collect();
    for endpoint in rows::all() {
        shown.extend(endpoint.covers().map(|(_, code)| code.to_owned()));
        let repeated = repeats::covers(endpoint.method, endpoint.path);
        shown.extend(repeated.into_iter().map(|(_, code)| code));
    }
    let unshown: Vec<_> = known.difference(&shown).collect();
    assert!(unshown.is_empty(), "no row shows {unshown:?}");
}
