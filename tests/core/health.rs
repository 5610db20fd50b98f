//! The health of an account, as arithmetic: every transition. `health/` has the end of keys, their colors, the time of the next check, and
//! the properties that hold in every order of signals.

use latchkey_edge::health::{DAY_MS, Health, Policy, Signal};
use latchkey_edge::time::iso;
use latchkey_shared::connection::HealthState;
use latchkey_shared::report::{CapabilityState, KeyFacts, Report};
use latchkey_shared::{ErrorCode, FieldError};

#[path = "health/end.rs"]
mod end;
#[path = "health/freshness.rs"]
mod freshness;
#[path = "health/random.rs"]
mod random;
#[path = "health/schedule.rs"]
mod schedule;

use ErrorCode as Code;
use HealthState::{Blocked, Degraded, Expiring, Healthy, NeedsNewKey, Unknown};

/// When the tests begin.
const START: i64 = 1_795_348_800_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A report with nothing in it.
fn report() -> Report {
    Report {
        checks: Vec::new(),
        identity: None,
        organization: None,
        key: None,
        roles: Vec::new(),
        capabilities: Vec::new(),
        warnings: Vec::new(),
        event_hook: None,
    }
}

fn policy() -> Policy {
    Policy { warn_days: 14, fix: Some("Make a new key.".into()) }
}

fn error(code: ErrorCode) -> FieldError {
    FieldError::on("apiToken", code, "It is wrong.", "Do something about it.")
}

fn accepted(report: Report) -> Signal {
    Signal::Accepted(Box::new(report), policy())
}

fn with_right(permitted: bool) -> Report {
    let right = CapabilityState { id: "users.read".into(), title: "Read users".into(), permitted };
    Report { capabilities: vec![right], ..report() }
}

fn with_warning(code: ErrorCode) -> Report {
    Report {
        warnings: vec![FieldError::whole(code, "Too small a role.", "Give it a larger one.")],
        ..report()
    }
}

fn ending(created: Option<i64>, ends: i64) -> Report {
    let key = KeyFacts {
        id: None,
        name: None,
        created_at: created.map(iso),
        expires_at: Some(iso(ends)),
        idle_days: None,
    };
    Report { key: Some(key), ..report() }
}

fn idle(days: u32) -> Report {
    let key = KeyFacts { id: None, name: None, created_at: None, expires_at: None, idle_days: Some(days) };
    Report { key: Some(key), ..report() }
}

fn linked(report: &Report) -> Health {
    Health::linked(report, Some(&policy()), START, 0)
}

/// The health after signals, each with its time after the start.
fn after(report: &Report, signals: &[(i64, Signal)]) -> Health {
    signals.iter().fold(linked(report), |health, (at, signal)| health.after(signal, START + at, 0))
}

fn code(health: &Health) -> Option<ErrorCode> {
    health.cause.as_ref().map(|cause| cause.code)
}

/// The case, the report of linking, the signals with their times after it, and the state and code that they lead to.
type Row = (&'static str, Report, Vec<(i64, Signal)>, HealthState, Option<ErrorCode>);

#[test]
fn every_transition_is_in_the_table() {
    let refused = |code| Signal::Refused(error(code));
    let twice = |code| vec![(MINUTE, refused(code)), (6 * MINUTE, refused(code))];
    let then = |mut signals: Vec<(i64, Signal)>, more: (i64, Signal)| {
        signals.push(more);
        signals
    };
    let zoned = with_warning(Code::NetworkRestricted);
    let soon = ending(Some(START - 80 * DAY_MS), START + 20 * DAY_MS);
    let dead = || twice(Code::KeyRejected);
    #[rustfmt::skip]
    let table: Vec<Row> = vec![
        ("linked", report(), vec![], Healthy, None),
        ("linked shortly before its end", ending(Some(START - 80 * DAY_MS), START + 13 * DAY_MS), vec![], Expiring, Some(Code::ExpiresSoon)),
        ("linked with a small role: nothing was lost", with_warning(Code::InsufficientRights), vec![], Healthy, None),
        // From healthy.
        ("accepted", report(), vec![(MINUTE, accepted(report()))], Healthy, None),
        ("refused once", report(), vec![(MINUTE, refused(Code::KeyRejected))], Healthy, None),
        ("refused twice within five minutes", report(), vec![(MINUTE, refused(Code::KeyRejected)), (6 * MINUTE - 1, refused(Code::KeyRejected))], Healthy, None),
        ("refused twice in five minutes", report(), dead(), NeedsNewKey, Some(Code::KeyRejected)),
        ("refused three times, the first and the third five minutes apart", report(), vec![(0, refused(Code::KeyRejected)), (3 * MINUTE, refused(Code::KeyRejected)), (5 * MINUTE, refused(Code::KeyRejected))], NeedsNewKey, Some(Code::KeyRejected)),
        ("accepted between two refusals", report(), vec![(0, refused(Code::KeyRejected)), (MINUTE, accepted(report())), (9 * MINUTE, refused(Code::KeyRejected))], Healthy, None),
        ("an outage between two refusals", report(), vec![(0, refused(Code::KeyRejected)), (MINUTE, Signal::Unavailable(30)), (9 * MINUTE, refused(Code::KeyRejected))], NeedsNewKey, Some(Code::KeyRejected)),
        ("expired, says the provider twice", report(), twice(Code::KeyExpired), NeedsNewKey, Some(Code::KeyExpired)),
        ("its owner is suspended", report(), twice(Code::AccountInactive), NeedsNewKey, Some(Code::AccountInactive)),
        ("its organization is closed", report(), twice(Code::OrganizationClosed), NeedsNewKey, Some(Code::OrganizationClosed)),
        ("its account is gone", report(), twice(Code::AccountUnknown), NeedsNewKey, Some(Code::AccountUnknown)),
        ("refused before the key was looked at", report(), twice(Code::AccessRefused), Blocked, Some(Code::AccessRefused)),
        ("refused once before the key was looked at", report(), vec![(0, refused(Code::AccessRefused))], Healthy, None),
        ("two refusals of two kinds", report(), vec![(0, refused(Code::KeyRejected)), (9 * MINUTE, refused(Code::AccessRefused))], Healthy, None),
        ("a key for certain networks is refused", zoned.clone(), twice(Code::KeyRejected), Blocked, Some(Code::NetworkRestricted)),
        ("a key for certain networks may not read its user", zoned.clone(), twice(Code::InsufficientRights), Blocked, Some(Code::NetworkRestricted)),
        ("a key for certain networks has expired", zoned, twice(Code::KeyExpired), NeedsNewKey, Some(Code::KeyExpired)),
        ("the provider reports its end", report(), vec![(0, Signal::Ended(error(Code::KeyRejected)))], NeedsNewKey, Some(Code::KeyRejected)),
        ("a right is gone", with_right(true), vec![(MINUTE, accepted(with_right(false)))], Degraded, Some(Code::InsufficientRights)),
        ("a right that it never had", with_right(false), vec![(MINUTE, accepted(with_right(false)))], Healthy, None),
        ("a right that it got later is gone", with_right(false), vec![(MINUTE, accepted(with_right(true))), (2 * MINUTE, accepted(with_right(false)))], Degraded, Some(Code::InsufficientRights)),
        ("a right that no check could read", with_right(true), vec![(MINUTE, accepted(report()))], Healthy, None),
        ("a smaller role", report(), vec![(MINUTE, accepted(with_warning(Code::ReadOnlyKey)))], Degraded, Some(Code::ReadOnlyKey)),
        ("a role that no check could read", report(), vec![(MINUTE, accepted(with_warning(Code::RightsUnknown)))], Healthy, None),
        ("it may no longer do what every key must", report(), twice(Code::InsufficientRights), Degraded, Some(Code::InsufficientRights)),
        ("a feature was switched off", report(), twice(Code::FeatureUnavailable), Degraded, Some(Code::FeatureUnavailable)),
        // Checks that asked for no more.
        ("alive", report(), vec![(MINUTE, Signal::Alive(None))], Healthy, None),
        ("alive, and it ends soon", ending(Some(START - 80 * DAY_MS), START + 20 * DAY_MS), vec![(10 * DAY_MS, Signal::Alive(None))], Expiring, Some(Code::ExpiresSoon)),
        ("alive, and its end was moved away", ending(Some(START - 80 * DAY_MS), START + 20 * DAY_MS), vec![(10 * DAY_MS, Signal::Alive(Some(START + 90 * DAY_MS)))], Healthy, None),
        ("alive, and its end was moved near", ending(Some(START - 80 * DAY_MS), START + 90 * DAY_MS), vec![(10 * DAY_MS, Signal::Alive(Some(START + 12 * DAY_MS)))], Expiring, Some(Code::ExpiresSoon)),
        ("alive between two refusals", report(), vec![(0, refused(Code::KeyRejected)), (MINUTE, Signal::Alive(None)), (9 * MINUTE, refused(Code::KeyRejected))], Healthy, None),
        ("a lost right does not come back by being alive", with_right(true), vec![(MINUTE, accepted(with_right(false))), (2 * MINUTE, Signal::Alive(None))], Degraded, Some(Code::InsufficientRights)),
        ("an idle key is used in time", idle(30), vec![(22 * DAY_MS, Signal::Alive(None)), (44 * DAY_MS, Signal::Alive(None))], Healthy, None),
        ("its host is not allowed anymore", report(), vec![(MINUTE, Signal::Paused(error(Code::HostNotAllowed)))], Healthy, None),
        ("its host is not allowed anymore, for three days", report(), vec![(MINUTE, Signal::Paused(error(Code::HostNotAllowed))), (4 * DAY_MS, Signal::Time)], Unknown, Some(Code::NotChecked)),
        // Checks that say nothing.
        ("an outage", report(), vec![(MINUTE, Signal::Unavailable(30)), (9 * MINUTE, Signal::Unavailable(30))], Healthy, None),
        ("a limit", report(), vec![(MINUTE, Signal::Limited(30)), (9 * MINUTE, Signal::Limited(30))], Healthy, None),
        ("an unknown response", report(), vec![(MINUTE, Signal::Unexpected), (9 * MINUTE, Signal::Unexpected)], Healthy, None),
        ("a wrong host", report(), twice(Code::HostUnknown), Healthy, None),
        ("a host that is not allowed", report(), twice(Code::HostNotAllowed), Healthy, None),
        ("nothing but outages", report(), vec![(DAY_MS, Signal::Unavailable(30)), (3 * DAY_MS, Signal::Unavailable(30))], Unknown, Some(Code::NotChecked)),
        ("nothing but a wrong host", report(), vec![(DAY_MS, refused(Code::HostUnknown)), (3 * DAY_MS, refused(Code::HostUnknown))], Unknown, Some(Code::NotChecked)),
        ("not checked for almost three intervals", report(), vec![(3 * DAY_MS - 1, Signal::Time)], Healthy, None),
        ("not checked for three intervals", report(), vec![(3 * DAY_MS, Signal::Time)], Unknown, Some(Code::NotChecked)),
        // Time.
        ("its end comes near", soon.clone(), vec![(2 * DAY_MS, accepted(soon.clone())), (4 * DAY_MS, accepted(soon.clone())), (6 * DAY_MS, Signal::Time)], Expiring, Some(Code::ExpiresSoon)),
        ("its end has passed, but no provider said so", ending(None, START + DAY_MS), vec![(DAY_MS, Signal::Time)], Expiring, Some(Code::KeyExpired)),
        ("it is not used", idle(8), vec![(DAY_MS, Signal::Time)], Expiring, Some(Code::ExpiresSoon)),
        ("it is used", idle(8), vec![(DAY_MS - 1, accepted(idle(8))), (DAY_MS, Signal::Time)], Healthy, None),
        // From expiring.
        ("its end was put off", ending(Some(START - 80 * DAY_MS), START + DAY_MS), vec![(MINUTE, accepted(ending(None, START + 99 * DAY_MS)))], Healthy, None),
        ("a right is gone, and it ends soon", Report { capabilities: with_right(true).capabilities, ..soon }, vec![(MINUTE, accepted(with_right(false)))], Degraded, Some(Code::InsufficientRights)),
        // From degraded.
        ("the right is back", with_right(true), vec![(0, accepted(with_right(false))), (1, accepted(with_right(true)))], Healthy, None),
        ("nobody knows whether the right is back", with_right(true), vec![(0, accepted(with_right(false))), (1, accepted(report()))], Degraded, Some(Code::InsufficientRights)),
        ("degraded, and time passes", with_right(true), vec![(0, accepted(with_right(false))), (DAY_MS, Signal::Time)], Degraded, Some(Code::InsufficientRights)),
        ("degraded, and not checked", with_right(true), vec![(0, accepted(with_right(false))), (3 * DAY_MS, Signal::Time)], Unknown, Some(Code::NotChecked)),
        // From blocked.
        ("no longer blocked", report(), then(twice(Code::AccessRefused), (7 * MINUTE, accepted(report()))), Healthy, None),
        ("blocked, and an outage", report(), then(twice(Code::AccessRefused), (9 * DAY_MS, Signal::Unavailable(1))), Blocked, Some(Code::AccessRefused)),
        ("blocked, then refused once", report(), then(twice(Code::AccessRefused), (12 * MINUTE, refused(Code::KeyRejected))), Blocked, Some(Code::AccessRefused)),
        ("blocked, then refused twice", report(), then(then(twice(Code::AccessRefused), (12 * MINUTE, refused(Code::KeyRejected))), (17 * MINUTE, refused(Code::KeyRejected))), NeedsNewKey, Some(Code::KeyRejected)),
        // From needs_new_key.
        ("accepted again", report(), then(dead(), (7 * MINUTE, accepted(report()))), Healthy, None),
        ("dead, and time passes", report(), then(dead(), (99 * DAY_MS, Signal::Time)), NeedsNewKey, Some(Code::KeyRejected)),
        ("dead, then an outage", report(), then(dead(), (99 * DAY_MS, Signal::Unavailable(1))), NeedsNewKey, Some(Code::KeyRejected)),
        ("dead, then blocked", report(), then(then(dead(), (7 * MINUTE, refused(Code::AccessRefused))), (15 * MINUTE, refused(Code::AccessRefused))), NeedsNewKey, Some(Code::KeyRejected)),
        ("dead, then known again with too few rights", report(), then(then(dead(), (7 * MINUTE, refused(Code::InsufficientRights))), (15 * MINUTE, refused(Code::InsufficientRights))), Degraded, Some(Code::InsufficientRights)),
        // From unknown.
        ("found again", report(), vec![(3 * DAY_MS, Signal::Time), (4 * DAY_MS, accepted(report()))], Healthy, None),
        ("unknown, then refused once", report(), vec![(3 * DAY_MS, Signal::Time), (4 * DAY_MS, refused(Code::KeyRejected))], Unknown, Some(Code::NotChecked)),
        ("unknown, then refused twice", report(), vec![(3 * DAY_MS, Signal::Time), (4 * DAY_MS, refused(Code::KeyRejected)), (5 * DAY_MS, refused(Code::KeyRejected))], NeedsNewKey, Some(Code::KeyRejected)),
        ("unknown, and an outage", report(), vec![(3 * DAY_MS, Signal::Time), (4 * DAY_MS, Signal::Unavailable(1))], Unknown, Some(Code::NotChecked)),
    ];
    for (case, report, signals, state, cause) in table {
        let health = after(&report, &signals);
        assert_eq!((health.state, code(&health)), (state, cause), "{case}");
    }
}

#[test]
fn a_state_says_since_when_and_when_the_key_last_worked() {
    let refused = || Signal::Refused(error(Code::KeyRejected));
    let health = after(
        &report(),
        &[
            (DAY_MS, accepted(report())),
            (2 * DAY_MS, refused()),
            (2 * DAY_MS + 5 * MINUTE, refused()),
            (9 * DAY_MS, refused()),
        ],
    );
    assert_eq!(health.since, START + 2 * DAY_MS + 5 * MINUTE);
    assert_eq!((health.healthy, health.checked), (START + DAY_MS, START + 9 * DAY_MS));
    assert_eq!(health.cause.unwrap().field, None, "an account has no form");
}
