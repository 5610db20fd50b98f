//! An object's own store, for the work that runs inside the object: its alarm, and the due work that somebody waits for.
//!
//! It owns the trait by which that work reaches the database in a transaction. It refuses to await in one.

use super::object::Store;
use super::sql::{Sql, SqlError};

/// The store of the object in which the work runs.
pub trait ObjectStore {
    /// The database.
    type Database: Sql;

    /// Runs `work` in a transaction, on the newest schema. `None`: the object holds nothing.
    ///
    /// # Errors
    /// A text for the log. Nothing was changed.
    fn within<T>(
        &self,
        work: impl FnOnce(&Store<'_, Self::Database>) -> Result<T, SqlError>,
    ) -> Result<Option<T>, String>;
}
