//! The color of a key.

use super::{Code, HOUR, MINUTE, START, accepted, after, error, report};
use latchkey_edge::health::freshness::freshness;
use latchkey_edge::health::{DAY_MS, Signal};
use latchkey_shared::connection::Freshness;
use latchkey_shared::report::{Identity, Report};

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
