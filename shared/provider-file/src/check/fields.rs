//! The fields: ids, and what each parser needs.

use super::{Checker, Faults};
use latchkey_shared::FieldId;
use latchkey_shared::field::{Field, ParseKind, is_public_host, shape};
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let mut all = Checker::new(faults, "fields");
    all.require(provider.fields.iter().any(|field| field.secret), || {
        "no field is secret: there is nothing to keep".into()
    });
    for (at, field) in provider.fields.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("fields.{at}"));
        checker
            .must_at("id", FieldId::parse(&field.id).is_ok(), || format!("`{}` is not a field id", field.id));
        let before = provider.fields.get(..at).unwrap_or_default();
        checker.must_at("id", !before.iter().any(|other| other.id == field.id), || {
            format!("there is a field `{}` already", field.id)
        });
        checker.must_at("label", !field.label.trim().is_empty(), || "the label is empty".into());
        checker.must_at("folded", !field.folded || field.optional || field.deduced, || {
            "only a field that may stay empty can be folded away".into()
        });
        parse(field, &mut checker.below("parse"));
    }
}

fn parse(field: &Field, checker: &mut Checker<'_>) {
    let rule = &field.parse;
    checker.must_at("max", rule.max > 0, || "it allows no answer".into());
    checker.must_at("noun", rule.noun.starts_with("a ") || rule.noun.starts_with("an "), || {
        "it stands in sentences with its article: `an API token`".into()
    });
    checker
        .must_at("custom", !rule.custom, || "custom domains are a project's choice: use `ownHosts`".into());
    checker.must_at("unlisted", rule.unlisted.is_empty(), || {
        "unlisted hosts are a project's choice: use `ownHosts`".into()
    });
    checker.must_at("kind", rule.kind != ParseKind::Key || field.secret, || "a key is secret".into());
    let host = rule.kind == ParseKind::Host;
    checker.require(!host || !rule.suffixes.is_empty() || !rule.hosts.is_empty(), || {
        "a host needs `suffixes` or `hosts`: it is what a secret may be sent to".into()
    });
    for (at, name) in rule.suffixes.iter().enumerate() {
        checker.must_at(&format!("suffixes.{at}"), is_public_host(name), || {
            format!("`{name}` is no public domain")
        });
    }
    for (at, name) in rule.hosts.iter().enumerate() {
        checker
            .must_at(&format!("hosts.{at}"), is_public_host(name), || format!("`{name}` is no public host"));
    }
    checker.must_at("default", rule.default.as_ref().is_none_or(|name| rule.hosts.contains(name)), || {
        "the default is not among `hosts`".into()
    });
    checker.must_at("default", rule.default.is_none() || field.optional, || {
        "a field with a default is optional".into()
    });
    let shapes = rule.shapes.iter().enumerate().map(|(at, shape)| (format!("shapes.{at}"), shape));
    let alike = rule
        .look_alikes
        .iter()
        .enumerate()
        .map(|(at, alike)| (format!("lookAlikes.{at}.shape"), &alike.shape));
    let within = rule.within.iter().enumerate().map(|(at, shape)| (format!("within.{at}"), shape));
    for (place, shape) in shapes.chain(alike).chain(within) {
        let fault = shape::fault(shape);
        checker.must_at(&place, fault.is_none(), || {
            format!("the pattern `{shape}`: {}", fault.unwrap_or_default())
        });
    }
    for (at, alike) in rule.look_alikes.iter().enumerate() {
        checker.must_at(
            &format!("lookAlikes.{at}"),
            !alike.message.is_empty() && !alike.fix.is_empty(),
            || "a look-alike needs a `message` and a `fix`".into(),
        );
    }
    checker.require(!field.deduced || !rule.within.is_empty(), || {
        "a deduced field needs `within`: how a key looks that carries it".into()
    });
    let marked = rule.within.iter().all(|shape| shape.contains('(') && shape.contains(')'));
    checker.must_at("within", marked, || "the id stands in round brackets: `pat.({w+}).{w+}`".into());
}
