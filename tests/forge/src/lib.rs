//! A GitHub that remembers: bare repositories behind git's smart HTTP, GitHub's REST answers, signed webhooks
//! that come from what really happened, and a list of scripted faults, all on one port.
//!
//! Tests start it in process with [`Forge::start`]; the binary serves the same world to other processes, which
//! reach its control API through [`ControlClient`]. It knows nothing of the system under test.
//!
//! How a call travels: `server` accepts, `fault` decides whether the call may succeed and writes it down, `git`
//! or `rest` answers it from the `world`, `actions` change the world and its repositories together, `webhook`
//! tells the subscribers.

mod actions;
mod app;
mod client;
mod clock;
mod control;
mod error;
mod fault;
mod forge;
mod git;
mod jwt;
mod options;
mod rest;
mod route;
mod server;
mod smart_http;
mod urls;
mod web;
mod webhook;
pub mod world;

pub use client::{ClientError, ControlClient};
pub use clock::{Clock, SystemClock};
pub use error::ForgeError;
pub use forge::Forge;
pub use git::GitError;
pub use options::{ForgeOptions, RateLimit};
pub use world::{
    Branch, Comment, Commit, Delivery, DeliveryCounts, DeliveryPolicy, DeliveryRequest,
    DeliveryResponse, Fault, FaultKind, FaultRecord, FileContent, GithubApp, Grant, Hook, HookEdit,
    HookFormat, Installation, LastResponse, MergeMethod, MergeRequest, NewApp, NewCommit, NewHook,
    NewInstallation, NewPull, NewPulls, NewRepository, NewToken, Permission, PolicyRecord, Pull,
    PullChange, PullChanges, PullChangesReport, PullState, PullStep, Repository, RepositoryToken,
    RequestRecord, Signature, StatusCounters, TokenKind,
};
