//! The list of proposals.

use pullwright_pg::{Queries, listing::Listing};
use pullwright_rpc::list::{Cursor, Direction, Field, Kind, List, Schema, Sort, Value};

use super::{By, Listed, apply, argument, page, totals};
use crate::{
    domain::{Detail, PullRequestState, Status},
    error::Result,
    store::details,
};

const STATUSES: &[&str] = &{
    let all = Status::ALL;
    [all[0].as_str(), all[1].as_str(), all[2].as_str(), all[3].as_str(), all[4].as_str()]
};
const PULL_REQUEST_STATES: &[&str] = &{
    let all = PullRequestState::ALL;
    [all[0].as_str(), all[1].as_str(), all[2].as_str()]
};

/// Which proposals are shown unless a state is asked for.
const SHOWN: &str = "status <> 'superseded'";

/// What the list of proposals can be asked for.
pub const SCHEMA: Schema = Schema {
    fields: &[
        Field::equal("status", Kind::Word(STATUSES)),
        Field::equal("cluster_id", Kind::Id),
        Field::equal("template_id", Kind::Id),
        Field::equal("study_id", Kind::Id),
        Field::equal("source", Kind::Word(&["study", "manual"])),
        Field::equal("config_repo_id", Kind::Id),
        Field::equal("is_last_merged", Kind::Bool),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[
        Sort::by("created_at", Kind::Time),
        Sort::by("status", Kind::Word(STATUSES)),
        Sort::by_nullable("pr_state", Kind::Word(PULL_REQUEST_STATES)),
    ],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

/// A page of proposals, without diff, study and digest. Superseded ones are left out unless they are included or a status is asked for.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn proposals(
    client: &impl Queries,
    list: &List,
    include_superseded: bool,
) -> Result<Listed<Detail>> {
    let mut listing = Listing::of("proposals", "id");
    if !include_superseded && list.wanted("status").is_none() {
        listing = listing.when(SHOWN);
        if list.order.sort.name == "status" {
            // The last of the five words.
            listing = listing.within("status < 'superseded'");
        }
    }
    let listing = apply(list, listing, compare, order(list));
    let shown = if include_superseded { None } else { Some(SHOWN) };
    let listing = totals::keep(listing, "proposals", list, shown);
    let fetched = listing.fetch(client, list.fetch(), details::LISTED).await?;
    page(list, &fetched.rows, fetched.total, details::listed, |detail| place(list, detail))
}

/// A pending proposal has no pull request and a merged one a merged one, so that their states order nothing.
fn order(list: &List) -> By {
    match (list.order.sort.name, list.wanted("status")) {
        ("pr_state", Some(Value::Word("pending" | "pr_merged"))) => By::Nothing,
        _ => By::of(list),
    }
}

fn compare(listing: Listing, field: &'static str, value: &Value) -> Listing {
    match (field, value) {
        ("source", Value::Word("study")) => listing.when("study_id IS NOT NULL"),
        ("source", _) => listing.when("study_id IS NULL"),
        ("is_last_merged", Value::Bool(true)) => {
            listing.when("id IN (SELECT live_proposals.proposal_id FROM live_proposals)")
        }
        ("is_last_merged", _) => {
            listing.unless("id IN (SELECT live_proposals.proposal_id FROM live_proposals)")
        }
        ("status", value) => listing.compare("status =", argument(value)),
        ("cluster_id", value) => listing.compare("cluster_id =", argument(value)),
        ("template_id", value) => listing.compare("template_id =", argument(value)),
        ("study_id", value) => listing.compare("study_id =", argument(value)),
        ("config_repo_id", value) => listing.compare("config_repo_id =", argument(value)),
        (_, value) => listing.compare("created_at >=", argument(value)),
    }
}

fn place(list: &List, detail: &Detail) -> Cursor {
    let proposal = &detail.proposal;
    let value = match list.order.sort.name {
        "status" => Some(Value::Word(proposal.status.as_str())),
        "pr_state" => proposal.pr_state.map(|state| Value::Word(state.as_str())),
        _ => Some(Value::Time(proposal.created_at)),
    };
    Cursor::new(value, Value::Id(proposal.id))
}
