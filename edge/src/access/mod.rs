//! The checks before an endpoint runs: the caller, the host name, the rate limit, and the idempotency key.

pub(crate) mod admin_token;
pub(crate) mod asker;
pub mod audit_signature;
pub mod auth;
pub mod client_address;
pub(crate) mod cloudflare_access;
pub mod console;
pub(crate) mod email;
pub mod hosts;
pub mod idempotency;
pub mod page_limit;
pub mod tokens;
pub(crate) mod uncounted;
