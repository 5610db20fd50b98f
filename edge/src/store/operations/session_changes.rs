//! Changes of a session that can still be used: a later or earlier end, and another token. They are for whoever sent the link and is
//! asked for more time, or for the link again. It refuses a session that has ended, and one that would live longer than any session may.

use super::session_events::TOLD_AFTER_MS;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ChangeSession, ChangedSession, MADE_BY_ITSELF, Refusal};
use crate::store::sql::Sql;
use crate::time::iso;
use latchkey_shared::KeyScope;
use latchkey_shared::audit::AuditAction;
use latchkey_shared::limits::SESSION_LIFE_DAYS;

/// How long a session lives at most, in milliseconds.
const LIFE_MS: i64 = SESSION_LIFE_DAYS * 24 * 3_600_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn change_session(&self, operation: ChangeSession) -> Outcome<ChangedSession> {
        let (grant, found) = self.session_for(&operation.key, &operation.id)?;
        grant.require(KeyScope::SessionsWrite)?;
        // As for a new session: it replaces what the account has.
        if found.session.connection.is_some() {
            grant.require(KeyScope::ConnectionsWrite)?;
        }
        if let Some(refusal) = found.ended(self.now) {
            return Err(refusal.into());
        }
        if let Some(wanted) = operation.expires {
            let made = found.session.created.unwrap_or(self.now);
            if wanted > made + LIFE_MS {
                return Err(Refusal::SessionTooLong((made + LIFE_MS - self.now).max(0) / 1000).into());
            }
            // What a key makes ends with the key, and what another key makes longer ends with that one too.
            let maker = found.session.made_by.as_deref().filter(|maker| *maker != MADE_BY_ITSELF);
            let statement = "SELECT expires FROM api_keys WHERE id = ?";
            let end: Option<i64> =
                self.sql.value::<Option<i64>>(statement, &[maker.unwrap_or_default().into()])?.flatten();
            let ends = [end, grant.limits.expires].into_iter().flatten();
            let expires = ends.fold(wanted, i64::min);
            if expires != found.session.expires {
                let values = [expires.into(), operation.id.clone().into()];
                self.sql.exec("UPDATE sessions SET expires = ? WHERE id = ?", &values)?;
                self.schedule(expires + TOLD_AFTER_MS);
                self.audit_key(
                    &grant,
                    AuditAction::SessionChange,
                    &operation.id,
                    &["expires ", &iso(expires)].concat(),
                )?;
            }
        }
        if let Some(hash) = operation.hash {
            // An attempt with the token before can no longer be stored, so it must not hold the session.
            let lease = self.stored_lease(&operation.id)?;
            if let Some(attempt) = lease.filter(|lease| !lease.by_share).and_then(|lease| lease.attempt) {
                self.reopen(&operation.id, &attempt)?;
            }
            let values = [hash.into(), operation.id.clone().into()];
            self.sql.exec("UPDATE sessions SET hash = ? WHERE id = ?", &values)?;
            self.audit_key(&grant, AuditAction::SessionChange, &operation.id, "new link")?;
        }
        let found = self.session(&operation.id)?;
        Ok(ChangedSession { project: found.project, session: found.session })
    }
}
