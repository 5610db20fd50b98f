//! Writes and lists the audit log: who did what to which thing, and when. It owns the table `audit`.
//!
//! An entry is written in the same transaction as its action. It holds no secret. Of each action the newest entries are
//! kept, so that many of one kind never remove those of another.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{AuditEntry, AuditPage, ListAudit};
use crate::store::sql::Sql;
use latchkey_shared::limits::{AUDIT_DETAIL_MAX, AUDIT_MAX};
use latchkey_shared::{KeyScope, Mode};

columns! { AuditEntry { id, at, actor, action, subject, detail } }

impl<S: Sql> Store<'_, S> {
    /// Writes an entry. `mode` is `None` for an action on the whole project.
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
            ("detail", detail.chars().take(AUDIT_DETAIL_MAX).collect::<String>().into()),
        ];
        self.sql.insert("INTO audit", row)?;
        self.keep_newest(&["audit", action], AUDIT_MAX, "WHERE action = ? ORDER BY id", &[action.into()])
    }

    pub(super) fn list_audit(&self, operation: ListAudit) -> Outcome<AuditPage> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let from = "FROM audit
            WHERE (mode = ?1 OR mode IS NULL) AND id < ?2 AND (?3 IS NULL OR subject = ?3) ORDER BY id DESC LIMIT ?4";
        let before = operation.before.unwrap_or(i64::MAX >> 11);
        let values =
            [mode.as_str().into(), before.into(), operation.subject.into(), (operation.limit + 1).into()];
        let mut entries: Vec<AuditEntry> = self.sql.select(from, &values)?;
        let more = entries.len() > operation.limit as usize;
        entries.truncate(operation.limit as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(AuditPage { entries, next })
    }
}
