//! The audit log: who did what to which thing, and when. Written in the same transaction as the deed. Holds no secret.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{AuditEntry, AuditPage, ListAudit};
use crate::store::sql::Sql;
use latchkey_shared::{KeyScope, Mode};

columns! { AuditEntry { id, at, actor, action, subject, detail } }

impl<S: Sql> Store<'_, S> {
    /// Notes a deed. `mode` is none for what concerns the whole project.
    pub(super) fn audit(
        &self,
        mode: Option<Mode>,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        let row = vec![
            ("mode", mode.map(Mode::as_str).into()),
            ("at", self.now.into()),
            ("actor", actor.into()),
            ("action", action.into()),
            ("subject", subject.into()),
            ("detail", detail.into()),
        ];
        Ok(self.sql.insert("INTO audit", row)?)
    }

    pub(super) fn list_audit(&self, asked: ListAudit) -> Outcome<AuditPage> {
        let mode = self.authorize(&asked.key, KeyScope::Admin)?.mode;
        let from = "FROM audit
            WHERE (mode = ?1 OR mode IS NULL) AND id < ?2 AND (?3 IS NULL OR subject = ?3) ORDER BY id DESC LIMIT ?4";
        let before = asked.before.unwrap_or(i64::MAX >> 11);
        let values = [mode.as_str().into(), before.into(), asked.subject.into(), (asked.limit + 1).into()];
        let mut entries: Vec<AuditEntry> = self.sql.select(from, &values)?;
        let more = entries.len() > asked.limit as usize;
        entries.truncate(asked.limit as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(AuditPage { entries, next })
    }
}
