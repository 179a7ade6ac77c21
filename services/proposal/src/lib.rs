//! The ledger: proposals, studies, jobs, deliveries and what happened to them.
//!
//! Never sees a token, never calls anything but the registry, does not know HTTP.

mod app;
pub mod convert;
pub mod domain;
mod error;
pub mod migrations;
mod registry;
pub mod rpc;
pub mod schedule;
mod settings;
pub mod store;
pub mod wakeup;

use std::sync::Arc;

use pullwright_proto::{
    delivery::delivery_service_server::{self, DeliveryServiceServer},
    job::job_service_server::{self, JobServiceServer},
    proposal::{
        deletion_service_server::{self, DeletionServiceServer},
        development_service_server::{self, DevelopmentServiceServer},
        proposal_service_server::{self, ProposalServiceServer},
        study_service_server::{self, StudyServiceServer},
    },
};
use pullwright_rpc::server::{self, ServeError};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tower::Layer as _;

use rpc::{
    deletion_service, delivery_service, development_service, job_service, proposal_service,
    study_service,
};

pub use app::App;
pub use error::{Error, Result};
pub use registry::Registry;
pub use settings::{Author, Settings};

/// The service's name in errors and logs.
pub const SERVICE: &str = "proposal";

/// Serves the ledger on `listener` until `app.stop` is cancelled.
///
/// # Errors
/// The transport broke.
pub async fn serve(app: Arc<App>, listener: TcpListener) -> std::result::Result<(), ServeError> {
    // Whatever a call writes events about, those who watch it hear of.
    let telling = rpc::TellingLayer(app.wakeup.clone());
    let proposals = ProposalServiceServer::new(proposal_service::Service(app.clone()));
    let studies = StudyServiceServer::new(study_service::Service(app.clone()))
        .max_decoding_message_size(study_service::LARGEST_MESSAGE);
    let deletions = DeletionServiceServer::new(deletion_service::Service(app.clone()));
    let jobs = JobServiceServer::new(job_service::Service(app.clone()));
    let deliveries = DeliveryServiceServer::new(delivery_service::Service(app.clone()))
        .max_decoding_message_size(delivery_service::LARGEST_MESSAGE);
    let mut routes = Routes::new(telling.layer(proposals))
        .add_service(telling.layer(studies))
        .add_service(telling.layer(deletions))
        .add_service(telling.layer(jobs))
        .add_service(telling.layer(deliveries));
    let mut names = vec![
        proposal_service_server::SERVICE_NAME,
        study_service_server::SERVICE_NAME,
        deletion_service_server::SERVICE_NAME,
        job_service_server::SERVICE_NAME,
        delivery_service_server::SERVICE_NAME,
    ];
    if app.settings.deployment.is_development() {
        tracing::warn!(
            "this is a development environment: everybody who may call can seed and delete"
        );
        let service = development_service::Service(app.clone());
        routes = routes.add_service(telling.layer(DevelopmentServiceServer::new(service)));
        names.push(development_service_server::SERVICE_NAME);
    }
    let carrying = {
        let (wakeup, db, stop) = (app.wakeup.clone(), app.db.clone(), app.stop.clone());
        let database = app.settings.database.clone();
        tokio::spawn(async move { wakeup.run(db, database, stop).await })
    };
    let scheduling = tokio::spawn(schedule::Schedule::new(app.clone()).run());
    let (settings, stop) = (app.settings.server.clone(), app.stop.clone());
    let ready = move || {
        let db = app.db.clone();
        async move { db.ping().await.is_ok() }
    };
    let served = server::serve(SERVICE, routes, names, settings, listener, ready, stop).await;
    carrying.abort();
    scheduling.abort();
    served
}
