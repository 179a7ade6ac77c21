//! `SeedChain`: a root and the studies that follow it, in one transaction.

use pullwright_proto::proposal as v1;
use uuid::Uuid;

use super::seeding::Owners;
use crate::{
    App,
    domain::{Violations, seed::Given},
    error::{Error, Result},
    rpc::repeat::{Begun, Once},
    store::seeds::studies::Link,
};

/// How many studies may follow the root.
const DEPTHS: std::ops::RangeInclusive<i32> = 1..=5;

/// Records a chain whose links are completed, but for the last ones where they are wanted running. Links have trials and neither
/// digest nor proposal.
///
/// # Errors
/// A field is malformed, cluster or template is unknown, or a dependency is away.
pub(super) async fn seed_chain(
    app: &App,
    request: v1::SeedChainRequest,
    once: Once<v1::SeedChainResponse>,
) -> Result<v1::SeedChainResponse> {
    let now = app.clock.now();
    let depth = request.depth;
    let mut violations = Violations::default();
    let owners = Owners::read(
        &request.cluster_id,
        &request.template_id,
        &request.query_set_id,
        &request.judgment_list_id,
        &mut violations,
    );
    violations.require(DEPTHS.contains(&depth), "depth", "must be 1 to 5");
    Error::check(violations)?;
    let is_running = |position: i32| {
        (position == depth && request.in_flight_leaf.unwrap_or(true))
            // The root is no middle: in a chain of two only the leaf may be running.
            || (position > 0 && position == depth - 1 && request.in_flight_middle.unwrap_or(true))
    };
    let asked = owners.resolve(app).await?;

    let ids: Vec<_> = (0..=depth).map(|_| Uuid::now_v7()).collect();
    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    asked.check(&tx).await?;
    owners.ensure(&tx, 0).await?;
    let mut parent_study_id = None;
    for (position, id) in (0..).zip(&ids) {
        let link = Some(Link { parent_study_id, auto_followup_depth: depth - position });
        if is_running(position) {
            owners.run(&tx, *id, "chain", link, now).await?;
        } else {
            owners.complete(&tx, *id, "chain", link, Given::default(), now).await?;
        }
        parent_study_id = Some(*id);
    }
    let mut ids = ids.into_iter().map(|id| id.to_string());
    let (root_id, leaf_id) = (ids.next().unwrap_or_default(), ids.next_back().unwrap_or_default());
    let response = v1::SeedChainResponse { root_id, middle_ids: ids.collect(), leaf_id };
    answer.commit(tx, &response).await?;
    Ok(response)
}
