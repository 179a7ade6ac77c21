//! `/healthz`: this process answers. `/readyz`: so do the cores that every call needs.

use std::{sync::Arc, time::Duration};

use axum::extract::State;
use futures::future::join_all;
use pullwright_rpc::client::Connection;
use serde::Serialize;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use utoipa::ToSchema;

use crate::{App, cores::Core, edge::error::ApiError, rest::shape::One};

/// The longest that a core may think about its health.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// This process answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Calls can be made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready`.
    status: &'static str,
    /// `ready`, or what is wrong with the runner: without it previews, checks and locks are away, and nothing else.
    runner: String,
}

pub(crate) async fn healthz() -> Result<One<Health>, ApiError> {
    Ok(One(Health { status: "ok" }))
}

/// Ready when ledger and registry say that they serve; else 503 with what is wrong with each that does not.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Result<One<Readiness>, ApiError> {
    let looks = app.cores.health.clone().into_iter().map(|(core, client)| async move {
        let problem = problem(client).await;
        (core, problem)
    });
    let mut runner = "ready".to_owned();
    let mut problems = Vec::new();
    for (core, problem) in join_all(looks).await {
        match (core, problem) {
            (_, None) => {}
            (Core::Runner, Some(problem)) => runner = problem,
            (core, Some(problem)) => problems.push(format!("{} {problem}", core.name())),
        }
    }
    if problems.is_empty() {
        return Ok(One(Readiness { status: "ready", runner }));
    }
    Err(ApiError::unavailable(problems.join("; ")))
}

async fn problem(mut client: HealthClient<Connection>) -> Option<String> {
    let look = client.check(HealthCheckRequest::default());
    match tokio::time::timeout(TIME_LIMIT, look).await {
        Err(_) => Some("does not answer".to_owned()),
        Ok(Err(status)) => Some(format!("cannot be asked ({})", status.code())),
        Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => None,
        Ok(Ok(_)) => Some("is not serving".to_owned()),
    }
}
