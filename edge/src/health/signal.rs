//! Signals: what a check, a provider or the clock says about an account.
//!
//! It owns which refusals concern the key. It refuses to count anything else as a refusal: an outage, a limit, a wrong host
//! and a page of a proxy say nothing about the key.

use latchkey_shared::i18n::Sentence;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::{ErrorCode, FieldError};
use serde::{Deserialize, Serialize};

positional! {
    /// What a provider's file says about the end of its keys.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Policy {
        /// Keys end soon from so many days before their end.
        pub warn_days: u32,
        /// What to do about a key that ends soon.
        pub fix: Option<Sentence>,
    }
}

/// The days for providers whose file says nothing.
const WARN_DAYS: u32 = 14;

impl Default for Policy {
    fn default() -> Self {
        Self { warn_days: WARN_DAYS, fix: None }
    }
}

impl Policy {
    /// The policy of a provider.
    #[must_use]
    pub fn of(provider: &Provider) -> Self {
        provider.expiry.as_ref().map_or_else(Self::default, |expiry| Self {
            warn_days: expiry.warn_days,
            fix: Some(Sentence::from(&expiry.fix)),
        })
    }
}

/// What happened to an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Signal {
    /// A check: the provider accepted the key.
    Accepted(Box<Report>, Policy),
    /// A check that asked for no more: the provider accepted the key. Its end, if the provider named it: milliseconds since 1970.
    Alive(Option<i64>),
    /// Nobody was asked, and nobody will be until a person confirms: the host or the values are no longer allowed.
    Paused(FieldError),
    /// A check: the provider refused the key.
    Refused(FieldError),
    /// A check: the provider cannot be reached. The seconds are the wait that it asks for.
    Unavailable(u32),
    /// A check: the provider limits requests. The seconds are the wait that it asks for.
    Limited(u32),
    /// A check: nobody knows what the response means.
    Unexpected,
    /// The provider itself reported that the key has ended.
    Ended(FieldError),
    /// The provider itself reported that it does not accept the key for now.
    Blocked(FieldError),
    /// The provider itself reported that what stopped the key is over. A check shows whether the key works.
    Restored,
    /// The provider itself reported that somebody used the key, at this time. Milliseconds since 1970.
    Used(i64),
    /// Time has passed.
    Time,
}

/// What a confirmed refusal means for the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RefusalKind {
    /// The key is dead.
    Dead,
    /// The request was refused before the key was looked at. An address rule is the likely cause.
    Blocked,
    /// The key is known, but lacks a right that it had.
    Reduced,
}

impl RefusalKind {
    /// The kind of a refusal. `None`: it says nothing about the key. `restricted`: the key works from certain networks only.
    /// A provider may refuse such a key as if it were unknown, so an address rule is the likelier cause.
    #[must_use]
    pub fn of(code: ErrorCode, restricted: bool) -> Option<Self> {
        match code {
            ErrorCode::KeyRejected | ErrorCode::InsufficientRights if restricted => Some(Self::Blocked),
            ErrorCode::KeyRejected
            | ErrorCode::KeyExpired
            | ErrorCode::WrongKeyKind
            | ErrorCode::AccountInactive
            | ErrorCode::AccountUnknown
            | ErrorCode::OrganizationClosed => Some(Self::Dead),
            ErrorCode::AccessRefused => Some(Self::Blocked),
            ErrorCode::InsufficientRights | ErrorCode::FeatureUnavailable | ErrorCode::ChoiceUnknown => {
                Some(Self::Reduced)
            }
            _ => None,
        }
    }
}
