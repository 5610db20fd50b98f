//! The store: what a project's Durable Object does. Plain Rust over [`sql::Sql`], so that it runs on the host too.
//!
//! It holds sessions, intents, connections and names, in one place per project, so that each operation is atomic: it runs
//! without an `await`, checks first and writes last. It never sees a secret: tokens arrive as hashes, credentials sealed.
//!
//! Owns what every operation gets: the database, the time, and how it ends.

use crate::store::protocol::Refusal;
use crate::store::sql::{Sql, SqlError};
use std::cell::Cell;

/// How an operation ends inside the store: its reply, a refusal, or a fault of the database.
pub(crate) enum Stop {
    /// The operation is refused.
    Refused(Refusal),
    /// The database failed.
    Fault(SqlError),
    /// The message is none of ours, or an answer cannot be written.
    Message(serde_json::Error),
}

impl From<SqlError> for Stop {
    fn from(error: SqlError) -> Self {
        Self::Fault(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Message(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What an operation's code returns.
pub(crate) type Outcome<T> = Result<T, Stop>;

/// One project's store, or the registry's.
pub struct Store<'a, S> {
    pub(super) sql: &'a S,
    pub(super) now: i64,
    due: Cell<Option<i64>>,
}

impl<'a, S: Sql> Store<'a, S> {
    /// A store over a database whose schema is there, at a time in milliseconds since 1970.
    pub fn new(sql: &'a S, now: i64) -> Self {
        Self { sql, now, due: Cell::new(None) }
    }

    /// When the first of what was noted through this store falls due, in milliseconds since 1970: the alarm must not ring later.
    pub fn due(&self) -> Option<i64> {
        self.due.get()
    }

    /// Notes that there is something to do at this time.
    pub(crate) fn schedule(&self, at: i64) {
        self.due.set(Some(self.due.get().map_or(at, |earlier| earlier.min(at))));
    }
}
