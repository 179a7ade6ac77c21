//! Fetching: the tip of a branch without its files, one commit by id, single objects by id.

use std::path::Path;

use super::{
    ProcessEngine,
    fault::{self, Fault},
};
use crate::git::{
    GitError, Oid, Remote, Result,
    command::{Command, Finished},
};

/// What every fetch says: one commit deep, no tags, nothing written but the named ref, no work in the background.
const QUIET: [&str; 7] = [
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
    "--no-show-forced-updates",
    "--refmap=",
];

/// Fetches the tip of a branch into `into`, with its folders and without its files; `None` when there is no such branch.
pub(super) async fn branch(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    full_name: &str,
    into: &str,
) -> Result<Option<()>> {
    let refspec = format!("+{full_name}:{into}");
    let args = ["--depth=1", "--filter=blob:none", "origin", refspec.as_str()];
    let finished = run(engine, remote, git_dir, &[], &args).await?;
    if finished.success {
        return Ok(Some(()));
    }
    match fault::fault(finished.stderr()) {
        Fault::NoSuchRef => Ok(None),
        _ => Err(fault::error("fetch", &finished)),
    }
}

/// Fetches a commit by its id into `into`, `depth` commits deep, filtered.
pub(super) async fn commit(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    oid: &Oid,
    into: &str,
    depth: u32,
    filter: &str,
) -> Result<()> {
    let refspec = format!("+{oid}:{into}");
    let depth = format!("--depth={depth}");
    let filter = format!("--filter={filter}");
    let args = [depth.as_str(), filter.as_str(), "origin", refspec.as_str()];
    done(run(engine, remote, git_dir, &[], &args).await?)
}

/// Fetches single objects by their ids.
pub(super) async fn objects(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    oids: &[Oid],
) -> Result<()> {
    // Without it git says that it has the commit, and the server believes that it has the files too.
    let before = ["-c", "fetch.negotiationAlgorithm=noop"];
    let mut args = vec!["--filter=blob:none", "origin"];
    args.extend(oids.iter().map(Oid::as_str));
    done(run(engine, remote, git_dir, &before, &args).await?)
}

async fn run(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    before: &[&str],
    args: &[&str],
) -> Result<Finished> {
    let command = Command {
        step: "fetch",
        args: [before, &["fetch"], &QUIET, args].concat(),
        git_dir,
        remote: Some(remote),
        input: None,
        limit: engine.launcher.settings().limits.fetch,
        most_output: 64 << 10,
    };
    engine.launcher.run(command).await
}

fn done(finished: Finished) -> Result<(), GitError> {
    if finished.success { Ok(()) } else { Err(fault::error("fetch", &finished)) }
}
