//! `RunnerService`: unwraps and wraps, one file per call.

mod break_lock;
mod check_config_repo;
mod list_locks;
mod preview_pull_request;

use pullwright_proto::runner::{
    BreakLockRequest, BreakLockResponse, CheckConfigRepoRequest, CheckConfigRepoResponse,
    ListLocksRequest, ListLocksResponse, PreviewPullRequestRequest, PreviewPullRequestResponse,
    RepositoryLock, runner_service_server::RunnerService,
};
use pullwright_rpc::status;
use tonic::{Request, Response, Status};

use crate::{App, lock::LockState, rpc::Error};

/// Answers operators.
pub struct Service(pub App);

#[tonic::async_trait]
impl RunnerService for Service {
    async fn list_locks(
        &self,
        request: Request<ListLocksRequest>,
    ) -> Result<Response<ListLocksResponse>, Status> {
        let request = request.into_inner();
        list_locks::list_locks(&self.0, request).await.map(Response::new).map_err(refuse)
    }

    async fn break_lock(
        &self,
        request: Request<BreakLockRequest>,
    ) -> Result<Response<BreakLockResponse>, Status> {
        let request = request.into_inner();
        break_lock::break_lock(&self.0, request).await.map(Response::new).map_err(refuse)
    }

    async fn preview_pull_request(
        &self,
        request: Request<PreviewPullRequestRequest>,
    ) -> Result<Response<PreviewPullRequestResponse>, Status> {
        preview_pull_request::preview_pull_request(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn check_config_repo(
        &self,
        request: Request<CheckConfigRepoRequest>,
    ) -> Result<Response<CheckConfigRepoResponse>, Status> {
        check_config_repo::check_config_repo(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn refuse(error: Error) -> Status {
    status("runner", &error)
}

fn wire(lock: LockState) -> RepositoryLock {
    RepositoryLock {
        repository_id: lock.repository_id.to_string(),
        epoch: lock.epoch,
        holder: lock.holder,
        acquired_at: lock.acquired_at.map(|time| prost_types::Timestamp {
            seconds: time.as_second(),
            nanos: time.subsec_nanosecond(),
        }),
        expires_in: lock.expires_in.try_into().ok(),
    }
}
