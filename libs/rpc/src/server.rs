//! A core's server: its services behind the door, health and reflection beside them, stopped gracefully.

use std::{future::Future, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use pullwright_settings::{Environment, SettingsError};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};

use crate::{Callers, door::DoorLayer, health, metrics, reflection};

/// Where to listen and whom to let in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The tokens that prove roles.
    pub callers: Callers,
}

impl Settings {
    /// Reads `{PREFIX}LISTEN` and `{PREFIX}CALLERS_FILE`.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the callers file cannot be read.
    pub fn read(
        env: &Environment,
        prefix: &str,
        default_listen: SocketAddr,
    ) -> Result<Self, SettingsError> {
        let listen = env.parsed(&format!("{prefix}LISTEN"), default_listen)?;
        let name = format!("{prefix}CALLERS_FILE");
        let path: PathBuf = env.required_path(&name)?;
        let invalid = |problem: String| {
            SettingsError::invalid(&name, problem, "a file with lines of `role sha256`")
        };
        let text = std::fs::read_to_string(&path).map_err(|error| invalid(error.to_string()))?;
        let callers = Callers::parse(&text).map_err(|error| invalid(error.to_string()))?;
        Ok(Self { listen, callers })
    }
}

/// Why a server ended that was not asked to.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Reflection could not be built from the contract.
    #[error("build reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport broke.
    #[error("serve gRPC")]
    Transport(#[from] tonic::transport::Error),
}

/// How long calls that are under way may take after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// The longest that a call may take; `LeaseJobs` waits up to 30 s for work.
const TIME_LIMIT: Duration = Duration::from_secs(45);

/// Serves `routes` on `listener` until `shutdown`, then lets running calls end for ten seconds.
///
/// `service` names the core in errors; `names` are the services that are served: health is reported for each, reflection knows no
/// other, and a call of any other is UNIMPLEMENTED, whether the contract has it or not. `ready` is asked once a second.
/// `stop` is cancelled as soon as the shutdown begins, so that calls that wait for something end.
///
/// # Errors
/// The transport broke, or the contract cannot be reflected.
pub async fn serve<P, F>(
    service: &'static str,
    routes: Routes,
    names: Vec<&'static str>,
    settings: Settings,
    listener: TcpListener,
    ready: P,
    stop: CancellationToken,
) -> Result<(), ServeError>
where
    P: Fn() -> F + Send + 'static,
    F: Future<Output = bool> + Send + 'static,
{
    metrics::describe();
    let (reporter, health_service) = tonic_health::server::health_reporter();
    let served = names.clone();
    let reporting = tokio::spawn(health::report(reporter, names, ready, stop.clone()));
    let files = reflection::files(&served).map_err(tonic_reflection::server::Error::from)?;
    let reflection = || {
        let builder = tonic_reflection::server::Builder::configure()
            .register_file_descriptor_set(files.clone())
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .with_service_name("grpc.health.v1.Health");
        served.iter().copied().fold(builder, tonic_reflection::server::Builder::with_service_name)
    };
    let routes = routes
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = Server::builder()
        .layer(DoorLayer {
            service,
            served: served.clone().into(),
            callers: Arc::new(settings.callers),
        })
        // For `/metrics`: what scrapes speaks HTTP/1.1.
        .accept_http1(true)
        .timeout(TIME_LIMIT)
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
    let served = tokio::select! {
        served = serving => served.map_err(ServeError::from),
        () = overdue(&stop) => {
            tracing::warn!("stopped with calls under way, the grace period is over");
            Ok(())
        }
    };
    stop.cancel();
    if let Err(error) = reporting.await {
        tracing::error!(error = %error, "health reporting ended early");
    }
    served
}

async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}
