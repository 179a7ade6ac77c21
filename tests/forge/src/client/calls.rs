//! The calls, one method each, named as in `Forge`.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use super::http::{ClientError, ControlClient, exchange};
use crate::control::branches::{Deleted, FILE, Protection, Pushed};
use crate::control::faults::Added;
use crate::control::pulls::NewComment;
use crate::control::repositories::Rename;
use crate::control::tokens::{Revocation, Revoked};
use crate::world::{
    Branch, Comment, Commit, Fault, FaultRecord, MergeRequest, NewCommit, NewPull, NewRepository,
    NewToken, Pull, Repository, RequestRecord, StatusCounters,
};

/// What a branch name keeps in a path; slashes stay.
const BRANCH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

pub(super) type Result<T> = std::result::Result<T, ClientError>;

impl ControlClient {
    /// Makes a repository.
    pub async fn create_repository(&self, new: NewRepository) -> Result<Repository> {
        self.send(Method::POST, "/repositories", &new).await
    }

    /// Lists the repositories.
    pub async fn repositories(&self) -> Result<Vec<Repository>> {
        self.get("/repositories").await
    }

    /// Renames a repository to `name` or `owner/name`; its old name leads to it from then on.
    pub async fn rename_repository(&self, repository: &str, to: &str) -> Result<Repository> {
        let body = Rename { to: to.to_owned() };
        self.send(Method::POST, &at(repository, "/rename"), &body).await
    }

    /// Deletes a repository with all that is in it.
    pub async fn delete_repository(&self, repository: &str) -> Result<()> {
        self.tell(Method::DELETE, &at(repository, "")).await
    }

    /// Makes a token known, or adds to what it may do.
    pub async fn add_token(&self, new: NewToken) -> Result<()> {
        exchange(self.request(Method::POST, "/tokens").json(&new)).await.map(drop)
    }

    /// Forgets a token; says whether it was known.
    pub async fn revoke_token(&self, token: &str) -> Result<bool> {
        let body = Revocation { token: token.to_owned() };
        self.send(Method::DELETE, "/tokens", &body).await.map(|answer: Revoked| answer.revoked)
    }

    /// Opens a pull request, as a person would.
    pub async fn open_pull(&self, repository: &str, new: NewPull) -> Result<Pull> {
        self.send(Method::POST, &at(repository, "/pulls"), &new).await
    }

    /// Lists the pull requests by number.
    pub async fn pulls(&self, repository: &str) -> Result<Vec<Pull>> {
        self.get(&at(repository, "/pulls")).await
    }

    /// Returns a pull request.
    pub async fn pull(&self, repository: &str, number: u64) -> Result<Pull> {
        self.get(&at(repository, &format!("/pulls/{number}"))).await
    }

    /// Returns the unified diff of a pull request.
    pub async fn pull_diff(&self, repository: &str, number: u64) -> Result<String> {
        let request = self.request(Method::GET, &at(repository, &format!("/pulls/{number}/diff")));
        Ok(exchange(request).await?.text().await?)
    }

    /// Merges a pull request with a merge commit.
    pub async fn merge(&self, repository: &str, number: u64) -> Result<Pull> {
        self.merge_with(repository, number, MergeRequest::default()).await
    }

    /// Merges a pull request as asked.
    pub async fn merge_with(
        &self,
        repository: &str,
        number: u64,
        how: MergeRequest,
    ) -> Result<Pull> {
        self.send(Method::POST, &at(repository, &format!("/pulls/{number}/merge")), &how).await
    }

    /// Closes a pull request without merging.
    pub async fn close(&self, repository: &str, number: u64) -> Result<Pull> {
        self.send(Method::POST, &at(repository, &format!("/pulls/{number}/close")), &()).await
    }

    /// Opens a closed pull request again.
    pub async fn reopen(&self, repository: &str, number: u64) -> Result<Pull> {
        self.send(Method::POST, &at(repository, &format!("/pulls/{number}/reopen")), &()).await
    }

    /// Comments on a pull request.
    pub async fn comment(&self, repository: &str, number: u64, body: &str) -> Result<Comment> {
        let comment = NewComment { body: body.to_owned(), actor: None };
        self.send(Method::POST, &at(repository, &format!("/pulls/{number}/comments")), &comment)
            .await
    }

    /// Lists the comments of a pull request.
    pub async fn comments(&self, repository: &str, number: u64) -> Result<Vec<Comment>> {
        self.get(&at(repository, &format!("/pulls/{number}/comments"))).await
    }

    /// Puts a commit on a branch, as somebody's push would; returns its id.
    pub async fn push_commit(&self, repository: &str, new: NewCommit) -> Result<String> {
        self.send(Method::POST, &at(repository, "/commits"), &new)
            .await
            .map(|answer: Pushed| answer.oid)
    }

    /// Deletes a branch; says whether there was one.
    pub async fn delete_branch(&self, repository: &str, branch: &str) -> Result<bool> {
        self.send(Method::DELETE, &branch_path(repository, branch), &())
            .await
            .map(|answer: Deleted| answer.deleted)
    }

    /// Says whether a rule protects a branch, as its `protected` shows from now on.
    pub async fn protect_branch(
        &self,
        repository: &str,
        branch: &str,
        is_protected: bool,
    ) -> Result<()> {
        let path = format!("/protection/{}", utf8_percent_encode(branch, BRANCH));
        let body = Protection { protected: is_protected };
        exchange(self.request(Method::PUT, &at(repository, &path)).json(&body)).await.map(drop)
    }

    /// Lists the branches by name.
    pub async fn branches(&self, repository: &str) -> Result<Vec<Branch>> {
        self.get(&at(repository, "/branches")).await
    }

    /// Returns the tip of a branch; none when there is no such branch.
    pub async fn branch_tip(&self, repository: &str, branch: &str) -> Result<Option<String>> {
        let branch: Option<Branch> = self.get(&branch_path(repository, branch)).await?;
        Ok(branch.map(|branch| branch.oid))
    }

    /// Reads a file at a branch or commit; none when the path is not there.
    pub async fn read_file(
        &self,
        repository: &str,
        reference: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>> {
        let request = self
            .request(Method::GET, &at(repository, "/file"))
            .query(&[("ref", reference), ("path", path)]);
        let missing = format!("no such {FILE}");
        match exchange(request).await {
            Ok(response) => Ok(Some(response.bytes().await?.to_vec())),
            Err(ClientError::Refused { status: 404, message, .. })
                if message.starts_with(&missing) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Lists at most `limit` commits of a branch or commit, the newest first.
    pub async fn log(
        &self,
        repository: &str,
        reference: &str,
        limit: usize,
    ) -> Result<Vec<Commit>> {
        let reference = utf8_percent_encode(reference, BRANCH);
        self.get(&at(repository, &format!("/log/{reference}?limit={limit}"))).await
    }

    /// Adds a fault at the end of the list; returns its id.
    pub async fn add_fault(&self, fault: Fault) -> Result<u64> {
        self.send(Method::POST, "/faults", &fault).await.map(|answer: Added| answer.id)
    }

    /// Lists the faults and how often each struck.
    pub async fn faults(&self) -> Result<Vec<FaultRecord>> {
        self.get("/faults").await
    }

    /// Removes all faults.
    pub async fn clear_faults(&self) -> Result<()> {
        self.tell(Method::DELETE, "/faults").await
    }

    /// Lists the requests received, the oldest first, without those of the control API.
    pub async fn requests(&self) -> Result<Vec<RequestRecord>> {
        self.get("/requests").await
    }

    /// Forgets requests and counters.
    pub async fn clear_requests(&self) -> Result<()> {
        self.tell(Method::DELETE, "/requests").await
    }

    /// Returns how many requests each route had.
    pub async fn counters(&self) -> Result<BTreeMap<String, u64>> {
        self.get("/counters").await
    }

    /// Returns how many requests of each route were answered with each status.
    pub async fn status_counters(&self) -> Result<StatusCounters> {
        self.get("/counters/statuses").await
    }

    /// Answers when the forge does.
    pub async fn health(&self) -> Result<()> {
        self.tell(Method::GET, "/health").await
    }

    /// Asks the forge to end.
    pub async fn shutdown(&self) -> Result<()> {
        self.tell(Method::POST, "/shutdown").await
    }
}

pub(super) fn at(repository: &str, rest: &str) -> String {
    format!("/repositories/{repository}{rest}")
}

fn branch_path(repository: &str, branch: &str) -> String {
    at(repository, &format!("/branches/{}", utf8_percent_encode(branch, BRANCH)))
}
