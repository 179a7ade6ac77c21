//! Calls to another service: lazily connected, with token, ids and a time limit on each.

use std::time::Duration;

use pullwright_settings::{Environment, ExposeSecret as _, SecretString, SettingsError};
use pullwright_telemetry::trace_context;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use crate::{Context, context};

/// A connection that carries token and ids along; cheap to clone.
pub type Connection = InterceptedService<Channel, Outgoing>;

/// How to reach another service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its address, such as `http://127.0.0.1:7002`.
    pub address: Endpoint,
    /// The token that proves our role to it.
    pub token: SecretString,
}

/// The longest that any call may take; `LeaseJobs` waits up to 30 s for work.
const TIME_LIMIT: Duration = Duration::from_secs(45);
const CONNECT_TIME_LIMIT: Duration = Duration::from_secs(5);

impl Settings {
    /// Reads `{PREFIX}{CALLEE}_ADDR` and the caller's `{PREFIX}SERVICE_TOKEN_FILE`.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn read(env: &Environment, prefix: &str, callee: &str) -> Result<Self, SettingsError> {
        let name = format!("{prefix}{callee}_ADDR");
        let address = env.required(&name)?;
        let address = Endpoint::from_shared(address).map_err(|error| {
            SettingsError::invalid(&name, error, "an address such as http://127.0.0.1:7002")
        })?;
        Ok(Self { address, token: env.required_secret(&format!("{prefix}SERVICE_TOKEN"))? })
    }

    /// Makes the connection; it is opened at the first call and again whenever it broke.
    ///
    /// # Errors
    /// The token holds characters that a header cannot.
    pub fn connect(self) -> Result<Connection, InvalidToken> {
        let channel = self
            .address
            .connect_timeout(CONNECT_TIME_LIMIT)
            .timeout(TIME_LIMIT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_while_idle(true)
            .connect_lazy();
        let mut bearer: MetadataValue<Ascii> =
            format!("Bearer {}", self.token.expose_secret()).parse().map_err(|_| InvalidToken)?;
        bearer.set_sensitive(true);
        Ok(InterceptedService::new(channel, Outgoing { bearer }))
    }
}

/// A service token that cannot stand in a header.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the service token holds characters that a header cannot")]
pub struct InvalidToken;

/// Adds token, request id, actor and trace context to each call.
#[derive(Clone)]
pub struct Outgoing {
    bearer: MetadataValue<Ascii>,
}

impl Interceptor for Outgoing {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", self.bearer.clone());
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = value.parse() {
                metadata.insert(name, value);
            }
        };
        if let Some(current) = Context::current() {
            put(context::REQUEST_ID, &current.request_id);
            put(context::ACTOR, &current.actor);
        }
        if let Some(traceparent) = trace_context::current_traceparent() {
            put(context::TRACEPARENT, &traceparent);
        }
        Ok(request)
    }
}
