//! `RunnerService`: unwraps and wraps, one file per call.

mod break_lock;
mod list_locks;

use pullwright_proto::runner::{
    BreakLockRequest, BreakLockResponse, ListLocksRequest, ListLocksResponse, RepositoryLock,
    runner_service_server::RunnerService,
};
use pullwright_rpc::status;
use tonic::{Request, Response, Status};

use crate::{App, lock::LockState};

/// Answers operators.
pub struct Service(pub App);

#[tonic::async_trait]
impl RunnerService for Service {
    async fn list_locks(
        &self,
        _: Request<ListLocksRequest>,
    ) -> Result<Response<ListLocksResponse>, Status> {
        list_locks::list_locks(&self.0)
            .await
            .map(Response::new)
            .map_err(|error| status("runner", &error))
    }

    async fn break_lock(
        &self,
        request: Request<BreakLockRequest>,
    ) -> Result<Response<BreakLockResponse>, Status> {
        let request = request.into_inner();
        break_lock::break_lock(&self.0, request)
            .await
            .map(Response::new)
            .map_err(|error| status("runner", &error))
    }

    async fn preview_pull_request(
        &self,
        _: Request<pullwright_proto::runner::PreviewPullRequestRequest>,
    ) -> Result<Response<pullwright_proto::runner::PreviewPullRequestResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn check_config_repo(
        &self,
        _: Request<pullwright_proto::runner::CheckConfigRepoRequest>,
    ) -> Result<Response<pullwright_proto::runner::CheckConfigRepoResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }
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
