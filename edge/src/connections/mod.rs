//! The use cases on accounts.

pub(crate) mod session_view;
pub(crate) mod verify_in_mode;
pub(crate) mod write;
