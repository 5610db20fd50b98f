//! The states and the transitions between them.
//!
//! The rules (ARCHITECTURE, invariant 11): a refusal counts when the same kind comes again after five minutes; one accepted
//! check is a recovery; a report of the provider itself counts at once; a check that says nothing about the key changes
//! nothing, and after three intervals without a word the health is unknown.

use super::signal::{Policy, RefusalKind, Signal};
use super::{Health, KeyEnd, Refused, schedule};
use latchkey_shared::connection::HealthState as State;
use latchkey_shared::report::Report;
use latchkey_shared::{ErrorCode, FieldError, msg};

/// How far the clocks of a provider and ours may differ, in milliseconds.
pub(crate) const SKEW_MS: i64 = 5 * 60_000;

impl Health {
    /// The health of an account whose key was accepted for the first time.
    #[must_use]
    pub fn linked(report: &Report, policy: Option<&Policy>, now: i64, seed: u32) -> Self {
        let policy = policy.cloned().unwrap_or_default();
        Self::unchecked(now).after(&Signal::Accepted(Box::new(report.clone()), policy), now, seed)
    }

    /// The health of a working account of which nothing more is known than this time.
    #[must_use]
    pub fn unchecked(at: i64) -> Self {
        Self {
            state: State::Healthy,
            cause: None,
            since: at,
            checked: at,
            answered: at,
            healthy: at,
            next_check: None,
            refused: None,
            failures: 0,
            rights: Vec::new(),
            end: None,
            restricted: false,
            owner: None,
            other_owner: false,
            used_after_end: false,
            suspended: false,
            pushed: None,
            warned: None,
            examined: None,
            paused: None,
            every: Some(schedule::INTERVAL_MS),
        }
    }

    /// The health after a signal.
    #[must_use]
    pub fn after(&self, signal: &Signal, now: i64, seed: u32) -> Self {
        // A clock that runs back must not shorten a wait.
        let now = now.max(self.checked);
        let mut next = self.clone();
        let asked = !matches!(
            signal,
            Signal::Time
                | Signal::Ended(_)
                | Signal::Blocked(_)
                | Signal::Paused(_)
                | Signal::Restored
                | Signal::Used(_)
        );
        if asked {
            next.checked = now;
            next.paused = None;
        }
        let (state, cause) = match signal {
            Signal::Accepted(report, policy) => next.accept(report, policy, now),
            Signal::Alive(ends) => next.stay_alive(*ends, now),
            Signal::Paused(error) => {
                next.paused = Some(whole(error));
                next.with_time(now)
            }
            Signal::Refused(error) => next.refuse(error, now),
            Signal::Ended(error) => {
                (next.answered, next.pushed, next.suspended) = (now, Some(now), false);
                next.refused = Some(Refused { kind: RefusalKind::Dead, since: now });
                (State::NeedsNewKey, Some(whole(error)))
            }
            // What is blocked works again one day. A dead key does not.
            Signal::Blocked(_) if self.state == State::NeedsNewKey => next.with_time(now),
            Signal::Blocked(error) => {
                (next.answered, next.pushed) = (now, Some(now));
                next.refused = None;
                next.suspended = error.code == ErrorCode::AccountInactive;
                next.restricted |= error.code == ErrorCode::NetworkRestricted;
                (State::Blocked, Some(whole(error)))
            }
            Signal::Unavailable(_) | Signal::Limited(_) | Signal::Unexpected => {
                next.failures += 1;
                next.with_time(now)
            }
            Signal::Restored => {
                next.suspended = false;
                (next.state, next.cause.clone())
            }
            Signal::Used(at) => {
                next.used_after_end |= self.ended().is_some_and(|ended| *at > ended + SKEW_MS);
                (next.state, next.cause.clone())
            }
            Signal::Time => next.with_time(now),
        };
        if state != self.state {
            next.since = now;
        }
        (next.state, next.cause) = (state, cause);
        next.warned = Some(now);
        next.next_check = next.next_check_after(signal, now, seed);
        next
    }

    fn accept(&mut self, report: &Report, policy: &Policy, now: i64) -> (State, Option<FieldError>) {
        (self.answered, self.healthy, self.refused, self.failures) = (now, now, None, 0);
        // A key that works has not ended.
        (self.suspended, self.used_after_end) = (false, false);
        self.examined = Some(now);
        self.restricted = report.warns(ErrorCode::NetworkRestricted);
        if let Some(identity) = &report.identity {
            let owner = self.owner.get_or_insert_with(|| identity.id.clone());
            self.other_owner = *owner != identity.id;
        }
        // A report without an end may mean that the end could not be read this time.
        let end = KeyEnd::of(report, policy, self.end.as_ref(), now);
        self.end = end.or_else(|| self.end.take().filter(|end| end.idle_days.is_none() && end.at > now));
        self.observe_rights(report);
        match self.lost_rights(report) {
            Some(cause) => (State::Degraded, Some(cause)),
            None => self.working(now),
        }
    }

    /// The key works, and nothing is known of its rights. A use keeps alive a key that ends when it is not used.
    fn stay_alive(&mut self, ends: Option<i64>, now: i64) -> (State, Option<FieldError>) {
        (self.answered, self.healthy, self.refused, self.failures) = (now, now, None, 0);
        (self.suspended, self.used_after_end) = (false, false);
        if let Some(end) = &mut self.end {
            match (end.idle_days, ends) {
                (Some(days), _) => (end.at, end.from) = (now + i64::from(days) * super::DAY_MS, now),
                (None, Some(ends)) => end.at = ends,
                (None, None) => {}
            }
        }
        match self.state {
            State::Degraded => (self.state, self.cause.clone()),
            _ => self.working(now),
        }
    }

    /// A refusal. The first of its kind changes nothing yet.
    fn refuse(&mut self, error: &FieldError, now: i64) -> (State, Option<FieldError>) {
        let Some(kind) = RefusalKind::of(error.code, self.restricted) else {
            self.failures += 1;
            return self.with_time(now);
        };
        (self.answered, self.failures) = (now, 0);
        if kind == RefusalKind::Dead && self.is_suspended(now) {
            // The provider reported that its owner is suspended, and refuses the key until that ends.
            return (self.state, self.cause.clone());
        }
        let first = match self.refused {
            Some(refused) if refused.kind == kind => refused,
            _ => Refused { kind, since: now },
        };
        self.refused = Some(first);
        if now - first.since < schedule::CONFIRM_MS {
            return self.with_time(now);
        }
        match kind {
            RefusalKind::Dead => (State::NeedsNewKey, Some(whole(error))),
            // Nothing was said about the key, so a dead one stays dead.
            RefusalKind::Blocked if self.state == State::NeedsNewKey => (self.state, self.cause.clone()),
            RefusalKind::Blocked => (State::Blocked, Some(blocked(error))),
            RefusalKind::Reduced => (State::Degraded, Some(whole(error))),
        }
    }

    /// Since when the key is known to have ended, if it needs a new one. Milliseconds since 1970.
    #[must_use]
    pub fn ended(&self) -> Option<i64> {
        let refused = self.refused.map_or(self.since, |refused| refused.since);
        (self.state == State::NeedsNewKey).then_some(refused)
    }

    /// Whether a refusal follows from the suspension of the key's owner. Past the end of an unused key it may be the end.
    fn is_suspended(&self, now: i64) -> bool {
        self.suspended && self.end.as_ref().is_none_or(|end| now < end.at)
    }

    /// The state of a key that works.
    fn working(&self, now: i64) -> (State, Option<FieldError>) {
        match self.end.as_ref().and_then(|end| end.cause(now)) {
            Some(cause) => (State::Expiring, Some(cause)),
            None => (State::Healthy, None),
        }
    }

    /// The state that time alone leads to.
    fn with_time(&self, now: i64) -> (State, Option<FieldError>) {
        let works = matches!(self.state, State::Healthy | State::Expiring | State::Degraded);
        if works && now >= self.unknown_from() {
            return (
                State::Unknown,
                Some(FieldError::whole(
                    ErrorCode::NotChecked,
                    msg!("For some time, no check could find out whether the key works."),
                    msg!(
                        "Check the account now. If that does not help, look whether its service can be reached."
                    ),
                )),
            );
        }
        match self.state {
            State::Healthy | State::Expiring => self.working(now),
            _ => (self.state, self.cause.clone()),
        }
    }
}

/// The error without its field: an account has no form.
fn whole(error: &FieldError) -> FieldError {
    FieldError { field: None, ..error.clone() }
}

/// The cause of `blocked`. A restricted key that is refused as unknown gets the likelier cause.
fn blocked(error: &FieldError) -> FieldError {
    if error.code == ErrorCode::AccessRefused {
        return whole(error);
    }
    FieldError {
        vendor_code: error.vendor_code.clone(),
        ..FieldError::whole(
            ErrorCode::NetworkRestricted,
            msg!(
                "The service no longer accepts this key from our addresses. The key works from certain networks only, so a changed rule for addresses is the likely cause."
            ),
            msg!(
                "Ask an administrator of the service to allow our requests, or connect the account again with a key that works from any network."
            ),
        )
    }
}
