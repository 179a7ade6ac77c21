//! A runtime that shows its credential: what an adapter must take out before it stores or publishes anything.

use std::fs;

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{brief::Request, git::Git, report::Report, work};

/// Shows the credential on both outputs, in the result and in a commit; a made-up one if it was given none.
pub(crate) fn everywhere(request: &Request, git: &Git, report: &Report) -> Result<u8> {
    let made_up = format!("gh{}_{}", "s", "A1b2C3d4E5".repeat(4));
    let token = git.token().unwrap_or(&made_up);
    let forms = [
        token.to_owned(),
        BASE64_STANDARD.encode(format!("x-access-token:{token}")),
        utf8_percent_encode(token, NON_ALPHANUMERIC).to_string().replace("_", "%5F"),
    ];
    let shown = forms.join("\n");
    println!("{shown}");
    eprintln!("{shown}");
    fs::write(request.root.join("leak.txt"), &shown).context("write the file")?;
    let mut result = work::done(request, git)?;
    result.summary = format!("Look: {}", forms.join(" "));
    result.pr_body = shown;
    report.written(&result, 0)
}
