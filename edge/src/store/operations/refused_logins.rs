//! Writes refused requests with the id of a real API key or session into the audit log. It owns the table `refused_logins`.
//!
//! A stranger can send as many as the network carries. So each id and reason has at most one entry in an hour: the first
//! refusal is written at once, those of the hour after it are counted, and the entry at the end of the hour has their
//! number. Requests past the limit of their address are not counted at all. An invented id writes nothing.

use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::Actor;
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::Mode;
use latchkey_shared::audit::{ActorType, AuditAction};

/// For how long the refusals after an entry are counted, in milliseconds.
pub(super) const COUNTED_MS: i64 = 3_600_000;

/// The reason of a refusal that proves nothing about the caller.
pub(super) const WRONG_SECRET: &str = "wrong secret";

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

impl<S: Sql> Store<'_, S> {
    /// Counts a refused request with the id of a real key or session.
    pub(super) fn note_refused_login(
        &self,
        (mode, action): (Mode, AuditAction),
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
        self.write_refused_logins(RefusedLogins { subject, reason, action, mode, noted: self.now, count })
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
            } else if let Err(Stop::Fault(error)) = self.write_refused_logins(logins) {
                return Err(error);
            }
        }
        Ok(())
    }

    fn write_refused_logins(&self, logins: RefusedLogins) -> Outcome<()> {
        let RefusedLogins { subject, reason, action, mode, count, .. } = logins;
        let detail = format!("{reason}: {count}");
        // Whoever had the right secret is known.
        let actor =
            if reason == WRONG_SECRET { Actor::of(ActorType::Unknown) } else { Actor::api_key(&subject) };
        self.audit(Some(mode), actor, action, &subject, &detail)?;
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
