//! Does the base branch exist, and does a rule protect it?

use super::{Asked, Report, credential::Opened, lasting};
use crate::{App, rpc::Error};

/// Looks at the base branch; says whether there is one.
pub(super) async fn check(
    app: &App,
    asked: &Asked,
    opened: &Opened,
    report: &mut Report,
) -> Result<bool, Error> {
    let name = asked.config_repo.pr_base_branch.as_str();
    let found = match opened.place.api(app).branch(name).await {
        Ok(found) => found,
        Err(error) => {
            let remedy = format!(
                "update the config repository's pr_base_branch; the default branch is {}",
                opened.facts.default_branch
            );
            report.fail("base_branch", name, lasting(app, error)?, remedy);
            report.skip("protection", name, "the base branch could not be read");
            return Ok(false);
        }
    };
    let Some(branch) = found else {
        let remedy = format!(
            "make the branch on GitHub, or update the config repository's pr_base_branch; the default branch is {}",
            opened.facts.default_branch
        );
        report.fail("base_branch", name, "there is no such branch", remedy);
        report.skip("protection", name, "there is no base branch");
        return Ok(false);
    };
    report.pass("base_branch", name, format!("it is at {}", branch.sha));
    if branch.protected {
        report.pass("protection", name, "a rule protects it");
    } else {
        report.fail(
            "protection",
            name,
            "no rule protects it: whoever may push can change live parameters without a pull request",
            "add a rule on GitHub, under Settings, Rules, that requires a pull request before merging into it",
        );
    }
    Ok(true)
}
