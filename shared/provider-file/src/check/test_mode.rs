//! Test mode: the test values name fields, and the simulation responds to requests that can be sent.

use super::{Checker, Faults};
use latchkey_shared::field::{ParseKind, shape};
use latchkey_shared::provider::Provider;

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
                let usual =
                    field.parse.shapes.iter().any(|shape| shape::fits(shape, &shape::fill(shape, start)));
                checker.must_at(&place, usual, || {
                    "filled up with zeros, it must fit one of the field's `shapes`".into()
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
    }
}
