//! Making a bare repository that may be served. It does not know who may read it.

use std::path::Path;

use super::{Git, GitError};

/// What a served repository is set to: pushes and partial clones are allowed, objects are checked, hooks are off, and
/// nothing waits for the disk, since the forge remembers nothing beyond its own life.
const CONFIG: &str = "
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\tfsckObjects = true
\tdenyNonFastForwards = false
\tdenyDeletes = false
\tautogc = false
\thideRefs = refs/pull
[core]
\thooksPath = /dev/null
\tlogAllRefUpdates = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
";

impl Git {
    /// Makes a bare repository in a folder that does not exist yet.
    pub(crate) async fn init(
        &self,
        directory: &Path,
        default_branch: &str,
    ) -> Result<(), GitError> {
        let io = |source| GitError::Run { step: "init".to_owned(), source };
        tokio::fs::create_dir_all(directory).await.map_err(io)?;
        let branch = format!("--initial-branch={default_branch}");
        self.run(directory, &["init", "--quiet", "--bare", "--template=", &branch, "."]).await?;
        let config = directory.join("config");
        let mut text = tokio::fs::read_to_string(&config).await.map_err(io)?;
        text.push_str(CONFIG);
        tokio::fs::write(&config, text).await.map_err(io)
    }
}
