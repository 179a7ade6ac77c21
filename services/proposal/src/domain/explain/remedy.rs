//! What is to be mended before a pull request that could not be opened can be.

/// What helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Mend this, then open again.
    Mend(&'static str),
    /// Opening again does not help; this does.
    Instead(&'static str),
}

/// What helps against a code that `pr_open_error` begins with.
pub(super) fn remedy(code: &str) -> Remedy {
    use Remedy::{Instead, Mend};
    match code {
        "CLONE_FAILED" => Mend(
            "see that the repository is there under its registered name and that its credential may read it",
        ),
        "BRANCH_EXISTS" => {
            Mend("see on GitHub whose branch it is, and delete it if nobody needs it")
        }
        "PARAM_NOT_IN_TEMPLATE" => {
            Mend("declare the parameter in the template with the type of its value")
        }
        "PARAMS_FILE_NOT_FOUND" => {
            Mend("put the params file on the base branch, or correct the cluster's config path")
        }
        "PARAM_CONFLICT" => Mend(
            "mend the params file where the parameter stands twice or leads through something that is no object",
        ),
        "PATH_REFUSED" => Mend(
            "replace the symlink, submodule or filtered file on the way to the params file by plain folders and a plain file",
        ),
        "CONFIG_PATH_INVALID" => {
            Mend("set the cluster's config path to a relative path of plain folder names")
        }
        "BASE_BRANCH_NOT_FOUND" => {
            Mend("make the base branch on GitHub, or correct it in the config repository")
        }
        "PUSH_REFUSED" => Mend(
            "let GitHub's rules, its push protection and the credential's permissions allow the new branch",
        ),
        "GITHUB_API_FAILED" => {
            Mend("see what GitHub said, and that the credential may write pull requests")
        }
        "GITHUB_AUTH_FAILED" => Mend("put a credential that GitHub takes into its secret"),
        "GITHUB_NOT_CONFIGURED" => Mend("put the config repository's credential right"),
        "UNSUPPORTED_PROVIDER" => {
            Mend("give the runners the same file of GitHub hosts that the registry has")
        }
        "CONFIG_REPO_NOT_FOUND" | "CLUSTER_HAS_NO_CONFIG_REPO" => {
            Mend("wire the cluster to a config repository that is there")
        }
        "PREVIEW_OUTDATED" => Mend("look at a new preview"),
        "LEASE_LOST" => Mend("see in the runners' logs why they go silent"),
        "SERVICE_UNAVAILABLE" => Mend("bring back what was away"),
        "INTERNAL_ERROR" => Mend("see in the runner's log what broke on our side"),
        "NO_CHANGE" => {
            Instead("the params file says already what this proposal wants, so reject it")
        }
        _ => Mend("mend what the message names"),
    }
}
