//! Parses the host of an organization from a bare name, a URL, an admin console's address, or a text that contains one.
//!
//! The value is an origin, `https://<host>`, that the field's rule allows: a listed host, a host one label below a suffix, or, if
//! the operator opted in, a public domain of the customer. IP addresses, ports, user information and names of one label are refused
//! before the rule is applied.

use super::address::{self, Scheme};
use super::domain::{is_address, is_label, is_name, is_public, to_ascii};
use super::tokens::{cut, has, tokens};
use super::{Field, Parse, Parsed, base_path, near, region};
use crate::i18n::{Sentence, phrase};
use crate::msg;
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    if let Some(region) = region::named(&field.parse, text) {
        changes.push(region::told(region));
        return Ok(Parsed { value: ["https://", &region.host].concat(), changes, warning: None });
    }
    let typed = plain(text);
    // With spaces in it, it is a text around an address.
    let whole =
        if has(&typed, char::is_whitespace) { Err(malformed(field, "")) } else { read(field, &typed) };
    let (host, told) = match whole {
        Ok((host, true)) => {
            let told = msg!("Changed the admin console’s address to {host}.", host = &host);
            (host, Some(told))
        }
        Ok((host, false)) => {
            let host = with_path(field, text, &typed, host)?;
            let told = (host != text).then(|| msg!("Read as {host}.", host = &host));
            (host, told)
        }
        Err(error) => {
            let host = with_path(field, text, &typed, among(field, &typed, error)?)?;
            let told = msg!("Took {found} out of the text around it.", found = &host);
            (host, Some(told))
        }
    };
    changes.extend(told.map(|told| region::of_host(&field.parse, &host).map_or(told, region::told)));
    // A customer's own domain that nearly is one of the vendor's.
    let own = !belongs(&field.parse, &host);
    let warning = own.then(|| near::warning(field, &host)).flatten();
    Ok(Parsed { value: ["https://", &host].concat(), changes, warning })
}

/// The host with the path of its address, if the rule keeps it. Only a service that the customer runs may have one.
fn with_path(field: &Field, text: &str, typed: &str, host: String) -> Result<String, FieldError> {
    let rule = &field.parse;
    if !rule.path || !rule.unlisted.contains(&host) && belongs(rule, &host) {
        return Ok(host);
    }
    let tokens = tokens(typed);
    let names_it = |word: &&str| read(field, word).is_ok_and(|(found, _)| found == host);
    let address = [typed].into_iter().chain(tokens.iter().map(|token| token.text)).find(names_it);
    let Some(address) = address else { return Ok(host) };
    // In its own case, where each character has as many bytes in lower case.
    let at = super::place(typed, address).filter(|_| typed.len() == text.len());
    let address = at.and_then(|at| text.get(at..at + address.len())).unwrap_or(address);
    Ok([host, base_path::of_address(field, address)?].concat())
}

/// The allowed host that a label stands for: the one below the only suffix.
pub(super) fn of_label(rule: &Parse, label: &str) -> Option<String> {
    let [suffix] = rule.suffixes.as_slice() else { return None };
    let host = [&label.to_ascii_lowercase(), ".", suffix].concat();
    belongs(rule, &host).then_some(host)
}

/// The text in lower case, with the characters that UTS 46 maps to those of a name: other full stops, full-width letters, digits
/// and hyphens. Any other character that only looks like one of them stays, and is refused.
fn plain(text: &str) -> String {
    let map = |c: char| match c {
        '。' | '｡' | '．' => '.',
        '－' => '-',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_lowercase()
        }
        c => c.to_ascii_lowercase(),
    };
    text.chars().map(map).collect()
}

/// The allowed host that a text contains, if it is the only one.
pub(super) fn captured(field: &Field, text: &str) -> Option<String> {
    let mut found = all(field, &plain(text));
    found.pop().filter(|_| found.is_empty())
}

/// As [`captured`], or the error: `error` if there is none, with what was probably meant.
fn among(field: &Field, typed: &str, error: FieldError) -> Result<String, FieldError> {
    let mut found = all(field, typed);
    match found.pop() {
        Some(_) if !found.is_empty() => Err(field.several(ErrorCode::HostMalformed)),
        Some(host) => Ok(host),
        None if error.code == ErrorCode::HostIsAddress => Err(error),
        None => Err(near::suggested(field, error, typed)),
    }
}

/// Every allowed host in a text, once. A run without spaces that names any other host too has none.
fn all(field: &Field, typed: &str) -> Vec<String> {
    let tokens = tokens(typed);
    let (mut found, mut run) = (Vec::new(), Vec::new());
    let (mut foreign, mut inside) = (false, false);
    let (mut org, mut base) = (Some(""), None);
    for (at, token) in tokens.iter().enumerate() {
        let address = address::split(token.text);
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).filter(|before| before.is_name());
        // The rest of an address is not searched: `evil.example/(acme.okta.com`.
        if !inside {
            match read(field, token.text) {
                Ok((host, _)) => run.push(host),
                // The name of a value may have dots: `okta.client.orgUrl=https://…`, but not `evil.example=acme.okta.com`.
                Err(_) if !token.is_name() => foreign |= names_host(address.authority),
                Err(_) => {
                    let next = tokens.get(at + 1).map(|next| address::split(next.text).scheme);
                    foreign |= next != Some(Scheme::Web) && names_host(address.authority);
                }
            }
            inside = !address.path.is_empty();
        }
        inside &= !token.ends_address();
        // Two settings may name a host together, as Terraform's `org_name` and `base_url` do.
        if let Some(name) = before {
            base = base.or(field.parse.suffixes.iter().find(|suffix| *suffix == address.authority));
            if super::holds(name.text, "org") && is_label(token.text) {
                org = org.filter(|org| org.is_empty()).map(|_| token.text);
            }
        }
        if token.ends_run() {
            for host in std::mem::take(&mut run) {
                if !foreign && !found.contains(&host) {
                    found.push(host);
                }
            }
            foreign = false;
        }
    }
    if found.is_empty() {
        // The two settings, or one name with spaces around its dots.
        let joined = match (org, base) {
            (Some(org), Some(base)) => [org, ".", base].concat(),
            _ => {
                let mut joined = String::new();
                for part in typed.split('.') {
                    joined.extend([part.trim(), "."]);
                }
                joined.pop();
                joined
            }
        };
        if !has(&joined, char::is_whitespace) {
            found.extend(read(field, &joined).ok().map(|(host, _)| host));
        }
    }
    found
}

/// Whether an authority names a host, if not one that is allowed.
fn names_host(authority: &str) -> bool {
    let (name, _) = cut(authority, |c| c == ':');
    let Some((_, last)) = name.rsplit_once('.') else { return has(authority, |c| c == '@') };
    let top = last.len() > 1 && last.bytes().all(|b| b.is_ascii_alphabetic());
    top || !authority.is_ascii() || has(authority, |c| c == '@') || is_address(name)
}

/// The host in a name or URL in lower case, and whether it was changed from an admin console's host.
pub(super) fn read(field: &Field, text: &str) -> Result<(String, bool), FieldError> {
    let rule = &field.parse;
    if has(text, |c| matches!(c, '{' | '}' | '<' | '>' | '['))
        && !super::holds(text, "://[")
        && !text.starts_with('[')
    {
        return Err(placeholder(field));
    }
    let address = address::split(text);
    if address.scheme == Scheme::Foreign {
        return Err(malformed(field, ""));
    }
    if has(address.authority, |c| c == '@') {
        return Err(field.error(
            ErrorCode::HostMalformed,
            msg!("This holds an @, as an e-mail address or a user name does."),
            example(field),
        ));
    }
    let authority = without_port(field, address.authority.trim())?;
    if is_address(authority) {
        return Err(field.error(
            ErrorCode::HostIsAddress,
            msg!("This is an address of a machine, not the domain of an organization."),
            example(field),
        ));
    }
    let ascii = to_ascii(authority).ok_or_else(|| malformed(field, authority))?;
    let host = ascii.trim_end_matches('.');
    let region = region::of_host(rule, host);
    let vendors = region.is_some() || is_vendors(rule, host);
    // The vendor's names are ASCII, so a name with another letter only looks like one of them.
    if is_address(host) || !is_name(host) || !authority.is_ascii() && vendors {
        return Err(malformed(field, authority));
    }
    if let Some(region) = region {
        return Ok((region.host.clone(), region.host != host));
    }
    // A host that is read from the key is one of the vendor's own, so the one of the placeholder is as real as the others.
    let own = rule.within.is_empty() && !rule.hosts.iter().any(|known| known == host);
    if own && field.placeholder.as_deref() == Some(host) {
        return Err(placeholder(field));
    }
    if !host.contains('.') {
        return Err(field.error(
            ErrorCode::HostMalformed,
            msg!("This is only one part of a domain."),
            example(field),
        ));
    }
    let org = without_admin(rule, host);
    let rewritten = org.is_some();
    let host = org.unwrap_or_else(|| host.to_owned());
    match accepts(rule, &host) {
        true => Ok((host, rewritten)),
        false if !authority.is_ascii() => Err(malformed(field, authority)),
        false => Err(refused(field, &host)),
    }
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
            example(field),
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
    let regions = rule.regions.iter().map(|region| &region.host);
    rule.hosts.iter().chain(&rule.unlisted).chain(regions).any(|known| known == host)
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
            example(field),
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
    let regions = rule.regions.iter().map(|region| region.label.clone());
    let known = regions.chain(rule.hosts.iter().cloned()).chain(suffixes).collect::<Vec<_>>().join(", ");
    // The message does not repeat the text: it may be a key with dots, pasted into the wrong field.
    let error = field.error(
        ErrorCode::HostNotAllowed,
        msg!("This is not {noun}.", noun = phrase(&rule.phrase)),
        example(field),
    );
    FieldError { causes: vec![msg!("It looks like one of: {known}.", known = &known)], ..error }
}

fn placeholder(field: &Field) -> FieldError {
    field.error(
        ErrorCode::HostMalformed,
        msg!("This is still the placeholder of a guide."),
        msg!("Put your own organization in its place, as your browser’s address bar shows it."),
    )
}

/// Names the first character that no name of the service has, if there is one.
fn malformed(field: &Field, name: &str) -> FieldError {
    let message = match name.chars().find(|c| !c.is_ascii()) {
        Some(odd) => super::odd_character(&field.parse, odd),
        None => msg!("This cannot be read as a domain."),
    };
    field.error(ErrorCode::HostMalformed, message, example(field))
}

fn example(field: &Field) -> Sentence {
    let rule = &field.parse;
    if !rule.regions.is_empty() {
        return field.wanted();
    }
    let suffix = rule.suffixes.first().map(|suffix| format!("your-org.{suffix}"));
    let known = rule.default.clone().or(suffix).or(rule.hosts.first().cloned());
    let known = known.unwrap_or_else(|| "your-org.example.com".to_owned());
    msg!("Enter the domain you sign in at, such as {known}.", known = &known)
}
