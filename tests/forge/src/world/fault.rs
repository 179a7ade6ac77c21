//! A scripted fault as it is given and shown. When it strikes is decided in the crate's `fault` module.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What happens to a request that a fault meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The effect happens and the connection closes without an answer.
    DropAfterEffect,
    /// Nothing happens and the connection closes without an answer.
    DropBeforeEffect,
    /// Nothing happens and this is answered.
    Status {
        /// Status code.
        code: u16,
        /// Body, sent as JSON when it parses as such.
        #[serde(default)]
        body: String,
        /// Further headers.
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// The effect happens and this is answered.
    StatusAfterEffect {
        /// Status code.
        code: u16,
        /// Body, sent as JSON when it parses as such.
        #[serde(default)]
        body: String,
        /// Further headers.
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// The effect and the answer come later.
    Delay {
        /// How much later, milliseconds.
        ms: u64,
    },
    /// Nothing happens and no answer ever comes.
    Hang,
    /// The effect happens and no answer ever comes.
    HangAfterEffect,
    /// The effect happens, the answer breaks off and the connection closes.
    Truncate {
        /// How many bytes of the body are sent.
        bytes: u64,
    },
    /// Nothing happens and the client is sent elsewhere.
    Redirect {
        /// Value of `Location`.
        url: String,
        /// Status code; 302 for GET and 307 for others when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
    },
}

/// A rule of the fault list; what is absent matches everything, but one of route, method and path must be there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Name of a route, such as `pulls.create`; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Path; `*` stands for any text, slashes included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests are met; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

impl Fault {
    /// Strikes every request of a route.
    pub fn on(route: impl Into<String>, kind: FaultKind) -> Self {
        Self { route: Some(route.into()), method: None, path: None, kind, skip: 0, count: None }
    }

    /// Strikes only the next `count` requests.
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Lets `skip` requests pass first.
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }
}

/// A rule of the fault list and how often it struck.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FaultRecord {
    /// Numeric id.
    pub id: u64,
    /// The rule.
    pub fault: Fault,
    /// How many requests it let pass.
    pub skipped: u32,
    /// How many requests it met.
    pub struck: u32,
}
