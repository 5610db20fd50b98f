//! Counts the keys that providers refused lately, for each session and for each network address. It owns the table
//! `failures`.
//!
//! Past a limit no further key is sent to a provider, so that nobody can test stolen keys with a link. It counts only
//! refusals by a provider, and none in test mode, where nothing can be learned.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::Refusal;
use crate::store::sql::Sql;
use latchkey_shared::Mode;

/// For how long a refused key is counted, in milliseconds.
const COUNTED_MS: i64 = 10 * 60_000;
/// The most refused keys of a session in that time.
const PER_SESSION: i64 = 10;
/// The most refused keys of an address in that time. It is higher, because an office shares an address.
const PER_ADDRESS: i64 = 30;

impl<S: Sql> Store<'_, S> {
    /// Refuses if too many keys of the session or the address were refused lately.
    pub(super) fn check_failures(&self, session: &str, address: Option<&str>) -> Outcome<()> {
        let since = self.now - COUNTED_MS;
        self.sql.exec("DELETE FROM failures WHERE at <= ?", &[since.into()])?;
        for (column, who, limit) in
            [("session", Some(session), PER_SESSION), ("address", address, PER_ADDRESS)]
        {
            // The limit is reached until the oldest of the refusals that fill it is not counted anymore.
            let statement =
                format!("SELECT at FROM failures WHERE {column} = ? ORDER BY at DESC LIMIT 1 OFFSET ?");
            let oldest: Option<i64> = self.sql.value(&statement, &[who.into(), (limit - 1).into()])?;
            if let Some(oldest) = oldest {
                return Err(Refusal::TooManyFailures(((oldest - since) / 1000 + 1) as u32).into());
            }
        }
        Ok(())
    }

    /// Counts a key that its provider refused.
    pub(super) fn note_failure(&self, mode: Mode, session: &str, address: Option<&str>) -> Outcome<()> {
        if mode == Mode::Live {
            let row = vec![("session", session.into()), ("address", address.into()), ("at", self.now.into())];
            self.sql.insert("INTO failures", row)?;
        }
        Ok(())
    }
}
