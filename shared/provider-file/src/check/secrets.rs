//! How secrets are sent: which headers carry them, and where an access token comes from. A header names fields that exist, and a token
//! only after the probe that gets it.

use super::{Checker, Faults, field_names, placeholders, unclosed};
use latchkey_shared::probe::{Body, SecretHeader, SecretHeaders};
use latchkey_shared::provider::Provider;
use latchkey_shared::template::names;

/// The name of the access token in secret headers.
const TOKEN: &str = "token";

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    headers(provider, &provider.secret_headers, "", &mut Checker::new(faults, "secretHeaders"));
    carried(provider, faults);
    if provider.exchanges() {
        Checker::new(faults, "fields").must(provider.field(TOKEN).is_none(), || {
            "`{token}` is the access token that a probe gets: give the field `token` another id".into()
        });
        exchange(provider, faults);
    }
}

/// Some request of a verification carries each secret that must be filled in: what is never sent is never verified.
fn carried(provider: &Provider, faults: &mut Faults) {
    let own = provider.probes.iter().filter_map(|probe| probe.secret_headers.as_ref());
    let in_headers = own.chain([&provider.secret_headers]).flat_map(SecretHeaders::values);
    let in_headers = in_headers.flat_map(SecretHeader::texts).flat_map(placeholders);
    let bodies = provider.probes.iter().filter_map(|probe| probe.body.as_ref());
    let in_bodies = bodies.flat_map(Body::texts).flat_map(names);
    let sent: Vec<&str> = in_headers.chain(in_bodies).collect();
    for (at, field) in provider.fields.iter().enumerate().filter(|(_, field)| field.secret && !field.optional)
    {
        Checker::new(faults, format!("fields.{at}")).must(sent.contains(&field.id.as_str()), || {
            format!(
                "no request carries `{{{}}}`: name it in `secretHeaders`, or in the body of a probe",
                field.id
            )
        });
    }
}

/// The secret headers of one request.
pub(super) fn of_request(
    provider: &Provider,
    secret: bool,
    own: Option<&SecretHeaders>,
    checker: &mut Checker<'_>,
) {
    let Some(own) = own else { return };
    checker.must_at("secretHeaders", secret, || "`secretHeaders` of one request need `secret = true`".into());
    headers(provider, own, "secretHeaders.", checker);
}

fn headers(provider: &Provider, headers: &SecretHeaders, below: &str, checker: &mut Checker<'_>) {
    for (name, header) in headers {
        let place = [below, name].concat();
        for text in header.texts() {
            let known = |id: &str| provider.field(id).is_some() || (id == TOKEN && provider.exchanges());
            checker.must_at(&place, placeholders(text).all(known), || {
                format!("`{text}` names a field that does not exist; there are {}", field_names(provider))
            });
            checker.must_at(&place, !unclosed(text), || format!("a `{{` of `{text}` has no `}}`"));
        }
        match header {
            SecretHeader::Text(text) => {
                let empty = placeholders(text).find(|id| provider.may_be_empty(id));
                let alone = rest(text).is_empty() && placeholders(text).all(|id| provider.may_be_empty(id));
                checker.must_at(&place, empty.is_none() || alone, || {
                    format!(
                        "the field `{}` may be empty: let the header be nothing but `{{{0}}}`, so that it is left out",
                        empty.unwrap_or_default()
                    )
                });
            }
            SecretHeader::Basic { user, password } => {
                checker.must_at(&place, !rest(user).contains(':'), || {
                    "the user of Basic authentication has no colon: put what follows it into `password`"
                        .into()
                });
                let mut names = placeholders(user).chain(placeholders(password)).peekable();
                checker.must_at(&place, names.peek().is_some(), || {
                    "Basic authentication needs a placeholder in `user` or `password`".into()
                });
                let empty = names.find(|id| provider.may_be_empty(id));
                checker.must_at(&place, empty.is_none(), || {
                    format!(
                        "the field `{}` may be empty, so it cannot be in Basic authentication",
                        empty.unwrap_or_default()
                    )
                });
            }
        }
    }
}

/// The text outside the placeholders.
fn rest(template: &str) -> String {
    let mut parts = template.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('}').map_or("", |(_, after)| after))
}

/// The probes that get an access token, and those that send it.
fn exchange(provider: &Provider, faults: &mut Faults) {
    let names_token = |headers: &SecretHeaders| {
        headers.values().flat_map(SecretHeader::texts).flat_map(placeholders).any(|id| id == TOKEN)
    };
    let mut known = false;
    for (at, probe) in provider.probes.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("probes.{at}"));
        if let Some(path) = &probe.token {
            checker.must_at("token", probe.secret && !probe.optional, || {
                "a probe with `token` is required, and `secret`: its answer is of a key that works".into()
            });
            checker.must_at("token", probe.one_of.is_none(), || {
                "a probe with `token` cannot be in a group: the others of the group would get none".into()
            });
            super::probes::shaped(&mut checker, "token", path);
            checker.must_at("token", !path.contains('{'), || "`token` cannot use a finding".into());
            let sends = probe.body.iter().flat_map(Body::texts).flat_map(names);
            let in_body = sends.into_iter().any(|id| provider.field(id).is_some_and(|field| field.secret));
            let own = probe.secret_headers.as_ref();
            checker.must_at("token", own.is_some_and(|own| !own.is_empty()) || in_body || !names_token(&provider.secret_headers), || {
                "this probe needs `secretHeaders` of its own, or a secret in its body: the token is not known yet".into()
            });
        }
        // A secret body without headers of its own goes without the token.
        let sent = probe.secret_headers.as_ref().or(Some(&provider.secret_headers));
        let early = probe.secret && !known && sent.is_some_and(names_token);
        let allowed = probe.token.is_some() && probe.secret_headers.is_none();
        checker.must_at("secretHeaders", !early || allowed, || {
            "`{token}` is not known yet: move this probe below the probe that gets it".into()
        });
        known |= probe.token.is_some();
    }
}
