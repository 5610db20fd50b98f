//! The use cases on accounts: connect, create, update and open. Each has a file, and so have the steps that they share.

pub mod connect;
pub mod create;
pub mod open;
pub(crate) mod session_view;
pub mod update;
pub(crate) mod verify_in_mode;
pub(crate) mod write;
