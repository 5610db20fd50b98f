//! Writes refusals that may come often into the audit log: requests with the id of a real API key or session, and checks of an account
//! that its provider did not accept. It owns the table `refused_logins`.
//!
//! A stranger can send as many as the network carries, and a backend can ask again and again. So each id and reason has at most one
//! entry in an hour: the first refusal is written at once, those of the hour after it are counted, and the entry at the end of the hour
//! has their number. Requests past the limit of their address are not counted at all. An invented id writes nothing.

use crate::health::Signal;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::Actor;
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::audit::{ActorType, AuditAction, AuditOutcome};
use latchkey_shared::{ConnectionId, ErrorCode, Mode};

/// For how long the refusals after an entry are counted, in milliseconds.
pub(super) const COUNTED_MS: i64 = 3_600_000;

/// The reason of a refusal that proves nothing about the caller.
pub(super) const WRONG_SECRET: &str = "wrong secret";

/// The detail of an entry about a refusal by a provider: the code, and the field that it is on.
pub(super) fn refusal(code: ErrorCode, field: Option<&str>) -> String {
    [code.as_str(), field.unwrap_or_default()].join(" ").trim_end().to_owned()
}

/// The refusals of an id for a reason.
struct RefusedLogins {
    subject: String,
    reason: String,
    action: AuditAction,
    mode: Mode,
    /// When the last entry was written. Milliseconds since 1970.
    noted: i64,
    /// How many came after it.
    count: u32,
}

columns! { RefusedLogins { subject, reason, action, mode, noted, count } }

impl RefusedLogins {
    /// Whether they are checks of an account, and not logins.
    fn are_checks(&self) -> bool {
        matches!(self.action, AuditAction::CredentialRefuse | AuditAction::ConnectionVerify)
    }

    /// Who is known of those that an entry counts.
    fn actor(&self) -> Actor {
        match self.reason == WRONG_SECRET {
            true => Actor::of(ActorType::Unknown),
            // Of each check the log has who began it.
            false if self.are_checks() => Actor::of(ActorType::Timer),
            false if self.action == AuditAction::ConsoleSessionRefuse => Actor::of(ActorType::Unknown),
            // Whoever had the right secret is known.
            false => Actor::api_key(&self.subject),
        }
    }
}

impl<S: Sql> Store<'_, S> {
    /// Counts a refused request with the id of a real key or session.
    pub(super) fn note_refused_login(
        &self,
        action: (Mode, AuditAction),
        subject: &str,
        reason: &str,
    ) -> Outcome<()> {
        self.note_refusal(action, None, subject, reason)
    }

    /// Counts a check of an account that its provider did not accept: it refused the key, or nobody knows whether it does.
    pub(super) fn note_failed_check(
        &self,
        mode: Mode,
        actor: Actor,
        id: ConnectionId,
        signal: &Signal,
    ) -> Outcome<()> {
        let action = match signal {
            Signal::Refused(_) => AuditAction::CredentialRefuse,
            _ => AuditAction::ConnectionVerify,
        };
        let reason = match signal {
            Signal::Refused(error) | Signal::Paused(error) => refusal(error.code, error.field.as_deref()),
            Signal::Unavailable(_) => refusal(ErrorCode::ProviderUnavailable, None),
            Signal::Limited(_) => refusal(ErrorCode::ProviderRateLimited, None),
            Signal::Unexpected => refusal(ErrorCode::ProviderUnexpected, None),
            _ => return Ok(()),
        };
        self.note_refusal((mode, action), Some(actor), &id.to_string(), &reason)
    }

    fn note_refusal(
        &self,
        (mode, action): (Mode, AuditAction),
        actor: Option<Actor>,
        subject: &str,
        reason: &str,
    ) -> Outcome<()> {
        let values = [subject.into(), reason.into()];
        let from = "FROM refused_logins WHERE subject = ? AND reason = ?";
        let before: Option<RefusedLogins> = self.sql.select_one(from, &values)?;
        let count = before.as_ref().map_or(1, |before| before.count + 1);
        if before.is_some_and(|before| before.noted + COUNTED_MS > self.now) {
            let statement = "UPDATE refused_logins SET count = count + 1 WHERE subject = ? AND reason = ?";
            self.sql.exec(statement, &values)?;
            return Ok(());
        }
        let (subject, reason) = (subject.to_owned(), reason.to_owned());
        let logins = RefusedLogins { subject, reason, action, mode, noted: self.now, count };
        let actor = actor.unwrap_or_else(|| logins.actor());
        self.write_refused_logins(logins, actor)
    }

    /// Writes the entries of the hours that are over, and forgets the ids of which nothing more came.
    pub(super) fn take_refused_logins(&self) -> Result<(), SqlError> {
        let over = self.now - COUNTED_MS;
        let from = "FROM refused_logins WHERE noted <= ? ORDER BY noted LIMIT 100";
        let due: Vec<RefusedLogins> = self.sql.select(from, &[over.into()])?;
        for logins in due {
            if logins.count == 0 {
                let values = [logins.subject.into(), logins.reason.into()];
                self.sql.exec("DELETE FROM refused_logins WHERE subject = ? AND reason = ?", &values)?;
                continue;
            }
            let actor = logins.actor();
            if let Err(Stop::Fault(error)) = self.write_refused_logins(logins, actor) {
                return Err(error);
            }
        }
        Ok(())
    }

    fn write_refused_logins(&self, logins: RefusedLogins, actor: Actor) -> Outcome<()> {
        let one = logins.are_checks() && logins.count == 1;
        let RefusedLogins { subject, reason, action, mode, count, .. } = logins;
        let detail = if one { reason.clone() } else { format!("{reason}: {count}") };
        let outcome = match action {
            // The check was made, and its provider did not answer.
            AuditAction::ConnectionVerify => AuditOutcome::Failed,
            _ => action.usual_outcome(),
        };
        self.audit_as(outcome, Some(mode), actor, action, &subject, &detail)?;
        let row = vec![
            ("subject", subject.into()),
            ("reason", reason.into()),
            ("action", action.as_str().into()),
            ("mode", mode.as_str().into()),
            ("noted", self.now.into()),
            ("count", 0_u32.into()),
        ];
        self.sql.insert("OR REPLACE INTO refused_logins", row)?;
        self.schedule(self.now + COUNTED_MS);
        Ok(())
    }
}
