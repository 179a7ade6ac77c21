//! Whether a core is there and ready, as its health service says; that one needs no token.

use std::time::Duration;

use tonic::{Request, transport::Endpoint};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use super::Finding;

/// What to do about a token.
pub const TOKEN: &str =
    "PULLWRIGHT_TOKEN_FILE or --token-file names the file that holds the operator's service token";

/// Asks one core for its health.
pub async fn health(name: &str, address: &str, endpoint: Endpoint, limit: Duration) -> Finding {
    let away = |why: String| {
        let remedy = format!(
            "start it, or say where it listens (--{}); its log tells why it stopped",
            option(name)
        );
        Finding::bad(name, format!("{address}: {why}"), &remedy)
    };
    let channel = match endpoint.connect_timeout(limit).connect().await {
        Ok(channel) => channel,
        Err(_) => return away("nobody listens there".to_owned()),
    };
    let mut request = Request::new(HealthCheckRequest { service: String::new() });
    request.set_timeout(limit);
    match HealthClient::new(channel).check(request).await {
        Ok(answer) if answer.get_ref().status() == ServingStatus::Serving => {
            Finding::good(name, format!("{address}: serving"))
        }
        Ok(_) => Finding::bad(
            name,
            format!("{address}: there, but not ready"),
            "one of what it depends on is away: PostgreSQL for the cores, Redis and both cores for a runner",
        ),
        Err(status) => away(status.message().to_owned()),
    }
}

fn option(name: &str) -> &str {
    name.strip_prefix("repo-").unwrap_or(name)
}
