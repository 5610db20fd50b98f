//! The health of an account, as arithmetic: every transition, the end of keys, their colors, and the time of the next check.
//!
//! `health/random.rs` has the properties that hold in every order of signals.

#[path = "health/random.rs"]
mod random;

use latchkey_edge::health::freshness::freshness;
use latchkey_edge::health::schedule::{CONFIRM_MS, INTERVAL_MS, longest, spread};
use latchkey_edge::health::{DAY_MS, Health, KeyEnd, Policy, Signal};
use latchkey_edge::time::iso;
use latchkey_shared::connection::{Freshness, HealthState};
use latchkey_shared::report::{CapabilityState, Identity, KeyFacts, Report};
use latchkey_shared::{ErrorCode, FieldError};

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

#[test]
fn the_next_check_follows_from_the_last_one() {
    let refused = |code| Signal::Refused(error(code));
    let twice = |code| vec![(0, refused(code)), (CONFIRM_MS, refused(code))];
    let next = |signals: &[(i64, Signal)]| after(&report(), signals).next_check.map(|at| at - START);
    let usual = spread(INTERVAL_MS, 0);
    assert_eq!(next(&[]), Some(usual));
    assert_eq!(
        next(&[(9, refused(Code::KeyRejected))]),
        Some(9 + CONFIRM_MS),
        "asked again before it counts"
    );
    assert_eq!(
        next(&[(9, refused(Code::KeyRejected)), (20, refused(Code::KeyRejected))]),
        Some(9 + CONFIRM_MS)
    );
    assert_eq!(next(&twice(Code::KeyRejected)), None, "a dead key is not used again");
    assert_eq!(next(&[(0, Signal::Ended(error(Code::KeyRejected)))]), None);
    assert_eq!(next(&twice(Code::AccessRefused)), Some(CONFIRM_MS + usual), "nobody looked at the key");
    assert_eq!(next(&twice(Code::InsufficientRights)), Some(CONFIRM_MS + usual));
    assert_eq!(next(&[(0, Signal::Time)]), Some(usual), "time alone asks nobody");
    let paused = after(&report(), &[(9, Signal::Paused(error(Code::HostNotAllowed))), (10, Signal::Time)]);
    assert_eq!(
        (paused.exception(), paused.paused.map(|error| error.code)),
        (Some(None), Some(Code::HostNotAllowed))
    );
    let zoned = after(&with_warning(Code::NetworkRestricted), &twice(Code::KeyRejected));
    assert_eq!((zoned.state, zoned.next_check), (Blocked, None), "the provider looked at this key");
    // The wait after an outage doubles, is never shorter than the provider's own, and ends with a word of the provider.
    let waits = |wait: u32| {
        let mut health = linked(&report());
        let mut waits = Vec::new();
        for at in 1..14 {
            health = health.after(&Signal::Unavailable(wait), START + at, 100);
            waits.push((health.next_check.unwrap() - START - at) / MINUTE);
        }
        waits
    };
    assert_eq!(waits(0), [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440, 1440]);
    assert_eq!(waits(3600)[..6], [60, 60, 60, 60, 80, 160]);
    assert_eq!(next(&[(0, Signal::Limited(900))]), Some(900_000));
    assert_eq!(next(&[(0, Signal::Unexpected), (1, accepted(report()))]), Some(1 + usual));
}

#[test]
fn the_spread_is_ten_percent_and_an_idle_key_is_never_close_to_its_end() {
    let spreads: Vec<_> = (0..201).map(|seed| spread(INTERVAL_MS, seed)).collect();
    assert_eq!(spreads.iter().min(), Some(&(INTERVAL_MS / 10 * 9)));
    assert_eq!(spreads.iter().max(), Some(&(INTERVAL_MS / 10 * 11)));
    assert_eq!(longest(Some(30)), 7 * DAY_MS);
    for days in 1..400 {
        assert!(longest(Some(days)) * 4 <= i64::from(days) * DAY_MS, "{days}");
        assert!(longest(Some(days)) <= 7 * DAY_MS, "{days}");
    }
    for seed in 0..201 {
        let next = Health::linked(&idle(30), Some(&policy()), START, seed).next_check.unwrap();
        assert!(next - START <= 7 * DAY_MS);
    }
}

#[test]
fn warnings_come_on_each_of_their_days_as_far_as_the_life_is_long_and_once() {
    let end = |life: i64, warn_days| KeyEnd {
        at: START + life * DAY_MS,
        from: START,
        warn_days,
        idle_days: None,
        fix: "".into(),
    };
    for (life, days) in [
        (365, vec![60, 30, 14, 7, 3, 1]),
        (60, vec![30, 14, 7, 3, 1]),
        (30, vec![14, 7, 3, 1]),
        (7, vec![3, 1]),
        (1, vec![]),
    ] {
        assert_eq!(end(life, 14).warning_days().collect::<Vec<_>>(), days, "{life}");
        // However often somebody looks, each warning is given once, and on its day.
        for step in [DAY_MS / 24, DAY_MS, 5 * DAY_MS / 2] {
            let looks: Vec<i64> = (0..=life * DAY_MS / step).map(|at| START + at * step).collect();
            let given: Vec<_> =
                looks.windows(2).filter_map(|pair| end(life, 14).warning(pair[0], pair[1])).collect();
            assert!(given.windows(2).all(|pair| pair[0] > pair[1]), "{life} {step}: {given:?}");
            assert!(step > DAY_MS || given == days, "{life} {step}: {given:?}");
        }
    }
    for (life, warn_days, soon) in
        [(365, 14, 14), (365, 1, 1), (365, 0, 0), (365, 99, 60), (10, 14, 7), (1, 14, 0)]
    {
        let end = end(life, warn_days);
        assert_eq!((end.at - end.soon_from()) / DAY_MS, soon, "{life} {warn_days}");
    }
}

#[test]
fn an_end_that_could_not_be_read_is_kept_and_use_puts_off_an_idle_one() {
    let ends = START + 50 * DAY_MS;
    let health = after(&ending(None, ends), &[(DAY_MS, accepted(report()))]);
    assert_eq!(health.end.unwrap().at, ends);
    let health = after(&idle(30), &[(5 * DAY_MS, accepted(idle(30)))]);
    assert_eq!(health.end.unwrap().at, START + 35 * DAY_MS);
    let health = after(&idle(30), &[(5 * DAY_MS, Signal::Refused(error(Code::KeyRejected)))]);
    assert_eq!(health.end.unwrap().at, START + 30 * DAY_MS, "a refused key was not used");
}

#[test]
fn a_color_is_yellow_before_red_before_green_before_gray() {
    let days = |days: i64| START + days * DAY_MS;
    for (used, ends, suspicious, color) in [
        (0, None, false, Freshness::Green),
        (-3, None, false, Freshness::Green),
        (-4, None, false, Freshness::Gray),
        (-4, Some(8), false, Freshness::Gray),
        (-4, Some(7), false, Freshness::Red),
        (0, Some(7), false, Freshness::Red),
        (0, Some(-1), false, Freshness::Red),
        (0, Some(8), false, Freshness::Green),
        (0, Some(7), true, Freshness::Yellow),
        (-4, None, true, Freshness::Yellow),
    ] {
        let found = freshness(START, days(used), ends.map(days), suspicious);
        assert_eq!(found, color, "{used} {ends:?} {suspicious}");
    }
    let owner = |id: &str| {
        let identity = Identity { id: id.to_owned(), login: None, name: None, kind: None };
        Report { identity: Some(identity), ..report() }
    };
    let color = |other: &str| after(&owner("ada"), &[(1, accepted(owner(other)))]).freshness(START, None);
    assert_eq!((color("ada"), color("eve")), (Freshness::Green, Freshness::Yellow));
}

#[test]
fn a_key_that_was_used_after_it_had_ended_is_yellow_until_one_is_accepted() {
    let ended = || (HOUR, Signal::Ended(error(Code::KeyRejected)));
    let refused = |at| (at, Signal::Refused(error(Code::KeyRejected)));
    let used = |at: i64| (at.max(HOUR), Signal::Used(START + at));
    for (case, signals, suspicious) in [
        ("a key that works was used", vec![used(HOUR)], false),
        ("a refusal that nothing has confirmed", vec![refused(HOUR), used(2 * HOUR)], false),
        ("used before its end", vec![ended(), used(MINUTE)], false),
        ("used as it ended, as far as clocks tell", vec![ended(), used(HOUR + 5 * MINUTE)], false),
        ("used after its end", vec![ended(), used(HOUR + 6 * MINUTE)], true),
        ("used after two refusals", vec![refused(HOUR), refused(2 * HOUR), used(3 * HOUR)], true),
        (
            "used between the two refusals",
            vec![refused(HOUR), refused(2 * HOUR), used(HOUR + 6 * MINUTE)],
            true,
        ),
        ("used again before its end", vec![ended(), used(2 * HOUR), used(MINUTE)], true),
        ("time", vec![ended(), used(2 * HOUR), (9 * HOUR, Signal::Time)], true),
        ("a new key", vec![ended(), used(2 * HOUR), (3 * HOUR, accepted(report()))], false),
        ("it works after all", vec![ended(), used(2 * HOUR), (3 * HOUR, Signal::Alive(None))], false),
        ("a blocked one", vec![(HOUR, Signal::Blocked(error(Code::AccountInactive))), used(2 * HOUR)], false),
    ] {
        let health = after(&report(), &signals);
        assert_eq!(health.freshness(START, None) == Freshness::Yellow, suspicious, "{case}");
    }
    let dead = after(&report(), &[ended()]);
    let used = dead.after(&Signal::Used(START + 2 * HOUR), START + 2 * HOUR, 0);
    assert_eq!((used.state, &used.cause, used.next_check), (dead.state, &dead.cause, None));
    assert_eq!(used.checked, dead.checked, "nobody asked the provider");
}
