//! The forge as a value: starts on a free port, is asked and changed by method calls, stops when dropped.
//! The methods are those of `ControlClient`, on the same world without HTTP between.

mod hooks;
mod pulls;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::actions::{self, DEFAULT_ACTOR, MergeRefusal, OpenRefusal, PullEdit, UpdateRefusal};
use crate::app::{App, AppState};
use crate::error::ForgeError;
use crate::options::ForgeOptions;
use crate::server;
use crate::world::{
    Branch, Comment, Commit, Fault, FaultRecord, MergeRequest, NewCommit, NewPull, NewRepository,
    NewToken, Pull, PullState, Repository, RequestRecord, StatusCounters,
};

/// A running forge. Repositories are named `owner/name` in all methods.
pub struct Forge {
    app: App,
    address: SocketAddr,
    _data: Option<TempDir>,
}

impl Drop for Forge {
    fn drop(&mut self) {
        self.app.stop.cancel();
    }
}

impl Forge {
    /// Starts a forge; it answers when this returns.
    pub async fn start(options: ForgeOptions) -> Result<Self, ForgeError> {
        let listener = TcpListener::bind(options.listen).await.map_err(ForgeError::io("listen"))?;
        let address =
            listener.local_addr().map_err(ForgeError::io("read the listening address"))?;
        let temporary = match options.data {
            Some(_) => None,
            None => {
                let made = tempfile::Builder::new().prefix("pullwright-forge-").tempdir();
                Some(made.map_err(ForgeError::io("make a temporary folder"))?)
            }
        };
        let data = options
            .data
            .clone()
            .or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
        let data = data.ok_or_else(|| ForgeError::invalid("data", "no folder"))?;
        let data = std::path::absolute(data).map_err(ForgeError::io("resolve the data folder"))?;
        make_repositories_folder(&data)?;
        let web_url = options.web_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let app = AppState::new(&options, &web_url, data)?;
        tokio::spawn(server::serve(app.clone(), listener));
        Ok(Self { app, address, _data: temporary })
    }

    /// Returns the base of git and of pages, such as `http://127.0.0.1:40001`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the base of REST.
    pub fn api_url(&self) -> String {
        format!("{}/api/v3", self.url())
    }

    /// Returns the base of the control API.
    pub fn control_url(&self) -> String {
        format!("{}/_control", self.url())
    }

    /// Returns the base that `html_url` and `clone_url` begin with.
    pub fn web_url(&self) -> String {
        self.app.urls.web().to_owned()
    }

    /// Waits until somebody asks the forge to stop, over the control API or by [`Forge::stop`].
    pub async fn stopped(&self) {
        self.app.stop.cancelled().await;
    }

    /// Stops serving; connections are cut.
    pub fn stop(&self) {
        self.app.stop.cancel();
    }

    /// Makes a repository.
    pub async fn create_repository(&self, new: NewRepository) -> Result<Repository, ForgeError> {
        actions::create_repository(&self.app, new).await
    }

    /// Lists the repositories.
    pub async fn repositories(&self) -> Vec<Repository> {
        self.app.world().repositories().cloned().collect()
    }

    /// Renames a repository to `name` or `owner/name`; its old name leads to it from then on.
    pub async fn rename_repository(
        &self,
        repository: &str,
        to: &str,
    ) -> Result<Repository, ForgeError> {
        actions::rename_repository(&self.app, repository, to).await
    }

    /// Deletes a repository with all that is in it.
    pub async fn delete_repository(&self, repository: &str) -> Result<(), ForgeError> {
        actions::delete_repository(&self.app, repository).await
    }

    /// Makes a token known, or adds to what it may do.
    pub async fn add_token(&self, new: NewToken) {
        self.app.world().tokens.add(&new);
    }

    /// Forgets a token; says whether it was known.
    pub async fn revoke_token(&self, token: &str) -> bool {
        self.app.world().tokens.revoke(token)
    }

    /// Opens a pull request, as a person would.
    pub async fn open_pull(&self, repository: &str, new: NewPull) -> Result<Pull, ForgeError> {
        actions::open_pull(&self.app, repository, &new).await.map_err(conflict_open)
    }

    /// Lists the pull requests by number.
    pub async fn pulls(&self, repository: &str) -> Result<Vec<Pull>, ForgeError> {
        actions::pulls(&self.app, repository)
    }

    /// Returns a pull request.
    pub async fn pull(&self, repository: &str, number: u64) -> Result<Pull, ForgeError> {
        actions::pull(&self.app, repository, number).await
    }

    /// Returns the unified diff of a pull request.
    pub async fn pull_diff(&self, repository: &str, number: u64) -> Result<String, ForgeError> {
        actions::pull_diff(&self.app, repository, number).await
    }

    /// Merges a pull request with a merge commit.
    pub async fn merge(&self, repository: &str, number: u64) -> Result<Pull, ForgeError> {
        self.merge_with(repository, number, MergeRequest::default()).await
    }

    /// Merges a pull request as asked.
    pub async fn merge_with(
        &self,
        repository: &str,
        number: u64,
        how: MergeRequest,
    ) -> Result<Pull, ForgeError> {
        actions::merge(&self.app, repository, number, &how).await.map_err(conflict_merge)
    }

    /// Closes a pull request without merging.
    pub async fn close(&self, repository: &str, number: u64) -> Result<Pull, ForgeError> {
        set_state(&self.app, repository, number, PullState::Closed).await
    }

    /// Opens a closed pull request again.
    pub async fn reopen(&self, repository: &str, number: u64) -> Result<Pull, ForgeError> {
        set_state(&self.app, repository, number, PullState::Open).await
    }

    /// Comments on a pull request.
    pub async fn comment(
        &self,
        repository: &str,
        number: u64,
        body: &str,
    ) -> Result<Comment, ForgeError> {
        actions::write_comment(&self.app, repository, number, body, DEFAULT_ACTOR)
    }

    /// Lists the comments of a pull request.
    pub async fn comments(
        &self,
        repository: &str,
        number: u64,
    ) -> Result<Vec<Comment>, ForgeError> {
        actions::comments(&self.app, repository, number)
    }

    /// Puts a commit on a branch, as somebody's push would; returns its id.
    pub async fn push_commit(
        &self,
        repository: &str,
        new: NewCommit,
    ) -> Result<String, ForgeError> {
        actions::push_commit(&self.app, repository, &new).await
    }

    /// Deletes a branch; says whether there was one.
    pub async fn delete_branch(&self, repository: &str, branch: &str) -> Result<bool, ForgeError> {
        actions::delete_branch(&self.app, repository, branch, DEFAULT_ACTOR).await
    }

    /// Says whether a rule protects a branch, as its `protected` shows from now on.
    pub async fn protect_branch(
        &self,
        repository: &str,
        branch: &str,
        is_protected: bool,
    ) -> Result<(), ForgeError> {
        actions::protect_branch(&self.app, repository, branch, is_protected)
    }

    /// Lists the branches by name.
    pub async fn branches(&self, repository: &str) -> Result<Vec<Branch>, ForgeError> {
        actions::branches(&self.app, repository)
    }

    /// Returns the tip of a branch; none when there is no such branch.
    pub async fn branch_tip(
        &self,
        repository: &str,
        branch: &str,
    ) -> Result<Option<String>, ForgeError> {
        actions::branch_tip(&self.app, repository, branch)
    }

    /// Reads a file at a branch or commit; none when the path is not there.
    pub async fn read_file(
        &self,
        repository: &str,
        at: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        actions::read_file(&self.app, repository, at, path).await
    }

    /// Lists at most `limit` commits of a branch or commit, the newest first.
    pub async fn log(
        &self,
        repository: &str,
        at: &str,
        limit: usize,
    ) -> Result<Vec<Commit>, ForgeError> {
        actions::log(&self.app, repository, at, limit).await
    }

    /// Adds a fault at the end of the list; returns its id.
    pub async fn add_fault(&self, fault: Fault) -> Result<u64, ForgeError> {
        self.app.faults.add(fault)
    }

    /// Lists the faults and how often each struck.
    pub async fn faults(&self) -> Vec<FaultRecord> {
        self.app.faults.list()
    }

    /// Removes all faults.
    pub async fn clear_faults(&self) {
        self.app.faults.clear();
    }

    /// Lists the requests received, the oldest first, without those of the control API.
    pub async fn requests(&self) -> Vec<RequestRecord> {
        self.app.log().records()
    }

    /// Forgets requests and counters.
    pub async fn clear_requests(&self) {
        self.app.log().clear();
    }

    /// Returns how many requests each route had.
    pub async fn counters(&self) -> BTreeMap<String, u64> {
        self.app.log().counters()
    }

    /// Returns how many requests of each route were answered with each status.
    pub async fn status_counters(&self) -> StatusCounters {
        self.app.log().statuses()
    }
}

/// Makes the folder of the repositories, which must be empty: what an earlier forge remembered of them is gone.
fn make_repositories_folder(data: &Path) -> Result<(), ForgeError> {
    let folder = data.join("repositories");
    std::fs::create_dir_all(&folder).map_err(ForgeError::io("make the repositories folder"))?;
    let mut entries =
        std::fs::read_dir(&folder).map_err(ForgeError::io("read the repositories folder"))?;
    if entries.next().is_some() {
        let reason = format!("{} holds the repositories of an earlier run", folder.display());
        return Err(ForgeError::invalid("data", reason));
    }
    Ok(())
}

/// Opens or closes a pull request in the default actor's name.
pub(crate) async fn set_state(
    app: &App,
    repository: &str,
    number: u64,
    state: PullState,
) -> Result<Pull, ForgeError> {
    let edit = PullEdit { state: Some(state), ..PullEdit::default() };
    actions::edit(app, repository, number, edit, DEFAULT_ACTOR).await.map_err(conflict_update)
}

/// Turns a refusal to open into the library's error.
pub(crate) fn conflict_open(refusal: OpenRefusal) -> ForgeError {
    match refusal {
        OpenRefusal::Failed(error) => error,
        other => ForgeError::Conflict(other.to_string()),
    }
}

/// Turns a refusal to merge into the library's error.
pub(crate) fn conflict_merge(refusal: MergeRefusal) -> ForgeError {
    match refusal {
        MergeRefusal::Failed(error) => error,
        other => ForgeError::Conflict(other.to_string()),
    }
}

fn conflict_update(refusal: UpdateRefusal) -> ForgeError {
    match refusal {
        UpdateRefusal::Failed(error) => error,
        other => ForgeError::Conflict(other.to_string()),
    }
}
