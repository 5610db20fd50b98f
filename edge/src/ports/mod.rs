//! The traits for everything outside of the edge, and [`Platform`], which has one of each.
//!
//! `platform/` implements them on Cloudflare, and `tests/support` in memory, over the same SQL and with faults.

mod blob_key;
mod counter;
mod fetch;
mod isolate;
mod platform;
mod queue;
mod storage;
mod system;

pub use blob_key::BlobKey;
pub use counter::{Counter, WINDOW, seconds_left};
pub use fetch::{Fetch, FetchError, Incoming, Outgoing};
pub use isolate::{AccessKey, Isolate};
pub use platform::Platform;
pub use queue::{CheckMessage, WebhookMessage};
pub use storage::{
    Asker, BlobStore, PortError, ProjectStore, Quota, RateLimit, StoreCall, StoreReply, Target,
};
pub use system::{Clock, Log};
