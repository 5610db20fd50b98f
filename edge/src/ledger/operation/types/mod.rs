//! What operations carry and answer, one file per subject. No secret is among them.

mod connection;
mod project;
mod session;

pub use connection::*;
pub use project::*;
pub use session::*;
