//! The three cores, as one operator reaches them.

use std::{fs, path::Path, time::Duration};

use pullwright_proto::{
    delivery::delivery_service_client::DeliveryServiceClient,
    proposal::proposal_service_client::ProposalServiceClient,
    registry::config_repo_service_client::ConfigRepoServiceClient,
    runner::runner_service_client::RunnerServiceClient,
};
use pullwright_rpc::client;
use pullwright_settings::SecretString;
use tonic::{Request, transport::Endpoint};

use crate::{
    args::Connection,
    error::{Error, Result},
};

/// The largest answer that is read: a page of proposals, or a preview, has no smaller limit of its own.
const LARGEST_ANSWER: usize = 64 << 20;

/// The cores; each is connected at its first call.
#[derive(Clone)]
pub struct Cores {
    proposal: client::Connection,
    registry: client::Connection,
    runner: client::Connection,
    time_limit: Duration,
}

impl Cores {
    /// Reads the token and prepares the connections.
    pub fn open(connection: &Connection) -> Result<Self> {
        let token = token(connection.token_file.as_deref())?;
        let open = |address: &str, option: &str| {
            let address = endpoint(address, option)?;
            client::Settings { address, token: token.clone() }
                .connect()
                .map_err(|error| Error::Usage(error.to_string()))
        };
        Ok(Self {
            proposal: open(&connection.proposal, "--proposal")?,
            registry: open(&connection.registry, "--registry")?,
            runner: open(&connection.runner, "--runner")?,
            time_limit: connection.timeout.into(),
        })
    }

    /// The ledger's proposals.
    pub fn proposals(&self) -> ProposalServiceClient<client::Connection> {
        ProposalServiceClient::new(self.proposal.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    /// The ledger's deliveries.
    pub fn deliveries(&self) -> DeliveryServiceClient<client::Connection> {
        DeliveryServiceClient::new(self.proposal.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    /// The registry's config repositories.
    pub fn config_repos(&self) -> ConfigRepoServiceClient<client::Connection> {
        ConfigRepoServiceClient::new(self.registry.clone())
            .max_decoding_message_size(LARGEST_ANSWER)
    }

    /// The runner's questions.
    pub fn runner(&self) -> RunnerServiceClient<client::Connection> {
        RunnerServiceClient::new(self.runner.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    /// A request with the time limit that was asked for.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(self.time_limit);
        request
    }
}

/// Reads an address with or without its scheme.
pub fn endpoint(address: &str, option: &str) -> Result<Endpoint> {
    let full = match address.contains("://") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    Endpoint::from_shared(full).map_err(|_| {
        Error::Usage(format!("{option}: `{address}` is no address; one looks like 127.0.0.1:7002"))
    })
}

/// Reads the token from its file; it never stands in an argument or a variable.
pub fn token(file: Option<&Path>) -> Result<SecretString> {
    let Some(file) = file else {
        return Err(Error::Usage(
            "no token: name its file with --token-file or PULLWRIGHT_TOKEN_FILE".to_owned(),
        ));
    };
    let unreadable = |why: String| Error::Usage(format!("--token-file: {}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(unreadable("is empty".to_owned()));
    }
    Ok(SecretString::from(text))
}
