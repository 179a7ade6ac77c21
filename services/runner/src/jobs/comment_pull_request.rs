//! Writes the comment that shows the chart, or finds the one that an earlier attempt wrote.

use pullwright_github::{Comment, Comments, Effect};
use pullwright_proto::job::{
    Abandoned, CommentPullRequestSpec, OpenPullRequestSpec, PullRequestCommented,
    complete_job_request::Outcome,
};
use pullwright_types::Malformed;

use super::{Attempt, chart, place::Place};
use crate::{error::JobError, git::Oid, text};

/// Look first: one comment of ours stays one, whatever became of an earlier attempt.
pub(super) async fn run(
    attempt: &Attempt<'_>,
    spec: &CommentPullRequestSpec,
) -> Result<Outcome, JobError> {
    let (place, _) = Place::find(attempt, spec.target.as_ref()).await?;
    let Some(text) = write(attempt, &place, spec).await? else { return Ok(abandoned()) };
    let number = spec.pull_request.as_ref().map(|pull| pull.number).unwrap_or_default();
    let comments = place.api(attempt.app).comments(number);
    let found = find(attempt, comments, &text).await?;
    if let Some(found) = &found
        && is_same(&found.body, &text.body)
    {
        return Ok(commented(found, true));
    }
    attempt.ensure(attempt.app.settings.github_time_limit).await?;
    if !attempt.app.ledger.commenting(attempt.job_id, &attempt.lease.token).await? {
        return Ok(abandoned());
    }
    let steps = attempt.steps;
    let written = match &found {
        Some(found) => steps.time("edit_comment", comments.edit(found.id, &text.body)).await,
        None => steps.time("create_comment", comments.create(&text.body)).await,
    };
    match written {
        Ok(comment) => Ok(commented(&comment, found.is_some())),
        Err(error) if error.effect() == Effect::Unknown => {
            tracing::warn!(error = %error, "the outcome is unknown, looking for the comment");
            match find(attempt, comments, &text).await? {
                Some(found) if is_same(&found.body, &text.body) => Ok(commented(&found, true)),
                _ => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// What the comment says, and the hidden mark that it begins with.
struct Text {
    mark: String,
    body: String,
}

/// Writes the text; `None` for a proposal that has no study.
async fn write(
    attempt: &Attempt<'_>,
    place: &Place,
    spec: &CommentPullRequestSpec,
) -> Result<Option<Text>, JobError> {
    let malformed = |rule| JobError::Spec { field: "pull request", source: Malformed { rule } };
    let pull = spec.pull_request.clone().ok_or_else(|| malformed("is missing"))?;
    let head = Oid::parse(&pull.head_oid)
        .map_err(|source| JobError::Spec { field: "pull request", source })?;
    let spec = OpenPullRequestSpec {
        proposal: spec.proposal.clone(),
        generation: spec.generation,
        branch: spec.branch.clone(),
        target: spec.target.clone(),
        announced: spec.announced.clone(),
        brand: spec.brand.clone(),
        pull_request: Some(pull),
        ..OpenPullRequestSpec::default()
    };
    let redactor = &attempt.app.redactor;
    let chart = chart::on_branch(attempt, place, &spec, &head).await;
    let shown = text::redacted(&spec, redactor);
    let proposal_id = spec.proposal.as_ref().map(|proposal| proposal.id.as_str());
    let mark = text::comment::mark(proposal_id.unwrap_or_default(), spec.generation);
    let body = text::comment::body(&shown, &chart);
    Ok(body.map(|body| Text { mark, body: redactor.redact(&body).into_owned() }))
}

/// Our comment, the one with the right text if there are several.
async fn find(
    attempt: &Attempt<'_>,
    comments: Comments<'_>,
    text: &Text,
) -> Result<Option<Comment>, JobError> {
    let ours = ours(attempt, comments, &text.mark).await?;
    let right = ours.iter().position(|comment| is_same(&comment.body, &text.body));
    Ok(ours.into_iter().nth(right.unwrap_or_default()))
}

/// The comments that begin with our hidden mark, the oldest first. One that only quotes it is not ours.
pub(super) async fn ours(
    attempt: &Attempt<'_>,
    comments: Comments<'_>,
    mark: &str,
) -> Result<Vec<Comment>, JobError> {
    let mut all = attempt.steps.time("find_comment", comments.list()).await?;
    all.retain(|comment| comment.body.starts_with(mark));
    Ok(all)
}

/// GitHub may give line ends and the space at the end another form than it got.
fn is_same(found: &str, text: &str) -> bool {
    found.trim_end().lines().eq(text.trim_end().lines())
}

fn commented(comment: &Comment, adopted: bool) -> Outcome {
    tracing::info!(comment_url = comment.html_url, adopted, "pr_comment_complete");
    Outcome::Commented(PullRequestCommented { comment_id: comment.id, adopted })
}

fn abandoned() -> Outcome {
    tracing::info!("pr_comment_not_wanted");
    Outcome::Abandoned(Abandoned {})
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn a_text_is_the_same_whatever_its_line_ends() {
        assert!(is_same("<!-- m -->\r\n\r\na\r\n", "<!-- m -->\n\na"));
        assert!(!is_same("<!-- m -->\n\nb\n", "<!-- m -->\n\na\n"));
    }
}
