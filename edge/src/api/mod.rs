//! The endpoints: each reads its request, calls a use case, and writes the response. One file per resource.

pub mod api_keys;
pub mod app_connections;
pub mod audit_log;
pub mod connect;
pub mod connect_progress;
pub mod connect_sessions;
pub mod connect_share;
pub mod input;
pub mod projects;
pub mod providers;
pub mod vault;
