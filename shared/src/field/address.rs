//! The parts of one address, as people type and mistype it: schemes, user information, host with port, path.
//!
//! It knows no rule for hosts. It takes off a scheme that is the web's but for one slip (`https:/`, `https//`, `htps://`, `https:\\`),
//! also if it stands there twice, and a name with a colon before an address. Any other scheme stays foreign.

use super::near::within;
use super::tokens::{before, cut, has, without_start};

/// What stood before the authority.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scheme {
    /// Nothing, or two slashes.
    None,
    /// `https` or `http`, perhaps mistyped.
    Web,
    /// That of a Git remote.
    Remote,
    /// Another one.
    Foreign,
}

/// An address in parts.
pub(super) struct Address<'a> {
    /// What stood before the authority.
    pub(super) scheme: Scheme,
    /// The host with its port, and with what stands before an `@`, except the user of a Git remote.
    pub(super) authority: &'a str,
    /// From the first slash, question mark or hash behind the authority; empty without one.
    pub(super) path: &'a str,
}

/// Splits an address in lower case.
pub(super) fn split(text: &str) -> Address<'_> {
    let (scheme, rest) = scheme(text);
    let (authority, path) = cut(rest, |c| matches!(c, '/' | '?' | '#' | '\\'));
    let host = remote(scheme, authority, path).unwrap_or(authority);
    Address { scheme, authority: host, path }
}

/// The word at the front of a text, the colons and slashes behind it, and the rest.
fn front(text: &str) -> (&str, &str, &str) {
    let (word, after) = cut(text, |c| !c.is_ascii_lowercase() && c != '+');
    let rest = without_start(after, |c| is_slash(c) || is_colon(c));
    (word, before(after, rest), rest)
}

fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\\' | '／')
}

fn is_colon(c: char) -> bool {
    matches!(c, ':' | ';' | '：')
}

fn is_web(word: &str) -> bool {
    within("https", word, 1) || within("http", word, 1)
}

fn scheme(mut text: &str) -> (Scheme, &str) {
    let mut kind = Scheme::None;
    loop {
        let (word, marks, rest) = front(text);
        let slashes = marks.chars().filter(|c| is_slash(*c)).count();
        let colon = has(marks, is_colon);
        if is_web(word) && (colon || slashes > 1) {
            kind = Scheme::Web;
        } else if colon && slashes == 0 {
            // A name before an address. With anything else behind it, the colon is one of a port, or of something foreign.
            let (word, marks, _) = front(rest);
            if !is_web(word) || !has(marks, is_colon) {
                return (kind, text);
            }
        } else if colon && matches!(word, "ssh" | "git" | "git+ssh" | "git+https") {
            kind = Scheme::Remote;
        } else if colon {
            return (Scheme::Foreign, rest);
        } else if slashes < 2 || !word.is_empty() || kind != Scheme::None {
            return (kind, text);
        }
        text = rest;
    }
}

/// The host of a Git remote: without its user, or user and token, and without what follows a colon. Anything else with an `@` may
/// be an e-mail address, or a name in front of another host.
fn remote<'a>(scheme: Scheme, authority: &'a str, path: &str) -> Option<&'a str> {
    let (user, host) = authority.rsplit_once('@')?;
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let is_git = path.ends_with(".git")
        || match scheme {
            Scheme::Remote => true,
            // A token is longer than a name.
            Scheme::Web => user.len() >= 24,
            _ => !port.is_empty() && (user == "git" || host.ends_with(".git")),
        };
    (is_git && (scheme != Scheme::Web || matches!(port, "" | "443"))).then_some(name)
}
