//! The traits for everything outside of the edge, and [`Platform`], which has one of each.
//!
//! `platform/` implements them on Cloudflare, and `tests/support` in memory, over the same SQL and with faults.

mod blob_key;
mod fetch;
mod host_cache;
mod platform;
mod storage;
mod system;

pub use blob_key::BlobKey;
pub use fetch::{Fetch, FetchError, Incoming, Outgoing};
pub use host_cache::HostCache;
pub use platform::Platform;
pub use storage::{BlobStore, PortError, ProjectStore, Quota, RateLimit, StoreCall, StoreReply, Target};
pub use system::{Clock, Log};
