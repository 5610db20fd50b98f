//! The end of a key, and the warnings before.

use super::{Code, START, accepted, after, ending, error, idle, report};
use latchkey_edge::health::{DAY_MS, KeyEnd, Signal};

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
