//! Writes and lists the audit log: who did what to which thing, and when. It owns the table `audit`.
//!
//! Every operation that changes something that matters writes exactly one entry, in the same transaction
//! (`tests/support/audited.rs` watches all of them). An entry is never changed. It holds ids, and names of keys and accounts;
//! no secret and no address. Of each action the newest entries are kept, so that many of one kind never remove those of
//! another.

use super::authenticate::Grant;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, AuditEntry, AuditPage, ListAudit, SessionProof};
use crate::store::record::{Cells, Record};
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::limits::{AUDIT_DETAIL_MAX, AUDIT_MAX};
use latchkey_shared::{KeyScope, Mode};

columns! { Actor { kind = "actor_type", id = "actor", end_user } }

/// The columns of an entry beside its actor.
struct Deed {
    id: i64,
    at: i64,
    action: AuditAction,
    subject: String,
    detail: String,
}

columns! { Deed { id, at, action, subject, detail } }

impl Record for AuditEntry {
    fn columns() -> Vec<&'static str> {
        <(Deed, Actor)>::columns()
    }

    fn read(cells: &mut Cells) -> Result<Self, SqlError> {
        let (Deed { id, at, action, subject, detail }, actor) = Record::read(cells)?;
        Ok(Self { id, at, actor, action, subject, detail })
    }
}

/// The detail of a change: the members that changed, by their names in the API.
pub(super) fn changed_members(members: &[(&str, bool)]) -> String {
    let changed = members.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name);
    changed.collect::<Vec<_>>().join(", ")
}

impl<S: Sql> Store<'_, S> {
    /// Writes an entry. `mode` is `None` for an action on the whole project.
    pub(super) fn audit(
        &self,
        mode: Option<Mode>,
        actor: Actor,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        let action = action.as_str();
        let row = vec![
            ("mode", mode.map(Mode::as_str).into()),
            ("at", self.now.into()),
            ("actor_type", actor.kind.as_str().into()),
            ("actor", actor.id.into()),
            ("end_user", actor.end_user.into()),
            ("action", action.into()),
            ("subject", subject.into()),
            ("detail", detail.chars().take(AUDIT_DETAIL_MAX).collect::<String>().into()),
        ];
        self.sql.insert("INTO audit", row)?;
        self.keep_newest(&["audit", action], AUDIT_MAX, "WHERE action = ? ORDER BY id", &[action.into()])
    }

    /// Writes an entry of an API key.
    pub(super) fn audit_key(
        &self,
        grant: &Grant,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        self.audit(Some(grant.mode), Actor::api_key(&grant.actor), action, subject, detail)
    }

    /// Writes an entry of whoever has a token of a session, with the id of the person whom the session is for.
    pub(super) fn audit_session(
        &self,
        session: &SessionProof,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        let statement = "SELECT json_extract(end_user, '$.id') FROM sessions WHERE id = ?";
        let end_user = self.sql.value(statement, &[session.id.clone().into()])?;
        let actor = Actor { kind: ActorType::Session, id: session.id.clone(), end_user };
        self.audit(Some(session.mode), actor, action, subject, detail)
    }

    pub(super) fn list_audit(&self, operation: ListAudit) -> Outcome<AuditPage> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let before = operation.before.unwrap_or(i64::MAX >> 11);
        let mut values: Vec<Value> = vec![mode.as_str().into(), before.into(), (operation.limit + 1).into()];
        // Each reads an index in the order of the page, and no more rows than the page has.
        let from = match operation.subject {
            Some(subject) => {
                values.push(subject.into());
                "FROM audit INDEXED BY audit_subject
                    WHERE subject = ?4 AND id < ?2 AND (mode = ?1 OR mode IS NULL) ORDER BY id DESC LIMIT ?3"
                    .to_owned()
            }
            None => {
                let columns = AuditEntry::columns().join(", ");
                format!(
                    "FROM audit WHERE mode = ?1 AND id < ?2 UNION ALL
                        SELECT {columns} FROM audit WHERE mode IS NULL AND id < ?2 ORDER BY id DESC LIMIT ?3"
                )
            }
        };
        let mut entries: Vec<AuditEntry> = self.sql.select(&from, &values)?;
        let more = entries.len() > operation.limit as usize;
        entries.truncate(operation.limit as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(AuditPage { entries, next })
    }
}
