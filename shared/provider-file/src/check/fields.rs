//! The fields: their ids, and the keys that each parser needs.

use super::{Checker, Faults};
use latchkey_shared::FieldId;
use latchkey_shared::field::{Field, ParseKind, Region, is_public_host, shape};
use latchkey_shared::limits::REGIONS_MAX;
use latchkey_shared::provider::{OwnHosts, Provider};

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
        choice(provider, field, &mut checker);
        parse(field, &mut checker.below("parse"));
        let managed = provider.own_hosts == Some(OwnHosts::SelfManaged);
        checker.must_at(
            "parse.path",
            !field.parse.path || managed && field.parse.kind == ParseKind::Host,
            || "only a host may have a `path`, and only with `ownHosts = \"selfManaged\"`".into(),
        );
    }
}

/// The fault of a host that is none. People paste whole addresses.
fn no_host(name: &str, what: &str) -> String {
    let rest = if name.contains('/') { ": write the name alone, without `https://` and path" } else { "" };
    format!("`{name}` is not a public {what}{rest}")
}

/// A choice is an id that is not asked for at first, and one probe lists what it can be.
fn choice(provider: &Provider, field: &Field, checker: &mut Checker<'_>) {
    if !field.choice {
        return;
    }
    checker.must_at("choice", field.parse.kind == ParseKind::Id && !field.secret, || {
        "a `choice` has the kind `id` and is not secret".into()
    });
    checker.must_at("choice", !field.advanced && !field.inferred, || {
        "a `choice` is asked for by itself, so it is neither `advanced` nor `inferred`".into()
    });
    let lists = provider.probes.iter().filter_map(|probe| probe.choices.as_ref());
    checker.must_at("choice", lists.filter(|choices| choices.field == field.id).count() == 1, || {
        "exactly one probe needs `choices` for this field".into()
    });
}

/// The regions of a host: their names and hosts differ, and each console's host leads to one of them.
fn regions(field: &Field, checker: &mut Checker<'_>) {
    let rule = &field.parse;
    let all = &rule.regions;
    if all.is_empty() {
        return;
    }
    checker.must_at("regions", rule.kind == ParseKind::Host, || "only a host has `regions`".into());
    checker.must_at("regions", rule.suffixes.is_empty() && rule.within.is_empty() && !rule.path, || {
        "a choice of `regions` has no `suffixes`, `within` or `path`".into()
    });
    checker.must_at("regions", (2..=REGIONS_MAX).contains(&all.len()), || {
        format!("a choice has 2 to {REGIONS_MAX} regions")
    });
    let known = |host: &String| all.iter().any(|region| region.host == *host);
    checker.must_at("hosts", rule.hosts.iter().all(known), || {
        "each of `hosts` must be the `host` of a region: a choice has no other".into()
    });
    for (at, region) in all.iter().enumerate() {
        let Region { label, host, from } = region;
        let mut checker = checker.below(&format!("regions.{at}"));
        let before = all.get(..at).unwrap_or_default();
        checker.must_at("label", !label.trim().is_empty() && label.chars().count() <= 60, || {
            "a `label` has 1 to 60 characters".into()
        });
        checker.must_at(
            "label",
            before.iter().all(|other| other.label.to_lowercase() != label.to_lowercase()),
            || format!("another region is called `{label}`"),
        );
        checker.must_at("host", is_public_host(host), || no_host(host, "host"));
        checker.must_at("host", before.iter().all(|other| other.host != *host), || {
            format!("another region has the host `{host}`")
        });
        for (at, name) in from.iter().enumerate() {
            let place = format!("from.{at}");
            checker.must_at(&place, is_public_host(name.strip_prefix("*.").unwrap_or(name)), || {
                format!("`{name}` is not a public host, or `*.` and one")
            });
            let elsewhere = |other: &Region| other.host == *name || other.from.contains(name);
            checker.must_at(&place, !all.iter().any(|other| other != region && elsewhere(other)), || {
                format!("`{name}` leads to another region too")
            });
        }
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
    let hosts = !rule.suffixes.is_empty() || !rule.hosts.is_empty() || !rule.regions.is_empty();
    checker.must(!host || hosts, || {
        "a host needs `suffixes`, `hosts` or `regions`: they are the only hosts that get the secret".into()
    });
    regions(field, checker);
    for (at, name) in rule.suffixes.iter().enumerate() {
        checker.must_at(&format!("suffixes.{at}"), is_public_host(name), || no_host(name, "domain"));
    }
    for (at, name) in rule.hosts.iter().enumerate() {
        checker.must_at(&format!("hosts.{at}"), is_public_host(name), || no_host(name, "host"));
    }
    let listed =
        |name: &String| rule.hosts.contains(name) || rule.regions.iter().any(|region| region.host == *name);
    checker.must_at("default", rule.default.as_ref().is_none_or(listed), || {
        "the `default` must be one of `hosts`, or the `host` of a region".into()
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
    let carried = matches!(rule.kind, ParseKind::Host | ParseKind::Id);
    checker.must_at("within", carried || rule.within.is_empty(), || {
        "only a host or an id is `within` a key".into()
    });
    checker.must_at("within", !host || rule.within.is_empty() || rule.suffixes.len() == 1, || {
        "a host `within` a key needs exactly one of `suffixes`: the key has the label before it".into()
    });
    let marked = rule.within.iter().all(|shape| shape.contains('(') && shape.contains(')'));
    checker.must_at("within", marked, || "put the id in round brackets: `pat.({w+}).{w+}`".into());
}
