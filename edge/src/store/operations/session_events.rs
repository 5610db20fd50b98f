//! The events of sessions: a page opened one, an attempt was refused, it is completed, or it expired. It owns the columns `opened`
//! and `expiry_told` of `sessions`.
//!
//! Sessions follow real time, and so do their events, in test mode too. An event has the session as the API shows it, without the
//! values of its form; of a refused attempt it has the code and the field, never a value.

use super::leases::LEASE_MS;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{LastRefusal, Recorded, Refusal};
use crate::store::sql::{Sql, json};
use latchkey_shared::ErrorCode;
use latchkey_shared::event::EventType;
use latchkey_shared::session::SessionState;
use serde_json::{Value, json as object};

/// How long after the end of a session it is told, in milliseconds: then no attempt can complete it anymore.
pub(super) const TOLD_AFTER_MS: i64 = LEASE_MS + 1;

/// The most sessions whose end one alarm tells. The next alarm goes on.
const EXPIRED_AT_ONCE: i64 = 50;

impl<S: Sql> Store<'_, S> {
    /// Notes that a page reads a session with its token, or with the shared one. The first time is an event.
    pub(super) fn note_opened(&self, id: &str, by_share: bool) -> Outcome<()> {
        let first =
            "UPDATE sessions SET opened = ?2 WHERE id = ?1 AND opened IS NULL AND state IN ('open', 'leased')
            AND expires > ?2 RETURNING 1";
        if self.sql.exists(first, &[id.into(), self.now.into()])? {
            let by = if by_share { "share" } else { "session" };
            self.tell_of_session(EventType::SessionOpened, id, &object!({ "by": by }))?;
        }
        Ok(())
    }

    /// Tells that an attempt was refused. An outage, and everything else that is no fault of the values, is no refusal.
    pub(super) fn tell_rejected(&self, id: &str, outcome: &Recorded) -> Outcome<()> {
        let Recorded::Refused { code, errors, .. } = outcome else { return Ok(()) };
        if code.status() != 422 {
            return Ok(());
        }
        let first = errors.first();
        let code = first.map_or(*code, |error| error.code);
        // The name of a field that does not exist is whatever the page sent.
        let field =
            first.and_then(|error| error.field.as_deref()).filter(|_| code != ErrorCode::UnknownField);
        let last = LastRefusal { code, field: field.map(str::to_owned), at: self.now };
        self.sql.exec("UPDATE sessions SET refusal = ? WHERE id = ?", &[json(&last)?, id.into()])?;
        let refusal = object!({ "refusal": { "code": code.as_str(), "field": field } });
        self.tell_of_session(EventType::SessionRejected, id, &refusal)
    }

    /// Tells of sessions that have expired, so many at a time.
    pub(super) fn expire_sessions(&self) -> Outcome<()> {
        let statement = "SELECT id FROM sessions INDEXED BY sessions_expiring
            WHERE expiry_told = 0 AND state IN ('open', 'leased') AND expires <= ? ORDER BY expires LIMIT ?";
        let values = [(self.now - TOLD_AFTER_MS).into(), EXPIRED_AT_ONCE.into()];
        for id in self.sql.values::<String>(statement, &values)? {
            self.expire_session(&id)?;
        }
        Ok(())
    }

    /// Tells that a session has expired, unless that was told, or it is completed or revoked.
    pub(super) fn expire_session(&self, id: &str) -> Outcome<()> {
        let first = "UPDATE sessions SET expiry_told = 1
            WHERE id = ? AND expiry_told = 0 AND state IN ('open', 'leased') AND expires <= ? RETURNING 1";
        if self.sql.exists(first, &[id.into(), self.now.into()])? {
            self.tell_of_session(EventType::SessionExpired, id, &Value::Null)?;
        }
        Ok(())
    }

    /// Writes an event about a session as it is now. Does nothing if there is no such session, or nobody needs it anymore.
    pub(super) fn tell_of_session(&self, event: EventType, id: &str, more: &Value) -> Outcome<()> {
        let mut session = match self.session(id) {
            Err(Stop::Refused(Refusal::Unknown)) => return Ok(()),
            found => found?.session,
        };
        if session.state == SessionState::Revoked {
            return Ok(());
        }
        // Nobody is shown these.
        session.prefill.clear();
        (session.progress, session.linked_name) = (None, None);
        let row = vec![
            ("mode", session.mode.as_str().into()),
            ("at", self.now.into()),
            ("created", self.now.into()),
            ("type", event.as_str().into()),
            ("connection", session.connection.map(|id| id.to_string()).unwrap_or_default().into()),
            ("account", "".into()),
            ("more", json(more)?),
            ("session", id.into()),
            ("shown", json(&session)?),
        ];
        self.insert_event(session.mode, row)
    }
}
