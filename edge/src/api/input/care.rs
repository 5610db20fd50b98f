//! What a project does for its accounts without being asked: values of a project's body, checked when the operator sends them.

use super::invalid;
use crate::error::Result;
use crate::store::protocol::CareChanges;
use serde::{Deserialize, Deserializer};

/// The shortest and the longest time between two checks of an account: an hour, and thirty days.
const CHECK_SECONDS: (u32, u32) = (3_600, 30 * 86_400);

/// The oldest age at which a key is rotated, in days.
const ROTATE_DAYS_MAX: u32 = 365;

/// Reads a member that may be null: null is not the same as a member that is left out.
///
/// # Errors
/// When it is neither null nor a whole number.
pub(crate) fn nullable<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Option<u32>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The changes, if their values are allowed. `rotate_every_days` is null for never.
///
/// # Errors
/// For an interval or an age that is out of range.
pub(crate) fn check(changes: CareChanges, rotate_every_days: Option<Option<u32>>) -> Result<CareChanges> {
    let (shortest, longest) = CHECK_SECONDS;
    if changes.check_every_seconds.is_some_and(|seconds| !(shortest..=longest).contains(&seconds)) {
        return Err(invalid(
            "checkEverySeconds",
            "The time between two checks is too short or too long.",
            format!("Send seconds from {shortest} (an hour) to {longest} (thirty days)."),
        ));
    }
    if let Some(Some(days)) = rotate_every_days
        && !(1..=ROTATE_DAYS_MAX).contains(&days)
    {
        return Err(invalid(
            "rotateEveryDays",
            "The age at which keys are rotated is out of range.",
            format!("Send days from 1 to {ROTATE_DAYS_MAX}, or null for never."),
        ));
    }
    Ok(CareChanges { rotate_every_days: rotate_every_days.map(Option::unwrap_or_default), ..changes })
}
