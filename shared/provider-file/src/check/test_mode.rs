//! Test mode: the test values name fields, and the simulation responds to requests that can be sent.

use super::{Checker, Faults};
use latchkey_shared::field::{ParseKind, shape};
use latchkey_shared::limits::TEST_CLOCK_DAYS;
use latchkey_shared::provider::Provider;

/// The most days of a rule.
const DAYS_MAX: u32 = TEST_CLOCK_DAYS as u32;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let mut all = Checker::new(faults, "values");
    all.must(!provider.test_mode.values.is_empty(), || {
        "there are no test values, so nobody could try the provider in test mode".into()
    });
    for (at, test) in provider.test_mode.values.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("values.{at}"));
        for (id, value) in &test.fields {
            let place = format!("fields.{id}");
            let Some(field) = provider.field(id) else {
                checker.must_at(&place, false, || format!("there is no field `{id}`"));
                continue;
            };
            checker.must_at(&place, field.secret || !value.contains('*'), || {
                "only a secret may contain `*`".into()
            });
            if let (ParseKind::Key, Some(start)) = (field.parse.kind, value.strip_suffix('*')) {
                let shapes = &field.parse.shapes;
                checker.must_at(&place, !shapes.is_empty(), || {
                    format!("`*` needs `shapes` in the field `{id}`: add one, or write the whole value")
                });
                // A shape that cannot be read has a fault of its own.
                let usual = shapes.is_empty()
                    || shapes.iter().any(|shape| {
                        shape::fault(shape).is_some() || shape::fits(shape, &shape::fill(shape, start))
                    });
                checker.must_at(&place, usual, || {
                    let filled = shapes.first().map(|shape| shape::fill(shape, start)).unwrap_or_default();
                    format!("filled up with zeros it is `{filled}`, which fits none of the field's `shapes`")
                });
            }
        }
        let field = test.field.as_deref();
        checker.must_at("field", field.is_none_or(|id| provider.field(id).is_some()), || {
            format!("there is no field `{}`", field.unwrap_or_default())
        });
    }
    for (at, rule) in provider.test_mode.simulation.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("simulation.{at}"));
        checker.must_at("status", rule.status == 0 || (100..600).contains(&rule.status), || {
            "a status is a number from 100 to 599, or 0 for no answer".into()
        });
        let (_, url) = rule.request.split_once(' ').unwrap_or_default();
        checker.must_at("request", url.starts_with("https://"), || {
            "a request is a method and an https URL".into()
        });
        for (key, days) in
            [("afterDays", rule.after_days), ("untilDays", rule.until_days), ("idleDays", rule.idle_days)]
        {
            checker.must_at(key, days.is_none_or(|days| (1..=DAYS_MAX).contains(&days)), || {
                format!("a number of days is 1 to {DAYS_MAX}: the test clock moves no further")
            });
        }
        let (after, until) = (rule.after_days.unwrap_or(0), rule.until_days.unwrap_or(u32::MAX));
        checker.must_at("untilDays", after < until, || {
            "the days end before they begin, so the rule never counts".into()
        });
        let times = rule.body.split('{').skip(1).filter(|rest| {
            ["now", "iso", "first", "firstIso"]
                .iter()
                .any(|mark| rest.strip_prefix(mark).is_some_and(|rest| rest.starts_with(['+', '-', '}'])))
        });
        for time in times {
            let days = time.split_once('}').and_then(|(mark, _)| {
                mark.trim_start_matches(|char: char| char.is_ascii_alphabetic()).strip_suffix('d')
            });
            checker.must_at("body", days.is_some_and(|days| days.parse::<i32>().is_ok()), || {
                "a time is written {now+3d}, {iso+3d}, {first+3d} or {firstIso+3d}".into()
            });
        }
    }
}
