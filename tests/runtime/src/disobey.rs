//! A runtime that breaks the contract in what it reports.

use std::{fs::File, os::unix::fs::symlink};

use anyhow::{Context, Result};
use pullwright_headless::Commit;

use crate::{brief::Request, git::Git, hostile, report::Report, script::Disobedience, work};

/// Larger than any adapter should read.
const LARGE: u64 = 100 << 20;

/// Breaks the contract, and gives the code to leave with.
pub(crate) fn act(how: Disobedience, request: &Request, git: &Git, report: &Report) -> Result<u8> {
    match how {
        Disobedience::Silent => return Ok(0),
        Disobedience::Large => {
            File::create(report.path())
                .and_then(|file| file.set_len(LARGE))
                .context("write a large result")?;
            return Ok(0);
        }
        Disobedience::Link => {
            symlink("/proc/self/environ", report.path()).context("link the result")?;
            return Ok(0);
        }
        Disobedience::Outside => hostile::write_outside(request)?,
        Disobedience::Hooks => hostile::link_to_the_machine(request)?,
        Disobedience::Daemon => hostile::leave_process(request)?,
        Disobedience::Stubborn => return hostile::never_end(request),
        Disobedience::Fill => hostile::fill(request)?,
        _ => {}
    }
    let mut result = work::done(request, git)?;
    match how {
        Disobedience::Exit => return report.written(&result, 3),
        Disobedience::Branch => result.branch = Some(request.brief.repo.default_branch.clone()),
        Disobedience::Commits => {
            result.commits.push(Commit { sha: "0".repeat(40), message: "Never made".to_owned() });
        }
        // After its own git is done: it must not fall into its own trap.
        Disobedience::Hooks => hostile::prepare_repository(request)?,
        Disobedience::Environ => result.summary = hostile::parents_environment(),
        Disobedience::Version | Disobedience::Field => {
            let text = String::from_utf8(result.written()?)?;
            let said = format!("\"contract_version\": \"{}\"", report.version());
            let broken = match how {
                Disobedience::Version => text.replacen(&said, "\"contract_version\": \"9\"", 1),
                _ => text.replacen('{', "{\"surplus\": true,", 1),
            };
            report.raw(broken.as_bytes())?;
            return Ok(0);
        }
        _ => {}
    }
    report.written(&result, 0)
}
