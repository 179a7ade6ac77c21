//! Messages as the cores send them.

use std::collections::HashMap;

use pullwright_proto::{error::ErrorReason, proposal as v1, registry};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

pub const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

/// A pending manual proposal that changes `boost` as spelled.
pub fn proposal(from_json: &str, to_json: &str) -> v1::Proposal {
    v1::Proposal {
        id: ID.into(),
        cluster: Some(v1::ClusterSummary {
            id: ID.into(),
            name: "products-prod".into(),
            engine_type: "solr".into(),
            environment: "prod".into(),
        }),
        template: Some(v1::TemplateSummary {
            id: ID.into(),
            name: "product_search".into(),
            version: 3,
            engine_type: "solr".into(),
        }),
        config_diff: vec![v1::ParameterChange {
            key: "boost".into(),
            from_json: from_json.into(),
            to_json: to_json.into(),
        }],
        config_diff_sha256: "ab".repeat(32),
        status: v1::ProposalStatus::Pending.into(),
        created_at: at(1_767_225_600),
        ..v1::Proposal::default()
    }
}

pub fn config_repo() -> registry::ConfigRepo {
    registry::ConfigRepo {
        id: ID.into(),
        name: "search-config".into(),
        provider: "github".into(),
        repo_url: "https://github.com/acme/search-config".into(),
        default_branch: "main".into(),
        pr_base_branch: "main".into(),
        auth_ref: "acme_pat".into(),
        created_at: at(1_767_225_600),
        etag: "\"3\"".into(),
        ..registry::ConfigRepo::default()
    }
}

pub fn cluster() -> registry::Cluster {
    registry::Cluster {
        id: ID.into(),
        name: "products-prod".into(),
        engine_type: "solr".into(),
        environment: "prod".into(),
        created_at: at(1_767_225_600),
        updated_at: at(1_767_225_601),
        etag: "\"7\"".into(),
        ..registry::Cluster::default()
    }
}

pub fn query_template(declared_params_json: &str) -> registry::QueryTemplate {
    registry::QueryTemplate {
        id: ID.into(),
        name: "product_search".into(),
        engine_type: "solr".into(),
        declared_params_json: declared_params_json.into(),
        version: 1,
        created_at: at(0),
        etag: "\"1\"".into(),
        ..registry::QueryTemplate::default()
    }
}

/// What happened to it, under this id.
pub fn event(id: &str, kind: &str) -> v1::ProposalEvent {
    v1::ProposalEvent {
        id: id.into(),
        kind: kind.into(),
        actor: "olga".into(),
        message: "two\nlines".into(),
        created_at: at(1_767_225_600),
        ..v1::ProposalEvent::default()
    }
}

/// A refusal as a core makes it.
pub fn refusal(reason: ErrorReason) -> Status {
    let details =
        ErrorDetails::with_error_info(reason.reason(), "fake", HashMap::<String, String>::new());
    Status::with_error_details(
        Code::FailedPrecondition,
        format!("said {}", reason.reason()),
        details,
    )
}

/// A refusal of fields.
pub fn violations(fields: &[(&str, &str)]) -> Status {
    let reason = ErrorReason::ValidationError.reason();
    let mut details =
        ErrorDetails::with_error_info(reason, "fake", HashMap::<String, String>::new());
    for (field, rule) in fields {
        details.add_bad_request_violation(*field, *rule);
    }
    Status::with_error_details(Code::InvalidArgument, "malformed", details)
}
