//! What a job is asked to edit, parsed before anything is done: the file, the changes, who commits and when.

use jiff::Timestamp;
use pullwright_params::{Change, Declared};
use pullwright_proto::job::{OpenPullRequestSpec, Target};
use pullwright_types::{Malformed, names};

use crate::{error::JobError, git::Identity};

/// An edit that can be made.
pub(super) struct Edit<'a> {
    /// The params file: the only file that this lane ever writes, beside the chart.
    pub(super) path: String,
    /// The changes, held against the declared parameters.
    pub(super) changes: Vec<Change<'a>>,
    /// Author and committer.
    pub(super) identity: Identity,
    /// The commits' date.
    pub(super) date: Timestamp,
}

impl<'a> Edit<'a> {
    /// Reads what the ledger says.
    pub(super) fn read(target: &Target, spec: &'a OpenPullRequestSpec) -> Result<Self, JobError> {
        Ok(Self {
            path: path(target, spec)?,
            changes: changes(target, spec)?,
            identity: identity(spec)?,
            date: date(spec)?,
        })
    }
}

/// `{config_path}/{template}.params.json`.
fn path(target: &Target, spec: &OpenPullRequestSpec) -> Result<String, JobError> {
    if target.config_path.is_empty() {
        return Err(JobError::ConfigPath { rule: "is unset; set it on the cluster" });
    }
    names::config_path(&target.config_path)
        .map_err(|malformed| JobError::ConfigPath { rule: malformed.rule })?;
    let template = spec.proposal.as_ref().and_then(|proposal| proposal.template.as_ref());
    let template = template.map(|template| template.name.as_str()).unwrap_or_default();
    names::template(template)
        .map_err(|source| JobError::Spec { field: "template name", source })?;
    Ok(format!("{}/{template}.params.json", target.config_path))
}

fn changes<'a>(
    target: &Target,
    spec: &'a OpenPullRequestSpec,
) -> Result<Vec<Change<'a>>, JobError> {
    let changes: Vec<Change<'a>> = spec
        .proposal
        .iter()
        .flat_map(|proposal| &proposal.config_diff)
        .map(|change| Change {
            key: &change.key,
            from_json: &change.from_json,
            to_json: &change.to_json,
        })
        .collect();
    let declared = Declared::parse(&target.declared_params_json)?;
    pullwright_params::check(&changes, &declared)?;
    Ok(changes)
}

fn identity(spec: &OpenPullRequestSpec) -> Result<Identity, JobError> {
    let identity = spec.identity.clone().unwrap_or_default();
    Identity::new(&identity.name, &identity.email)
        .map_err(|source| JobError::Spec { field: "commit identity", source })
}

fn date(spec: &OpenPullRequestSpec) -> Result<Timestamp, JobError> {
    let seconds = spec.committed_at.as_ref().map(|time| time.seconds).unwrap_or_default();
    Timestamp::from_second(seconds).map_err(|_| JobError::Spec {
        field: "commit date",
        source: Malformed { rule: "is out of range" },
    })
}
