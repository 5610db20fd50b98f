//! The probes: where each request goes and which findings it needs. No secret is in a URL, or sent before its time.

use super::{Checker, Faults, field_names, placeholders, secrets, unclosed};
use latchkey_shared::field::ParseKind;
use latchkey_shared::probe::{Body, Extraction, Probe};
use latchkey_shared::provider::Provider;
use latchkey_shared::template::names;

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
        secrets::of_request(provider, probe.secret, probe.secret_headers.as_ref(), &mut checker);
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
    groups(provider, faults);
}

/// The probes that stand for one another: required ones in a row, and a check sends all of them or none.
fn groups(provider: &Provider, faults: &mut Faults) {
    let word = |at: usize| provider.probes.get(at).and_then(|probe| probe.one_of.as_deref());
    for (at, probe) in provider.probes.iter().enumerate() {
        let Some(group) = probe.one_of.as_deref() else { continue };
        let mut checker = Checker::new(faults, format!("probes.{at}"));
        let named = !group.is_empty() && group.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        checker
            .must_at("oneOf", named, || "a group is named by a word of letters, digits and hyphens".into());
        checker
            .must_at("oneOf", !probe.optional, || "an optional probe is in no group: remove `oneOf`".into());
        let members: Vec<_> = (0..provider.probes.len()).filter(|at| word(*at) == Some(group)).collect();
        checker.must_at("oneOf", members.len() > 1, || {
            format!("no other probe has `oneOf = \"{group}\"`: a group has two probes at least")
        });
        let in_a_row = members.iter().zip(members.iter().skip(1)).all(|(one, next)| one + 1 == *next);
        checker.must_at("oneOf", in_a_row, || {
            "the probes of a group follow one another: move the others away".into()
        });
        let alike = |at: &usize| provider.probes.get(*at).is_some_and(|other| other.secret == probe.secret);
        checker.must_at("oneOf", members.iter().all(alike), || {
            "either all probes of a group are `secret`, or none".into()
        });
        if let Some(check) = &provider.check {
            let listed =
                |at: usize| provider.probes.get(at).is_some_and(|other| check.probes.contains(&other.id));
            let all = members.iter().all(|other| listed(*other) == listed(at));
            checker.must_at("oneOf", all, || {
                "`check.probes` names some probes of this group: name all of them, or none".into()
            });
        }
    }
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
    let tokens = provider.probes.iter().filter(|probe| probe.token.is_some());
    for exchange in tokens {
        checker.must_at("probes", check.probes.contains(&exchange.id), || {
            format!("`{}` is missing: the other requests need its token", exchange.id)
        });
    }
    // A finding of a probe that is not sent would be missing in every check.
    let required = || provider.probes.iter().filter(|probe| !probe.optional);
    let sent = |probe: &&Probe| check.probes.contains(&probe.id);
    for (at, probe) in required().enumerate().filter(|(_, probe)| sent(probe)) {
        for name in probe.needs().filter(|name| required().any(|other| other.extract.contains_key(*name))) {
            let known = required().take(at).filter(sent).any(|before| before.extract.contains_key(name));
            checker.must_at("probes", known, || {
                format!("`{}` needs `{name}`, so list the probe that extracts it too", probe.id)
            });
        }
    }
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
        let field = provider.fields.iter().find(|field| field.parse.kind == ParseKind::Host);
        let field =
            field.map(|field| format!("to a host field, `{{{}}}/…`, without `https://`, or ", field.id));
        format!("a request goes {}to a fixed host, `https://api.example.com/…`", field.unwrap_or_default())
    });
    checker.must_at("request", !unclosed(url), || "a `{` has no `}`".into());
    for name in placeholders(url) {
        let field = provider.field(name).is_some_and(|field| !field.secret);
        checker.must_at("request", field || known(name), || {
            if provider.field(name).is_some() {
                format!("`{{{name}}}` is secret, and a URL may be logged: send it in `secretHeaders`, or in the body of a `secret` probe")
            } else {
                format!("`{{{name}}}` is neither a finding nor a field; there are the fields {}", field_names(provider))
            }
        });
    }
    for name in outgoing.body.into_iter().flat_map(Body::texts).flat_map(names) {
        checker.must_at("body", provider.field(name).is_some() || known(name), || {
            format!(
                "`{{{name}}}` is neither a finding nor a field; there are the fields {}",
                field_names(provider)
            )
        });
        let leaks = provider.field(name).is_some_and(|field| field.secret) && !outgoing.secret;
        checker.must_at("body", !leaks, || "the body has a secret, so the probe must be `secret`".into());
    }
}

fn findings(provider: &Provider, probe: &Probe, checker: &mut Checker<'_>) {
    for (name, extraction) in &probe.extract {
        checker.must_at("extract", is_finding(name), || {
            format!("`{name}` is not a finding; use `note.<word>` for your own, or {}", FINDINGS.join(", "))
        });
        read(checker, extraction);
        for name in placeholders(&extraction.path) {
            checker.must_at("extract", is_finding(name), || format!("`{{{name}}}` is not a finding"));
        }
    }
    for name in probe.when.keys() {
        checker.must_at("when", is_known(provider, name), || unknown(name));
        checker.must_at("when", probe.optional || probe.one_of.is_some(), || {
            "a required probe has a condition only in a group (`oneOf`)".into()
        });
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

/// Where an extraction reads, and how.
pub(super) fn read(checker: &mut Checker<'_>, extraction: &Extraction) {
    let Extraction { path, header, split, .. } = extraction;
    match header {
        None => shaped(checker, "extract", path),
        Some(header) => {
            checker.must_at("extract", path.is_empty(), || {
                "an extraction has a `path` or a `header`, not both".into()
            });
            checker.must_at("extract", is_header(header), || lower_case(header));
        }
    }
    let separates = |split: &String| (1..=3).contains(&split.len()) && !split.contains(char::is_alphanumeric);
    checker.must_at("extract", split.as_ref().is_none_or(separates), || {
        "`split` is what separates the texts, such as \" \" or \",\"".into()
    });
}

/// Whether a header's name is written as the program compares it.
pub(super) fn is_header(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

pub(super) fn lower_case(name: &str) -> String {
    format!("write the header `{name}` in lower case")
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
    // As other languages of paths begin.
    let foreign = ["$.", "$[", "/"].iter().any(|start| path.starts_with(start));
    checker.must_at(place, depth && !path.is_empty() && !path.contains("..") && !foreign, || {
        format!("the path `{path}` is not valid: it is member names separated by dots, such as `owner.id` or `items.[].id`")
    });
}

/// Whether a finding may have this name.
pub(super) fn is_finding(name: &str) -> bool {
    FINDINGS.contains(&name) || name.strip_prefix("note.").is_some_and(|word| !word.is_empty())
}

/// Whether a condition may name this: a finding of a probe, or `shape.<field>` of a field that has shapes.
pub(super) fn is_known(provider: &Provider, name: &str) -> bool {
    let field = name.strip_prefix("shape.").and_then(|id| provider.field(id));
    is_found(provider, name) || field.is_some_and(|field| !field.parse.shapes.is_empty())
}

/// The fault of a condition that names something else.
pub(super) fn unknown(name: &str) -> String {
    match name.strip_prefix("shape.") {
        None => format!("no probe extracts `{name}`"),
        Some(field) => format!("there is no field `{field}` with `shapes`"),
    }
}

/// Whether any probe extracts this finding.
fn is_found(provider: &Provider, name: &str) -> bool {
    provider.probes.iter().any(|probe| probe.extract.contains_key(name))
}
