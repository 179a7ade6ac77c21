//! The keyring: config repositories, clusters, query templates, and secrets by reference.
//!
//! Gives a secret to nobody but the one caller that it is for. Does not know proposals, jobs, git or HTTP.

mod app;
mod app_token;
pub mod apps;
pub mod convert;
pub mod credential;
pub mod domain;
mod error;
pub mod migrations;
mod rotation;
pub mod rpc;
pub mod secrets;
mod settings;
pub mod store;

use std::sync::Arc;

use pullwright_rpc::server::{self, ServeError};
use tokio::net::TcpListener;

pub use app::App;
pub use error::{Error, Result};
pub use settings::{PREFIX, Settings};

/// The service's name in errors and logs.
pub const SERVICE: &str = "repo-registry";

/// Serves the registry on `listener`, and ends rotations of webhook secrets, until `app.stop` is cancelled.
///
/// # Errors
/// The transport broke.
pub async fn serve(
    app: Arc<App>,
    settings: server::Settings,
    listener: TcpListener,
) -> std::result::Result<(), ServeError> {
    let (routes, names) = rpc::routes(&app);
    let stop = app.stop.clone();
    tokio::spawn(rotation::run(app.clone()));
    let ready = move || {
        let app = app.clone();
        async move { app.is_ready().await }
    };
    server::serve(SERVICE, routes, names, settings, listener, ready, stop).await
}
