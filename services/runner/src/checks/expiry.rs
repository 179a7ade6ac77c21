//! Until when does the token work? Early enough to replace it.

use jiff::{SignedDuration, Timestamp};

use super::{Asked, Report, credential::Opened};

const CHECK: &str = "expiry";
/// A token with less than this left is to be replaced now: a week has a working day in it.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Tells the end, and objects when it is near. The keyring's own tokens last an hour and are made anew: their end is no trouble.
pub(super) fn check(now: Timestamp, asked: &Asked, opened: &Opened, report: &mut Report) {
    let secret = asked.config_repo.auth_ref.as_str();
    report.expires_at = opened.credential.expires_at.or(opened.expires_at);
    if let Some(end) = opened.expires_at {
        let message = format!("it is minted for each use; this one works until {}", shown(end));
        return report.pass(CHECK, secret, message);
    }
    let Some(end) = opened.credential.expires_at else {
        let message = "GitHub names no end; a token that ends limits what a leak can do";
        return report.pass(CHECK, secret, message);
    };
    let left = end.duration_since(now);
    if left >= SOON {
        return report.pass(CHECK, secret, format!("it works until {}", shown(end)));
    }
    let message = format!("it works until {} only, {} hours from now", shown(end), left.as_hours());
    let remedy = format!(
        "make a new token on GitHub and replace the file {secret} in the registry's folder of secrets; no restart is needed"
    );
    report.fail(CHECK, secret, message, remedy);
}

fn shown(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
