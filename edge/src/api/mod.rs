//! The endpoints: each reads its request, calls a use case or the store, and returns the body of its response. A resource
//! is a file, or a folder if it has many calls; what a session token may do is in the files whose names begin with `connect`.
//! `router/endpoints.rs` lists all endpoints.

pub(crate) mod api_keys;
pub(crate) mod app_connections;
pub(crate) mod audit_log;
pub(crate) mod connect;
pub(crate) mod connect_progress;
pub(crate) mod connect_session_views;
pub(crate) mod connect_sessions;
pub(crate) mod connect_share;
pub(crate) mod console;
pub(crate) mod console_links;
pub(crate) mod console_sign_in;
pub(crate) mod endpoint;
pub(crate) mod events;
pub(crate) mod hooks;
pub(crate) mod input;
mod invitation;
pub(crate) mod live;
pub(crate) mod projects;
pub(crate) mod providers;
mod relinks;
pub(crate) mod status;
pub(crate) mod test_clock;
pub(crate) mod vault;
mod webhook_attempts;
pub(crate) mod webhook_deliveries;
mod webhook_endpoint_view;
pub(crate) mod webhook_endpoints;
