//! `/healthz`: this process answers. `/readyz`: so do the cores that it needs.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use futures::future::join_all;
use serde_json::{Value, json};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};

use crate::{App, cores::Core, edge::error::ApiError};

/// The longest that a core may think about its health.
const TIME_LIMIT: Duration = Duration::from_secs(2);

pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Ready when all three cores say that they serve; else 503 with what is wrong with each that does not.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Result<Json<Value>, ApiError> {
    let looks = app.cores.health.clone().into_iter().map(|(core, mut client)| async move {
        let look = client.check(HealthCheckRequest::default());
        let problem = match tokio::time::timeout(TIME_LIMIT, look).await {
            Err(_) => Some("does not answer".to_owned()),
            Ok(Err(status)) => Some(format!("cannot be asked ({})", status.code())),
            Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => None,
            Ok(Ok(_)) => Some("is not serving".to_owned()),
        };
        problem.map(|problem| (core, problem))
    });
    let problems: Vec<(Core, String)> = join_all(looks).await.into_iter().flatten().collect();
    if problems.is_empty() {
        return Ok(Json(json!({ "status": "ready" })));
    }
    let told: Vec<_> =
        problems.iter().map(|(core, problem)| format!("{} {problem}", core.name())).collect();
    Err(ApiError::unavailable(told.join("; ")))
}
