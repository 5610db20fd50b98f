//! The end of a key: when it ends, from when that is soon, and on which days to warn.
//!
//! It refuses to call a key dead: only the provider does that.

use super::{DAY_MS, Health, Policy};
use crate::time::{ProviderTime, from_any, iso};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::report::Report;
use latchkey_shared::{ErrorCode, FieldError, msg};
use serde::{Deserialize, Serialize};

/// The days before the end on which there is a warning, as far as the key's life is longer.
pub const WARNING_DAYS: [u32; 6] = [60, 30, 14, 7, 3, 1];

/// A key that ends when it is not used ends soon from so many days before.
pub const IDLE_WARN_DAYS: u32 = 7;

/// The end of a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyEnd {
    /// The end, if the key is not used before. Milliseconds since 1970.
    pub at: i64,
    /// The beginning of the key's life, or the earliest time that is known of it. Milliseconds since 1970.
    pub from: i64,
    /// It ends soon from so many days before.
    pub warn_days: u32,
    /// The days after which an unused key ends. `None`: use makes no difference.
    pub idle_days: Option<u32>,
    /// What to do about it.
    pub fix: Sentence,
}

impl KeyEnd {
    /// The end of an accepted key. `before`: the end that was known until now.
    #[must_use]
    pub fn of(report: &Report, policy: &Policy, before: Option<&Self>, now: i64) -> Option<Self> {
        let key = report.key.as_ref()?;
        let time = |text: &Option<String>| match from_any(text.as_deref()?) {
            ProviderTime::At(ms) => Some(ms),
            _ => None,
        };
        let fix = policy
            .fix
            .clone()
            .unwrap_or_else(|| msg!("Make a new key that ends later, and connect the account again."));
        let end = |at, warn_days| Self {
            at,
            from: time(&key.created_at).or(before.map(|end| end.from)).unwrap_or(now).min(now),
            warn_days,
            idle_days: key.idle_days,
            fix: fix.clone(),
        };
        match key.idle_days {
            // Each accepted check is a use.
            Some(days) => Some(Self { from: now, ..end(now + i64::from(days) * DAY_MS, IDLE_WARN_DAYS) }),
            None => time(&key.expires_at).map(|at| end(at, policy.warn_days.max(1))),
        }
    }

    /// The days of [`WARNING_DAYS`] on which to warn about this key. A warning that is due when a key begins is none. A key that
    /// ends when it is not used warns only when it ends soon.
    pub fn warning_days(&self) -> impl Iterator<Item = u32> {
        let life = self.at - self.from;
        let most = self.idle_days.map_or(u32::MAX, |_| self.warn_days);
        WARNING_DAYS.into_iter().filter(move |days| *days <= most && i64::from(*days) * DAY_MS < life)
    }

    /// From when the key ends soon: from the first warning that its provider's file allows. A key that lives for less than
    /// a day never ends soon.
    #[must_use]
    pub fn soon_from(&self) -> i64 {
        let first = self.warning_days().find(|days| *days <= self.warn_days);
        first.map_or(self.at, |days| self.at - i64::from(days) * DAY_MS)
    }

    /// The warning that became due after `looked` and until `now`, in days before the end. If several did, the last one, so
    /// each is given at most once.
    #[must_use]
    pub fn warning(&self, looked: i64, now: i64) -> Option<u32> {
        let due = |days: &u32| {
            let at = self.at - i64::from(*days) * DAY_MS;
            looked < at && at <= now
        };
        self.warning_days().filter(due).last()
    }

    /// The cause of `expiring` at this time, if the key ends soon.
    pub(super) fn cause(&self, now: i64) -> Option<FieldError> {
        if now < self.soon_from() {
            return None;
        }
        let day = iso(self.at).chars().take(10).collect::<String>();
        let (code, message) = match self.idle_days {
            _ if now >= self.at => (ErrorCode::KeyExpired, msg!("The end of this key was {day}.", day = day)),
            Some(_) => {
                (ErrorCode::ExpiresSoon, msg!("This key ends on {day}, unless it is used before.", day = day))
            }
            None => (ErrorCode::ExpiresSoon, msg!("This key ends on {day}.", day = day)),
        };
        Some(FieldError::whole(code, message, self.fix.clone()))
    }
}

impl Health {
    /// Whether the key works, as far as is known.
    #[must_use]
    pub fn works(&self) -> bool {
        use latchkey_shared::connection::HealthState as State;
        matches!(self.state, State::Healthy | State::Expiring | State::Degraded)
    }

    /// Whether the key works, or may work because nobody looked at it for some time. Its end comes either way.
    fn may_work(&self) -> bool {
        self.works() || self.state == latchkey_shared::connection::HealthState::Unknown
    }

    /// When time alone may change the state or be worth a warning next, after `now`. `None`: time changes nothing.
    #[must_use]
    pub fn turns(&self, now: i64) -> Option<i64> {
        if !self.may_work() {
            return None;
        }
        let end = self.end.iter().flat_map(|end| {
            let warnings = end.warning_days().map(|days| end.at - i64::from(days) * DAY_MS);
            warnings.chain([end.soon_from(), end.at])
        });
        let unknown = self.works().then(|| self.unknown_from()).filter(|at| *at < i64::MAX);
        end.chain(unknown).filter(|at| *at > now).min()
    }

    /// Whether the end of the key has passed since `before`, as far as is known.
    #[must_use]
    pub fn has_ended_since(&self, before: &Self) -> bool {
        let looked = before.warned.unwrap_or(before.checked);
        let passed = |end: &KeyEnd| looked < end.at && self.warned.is_some_and(|now| end.at <= now);
        self.may_work() && self.end.as_ref().is_some_and(passed)
    }

    /// The days before the end of the key of which a warning became due with the change from `before` to this health.
    #[must_use]
    pub fn warning_since(&self, before: &Self) -> Option<u32> {
        let looked = before.warned.unwrap_or(before.checked);
        let now = self.warned.filter(|_| self.may_work())?;
        self.end.as_ref()?.warning(looked, now)
    }
}
