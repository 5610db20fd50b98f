//! When a key is checked next.

use super::{
    Blocked, Code, MINUTE, START, accepted, after, error, idle, linked, policy, report, with_warning,
};
use latchkey_edge::health::schedule::{CONFIRM_MS, INTERVAL_MS, longest, spread};
use latchkey_edge::health::{DAY_MS, Health, Signal};

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
