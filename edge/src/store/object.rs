//! [`Store`]: the code of a project's Durable Object. It is plain Rust over [`Sql`], so that it runs on the host too.
//!
//! It owns what each operation gets: the database, the time, and the types of its outcome. An operation is atomic, because
//! it never awaits, checks first and writes last. A store never sees a secret: tokens arrive as hashes, and credentials are
//! sealed.

use crate::error::json_fault;
use crate::ports::Asker;
use crate::store::changed::Changed;
use crate::store::protocol::{CreateProject, DeleteProject, Operation, Refusal, reply};
use crate::store::quota::Meter;
use crate::store::schema;
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::Mode;
use std::cell::Cell;

/// Why an operation returns no reply.
pub(crate) enum Stop {
    /// The operation is refused.
    Refused(Refusal),
    /// The database failed.
    Fault(SqlError),
    /// The message is not valid, or the reply cannot be written.
    Message(serde_json::Error),
}

impl Stop {
    /// Whether it is this refusal.
    pub(crate) fn is(&self, refusal: &Refusal) -> bool {
        matches!(self, Self::Refused(refused) if refused == refusal)
    }
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

/// Nobody calls the alarm's work, so nothing refuses it.
pub(crate) fn fault(stop: Stop) -> SqlError {
    match stop {
        Stop::Fault(error) => error,
        Stop::Message(error) => SqlError(json_fault(&error)),
        Stop::Refused(_) => SqlError("due work was refused".to_owned()),
    }
}

/// The outcome of an operation.
pub(crate) type Outcome<T> = Result<T, Stop>;

/// The store of a project or of the registry, for one call.
pub struct Store<'a, S> {
    pub(super) sql: &'a S,
    pub(super) now: i64,
    due: Cell<Option<i64>>,
    /// How far the test clock is ahead, once it was read.
    pub(super) ahead: Cell<Option<i64>>,
    pub(super) meter: Option<&'a Meter<'a>>,
    /// Where the request came from.
    pub(super) asker: Option<Asker>,
    /// What changed, for the live channel.
    pub(super) changed: Changed,
}

impl<'a, S: Sql> Store<'a, S> {
    /// A store over a migrated database, at a time in milliseconds since 1970.
    pub fn new(sql: &'a S, now: i64) -> Self {
        Self {
            sql,
            now,
            due: Cell::new(None),
            ahead: Cell::new(None),
            meter: None,
            asker: None,
            changed: Changed::default(),
        }
    }

    /// The store, for a call that a meter counts.
    #[must_use]
    pub fn metered(self, meter: &'a Meter<'a>) -> Self {
        Self { meter: Some(meter), ..self }
    }

    /// The store, for a call of a request that came from there.
    #[must_use]
    pub fn asked(self, asker: Option<Asker>) -> Self {
        Self { asker, ..self }
    }

    /// What changed through this store.
    #[must_use]
    pub fn into_changed(self) -> Changed {
        self.changed
    }

    /// The time in a mode, in milliseconds since 1970. What concerns accounts, their keys and their health goes by it; leases,
    /// sessions and everything that protects us go by `now`.
    pub(super) fn now_in(&self, mode: Mode) -> Result<i64, SqlError> {
        Ok(self.now + self.ahead_in(mode)?)
    }

    /// Counts a proof: what was found for it, or `None` if it is wrong. Refuses a wrong one, and every one past its limit.
    pub(super) fn counted<T>(&self, found: Option<T>) -> Outcome<T> {
        match self.meter.and_then(|meter| meter.count(found.is_some(), self.now)) {
            Some(seconds) => Err(Refusal::Limited(seconds).into()),
            None => found.ok_or_else(|| Refusal::Unknown.into()),
        }
    }

    /// Runs an operation in its object, if the object is in use or the operation founds it. To any other object the caller
    /// is unknown. `in_use` is what the object remembers between its calls: that it was found in use.
    ///
    /// # Errors
    /// The same as for [`Store::run`]. Then `in_use` must be forgotten, because the transaction is rolled back.
    pub fn answer(
        &self,
        is_registry: bool,
        in_use: &Cell<bool>,
        name: &str,
        body: &str,
    ) -> Result<String, String> {
        let ends = name == DeleteProject::NAME;
        // Deleting founds an object too: the project may still be on its way to it, and must find the door closed.
        let founds = is_registry || ends || name == CreateProject::NAME;
        if !in_use.get() && !schema::open(self.sql, founds).map_err(|error| error.to_string())? {
            return reply::refused(&Refusal::Unknown).map_err(|error| error.to_string());
        }
        in_use.set(is_registry || !founds);
        self.run(name, body)
    }

    /// When the first work is due that was scheduled through this store, in milliseconds since 1970. The alarm must not
    /// ring later.
    pub fn due(&self) -> Option<i64> {
        self.due.get()
    }

    /// Schedules work for this time of a mode.
    pub(super) fn schedule_in(&self, mode: Mode, at: i64) -> Result<(), SqlError> {
        self.schedule(at - self.ahead_in(mode)?);
        Ok(())
    }

    /// Schedules work for this time.
    pub(crate) fn schedule(&self, at: i64) {
        self.due.set(Some(self.due.get().map_or(at, |earlier| earlier.min(at))));
    }
}
