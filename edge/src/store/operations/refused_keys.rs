//! Refused keys: how many a session and an address had refused lately. Past a limit, no further one is sent to a provider.
//!
//! Whoever has a link could otherwise try out stolen keys through us. Only what a provider itself refused is counted;
//! test mode is not, because nothing can be learned there.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::Refusal;
use crate::store::sql::Sql;
use latchkey_shared::Mode;

/// For how long a refused key is counted, in milliseconds.
const COUNTED_MS: i64 = 10 * 60_000;
/// How many refused keys a session may have in that time.
const PER_SESSION: i64 = 10;
/// How many an address may have: more, since an office shares one.
const PER_ADDRESS: i64 = 30;

impl<S: Sql> Store<'_, S> {
    /// Refuses when a session or an address had too many keys refused lately.
    pub(super) fn check_failures(&self, session: &str, address: Option<&str>) -> Outcome<()> {
        let since = self.now - COUNTED_MS;
        self.sql.exec("DELETE FROM failures WHERE at <= ?", &[since.into()])?;
        for (column, who, limit) in
            [("session", Some(session), PER_SESSION), ("address", address, PER_ADDRESS)]
        {
            // When the oldest of those that fill the limit is not counted any more.
            let statement =
                format!("SELECT at FROM failures WHERE {column} = ? ORDER BY at DESC LIMIT 1 OFFSET ?");
            let oldest: Option<i64> = self.sql.value(&statement, &[who.into(), (limit - 1).into()])?;
            if let Some(oldest) = oldest {
                return Err(Refusal::TooManyFailures(((oldest - since) / 1000 + 1) as u32).into());
            }
        }
        Ok(())
    }

    /// RequestCounts a key that its provider refused.
    pub(super) fn note_failure(&self, mode: Mode, session: &str, address: Option<&str>) -> Outcome<()> {
        if mode == Mode::Live {
            let row = vec![("session", session.into()), ("address", address.into()), ("at", self.now.into())];
            self.sql.insert("INTO failures", row)?;
        }
        Ok(())
    }
}
