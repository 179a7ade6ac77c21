//! The work as the contract wants it.

use std::fs;

use anyhow::{Context, Result};
use pullwright_headless::{Evidence, ExitReason, Review, ReviewMode, RunResult, Status, Version};

use crate::{brief::Request, git::Git};

/// Does the task and tells of it.
pub(crate) fn done(request: &Request, git: &Git) -> Result<RunResult> {
    let number = request.brief.task.number();
    let mut result = told(request, Status::Success, &format!("Take note of #{number}"));
    if request.wants_commits() {
        change(request, git, &mut result)?;
    } else {
        result.summary = format!("An answer to #{number}");
        result.pr_body = format!("You wrote {} characters.\n", request.text.chars().count());
    }
    Ok(result)
}

/// Does a part of the task.
pub(crate) fn partly_done(request: &Request, git: &Git) -> Result<RunResult> {
    let mut result = done(request, git)?;
    result.status = Status::Partial;
    result.exit_reason = Some(ExitReason::TestFailure);
    Ok(result)
}

/// Gives up.
pub(crate) fn given_up(request: &Request, reason: ExitReason) -> RunResult {
    let mut result = told(request, Status::Failure, "It cannot be done");
    result.exit_reason = Some(reason);
    result
}

/// Asks what is wanted.
pub(crate) fn question(request: &Request) -> RunResult {
    let mut result = told(request, Status::NeedsInput, "What should the note say?");
    result.exit_reason = Some(ExitReason::AmbiguousSpec);
    result
}

/// Writes a note into the workspace, commits and, with a credential, pushes it.
fn change(request: &Request, git: &Git, result: &mut RunResult) -> Result<()> {
    if let Some(branch) = request.branch() {
        git.switch_to(&branch)?;
    }
    let branch = git.branch()?;
    let path = format!("notes/{}.md", request.brief.task.number());
    fs::create_dir_all(request.root.join("notes")).context("make the folder of notes")?;
    fs::write(request.root.join(&path), note(request)).context("write the note")?;
    result.commits.push(git.commit(&result.summary)?);
    git.push(&request.brief.repo.clone_url, &branch)?;
    result.files_changed.push(path);
    result.pr_body = "A note of what was asked for.\n".to_owned();
    result.branch = Some(branch);
    Ok(())
}

fn note(request: &Request) -> String {
    let mut note: String = request.text.lines().map(|line| format!("> {line}\n")).collect();
    if let Some(answer) = &request.answer {
        note.push_str(&format!("\nIt was answered: {answer}\n"));
    }
    note
}

/// A result of the brief's version, with a review if one was asked for.
fn told(request: &Request, status: Status, summary: &str) -> RunResult {
    let mut result = RunResult::new(request.version, status, summary);
    if let (Version::V2, Some(context)) = (request.version, &request.brief.review_context) {
        let files: Vec<String> = context.files.iter().map(|file| file.filename.clone()).collect();
        let evidence = if files.is_empty() { Evidence::Missing } else { Evidence::Complete };
        result.review = Some(Review {
            mode: ReviewMode::PullRequest,
            evidence_status: evidence,
            reviewed_files: files,
            no_findings_reason: Some("This runtime finds nothing".to_owned()),
            ..Review::none()
        });
    }
    result
}
