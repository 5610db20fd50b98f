//! What a project does for its accounts without being asked, and how long it keeps its audit log: values of a project's body, checked when the operator sends them.

use super::invalid;
use crate::error::Result;
use crate::http::body::Whole;
use crate::store::protocol::CareChanges;
use latchkey_shared::audit::AddressForm;
use latchkey_shared::limits::{AUDIT_DAYS_MAX, AUDIT_DAYS_MIN};
use std::ops::RangeInclusive;

/// The time between two checks of an account, in seconds: an hour to thirty days.
const CHECK_SECONDS: RangeInclusive<i64> = 3_600..=30 * 86_400;

/// The age at which a key is rotated, in days.
const ROTATE_DAYS: RangeInclusive<i64> = 1..=365;

/// For how long the audit log is kept, in days.
///
/// # Errors
/// For a number that is out of range.
pub(crate) fn audit_days(days: Option<Whole>) -> Result<Option<u32>> {
    let check = |days: Whole| {
        let days = Some(days.0).filter(|days| (AUDIT_DAYS_MIN..=AUDIT_DAYS_MAX).contains(days));
        days.and_then(|days| u32::try_from(days).ok()).ok_or_else(|| {
            invalid(
                "auditDays",
                "The time for which the audit log is kept is out of range.",
                format!("Send days from {AUDIT_DAYS_MIN} to {AUDIT_DAYS_MAX}."),
            )
        })
    };
    days.map(check).transpose()
}

/// How the audit log has network addresses.
///
/// # Errors
/// For an unknown word.
pub(crate) fn audit_addresses(word: Option<&str>) -> Result<Option<AddressForm>> {
    let read = |word| {
        AddressForm::parse(word).ok_or_else(|| {
            let known = AddressForm::ALL.map(AddressForm::as_str).join(", ");
            invalid("auditAddresses", "Addresses have no such form.", format!("Use one of: {known}."))
        })
    };
    word.map(read).transpose()
}

/// The changes with these values, if they are allowed. `rotate_every_days` is null for never.
///
/// # Errors
/// For an interval or an age that is out of range.
pub(crate) fn check(
    changes: CareChanges,
    check_every_seconds: Option<Whole>,
    rotate_every_days: Option<Option<Whole>>,
) -> Result<CareChanges> {
    let within = |number: Whole, range: RangeInclusive<i64>| {
        Some(number.0).filter(|number| range.contains(number)).and_then(|number| u32::try_from(number).ok())
    };
    let seconds = check_every_seconds.map(|number| {
        within(number, CHECK_SECONDS).ok_or_else(|| {
            invalid(
                "checkEverySeconds",
                "The time between two checks is too short or too long.",
                "Send seconds from 3600 (an hour) to 2592000 (thirty days).",
            )
        })
    });
    let days = rotate_every_days.map(|days| {
        days.map_or(Ok(0), |number| {
            within(number, ROTATE_DAYS).ok_or_else(|| {
                invalid(
                    "rotateEveryDays",
                    "The age at which keys are rotated is out of range.",
                    "Send days from 1 to 365, or null for never.",
                )
            })
        })
    });
    Ok(CareChanges {
        check_every_seconds: seconds.transpose()?,
        rotate_every_days: days.transpose()?,
        ..changes
    })
}
