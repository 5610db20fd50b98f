//! The store of a project: the database in its Durable Object, and how the Worker calls it.
//!
//! [`protocol`] has the messages of both sides. `operations` runs in the object, over [`sql`]: each operation is one
//! transaction, checks first, writes last, and never awaits. [`client`] is the Worker's side, and [`refusals`] has the
//! sentences of each refusal. To add a table, add a migration in [`schema`] and a file in `operations`, and say in
//! `edge/docs/limits.md` what bounds its rows.

#[macro_use]
pub mod record;

mod account_tables;
pub mod account_text;
pub mod changed;
pub mod client;
pub mod local;
pub mod object;
mod operations;
pub mod protocol;
pub mod quota;
pub mod refusals;
pub mod schema;
pub mod sql;
pub mod value;

pub use object::Store;
pub use operations::{DueWork, MAKING_MS, NEVER};
