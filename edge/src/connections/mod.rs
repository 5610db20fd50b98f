//! The use cases on accounts: link, create, update, open. One file each, and the steps that they share.

pub mod connect;
pub mod create;
pub mod open;
pub(crate) mod session_view;
pub mod update;
pub(crate) mod verify_in_mode;
pub(crate) mod write;
