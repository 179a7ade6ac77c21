//! The contract between the services, generated from `proto/`. Knows messages and stubs, no rules.
#![allow(missing_docs, clippy::all, clippy::disallowed_methods)]

tonic::include_proto!("mod");

pub use pullwright::{
    delivery::v1 as delivery, error::v1 as error, job::v1 as job, proposal::v1 as proposal,
    registry::v1 as registry, runner::v1 as runner,
};

/// All files of the contract with what they import, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("descriptor");

impl error::ErrorReason {
    /// The reason as it stands in `google.rpc.ErrorInfo.reason`: without the enum's prefix.
    #[must_use]
    pub fn reason(self) -> &'static str {
        self.as_str_name().trim_start_matches("ERROR_REASON_")
    }

    /// The reason that `text` names, without the enum's prefix; `None` for a text that no reason has.
    #[must_use]
    pub fn from_reason(text: &str) -> Option<Self> {
        Self::from_str_name(&format!("ERROR_REASON_{text}"))
    }
}
