//! Suggestions: the allowed host that a text nearly names. A person must accept it; it is never read by itself.
//!
//! It offers nothing outside the rule, no host of a single customer (`unlisted`), and not the example of a guide.

use super::Field;
use super::address;
use super::domain::{is_label, is_public};
use super::host::{self, belongs};
use super::tokens::{has, tokens, values};
use crate::i18n::phrase;
use crate::msg;
use crate::{ErrorCode, FieldError};

/// The most labels of a name that is compared. A longer one is a sentence.
const LABELS_MAX: usize = 6;

/// Whether two texts differ by at most `most` characters: one more, one less, another one, or two that changed places.
pub(super) fn within(a: &str, b: &str, most: usize) -> bool {
    fn bytes(a: &[u8], b: &[u8], most: usize) -> bool {
        match (a, b) {
            ([], []) => true,
            ([x, a @ ..], [y, b @ ..]) if x == y => bytes(a, b, most),
            _ if most == 0 => false,
            _ => {
                let (a1, b1) = (a.get(1..), b.get(1..));
                let less = most - 1;
                let swapped = matches!((a, b), ([p, q, ..], [r, s, ..]) if p == s && q == r);
                a1.is_some_and(|a1| bytes(a1, b, less))
                    || b1.is_some_and(|b1| bytes(a, b1, less))
                    || a1.zip(b1).is_some_and(|(a1, b1)| bytes(a1, b1, less))
                    || swapped && bytes(a.get(2..).unwrap_or_default(), b.get(2..).unwrap_or_default(), less)
            }
        }
    }
    a.len().abs_diff(b.len()) <= most && bytes(a.as_bytes(), b.as_bytes(), most)
}

/// The error, with the allowed host that was probably meant.
pub(super) fn suggested(field: &Field, error: FieldError, typed: &str) -> FieldError {
    match suggestion(field, typed) {
        Some(host) => offered(error, host),
        None => error,
    }
}

fn offered(error: FieldError, host: String) -> FieldError {
    FieldError {
        fix: msg!("Did you mean {host}?", host = &host),
        suggestion: Some(host),
        causes: Vec::new(),
        ..error
    }
}

/// The warning about a customer's own domain that is nearly one of the vendor's.
pub(super) fn warning(field: &Field, host: &str) -> Option<FieldError> {
    let (_, meant) = nearest(field, host)?;
    let message = msg!("This is not {noun}, but it looks like one.", noun = phrase(&field.parse.phrase));
    Some(offered(field.error(ErrorCode::UnusualShape, message.clone(), message), meant))
}

/// The allowed host that a text nearly names. A name of one label counts only if nothing else is there.
fn suggestion(field: &Field, typed: &str) -> Option<String> {
    let values = values(&tokens(typed));
    let alone = values.len() == 1 && !has(typed, |c| matches!(c, '{' | '<' | '['));
    let mut joined = String::new();
    for value in &values {
        joined.extend([*value, "."]);
    }
    let mut best = nearest(field, &plain(&joined)).filter(|(cost, _)| *cost < 2);
    for value in values {
        let authority = address::split(value).authority;
        let (name, port) = authority.rsplit_once(':').unwrap_or((authority, ""));
        let name = plain(if has(port, |c| !c.is_ascii_digit()) { authority } else { name });
        if alone || has(&name, |c| c == '.') {
            let near = nearest(field, &name);
            best = match (near, best) {
                (Some(near), Some(best)) if near.0 >= best.0 => Some(best),
                (near, best) => near.or(best),
            };
        }
    }
    Some(best?.1)
}

/// The name in a text: hyphens of every kind are ASCII's, and whatever no name has is a dot.
fn plain(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        match c {
            '‐'..='―' | '−' | '-' => name.push('-'),
            c if c.is_ascii_alphanumeric() => name.push(c),
            // A letter that only looks like one of ASCII.
            c if c > '\u{bf}' && !matches!(c, '\u{2000}'..='\u{206f}') => name.push('?'),
            _ if name.ends_with('.') || name.is_empty() => {}
            _ => name.push('.'),
        }
    }
    name.trim_end_matches('.').to_owned()
}

/// The nearest allowed host to a name, and how far it is.
fn nearest(field: &Field, name: &str) -> Option<(usize, String)> {
    let rule = &field.parse;
    let mut best: Option<(usize, String)> = None;
    let example = field.placeholder.as_deref().and_then(|host| host.split('.').next());
    let mut consider = |cost: Option<usize>, host: &str| {
        let Some(cost) = cost else { return };
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, host.to_owned()));
        }
    };
    // The vendor's own name is no organization's.
    let own = rule.suffixes.iter().any(|suffix| suffix.split('.').any(|label| label == name));
    if own || name.split('.').count() > LABELS_MAX {
        return None;
    }
    let mut rest = name;
    let mut dropped = 0;
    loop {
        let label = rest.split('.').next().unwrap_or_default();
        for suffix in &rule.suffixes {
            // The organization's own label, or what stands before the suffix without a dot.
            let glued = rest.strip_suffix(suffix.as_str()).unwrap_or_default().trim_end_matches(['-', '.']);
            for (label, far) in [(label, 0), (glued, 2)] {
                let host = [label, ".", suffix].concat();
                if is_label(label) && Some(label) != example && belongs(rule, &host) {
                    let cost = if far > 0 { Some(far) } else { cost(rest, &host, dropped == 0) };
                    consider(cost.map(|cost| cost + dropped), &host);
                }
            }
        }
        let regions = rule.regions.iter().flat_map(|region| region.from.iter().chain([&region.host]));
        for host in rule.hosts.iter().chain(regions.filter(|host| !host.starts_with('*'))) {
            let parent = host.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.'));
            let beside = parent.and_then(|parent| rest.strip_suffix(parent));
            let beside = beside
                .and_then(|front| if front.is_empty() { Some(2) } else { front.ends_with('.').then_some(3) });
            let cost = cost(rest, host, dropped == 0).or(beside);
            consider(cost.map(|cost| cost + dropped), host);
        }
        let Some((_, shorter)) = rest.split_once('.') else { break };
        rest = shorter;
        dropped = 1;
    }
    // What is suggested is read as anything else: strictly.
    let (cost, host) = best?;
    Some((cost, host::read(field, &host).ok()?.0))
}

/// How far a name is from a host; `None` if it is not near. `whole` says that no label was left out in front.
fn cost(name: &str, host: &str, whole: bool) -> Option<usize> {
    let stem = host.rsplit_once('.')?.0;
    // Label by label, and all at once if a dot is missing or too much.
    let slips = |slip: usize| {
        let near = |(a, b): (&str, &str)| within(a, b, if b.len() < 8 { slip.min(1) } else { slip });
        name.split('.').count() == host.split('.').count() && name.split('.').zip(host.split('.')).all(near)
            || within(name, host, slip.min(1))
    };
    if let Some(slip) = (0..3).find(|slip| slips(*slip)) {
        return Some(slip);
    }
    // The last label is missing, or another one: `acme.okta`, `acme.okta.eu`, `acme.okta.co.uk`.
    let ending = name
        .strip_prefix(stem)
        .and_then(|rest| if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') });
    let other = |ending: &str| {
        ending.split_once('.').is_none_or(|(first, _)| matches!(first, "co" | "com")) && is_public(name)
    };
    if (stem.contains('.') || whole) && ending.is_some_and(|ending| ending.is_empty() || other(ending)) {
        return Some(2);
    }
    let alone =
        whole && !name.contains('.') && host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    alone.then_some(3)
}
