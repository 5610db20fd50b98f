//! What stands before an endpoint: who calls, from which host, how often, and whether they called before.

pub mod auth;
pub mod hosts;
pub mod idempotency;
pub mod tokens;
