//! What an open job would do, without doing it: the same look, the same edit, the same commits, and then nothing.

use pullwright_proto::job::{Drift, OpenPullRequestSpec};

use super::{
    Look, adopt,
    build::{self, Built},
    chart,
    edit::Edit,
    patch::{self, Patch},
    place::Place,
    pull_request, push_branch,
};
use crate::{error::JobError, git::Oid, text::Chart};

/// What would be opened.
#[derive(Debug)]
pub struct Preview {
    /// The unified diff of the params file.
    pub patch: String,
    /// Its SHA-256, in hex.
    pub patch_sha256: String,
    /// The branch that would be asked to take it.
    pub base_branch: String,
    /// The commit that it stands on.
    pub base: Oid,
    /// The tree of the last commit.
    pub tree: Oid,
    /// The pull request's title.
    pub title: String,
    /// The pull request's body.
    pub body: String,
    /// The file that is edited.
    pub params_path: String,
    /// The chart that would be added; empty when none would, or when it is in a branch that stands there already.
    pub chart_path: String,
    /// Where the file is not as expected.
    pub drifts: Vec<Drift>,
}

/// Answers what would be opened for this spec now, or with what its job would end.
///
/// What the spec expects is left aside: the question is what there is. Nothing is written: not at the remote, not in the ledger, and on
/// this machine only into a folder that is thrown away.
pub async fn preview(look: &Look<'_>, mut spec: OpenPullRequestSpec) -> Result<Preview, JobError> {
    spec.expected_base_oid.clear();
    spec.expected_patch_sha256.clear();
    let (place, target) = Place::of(look, spec.target.as_ref()).await?;
    let place = place.aside();
    let edit = Edit::read(&target, &spec)?;
    let standing = adopt::look(look, &place, &spec.branch, &spec.announced).await?;
    let of = match push_branch::ours(standing, &spec.branch)? {
        Some(head) => adopted(look, &place, &spec, &edit, head).await?,
        None => {
            let built = build::build(look, &place, &target, &spec, &edit).await?;
            Shown::built(built, &place)
        }
    };
    let new = pull_request::new(look.app, &target, &spec, &of.drifts, &of.chart, &of.patch.sha256);
    Ok(Preview {
        patch: of.patch.text,
        patch_sha256: of.patch.sha256,
        base_branch: target.base_branch,
        base: of.base,
        tree: of.tree,
        title: new.title,
        body: new.body,
        params_path: edit.path,
        chart_path: of.chart_path,
        drifts: of.drifts,
    })
}

/// What there is to show, whether it was built or stands there.
struct Shown {
    patch: Patch,
    base: Oid,
    tree: Oid,
    chart: Chart,
    chart_path: String,
    drifts: Vec<Drift>,
}

impl Shown {
    fn built(built: Built, place: &Place) -> Self {
        let Built { commits, base, patch, drifts, drawn } = built;
        Self {
            patch,
            base: base.oid,
            chart: drawn.shown(place, &commits.head),
            tree: commits.tree,
            chart_path: drawn.path(),
            drifts,
        }
    }
}

/// A branch of ours that stands there: its job would take it over as it is.
async fn adopted(
    look: &Look<'_>,
    place: &Place,
    spec: &OpenPullRequestSpec,
    edit: &Edit<'_>,
    head: Oid,
) -> Result<Shown, JobError> {
    let (base, compared) = patch::standing(look, place, &spec.announced, &head, &edit.path).await?;
    Ok(Shown {
        patch: Patch::of(compared.patch),
        base,
        tree: compared.tree,
        chart: chart::on_branch(look, place, spec, &head).await,
        chart_path: String::new(),
        drifts: Vec::new(),
    })
}
