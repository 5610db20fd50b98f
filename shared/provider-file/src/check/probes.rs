//! The probes: where each request goes and which findings it needs. No secret is in a URL, or sent before its time.

use super::{Checker, Faults, placeholders};
use latchkey_shared::field::ParseKind;
use latchkey_shared::probe::{Body, Probe};
use latchkey_shared::provider::Provider;

/// The most requests of one verification.
const CALLS_MAX: usize = 16;

/// The findings that go into the report. `note.<word>` is for conditions and requests.
const FINDINGS: [&str; 13] = [
    "identity.id",
    "identity.login",
    "identity.name",
    "identity.kind",
    "organization.id",
    "organization.name",
    "organization.url",
    "key.id",
    "key.name",
    "key.createdAt",
    "key.expiresAt",
    "roles",
    "roleNames",
];

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let mut all = Checker::new(faults, "probes");
    all.must(provider.probes.len() <= CALLS_MAX, || {
        format!("there are too many probes: a verification makes at most {CALLS_MAX} requests")
    });
    all.must(provider.probes.iter().any(|probe| probe.secret && !probe.optional), || {
        "no required probe sends the secret, so nothing would be verified".into()
    });
    for (at, probe) in provider.probes.iter().enumerate() {
        let before = provider.probes.get(..at).unwrap_or_default();
        let mut checker = Checker::new(faults, format!("probes.{at}"));
        checker.must_at("id", !before.iter().any(|other| other.id == probe.id), || {
            format!("the probe `{}` exists already", probe.id)
        });
        checker.must_at("secret", probe.secret || !before.iter().any(|other| other.secret), || {
            "move this probe up: probes without the secret come before probes that send it".into()
        });
        request(provider, probe, &mut checker);
        findings(provider, probe, &mut checker);
        choices(provider, before, probe, &mut checker);
        let capable = probe.capabilities.iter().all(|capability| !capability.title.is_empty());
        checker.must_at("capabilities", capable, || "a capability needs a `title`".into());
        checker.must_at("capabilities", probe.capabilities.is_empty() || probe.optional, || {
            "a probe with `capabilities` must be `optional`: a key without a right is still a valid key"
                .into()
        });
        for (at, path) in probe.expect.iter().map(|wanted| &wanted.path).enumerate() {
            let place = format!("expect.{at}.path");
            self::path(&mut checker, &place, path);
            checker.must_at(&place, !path.contains('{'), || "`expect` cannot use a finding".into());
        }
    }
    waiting(provider, faults);
    light(provider, faults);
}

/// The probes of a light check are required ones, and one of them shows that the key works.
fn light(provider: &Provider, faults: &mut Faults) {
    let Some(check) = &provider.check else { return };
    let mut checker = Checker::new(faults, "check");
    let probe = |id: &String| provider.probes.iter().find(|probe| probe.id == *id && !probe.optional);
    for id in &check.probes {
        checker
            .must_at("probes", probe(id).is_some(), || format!("`{id}` is not the id of a required probe"));
    }
    checker.must_at("probes", check.probes.iter().filter_map(probe).any(|probe| probe.secret), || {
        "no probe of the list sends the secret, so nothing would be checked".into()
    });
    checker.must_at("fullEveryDays", check.full_every_days > 0, || "it must be 1 or more".into());
}

fn request(provider: &Provider, probe: &Probe, checker: &mut Checker<'_>) {
    let Probe { request, body, secret, .. } = probe;
    let outgoing = Outgoing { request, body: body.as_ref(), secret: *secret, methods: &["GET", "POST"] };
    sent(provider, &outgoing, &is_finding, checker);
}

/// What a file says about one request.
pub(super) struct Outgoing<'a> {
    pub(super) request: &'a str,
    pub(super) body: Option<&'a Body>,
    pub(super) secret: bool,
    pub(super) methods: &'a [&'a str],
}

/// Where a request goes, and what it takes along. `known` says which names have a value besides the fields.
pub(super) fn sent(
    provider: &Provider,
    outgoing: &Outgoing<'_>,
    known: &dyn Fn(&str) -> bool,
    checker: &mut Checker<'_>,
) {
    let (method, url) = outgoing.request.split_once(' ').unwrap_or_default();
    checker.must_at("request", outgoing.methods.contains(&method), || {
        format!("a request begins with {}", outgoing.methods.join(" or "))
    });
    checker.must_at("body", outgoing.body.is_none() || !matches!(method, "GET" | "DELETE"), || {
        "a GET or DELETE request has no body".into()
    });
    let origin = placeholders(url).next().filter(|_| url.starts_with('{'));
    let on_host =
        origin.and_then(|id| provider.field(id)).is_some_and(|field| field.parse.kind == ParseKind::Host);
    let fixed = url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    checker.must_at("request", on_host || fixed.is_some_and(|host| !host.contains('{')), || {
        "a request goes to a host field, `{instanceUrl}/…`, or to a fixed host, `https://…`".into()
    });
    for name in placeholders(url) {
        let field = provider.field(name).is_some_and(|field| !field.secret);
        checker.must_at("request", field || known(name), || {
            format!("`{{{name}}}` is not a finding or a field, or it is secret")
        });
    }
    for name in outgoing.body.into_iter().flat_map(Body::texts).flat_map(placeholders) {
        checker.must_at("body", provider.field(name).is_some() || known(name), || {
            format!("`{{{name}}}` is not a finding or a field")
        });
        let leaks = provider.field(name).is_some_and(|field| field.secret) && !outgoing.secret;
        checker.must_at("body", !leaks, || "the body has a secret, so the probe must be `secret`".into());
    }
}

fn findings(provider: &Provider, probe: &Probe, checker: &mut Checker<'_>) {
    for (name, extraction) in &probe.extract {
        checker.must_at("extract", is_finding(name), || {
            format!("`{name}` is not a finding; use `note.<word>` for your own")
        });
        path(checker, "extract", extraction.path());
    }
    for name in probe.when.keys() {
        checker.must_at("when", is_found(provider, name), || format!("no probe extracts `{name}`"));
        checker.must_at("when", probe.optional, || "a required probe cannot have a condition".into());
    }
    if let Some(canonical) = &probe.canonical {
        let host = provider.field(&canonical.field).is_some_and(|field| field.parse.kind == ParseKind::Host);
        checker.must_at("canonical.field", host, || format!("`{}` is not a host field", canonical.field));
        path(checker, "canonical.path", &canonical.path);
    }
}

/// A list of choices: of a required probe, for a field that waits for it.
fn choices(provider: &Provider, before: &[Probe], probe: &Probe, checker: &mut Checker<'_>) {
    let Some(choices) = &probe.choices else { return };
    let named = provider.field(&choices.field).is_some_and(|field| field.choice);
    checker.must_at("choices.field", named, || {
        format!("there is no field `{}` with `choice = true`", choices.field)
    });
    checker.must_at("choices", !probe.optional, || "`choices` needs a required probe".into());
    let early = before.iter().chain([probe]).any(|other| other.needs().any(|name| name == choices.field));
    checker.must_at("choices", !early, || {
        format!("`{{{}}}` has a value only in probes after this one", choices.field)
    });
    path(checker, "choices.path", &choices.path);
    shaped(checker, "choices.id", &choices.id);
    shaped(checker, "choices.name", &choices.name);
}

/// Optional probes do not wait for each other in a circle.
fn waiting(provider: &Provider, faults: &mut Faults) {
    let mut optional: Vec<_> =
        provider.probes.iter().enumerate().filter(|(_, probe)| probe.optional).collect();
    loop {
        let waits = |probe: &Probe| {
            let needs: Vec<_> = probe.needs().collect();
            optional.iter().any(|(_, other)| {
                other.id != probe.id && needs.iter().any(|name| other.extract.contains_key(*name))
            })
        };
        let (waiting, ready): (Vec<_>, Vec<_>) = optional.iter().partition(|(_, probe)| waits(probe));
        if ready.is_empty() {
            for (at, probe) in waiting {
                Checker::new(faults, format!("probes.{at}"))
                    .must(false, || format!("`{0}` needs a probe that needs `{0}`", probe.id));
            }
            return;
        }
        optional = waiting;
    }
}

pub(super) fn path(checker: &mut Checker<'_>, place: &str, path: &str) {
    shaped(checker, place, path);
    for name in placeholders(path) {
        checker.must_at(place, is_finding(name), || format!("`{{{name}}}` is not a finding"));
    }
}

/// A path that can be read.
pub(super) fn shaped(checker: &mut Checker<'_>, place: &str, path: &str) {
    let depth = path.matches('[').count() == path.matches(']').count();
    checker.must_at(place, depth && !path.is_empty() && !path.contains(".."), || {
        format!("the path `{path}` is not valid")
    });
}

/// Whether a finding may have this name.
pub(super) fn is_finding(name: &str) -> bool {
    FINDINGS.contains(&name) || name.strip_prefix("note.").is_some_and(|word| !word.is_empty())
}

/// Whether any probe extracts this finding.
pub(super) fn is_found(provider: &Provider, name: &str) -> bool {
    provider.probes.iter().any(|probe| probe.extract.contains_key(name))
}
