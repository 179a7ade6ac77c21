//! The reference runtime: a headless agent without a model, which does what a line of the issue tells it.
//!
//! It shows the authors of runtimes the whole contract (`docs/headless-contract.md`): five arguments, a brief to read, a workspace
//! to change, a result to write, an exit code that says how it ended. It serves demonstrations and tests, so it can also break the
//! contract in every way that an adapter must survive: see [`script`].
//!
//! It does not know GitHub: it commits, and pushes only if it was given a credential for that.

mod arguments;
mod brief;
mod disobey;
mod git;
mod hostile;
mod leak;
mod report;
mod script;
mod work;

use std::{ffi::OsString, process::ExitCode, thread};

use anyhow::Result;
use pullwright_headless::TOKEN_VARIABLE;

use crate::{arguments::Arguments, brief::Request, git::Git, report::Report, script::Script};

/// Left with when something that is not the task's fault went wrong; the adapter may then try again.
const INFRASTRUCTURE: u8 = 2;

fn main() -> ExitCode {
    let code = run().unwrap_or_else(|error| {
        eprintln!("{error:#}");
        INFRASTRUCTURE
    });
    ExitCode::from(code)
}

/// Does what the brief asks for, and says with which code to leave.
fn run() -> Result<u8> {
    let arguments = Arguments::parse(std::env::args_os().skip(1))?;
    let request = Request::read(&arguments.brief)?;
    let git = Git::new(&request.root, &request.name, token());
    let report = Report::new(&arguments.result, request.version);
    match &request.script {
        Script::Succeed => report.written(&work::done(&request, &git)?, 0),
        Script::Partial => report.written(&work::partly_done(&request, &git)?, 0),
        Script::Fail(reason) => report.written(&work::given_up(&request, *reason), 1),
        Script::Ask => report.written(&work::question(&request), 3),
        Script::Leak => leak::everywhere(&request, &git, &report),
        Script::Disobey(how) => disobey::act(*how, &request, &git, &report),
        Script::Crash(Some(code)) => Ok(*code),
        Script::Crash(None) => std::process::abort(),
        Script::Hang => loop {
            thread::park();
        },
    }
}

/// The credential to push with. An adapter that pushes by itself gives none.
#[expect(
    clippy::disallowed_methods,
    reason = "the contract hands the credential over in a variable, read here once"
)]
fn token() -> Option<String> {
    std::env::var(TOKEN_VARIABLE).ok().filter(|token: &String| !OsString::from(token).is_empty())
}
