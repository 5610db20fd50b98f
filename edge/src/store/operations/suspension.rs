//! Suspends and resumes accounts: the credential of a suspended one is not opened for anybody. Checks go on. It owns the column
//! `suspended` of `connections`.

use super::authenticate::Grant;
use super::connections::require_revision;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    ConnectionInProject, Refusal, ResumeConnection, SuspendConnection, SuspensionRecord,
};
use crate::store::sql::{Sql, Value, json as json_text};
use latchkey_shared::KeyScope;
use latchkey_shared::audit::AuditAction;
use latchkey_shared::event::EventType;
use serde_json::json;

impl<S: Sql> Store<'_, S> {
    pub(super) fn suspend_connection(&self, operation: SuspendConnection) -> Outcome<ConnectionInProject> {
        let SuspendConnection { key, app, id, if_match, reason } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, if_match.as_deref())?;
        let before = found.connection.suspension();
        // Without a reason, the one before stays.
        let reason = reason.or_else(|| before.as_ref().and_then(|before| before.reason.clone()));
        if before.as_ref().is_some_and(|before| before.reason == reason) {
            return Ok(found);
        }
        let since = before.map_or(self.now_in(grant.mode)?, |before| before.since);
        let record = json_text(&SuspensionRecord { since, reason: reason.clone() })?;
        self.set_suspended(
            &grant,
            &found,
            record,
            AuditAction::ConnectionSuspend,
            &reason.unwrap_or_default(),
        )
    }

    pub(super) fn resume_connection(&self, operation: ResumeConnection) -> Outcome<ConnectionInProject> {
        let ResumeConnection { key, app, id, if_match } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, if_match.as_deref())?;
        if found.connection.suspended.is_none() {
            return Ok(found);
        }
        self.set_suspended(&grant, &found, Value::Null, AuditAction::ConnectionResume, "")
    }

    fn set_suspended(
        &self,
        grant: &Grant,
        found: &ConnectionInProject,
        record: Value,
        action: AuditAction,
        detail: &str,
    ) -> Outcome<ConnectionInProject> {
        let row = &found.connection;
        let id = row.id.to_string();
        let statement =
            "UPDATE connections SET suspended = ?, updated = ?, revision = revision + 1 WHERE id = ?";
        self.sql.exec(statement, &[record, self.now_in(grant.mode)?.into(), id.clone().into()])?;
        self.audit_key(grant, action, &id, detail)?;
        self.tell(EventType::ConnectionUpdated, row.id, &json!({ "changed": ["suspended"] }))?;
        self.connection_in_project(grant.mode, &row.app, row.id)
    }

    /// Refuses to open the credential of a suspended account.
    pub(super) fn require_not_suspended(&self, found: &ConnectionInProject) -> Outcome<()> {
        match found.connection.suspended {
            Some(_) => Err(Refusal::Suspended.into()),
            None => Ok(()),
        }
    }
}
