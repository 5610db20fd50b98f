//! Random orders of signals: none leads to an impossible state, and none makes the state flap.

use super::*;
use latchkey_edge::crypto::entropy::Entropy;
use latchkey_edge::health::schedule::CONFIRM_MS;
use latchkey_tests::SeededEntropy;

/// How many orders there are, and how many signals each has.
const ORDERS: usize = 150;
const SIGNALS: usize = 100;

struct Random(SeededEntropy);

impl Random {
    fn below(&self, limit: u64) -> u64 {
        u64::from_le_bytes(self.0.bytes16()[..8].try_into().unwrap()) % limit
    }

    fn one<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    /// A wait as they occur: within a check, around five minutes, hours, days.
    fn wait(&self) -> i64 {
        let most = self.one(&[0, MINUTE, CONFIRM_MS, CONFIRM_MS + MINUTE, DAY_MS / 24, DAY_MS, 4 * DAY_MS]);
        self.below(most as u64 + 1) as i64
    }

    fn report(&self, now: i64) -> Report {
        let mut report = self.one(&[
            report(),
            with_right(true),
            with_right(false),
            idle(30),
            ending(None, now + 20 * DAY_MS),
        ]);
        let warning = self.one(&[
            None,
            None,
            Some(Code::NetworkRestricted),
            Some(Code::ReadOnlyKey),
            Some(Code::RightsUnknown),
        ]);
        report.warnings.extend(warning.into_iter().flat_map(|code| with_warning(code).warnings));
        report
    }

    fn signal(&self, now: i64) -> Signal {
        match self.below(15) {
            0..=2 => accepted(self.report(now)),
            3 => Signal::Refused(error(self.one(Code::ALL))),
            4..=5 => Signal::Refused(error(self.one(&[
                Code::KeyRejected,
                Code::AccessRefused,
                Code::AccessRefused,
                Code::InsufficientRights,
                Code::HostUnknown,
            ]))),
            6 => Signal::Unavailable(self.below(900) as u32),
            7 => self.one(&[Signal::Limited(60), Signal::Unexpected]),
            8 if self.below(4) == 0 => Signal::Ended(error(Code::KeyRejected)),
            9 => Signal::Alive(self.one(&[None, Some(now + 5 * DAY_MS), Some(now + 90 * DAY_MS)])),
            10 => Signal::Blocked(error(self.one(&[
                Code::AccountInactive,
                Code::NetworkRestricted,
                Code::AccessRefused,
            ]))),
            11 => Signal::Restored,
            12 if self.below(2) == 0 => Signal::Paused(error(Code::HostNotAllowed)),
            13 => Signal::Used(now),
            _ => Signal::Time,
        }
    }
}

/// Calls `check` with the health before a signal, the signal, its time, and the health after it, for every order.
fn each(mut check: impl FnMut(&Health, &Signal, i64, &Health)) {
    let random = Random(SeededEntropy::default());
    for _ in 0..ORDERS {
        let mut now = START;
        let mut health = linked(&random.report(now));
        for _ in 0..SIGNALS {
            now += random.wait();
            let signal = random.signal(now);
            let next = health.after(&signal, now, random.below(1000) as u32);
            check(&health, &signal, now, &next);
            health = next;
        }
    }
}

#[test]
fn no_order_of_signals_leads_to_an_impossible_state() {
    let mut seen = std::collections::BTreeSet::new();
    each(|before, signal, now, after| {
        let what = || format!("{before:?}\n{signal:?}\n{after:?}");
        seen.insert((before.state, after.state));
        assert_eq!(after.cause.is_none(), after.state == Healthy, "{}", what());
        let cause = after.cause.as_ref();
        assert!(
            cause.is_none_or(|cause| !cause.message.is_empty()
                && !cause.fix.is_empty()
                && cause.field.is_none()),
            "{}",
            what()
        );
        assert!(after.since <= now && after.healthy <= after.answered && after.answered <= now, "{}", what());
        assert!(after.healthy <= after.checked && after.checked <= now, "{}", what());
        assert!(after.since == before.since || after.since == now, "{}", what());
        // A check that is due stays due if nobody was asked.
        let stays = |at| {
            matches!(signal, Signal::Time | Signal::Restored | Signal::Used(_))
                && before.next_check == Some(at)
        };
        assert!(after.next_check.is_none_or(|at| stays(at) || at > now), "{}", what());
        let rests = matches!(after.state, NeedsNewKey | Blocked) || after.paused.is_some();
        assert!(after.next_check.is_some() || rests, "{}", what());
        assert!(after.state != NeedsNewKey || after.next_check.is_none(), "{}", what());
        assert!(after.turns(now).is_none_or(|at| at > now), "{}", what());
        // What is stored is what is read.
        let stored = serde_json::to_string(after).unwrap();
        assert_eq!(serde_json::from_str::<Health>(&stored).unwrap(), *after);
    });
    let all = |from| HealthState::ALL.into_iter().filter(|to| seen.contains(&(from, *to))).count();
    assert!(
        HealthState::ALL.into_iter().all(|from| all(from) >= 2),
        "the orders reach every state: {seen:?}"
    );
}

#[test]
fn only_the_provider_makes_an_account_worse() {
    // The refusals since the key was last accepted, by the random order itself, not by the machine.
    let mut refusals: Vec<(i64, ErrorCode)> = Vec::new();
    let mut last = i64::MIN;
    each(|before, signal, now, after| {
        if before.checked < last {
            refusals.clear();
        }
        last = after.checked;
        match signal {
            Signal::Accepted(..) | Signal::Alive(_) => refusals.clear(),
            Signal::Refused(error) => refusals.push((now, error.code)),
            _ => {}
        }
        let what = || format!("{before:?}\n{signal:?}\n{after:?}");
        if before.state == after.state {
            return;
        }
        match signal {
            Signal::Accepted(..) | Signal::Alive(_) => {
                assert!(matches!(after.state, Healthy | Expiring | Degraded), "{}", what())
            }
            Signal::Blocked(_) => {
                assert_eq!(after.state, Blocked, "{}", what());
                assert_ne!(before.state, NeedsNewKey, "{}", what());
            }
            Signal::Ended(_) => assert_eq!(after.state, NeedsNewKey, "{}", what()),
            Signal::Refused(error) if matches!(after.state, NeedsNewKey | Blocked | Degraded) => {
                let first = refusals.iter().map(|(at, _)| *at).min().unwrap();
                assert!(refusals.len() >= 2 && now - first >= CONFIRM_MS, "{refusals:?}\n{}", what());
                assert_ne!(error.code, Code::HostUnknown, "{}", what());
            }
            // A check that says nothing changes nothing; time alone leads to these two.
            _ => {
                assert!(matches!(before.state, Healthy | Expiring | Degraded), "{}", what());
                assert!(matches!(after.state, Unknown | Expiring | Healthy), "{}", what());
                assert!(
                    after.state != Unknown || now - before.answered >= 3 * before.interval(),
                    "{}",
                    what()
                );
            }
        }
    });
}

/// Whether the key was accepted, or the provider itself reported what the key is now.
fn says_so(signal: &Signal) -> bool {
    matches!(signal, Signal::Accepted(..) | Signal::Alive(_) | Signal::Ended(_) | Signal::Blocked(_))
}

#[test]
fn no_order_of_signals_flaps() {
    // Without an accepted check and without a report of the provider, no state comes back within the wait of a refusal.
    let mut left: Vec<(i64, HealthState)> = Vec::new();
    let mut last = i64::MIN;
    each(|before, signal, now, after| {
        if before.checked < last || says_so(signal) {
            left.clear();
        } else if before.state != after.state {
            left.retain(|(at, _)| now - at < CONFIRM_MS);
            let back = left.iter().any(|(_, state)| *state == after.state);
            assert!(!back, "{left:?} {now}\n{before:?}\n{signal:?}\n{after:?}");
            left.push((now, before.state));
        }
        last = after.checked;
    });
    // The same signal again, at once, changes nothing more.
    each(|before, signal, now, _| {
        let once = before.after(signal, now, 0);
        let twice = once.after(signal, now, 0);
        assert_eq!((once.state, once.since), (twice.state, twice.since), "{signal:?}\n{once:?}\n{twice:?}");
    });
}

#[test]
fn time_reaches_the_same_state_in_one_step_as_in_many() {
    each(|before, _, now, _| {
        let (mut health, mut at, until) = (before.clone(), now, now + 5 * DAY_MS);
        // As the object does it: it looks only when time may have changed something.
        health = health.after(&Signal::Time, at, 0);
        while let Some(next) = health.turns(at).filter(|next| *next <= until) {
            at = next;
            health = health.after(&Signal::Time, at, 0);
        }
        assert_eq!(health.state, before.after(&Signal::Time, until, 0).state, "{before:?}");
    });
}
