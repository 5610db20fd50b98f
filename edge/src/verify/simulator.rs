//! The simulated providers of test mode. Their responses come from the provider's file; they use no network.
//!
//! `verify_in_mode.rs` alone chooses between the simulation and the network, by mode. No code path holds both. The project's store remembers
//! when a simulated key was used, under a hash of the key, so that keys age with the project's test clock.

use crate::credential::{Credential, form_encoded};
use crate::crypto::digest::text_hash;
use crate::ports::{Fetch, FetchError, Incoming, Outgoing};
use crate::time::{http_date, iso};
use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_shared::Secret;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::provider::Provider;
use latchkey_shared::simulation::{Past, Simulated};
use std::cell::RefCell;

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;

positional! {
    /// What a simulated provider remembers of a key. Times are milliseconds since 1970, in the time of test mode.
    #[derive(Clone, Debug)]
    pub struct KeyMemory {
        /// The time now.
        pub now: i64,
        /// When the key was first used. Now, if it was not used before.
        pub first: i64,
        /// When it was last used before. Now, if it was not.
        pub last: i64,
        /// What happened to it before.
        pub past: Vec<Past>,
    }
}

impl KeyMemory {
    /// The memory of a key that is used for the first time.
    #[must_use]
    pub fn new(now: i64) -> Self {
        Self { now, first: now, last: now, past: Vec::new() }
    }
}

/// One simulated provider.
pub struct Simulator {
    provider: &'static Provider,
    key: KeyMemory,
    /// The secrets of the credential, in the order of the form.
    secrets: Vec<Secret>,
    /// What the requests made of the key since.
    then: RefCell<Vec<Past>>,
}

impl Simulator {
    /// Simulates a provider that remembers this of the key. It knows the credential, so that it finds a key wherever a request has it.
    #[must_use]
    pub fn new(provider: &'static Provider, credential: &Credential, key: KeyMemory) -> Self {
        let secrets = provider.fields.iter().filter(|field| field.secret);
        let secrets = secrets.filter_map(|field| credential.value(&field.id)).cloned().collect();
        Self { provider, key, secrets, then: RefCell::default() }
    }

    fn find_response(&self, line: &str, keys: &[&str]) -> Option<&'static Simulated> {
        let is_for = |rule: &Simulated| match keys {
            [] => rule.is_for(""),
            keys => keys.iter().any(|key| rule.is_for(key)),
        };
        self.provider.test_mode.simulation.iter().find(|rule| {
            let ms = |days: u32| i64::from(days) * DAY_MS;
            let KeyMemory { now, first, last, past } = &self.key;
            matches(&rule.request, line)
                && is_for(rule)
                && rule
                    .after
                    .is_none_or(|wanted| past.contains(&wanted) || self.then.borrow().contains(&wanted))
                && rule.after_days.is_none_or(|days| now - first >= ms(days))
                && rule.until_days.is_none_or(|days| now - first < ms(days))
                && rule.idle_days.is_none_or(|days| now - last >= ms(days))
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
        let keys = self.keys_in(&request);
        let rule = self.find_response(&line, &keys).ok_or(FetchError::Network)?;
        let key = keys.first().copied().unwrap_or_default();
        self.then.borrow_mut().extend(rule.then);
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
    /// The secrets that a request carries: in a header, in one of Basic authentication too, or in its body. An access token that
    /// contains the key carries it.
    fn keys_in<'a>(&'a self, request: &Outgoing) -> Vec<&'a str> {
        // Exposed to be compared with the documented test values.
        let mut texts: Vec<String> =
            request.headers.values().map(|value| value.expose().to_owned()).collect();
        let decoded = |text: &String| {
            let bytes = STANDARD.decode(text.strip_prefix("Basic ")?).ok()?;
            String::from_utf8(bytes).ok()
        };
        texts.extend(texts.iter().filter_map(decoded).collect::<Vec<_>>());
        texts.extend(request.body.iter().map(|body| body.expose().to_owned()));
        let carried = |secret: &&str| {
            let encoded = form_encoded(secret);
            texts.iter().any(|text| text.contains(*secret) || text.contains(&encoded))
        };
        self.secrets.iter().map(Secret::expose).filter(carried).collect()
    }

    fn header(&self, value: &str) -> String {
        let ahead = |seconds: &str| Some(self.key.now + seconds.parse::<i64>().ok()? * 1000);
        match value.strip_prefix('+') {
            None if value == "now" => http_date(self.key.now),
            None => value.to_owned(),
            Some(rest) => match rest.strip_suffix("ms") {
                Some(seconds) => ahead(seconds).map(|ms| ms.to_string()),
                None => ahead(rest).map(|ms| (ms / 1000).to_string()),
            }
            .unwrap_or_default(),
        }
    }

    /// Puts times into a body: those of [`MARKS`], each followed by a number of days; what is new each time; and the key.
    fn body(&self, template: &str, key: &str) -> String {
        let mut text = String::new();
        let fresh = text_hash(&format!("{key} {}", self.key.now));
        let template = template.replace("{fresh}", fresh.get(..12).unwrap_or_default()).replace("{key}", key);
        let mut rest = template.as_str();
        while let Some((before, mark, days, after)) = split_at_time(rest) {
            text.push_str(before);
            let from = if mark.starts_with("{first") { self.key.first } else { self.key.now };
            let at = from + days * DAY_MS;
            text.push_str(&if mark.to_ascii_lowercase().ends_with("iso") { iso(at) } else { at.to_string() });
            rest = after;
        }
        text + rest
    }
}

/// The beginnings of the times in a body: now or the first use of the key, in milliseconds since 1970 or in ISO 8601.
const MARKS: [&str; 4] = ["{now", "{iso", "{first", "{firstIso"];

/// The text before the next time, then the beginning of the time, its days, and the text after it.
fn split_at_time(text: &str) -> Option<(&str, &str, i64, &str)> {
    let at = |mark: &&str| ["+", "-"].iter().filter_map(|sign| text.find(&[*mark, sign].concat())).min();
    let (at, mark) = MARKS.iter().filter_map(|mark| Some((at(mark)?, *mark))).min()?;
    let (before, rest) = text.split_at_checked(at)?;
    let (days, after) = rest.get(mark.len()..)?.split_once("d}")?;
    Some((before, mark, days.parse().ok()?, after))
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
