//! Reads the host of an organisation out of a bare name, a URL, or an admin console's address.
//!
//! The value is an origin, `https://<host>`, and only ever one that the field's rule allows: one label below one of its
//! suffixes. Addresses, ports, user information and names of one label are refused before the rule is asked.

use super::{Field, Parse, Parsed};
use crate::{ErrorCode, FieldError};

/// RFC 1035, section 2.3.4: octets of a label.
const LABEL_MAX: usize = 63;

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<String>) -> Result<Parsed, FieldError> {
    let rule = &field.parse;
    let authority = authority(field, text)?;
    let mut host = without_port(field, authority)?.trim_end_matches('.').to_ascii_lowercase();
    if is_address(&host) {
        return Err(field.error(
            ErrorCode::HostIsAddress,
            "This is an address of a machine, not the domain of an organization.".into(),
            example(rule),
        ));
    }
    if !host.split('.').all(is_label) {
        return Err(malformed(field));
    }
    if !host.contains('.') {
        return Err(field.error(
            ErrorCode::HostMalformed,
            "This is only one part of a domain.".into(),
            example(rule),
        ));
    }
    if let Some(org) = without_admin(rule, &host) {
        changes.push(format!("Changed the admin console’s address to {org}."));
        host = org;
    } else if host != text {
        changes.push(format!("Read as {host}."));
    }
    if !belongs(rule, &host) {
        return Err(refused(field, &host));
    }
    Ok(Parsed { value: format!("https://{host}"), changes, warning: None })
}

/// What stands between the scheme and the path.
fn authority<'a>(field: &Field, text: &'a str) -> Result<&'a str, FieldError> {
    let rest = match text.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)))
    {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") =>
        {
            rest
        }
        Some(_) => return Err(malformed(field)),
        None => text.strip_prefix("//").unwrap_or(text),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default().trim();
    if authority.contains('@') {
        return Err(field.error(
            ErrorCode::HostMalformed,
            "This holds an @, as an e-mail address or a user name does.".into(),
            example(&field.parse),
        ));
    }
    Ok(authority)
}

fn without_port<'a>(field: &Field, authority: &'a str) -> Result<&'a str, FieldError> {
    match authority.rsplit_once(':') {
        None => Ok(authority),
        // More colons make an IPv6 address; it is refused as such further on.
        Some((host, _)) if host.contains(':') => Ok(authority),
        Some((host, "443" | "")) => Ok(host),
        Some((host, "80")) if !is_address(host) => Ok(host),
        Some((host, _)) if is_address(host) => Ok(host),
        Some(_) => Err(field.error(
            ErrorCode::HostMalformed,
            "This names a port; the service is only reached at the usual one.".into(),
            example(&field.parse),
        )),
    }
}

/// IPv4 in any of its spellings, IPv6, or `localhost`.
fn is_address(host: &str) -> bool {
    let numeric = |label: &str| {
        let hex = label.strip_prefix("0x").or(label.strip_prefix("0X"));
        label.bytes().all(|b| b.is_ascii_digit()) && !label.is_empty()
            || hex.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains(':') || host.starts_with('[') || numeric(last) || last.eq_ignore_ascii_case("localhost")
}

fn is_label(label: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = label.as_bytes();
    bytes.len() <= LABEL_MAX
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

/// The first label of a host that lives under one of the rule's suffixes, and that suffix.
fn split<'a>(rule: &'a Parse, host: &'a str) -> Option<(&'a str, &'a str)> {
    rule.suffixes
        .iter()
        .find_map(|suffix| Some((host.strip_suffix(suffix.as_str())?.strip_suffix('.')?, suffix.as_str())))
}

fn without_admin(rule: &Parse, host: &str) -> Option<String> {
    let (label, suffix) = split(rule, host)?;
    let org = label.strip_suffix(rule.admin_suffix.as_deref()?)?;
    is_label(org).then(|| format!("{org}.{suffix}"))
}

/// Whether a bare lower-case host is an organisation's under this rule.
pub(super) fn belongs(rule: &Parse, host: &str) -> bool {
    split(rule, host).is_some_and(|(label, _)| {
        is_label(label)
            && !label.bytes().any(|b| b.is_ascii_uppercase())
            && !rule.reserved.iter().any(|word| word == label)
    })
}

fn refused(field: &Field, host: &str) -> FieldError {
    let rule = &field.parse;
    if split(rule, host).is_some_and(|(label, _)| rule.reserved.iter().any(|word| word == label))
        || rule.suffixes.iter().any(|suffix| suffix == host)
    {
        return field.error(
            ErrorCode::HostNotAllowed,
            format!("{host} is a page of the vendor’s own, not the domain of an organization."),
            example(rule),
        );
    }
    let known = rule.suffixes.iter().map(|suffix| format!(".{suffix}")).collect::<Vec<_>>().join(", ");
    // What was typed is not repeated: it may be a key with dots in it, pasted into the wrong field.
    field.error(
        ErrorCode::HostNotAllowed,
        format!("This is not {}, which ends in one of: {known}.", rule.noun),
        example(rule),
    )
}

fn malformed(field: &Field) -> FieldError {
    field.error(ErrorCode::HostMalformed, "This cannot be read as a domain.".into(), example(&field.parse))
}

fn example(rule: &Parse) -> String {
    let suffix = rule.suffixes.first().map_or("example.com", String::as_str);
    format!("Enter the domain you sign in at, such as your-org.{suffix}.")
}
