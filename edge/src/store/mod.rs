//! The store of a project: the database in its Durable Object, and how the Worker calls it.
//!
//! [`protocol`] is what both sides of a call say. `operations` runs in the object, over [`sql`], and never awaits: each
//! operation checks first and writes last, in one transaction. [`client`] is the Worker's side.

#[macro_use]
pub mod sql;

pub mod client;
pub mod object;
mod operations;
pub mod protocol;
pub mod quota;
pub mod refusals;
pub mod schema;

pub use object::Store;
pub use operations::DueWork;
