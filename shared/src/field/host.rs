//! Parses the host of an organization from a bare name, a URL, an admin console's address, or a text that contains one.
//!
//! The value is an origin, `https://<host>`, that the field's rule allows: a listed host, a host one label below a suffix, or, if
//! the operator opted in, a public domain of the customer. IP addresses, ports, user information and names of one label are refused
//! before the rule is applied.

use super::domain::{is_address, is_label, is_name, is_public, to_ascii};
use super::{Field, Parse, Parsed};
use crate::i18n::{Sentence, phrase};
use crate::msg;
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    let host = if text.contains(char::is_whitespace) {
        let found = among(field, text).ok_or_else(|| malformed(field))?;
        changes.push(msg!("Took {found} out of the text around it.", found = &found));
        found
    } else {
        let (host, rewritten) = read(field, text)?;
        if rewritten {
            changes.push(msg!("Changed the admin console’s address to {host}.", host = &host));
        } else if host != text {
            changes.push(msg!("Read as {host}.", host = &host));
        }
        host
    };
    Ok(Parsed { value: format!("https://{host}"), changes, warning: None })
}

/// The allowed host that a text contains. `None` if it contains none or more than one.
pub(super) fn among(field: &Field, text: &str) -> Option<String> {
    let mut found = None;
    for word in super::words(text).filter(|word| word.contains('.')) {
        let Ok((host, _)) = read(field, word) else { continue };
        if found.as_ref().is_some_and(|other| *other != host) {
            return None;
        }
        found = Some(host);
    }
    found
}

/// The host in a name or URL, and whether it was changed from an admin console's host.
fn read(field: &Field, text: &str) -> Result<(String, bool), FieldError> {
    let rule = &field.parse;
    if text.contains(['{', '}', '<', '>', '[']) && !super::holds(text, "://[") && !text.starts_with('[') {
        return Err(placeholder(field));
    }
    let authority = without_port(field, authority(field, text)?)?;
    if is_address(authority) {
        return Err(field.error(
            ErrorCode::HostIsAddress,
            msg!("This is an address of a machine, not the domain of an organization."),
            example(rule),
        ));
    }
    let ascii = to_ascii(authority).ok_or_else(|| malformed(field))?;
    let host = ascii.trim_end_matches('.');
    // The vendor's names are ASCII, so a name with another letter only looks like one of them.
    if is_address(host) || !is_name(host) || !authority.is_ascii() && is_vendors(rule, host) {
        return Err(malformed(field));
    }
    if field.placeholder.as_deref() == Some(host) && !rule.hosts.iter().any(|known| known == host) {
        return Err(placeholder(field));
    }
    if !host.contains('.') {
        return Err(field.error(
            ErrorCode::HostMalformed,
            msg!("This is only one part of a domain."),
            example(rule),
        ));
    }
    let org = without_admin(rule, host);
    let rewritten = org.is_some();
    let host = org.unwrap_or_else(|| host.to_owned());
    if accepts(rule, &host) { Ok((host, rewritten)) } else { Err(refused(field, &host)) }
}

/// The part of a URL between scheme and path.
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
            msg!("This holds an @, as an e-mail address or a user name does."),
            example(&field.parse),
        ));
    }
    Ok(authority)
}

fn without_port<'a>(field: &Field, authority: &'a str) -> Result<&'a str, FieldError> {
    match authority.rsplit_once(':') {
        None => Ok(authority),
        // With more colons it is an IPv6 address, which is refused later.
        Some((host, _)) if host.contains(':') => Ok(authority),
        Some((host, "443" | "")) => Ok(host),
        Some((host, "80")) if !is_address(host) => Ok(host),
        Some((host, _)) if is_address(host) => Ok(host),
        Some(_) => Err(field.error(
            ErrorCode::HostMalformed,
            msg!("This names a port; the service is only reached at the usual one."),
            example(&field.parse),
        )),
    }
}

/// The part of a host before one of the rule's suffixes, and that suffix.
fn split<'a>(rule: &'a Parse, host: &'a str) -> Option<(&'a str, &'a str)> {
    rule.suffixes
        .iter()
        .find_map(|suffix| Some((host.strip_suffix(suffix.as_str())?.strip_suffix('.')?, suffix.as_str())))
}

fn without_admin(rule: &Parse, host: &str) -> Option<String> {
    let (label, suffix) = split(rule, host)?;
    let admin = rule.admin_suffix.as_deref().filter(|suffix| !suffix.is_empty())?;
    let mut org = label;
    while let Some(shorter) = org.strip_suffix(admin) {
        org = shorter;
    }
    (org != label && is_label(org)).then(|| format!("{org}.{suffix}"))
}

/// Whether a bare lower-case host may be sent a secret under this rule.
pub(super) fn belongs(rule: &Parse, host: &str) -> bool {
    rule.hosts.iter().chain(&rule.unlisted).any(|known| known == host)
        || split(rule, host).is_some_and(|(label, _)| {
            is_label(label)
                && !label.bytes().any(|b| b.is_ascii_uppercase())
                && !rule.reserved.iter().any(|word| word == label)
        })
}

/// Whether a bare lower-case host may be entered, and may receive requests without a secret.
pub(super) fn accepts(rule: &Parse, host: &str) -> bool {
    belongs(rule, host) || rule.custom && is_public(host) && !is_vendors(rule, host)
}

/// Whether the host lies in the vendor's own domain.
fn is_vendors(rule: &Parse, host: &str) -> bool {
    split(rule, host).is_some() || rule.suffixes.iter().any(|suffix| suffix == host)
}

fn refused(field: &Field, host: &str) -> FieldError {
    let rule = &field.parse;
    let own_page = split(rule, host).is_some_and(|(label, _)| rule.reserved.iter().any(|word| word == label));
    if own_page || rule.suffixes.iter().any(|suffix| suffix == host) {
        return field.error(
            ErrorCode::HostNotAllowed,
            msg!("{host} is a page of the vendor’s own, not the domain of an organization.", host = host),
            example(rule),
        );
    }
    let doubled = rule.suffixes.iter().find_map(|suffix| {
        let last = suffix.rsplit('.').next()?;
        let once = host.strip_suffix(last)?.strip_suffix('.')?;
        belongs(rule, once).then_some(last)
    });
    if let Some(last) = doubled {
        return field.error(
            ErrorCode::HostNotAllowed,
            msg!("The ending .{last} stands there twice.", last = last),
            msg!("Take one of them away."),
        );
    }
    let suffixes = rule.suffixes.iter().map(|suffix| format!("your-org.{suffix}"));
    let known = rule.hosts.iter().cloned().chain(suffixes).collect::<Vec<_>>().join(", ");
    // The message does not repeat the text: it may be a key with dots, pasted into the wrong field.
    field.error(
        ErrorCode::HostNotAllowed,
        msg!(
            "This is not {noun}, which looks like one of: {known}.",
            noun = phrase(&rule.phrase),
            known = &known
        ),
        example(rule),
    )
}

fn placeholder(field: &Field) -> FieldError {
    field.error(
        ErrorCode::HostMalformed,
        msg!("This is still the placeholder of a guide."),
        msg!("Put your own organization in its place, as your browser’s address bar shows it."),
    )
}

fn malformed(field: &Field) -> FieldError {
    field.error(ErrorCode::HostMalformed, msg!("This cannot be read as a domain."), example(&field.parse))
}

fn example(rule: &Parse) -> Sentence {
    let suffix = rule.suffixes.first().map(|suffix| format!("your-org.{suffix}"));
    let known = rule.default.clone().or(suffix).or(rule.hosts.first().cloned());
    let known = known.unwrap_or_else(|| "your-org.example.com".to_owned());
    msg!("Enter the domain you sign in at, such as {known}.", known = &known)
}
