//! The simulated providers of test mode. Their responses come from the provider's file; they use no network.
//!
//! `connections/verify_in_mode.rs` alone chooses between the simulation and the network, by mode. No code path holds both. The project's store remembers
//! whether a simulated key was used before, under a hash of the key.

use crate::crypto::digest::text_hash;
use crate::ports::{Fetch, FetchError, Incoming, Outgoing};
use crate::time::{http_date, iso};
use latchkey_shared::Secret;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::provider::Provider;
use latchkey_shared::simulation::{Past, Simulated};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// One simulated provider.
pub struct Simulator {
    provider: &'static Provider,
    now: i64,
    /// What happened to the key before.
    past: Vec<Past>,
    /// What the requests made of the key since.
    then: RefCell<Vec<Past>>,
}

impl Simulator {
    /// Simulates a provider at the time `now`, in milliseconds since 1970. `past` is what happened to the key before.
    #[must_use]
    pub fn new(provider: &'static Provider, now: i64, past: impl IntoIterator<Item = Past>) -> Self {
        Self { provider, now, past: past.into_iter().collect(), then: RefCell::default() }
    }

    fn find_response(&self, line: &str, key: &str) -> Option<&'static Simulated> {
        self.provider.test_mode.simulation.iter().find(|rule| {
            matches(&rule.request, line)
                && (rule.keys.is_empty() || rule.keys.iter().any(|start| key.starts_with(start)))
                && rule
                    .after
                    .is_none_or(|wanted| self.past.contains(&wanted) || self.then.borrow().contains(&wanted))
        })
    }

    /// What the requests made of the key.
    pub(crate) fn then(self) -> Vec<Past> {
        self.then.into_inner()
    }
}

impl Fetch for Simulator {
    async fn fetch(&self, request: Outgoing) -> std::result::Result<Incoming, FetchError> {
        let line = format!("{} {}", request.method, request.url);
        let key = key_of(self.provider, &request.headers);
        let rule = self.find_response(&line, key).ok_or(FetchError::Network)?;
        self.then.borrow_mut().extend(rule.then);
        // Status 0 plays an answer that never comes.
        if rule.status == 0 {
            return Err(FetchError::TimedOut);
        }
        let mut headers =
            collect_btree(rule.headers.iter().map(|(name, value)| (name.clone(), self.header(value))));
        headers.retain(|name, _| request.wanted.contains(name));
        Ok(Incoming { status: rule.status, headers, body: self.body(&rule.body, key).into_bytes() })
    }
}

impl Simulator {
    fn header(&self, value: &str) -> String {
        let ahead = |seconds: &str| Some(self.now + seconds.parse::<i64>().ok()? * 1000);
        match value.strip_prefix('+') {
            None if value == "now" => http_date(self.now),
            None => value.to_owned(),
            Some(rest) => match rest.strip_suffix("ms") {
                Some(seconds) => ahead(seconds).map(|ms| ms.to_string()),
                None => ahead(rest).map(|ms| (ms / 1000).to_string()),
            }
            .unwrap_or_default(),
        }
    }

    /// Puts times into a body: `{now+3d}` in milliseconds since 1970, `{iso+3d}` in ISO 8601; and what is new each time.
    fn body(&self, template: &str, key: &str) -> String {
        let mut text = String::new();
        let fresh = || text_hash(&format!("{key} {}", self.now)).to_lowercase();
        let fresh = || fresh().chars().filter(char::is_ascii_alphanumeric).take(20).collect::<String>();
        let template = if template.contains("{fresh}") {
            Cow::Owned(template.replace("{fresh}", &fresh()))
        } else {
            Cow::Borrowed(template)
        };
        let mut rest = template.as_ref();
        while let Some((before, after)) = split_at_time(rest) {
            text.push_str(before);
            let (iso_time, days, after) = after;
            let at = self.now + days * 24 * 3600 * 1000;
            text.push_str(&if iso_time { iso(at) } else { at.to_string() });
            rest = after;
        }
        text + rest
    }
}

type TimeMark<'a> = (bool, i64, &'a str);

/// The text before the next time mark, then the mark: whether it is ISO 8601, its days, and the text after it.
fn split_at_time(text: &str) -> Option<(&str, TimeMark<'_>)> {
    let starts = ["{now", "{iso"].iter().filter_map(|start| text.find(start));
    let (before, rest) = text.split_at_checked(starts.min()?)?;
    let (mark, after) = rest.split_once('}')?;
    let days = mark.get(4..)?.strip_suffix('d')?;
    Some((before, (mark.starts_with("{iso"), days.parse().ok()?, after)))
}

/// The key in a request: the value of the provider's first secret header, without the text before the key.
fn key_of<'a>(provider: &Provider, headers: &'a BTreeMap<String, Secret>) -> &'a str {
    let Some((name, template)) = provider.secret_headers.iter().next() else { return "" };
    let before = template.split('{').next().unwrap_or_default();
    // Exposed to be compared with the documented beginnings of test values.
    let value = headers.get(&name.to_ascii_lowercase()).map_or("", |value| value.expose());
    value.strip_prefix(before).unwrap_or_default()
}

/// Whether a request line matches a pattern, in which `*` stands for any text.
fn matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == line,
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|line| {
            line.char_indices()
                .map(|(at, _)| at)
                .chain([line.len()])
                .any(|at| line.get(at..).is_some_and(|line| matches(rest, line)))
        }),
    }
}
