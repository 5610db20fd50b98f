//! Words that several pages share: states, types, times from now. Each page has its own sentences beside its view.

use crate::time::{DAY, HOUR, MINUTE};
use latchkey_shared::i18n::{fill, text};

/// A time seen from now, such as `3 days ago` or `in 5 hours`.
pub(crate) fn from_now(at: i64, now: i64) -> String {
    let (past, span) = (at <= now, (at - now).abs());
    let (count, unit) = match span {
        _ if span < MINUTE => return if past { text("just now") } else { text("in a moment") },
        _ if span < HOUR => (span / MINUTE, 0),
        _ if span < 2 * DAY => (span / HOUR, 1),
        _ if span < 60 * DAY => (span / DAY, 2),
        _ if span < 730 * DAY => (span / (30 * DAY), 3),
        _ => (span / (365 * DAY), 4),
    };
    let count = count.to_string();
    let values = [count.as_str()];
    match (past, unit) {
        (true, 0) => fill("{n} min ago", &values),
        (true, 1) => fill("{n} h ago", &values),
        (true, 2) => fill("{n} days ago", &values),
        (true, 3) => fill("{n} months ago", &values),
        (true, _) => fill("{n} years ago", &values),
        (false, 0) => fill("in {n} min", &values),
        (false, 1) => fill("in {n} h", &values),
        (false, 2) => fill("in {n} days", &values),
        (false, 3) => fill("in {n} months", &values),
        (false, _) => fill("in {n} years", &values),
    }
}

/// The word of an account's health.
pub(crate) fn health(state: &str) -> String {
    match state {
        "healthy" => text("Healthy"),
        "expiring" => text("Expiring"),
        "degraded" => text("Degraded"),
        "blocked" => text("Blocked"),
        "needs_new_key" => text("Needs a new key"),
        "unknown" => text("Unknown"),
        other => other.to_owned(),
    }
}

/// The tone of an account's health: what color it has.
pub(crate) fn health_tone(state: &str) -> &'static str {
    match state {
        "healthy" => "good",
        "expiring" | "degraded" => "odd",
        "blocked" | "needs_new_key" => "bad",
        _ => "dim",
    }
}

/// The word of a key's freshness.
pub(crate) fn freshness(color: &str) -> String {
    match color {
        "green" => text("Used in the last three days"),
        "gray" => text("Not used in the last three days"),
        "red" => text("Ends within seven days"),
        "yellow" => text("Suspicious"),
        other => other.to_owned(),
    }
}

/// The word of a key's type.
pub(crate) fn key_type(kind: &str) -> String {
    match kind {
        "personal" => text("Personal"),
        "service" => text("Service"),
        "agent" => text("Agent"),
        _ => text("Not known"),
    }
}

/// The word of a connect session's state.
pub(crate) fn session(state: &str) -> String {
    match state {
        "open" => text("Open"),
        "leased" => text("Being checked"),
        "done" => text("Finished"),
        "expired" => text("Expired"),
        "revoked" => text("Revoked"),
        other => other.to_owned(),
    }
}

/// The tone of a connect session's state.
pub(crate) fn session_tone(state: &str) -> &'static str {
    match state {
        "done" => "good",
        "open" | "leased" => "info",
        _ => "dim",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_from_now() {
        let now = 1_000 * DAY;
        for (at, said) in [
            (now, "just now"),
            (now - 59_000, "just now"),
            (now - 61_000, "1 min ago"),
            (now - 3 * HOUR, "3 h ago"),
            (now - 47 * HOUR, "47 h ago"),
            (now - 3 * DAY, "3 days ago"),
            (now + 6 * DAY, "in 6 days"),
            (now + 90 * DAY, "in 3 months"),
            (now - 800 * DAY, "2 years ago"),
        ] {
            assert_eq!(from_now(at, now), said);
        }
    }
}
