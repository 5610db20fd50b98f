//! The organizations that are to be left alone for a while. It owns the table `check_pauses`, into which `check_batches.rs` writes what a
//! provider asked for.

use crate::store::object::{Outcome, Store};
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::{ConnectionId, Mode};
use std::collections::BTreeMap;

/// The organization that an account belongs to: the provider's own id of it, else the host, else the account alone.
pub(super) fn organization(
    app: &str,
    named: Option<String>,
    credentials: &BTreeMap<String, String>,
    id: ConnectionId,
) -> String {
    let host = || credentials.values().find(|value| value.starts_with("https://")).cloned();
    [app, " ", &named.or_else(host).unwrap_or_else(|| id.to_string())].concat()
}

impl<S: Sql> Store<'_, S> {
    /// Forgets the pauses of a mode that are over.
    pub(super) fn forget_pauses(&self, mode: Mode) -> Result<(), SqlError> {
        let values = [mode.as_str().into(), self.now_in(mode)?.into()];
        self.sql.exec("DELETE FROM check_pauses WHERE mode = ? AND until <= ?", &values)?;
        Ok(())
    }

    /// When the next pause of a mode is over, in the time of that mode.
    pub(super) fn next_end_of_pause(&self, mode: Mode) -> Result<Option<i64>, SqlError> {
        let statement = "SELECT min(until) FROM check_pauses WHERE mode = ?";
        Ok(self.sql.value::<Option<i64>>(statement, &[mode.as_str().into()])?.flatten())
    }

    /// The organizations that are to be left alone, with the end of their pause.
    pub(super) fn pauses(&self, mode: Mode, now: i64) -> Outcome<BTreeMap<String, i64>> {
        struct Pause {
            organization: String,
            until: i64,
        }
        columns! { Pause { organization, until } }
        let pauses: Vec<Pause> =
            self.sql.select("FROM check_pauses WHERE mode = ?", &[mode.as_str().into()])?;
        let pauses = pauses.into_iter().filter(|pause| pause.until > now);
        Ok(pauses.map(|pause| (pause.organization, pause.until)).collect())
    }
}
