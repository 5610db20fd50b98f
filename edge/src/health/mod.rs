//! The health of an account: its states, and how it changes with each check and with time.
//!
//! It owns the rules (`transition.rs`), the end of a key (`expiry.rs`), rights that a key had (`rights.rs`), the color of a
//! key (`freshness.rs`) and the time of the next check (`schedule.rs`, and `phase.rs` for the usual ones). All of it is arithmetic on values: it refuses to ask
//! a provider, to store anything, and to own a clock.

pub mod expiry;
pub mod freshness;
pub mod phase;
mod rights;
pub mod schedule;
pub mod signal;
mod transition;

pub use expiry::KeyEnd;
pub use signal::{Policy, Signal};
pub(crate) use transition::SKEW_MS;

use latchkey_shared::FieldError;
use latchkey_shared::connection::HealthState;
use latchkey_shared::report::CapabilityState;
use serde::{Deserialize, Serialize};
use signal::RefusalKind;

/// A day in milliseconds.
pub const DAY_MS: i64 = 24 * 3_600_000;

/// The health of an account, as its row keeps it. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The state.
    pub state: HealthState,
    /// The cause of the state, with its fix. `None` only for a healthy account.
    #[serde(default)]
    pub cause: Option<FieldError>,
    /// When the state began.
    pub since: i64,
    /// When the last check ended, whatever it said.
    pub checked: i64,
    /// When a check last said something about the key: that it works, or that it is refused.
    pub answered: i64,
    /// When the provider last accepted the key.
    pub healthy: i64,
    /// When the next check is due, at the latest. `None`: the key is not used again by itself. The row says it exactly:
    /// [`Health::exception`], and else the turn of its slot.
    #[serde(default)]
    pub next_check: Option<i64>,
    /// The refusals since the key was last accepted, if there were any.
    #[serde(default)]
    pub refused: Option<Refused>,
    /// The checks in a row that said nothing about the key.
    #[serde(default)]
    pub failures: u32,
    /// The rights that the key had once, and whether it still has them.
    #[serde(default)]
    pub rights: Vec<CapabilityState>,
    /// When the key ends, if that is known.
    #[serde(default)]
    pub end: Option<KeyEnd>,
    /// Whether the key works from certain networks only.
    #[serde(default)]
    pub restricted: bool,
    /// The provider's id of the key's owner when this credential was stored.
    #[serde(default)]
    pub owner: Option<String>,
    /// Whether the key has another owner by now.
    #[serde(default)]
    pub other_owner: bool,
    /// Whether somebody used the key after it had ended, as the provider reported.
    #[serde(default)]
    pub used_after_end: bool,
    /// Whether the provider reported that the key does not work while its owner is suspended, and not yet that this is over.
    #[serde(default)]
    pub suspended: bool,
    /// When the provider last reported something that counted. What a check asked before that is out of date.
    #[serde(default)]
    pub pushed: Option<i64>,
    /// Until when warnings about the end of the key were given. `None`: until the last check.
    #[serde(default)]
    pub warned: Option<i64>,
    /// When the last full check was accepted. `None`: the next check is a full one.
    #[serde(default)]
    pub examined: Option<i64>,
    /// Why nobody asks the provider by itself, though the key may work: the host or the values are no longer allowed, so a
    /// person has to confirm them.
    #[serde(default)]
    pub paused: Option<FieldError>,
    /// The project's time between two checks, in milliseconds. `None`: it wants no checks. It is not stored with the account,
    /// so that a change takes effect at once.
    #[serde(skip, default = "usual_interval")]
    pub every: Option<i64>,
}

fn usual_interval() -> Option<i64> {
    Some(schedule::INTERVAL_MS)
}

/// Refusals of one kind in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The kind.
    pub kind: RefusalKind,
    /// When the first one arrived. Milliseconds since 1970.
    pub since: i64,
}
