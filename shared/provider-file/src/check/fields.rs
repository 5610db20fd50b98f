//! The fields: their ids, and the keys that each parser needs.

use super::{Checker, Faults};
use latchkey_shared::FieldId;
use latchkey_shared::field::{Field, ParseKind, is_public_host, shape};
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let mut all = Checker::new(faults, "fields");
    all.must(provider.fields.iter().any(|field| field.secret), || {
        "no field is secret: there would be nothing to store".into()
    });
    for (at, field) in provider.fields.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("fields.{at}"));
        checker.must_at("id", FieldId::parse(&field.id).is_ok(), || {
            format!("`{}` is not a field id: use letters and digits", field.id)
        });
        let before = provider.fields.get(..at).unwrap_or_default();
        checker.must_at("id", !before.iter().any(|other| other.id == field.id), || {
            format!("the field `{}` exists already", field.id)
        });
        checker.must_at("label", !field.label.trim().is_empty(), || "the `label` is empty".into());
        checker.must_at("advanced", !field.advanced || field.optional || field.inferred, || {
            "only an `optional` or `inferred` field can be advanced".into()
        });
        parse(field, &mut checker.below("parse"));
    }
}

fn parse(field: &Field, checker: &mut Checker<'_>) {
    let rule = &field.parse;
    checker.must_at("max", rule.max > 0, || "`max` is 0, so no value fits".into());
    checker.must_at("phrase", rule.phrase.starts_with("a ") || rule.phrase.starts_with("an "), || {
        "a phrase begins with its article: `an API token`".into()
    });
    checker.must_at("custom", !rule.custom, || {
        "custom domains are a project's choice: use `ownHosts` instead".into()
    });
    checker.must_at("unlisted", rule.unlisted.is_empty(), || {
        "unlisted hosts are a project's choice: use `ownHosts` instead".into()
    });
    checker.must_at("kind", rule.kind != ParseKind::Key || field.secret, || {
        "a field of the kind `key` must be `secret`".into()
    });
    let host = rule.kind == ParseKind::Host;
    checker.must(!host || !rule.suffixes.is_empty() || !rule.hosts.is_empty(), || {
        "a host needs `suffixes` or `hosts`: they are the only hosts that get the secret".into()
    });
    for (at, name) in rule.suffixes.iter().enumerate() {
        checker.must_at(&format!("suffixes.{at}"), is_public_host(name), || {
            format!("`{name}` is not a public domain")
        });
    }
    for (at, name) in rule.hosts.iter().enumerate() {
        checker.must_at(&format!("hosts.{at}"), is_public_host(name), || {
            format!("`{name}` is not a public host")
        });
    }
    checker.must_at("default", rule.default.as_ref().is_none_or(|name| rule.hosts.contains(name)), || {
        "the `default` must be one of `hosts`".into()
    });
    checker.must_at("default", rule.default.is_none() || field.optional, || {
        "a field with a `default` must be `optional`".into()
    });
    let shapes = rule.shapes.iter().enumerate().map(|(at, shape)| (format!("shapes.{at}"), shape));
    let alike = rule
        .mistaken_for
        .iter()
        .enumerate()
        .map(|(at, alike)| (format!("mistakenFor.{at}.shape"), &alike.shape));
    let within = rule.within.iter().enumerate().map(|(at, shape)| (format!("within.{at}"), shape));
    for (place, shape) in shapes.chain(alike).chain(within) {
        let fault = shape::fault(shape);
        checker.must_at(&place, fault.is_none(), || {
            format!("the shape `{shape}` is not valid: {}", fault.unwrap_or_default())
        });
    }
    for (at, alike) in rule.mistaken_for.iter().enumerate() {
        checker.must_at(
            &format!("mistakenFor.{at}"),
            !alike.message.is_empty() && !alike.fix.is_empty(),
            || "`mistakenFor` needs a `message` and a `fix`".into(),
        );
    }
    checker.must(!field.inferred || !rule.within.is_empty(), || {
        "an inferred field needs `within`: the shape of a key that contains it".into()
    });
    let marked = rule.within.iter().all(|shape| shape.contains('(') && shape.contains(')'));
    checker.must_at("within", marked, || "put the id in round brackets: `pat.({w+}).{w+}`".into());
}
