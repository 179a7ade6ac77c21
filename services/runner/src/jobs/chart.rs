//! The chart of a proposal on its way into the branch. Whatever goes wrong costs the picture, never the pull request.

use pullwright_proto::job::OpenPullRequestSpec;
use pullwright_redact::Redactor;
use pullwright_rpc::explain::chain;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{Look, place::Place};
use crate::{
    chart::{self, ChartError},
    git::{FileChange, Mode, Oid},
    text::{self, Chart},
};

/// A chart that is being drawn, or why none is.
pub(super) struct Drawing(Result<Started, Chart>);

/// Where the picture goes, and the task that draws it.
type Started = (String, JoinHandle<Result<Vec<u8>, ChartError>>);

/// A drawn chart, or why there is none.
pub(super) struct Drawn(Result<FileChange, Chart>);

impl Drawing {
    /// Begins to draw beside everything else.
    pub(super) fn start(spec: &OpenPullRequestSpec, redactor: &Redactor) -> Self {
        Self(path(spec).map(|path| {
            let spec = text::redacted(spec, redactor);
            let digest = spec.proposal.and_then(|proposal| proposal.digest).unwrap_or_default();
            let draw = move || chart::render(&digest.parameter_importance);
            (path, tokio::task::spawn_blocking(draw))
        }))
    }

    /// The paths that the chart will be written to: one, or none.
    pub(super) fn writes(&self) -> Vec<String> {
        self.0.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Waits for the drawing.
    pub(super) async fn finish(self) -> Drawn {
        let (path, drawing) = match self.0 {
            Ok(started) => started,
            Err(chart) => return Drawn(Err(chart)),
        };
        Drawn(match drawing.await {
            Ok(Ok(bytes)) => Ok(FileChange { path, bytes, mode: Mode::Regular }),
            Ok(Err(error)) => Err(failed(&error)),
            Err(error) => Err(failed(&error)),
        })
    }

    /// Gives up, as when the base has something in the chart's place.
    pub(super) fn give_up(self, error: &(dyn std::error::Error + 'static)) -> Drawn {
        Drawn(Err(failed(error)))
    }
}

impl Drawn {
    /// The file to commit.
    pub(super) fn file(&self) -> Option<&FileChange> {
        self.0.as_ref().ok()
    }

    /// Its path, or nothing.
    pub(super) fn path(&self) -> String {
        self.file().map(|file| file.path.clone()).unwrap_or_default()
    }

    /// What there is to show once it is in this commit.
    pub(super) fn shown(&self, place: &Place, commit: &Oid) -> Chart {
        match &self.0 {
            Ok(file) => Chart::Url(url(place, commit, &file.path)),
            Err(chart) => chart.clone(),
        }
    }
}

/// What an adopted branch has to show. A look that fails is no reason to hide a picture that is almost certainly there.
pub(super) async fn on_branch(
    look: &Look<'_>,
    place: &Place,
    spec: &OpenPullRequestSpec,
    tip: &Oid,
) -> Chart {
    let path = match path(spec) {
        Ok(path) => path,
        Err(chart) => return chart,
    };
    let looking = look.app.git.blob_at(&place.remote, tip, &path);
    match look.steps.time("look_at_chart", looking).await {
        Ok(None) => Chart::Failed,
        Ok(Some(_)) => Chart::Url(url(place, tip, &path)),
        Err(error) => {
            tracing::warn!(error.chain = chain(&error), "could not look for the chart");
            Chart::Url(url(place, tip, &path))
        }
    }
}

/// Where the chart belongs, if there is to be one.
fn path(spec: &OpenPullRequestSpec) -> Result<String, Chart> {
    let proposal = spec.proposal.as_ref().filter(|proposal| !proposal.study_id.is_empty());
    let proposal = proposal.ok_or(Chart::NotWanted)?;
    if proposal.digest.as_ref().is_none_or(|digest| digest.parameter_importance.is_empty()) {
        failed(&ChartError::Empty);
        return Err(Chart::Empty);
    }
    // The id becomes a file's name, so it is held to its form once more.
    let study = proposal.study_id.parse::<Uuid>().map_err(|error| failed(&error))?;
    Ok(format!(".{}/digest-charts/{study}.png", spec.brand))
}

/// The picture's address: it names the commit, so it outlives the branch.
fn url(place: &Place, commit: &Oid, path: &str) -> String {
    format!("{}/{}/{}/raw/{commit}/{path}", place.host.web, place.name.owner(), place.name.name())
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Chart {
    tracing::warn!(error.chain = chain(error), "pr_open_chart_failed");
    Chart::Failed
}
