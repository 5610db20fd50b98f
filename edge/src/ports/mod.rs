//! All the core asks of the outside: a few small traits, and [`Platform`], which holds one of each.
//!
//! The real ones are in `platform/`; the tests have their own (`tests/support`), over the same SQL and with faults.

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
