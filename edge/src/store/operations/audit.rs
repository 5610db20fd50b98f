//! The audit log: who did what to which thing, and when. Written in the same transaction as the deed. Holds no secret.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{AuditEntry, AuditPage, ListAudit};
use crate::store::sql::Sql;
use latchkey_shared::{KeyScope, Mode};

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
        let statement =
            "INSERT INTO audit (mode, at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)";
        let values = [
            mode.map(|mode| mode.as_str().to_owned()).into(),
            self.now.into(),
            actor.into(),
            action.into(),
            subject.into(),
            detail.into(),
        ];
        self.sql.exec(statement, &values)?;
        Ok(())
    }

    pub(super) fn list_audit(&self, asked: ListAudit) -> Outcome<AuditPage> {
        let mode = self.authorize(&asked.key, KeyScope::Admin)?.mode;
        let statement = "SELECT id, at, actor, action, subject, detail FROM audit
            WHERE (mode = ?1 OR mode IS NULL) AND id < ?2 AND (?3 IS NULL OR subject = ?3) ORDER BY id DESC LIMIT ?4";
        let before = asked.before.unwrap_or(i64::MAX >> 11);
        let values = [mode.as_str().into(), before.into(), asked.subject.into(), (asked.limit + 1).into()];
        let rows = self.sql.exec(statement, &values)?;
        let more = rows.len() > asked.limit as usize;
        let entries: Vec<_> = rows
            .iter()
            .take(asked.limit as usize)
            .map(|row| AuditEntry {
                id: row.int(0),
                at: row.int(1),
                actor: row.text(2),
                action: row.text(3),
                subject: row.text(4),
                detail: row.text(5),
            })
            .collect();
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(AuditPage { entries, next })
    }
}
