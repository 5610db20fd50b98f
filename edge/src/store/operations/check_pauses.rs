//! The organizations that are to be left alone for a while. It owns the table `check_pauses`, into which `check_batches.rs` writes what a
//! provider asked for.

use crate::store::object::{Outcome, Store};
use crate::store::sql::Sql;
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
    /// The organizations that are to be left alone, with the end of their pause. Forgets pauses that are over.
    pub(super) fn pauses(&self, mode: Mode, now: i64) -> Outcome<BTreeMap<String, i64>> {
        struct Pause {
            organization: String,
            until: i64,
        }
        columns! { Pause { organization, until } }
        let pauses: Vec<Pause> =
            self.sql.select("FROM check_pauses WHERE mode = ?", &[mode.as_str().into()])?;
        if pauses.iter().any(|pause| pause.until <= now) {
            let values = [mode.as_str().into(), now.into()];
            self.sql.exec("DELETE FROM check_pauses WHERE mode = ? AND until <= ?", &values)?;
        }
        let pauses = pauses.into_iter().filter(|pause| pause.until > now);
        Ok(pauses.map(|pause| (pause.organization, pause.until)).collect())
    }
}
