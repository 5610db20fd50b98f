//! The simulated providers of test mode. They answer from the provider's file, and reach nothing.
//!
//! `verify_in` is the one place that chooses between them and the network, by the mode; no path holds both. Whether a simulated
//! key was used before is remembered by the project's store, under a hash of the key.

use crate::ports::{Fetch, FetchError, Incoming, Outgoing};
use crate::time::{http_date, iso};
use latchkey_shared::Secret;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::provider::Provider;
use latchkey_shared::simulation::{Past, Simulated};
use std::collections::BTreeMap;

/// A provider that lives in its file.
pub struct Simulator {
    provider: &'static Provider,
    now: i64,
    /// What happened to the key, as far as this simulator knows.
    past: Vec<Past>,
}

impl Simulator {
    /// The provider at a time in milliseconds since 1970, for a key to which this happened before.
    #[must_use]
    pub fn new(provider: &'static Provider, now: i64, past: impl IntoIterator<Item = Past>) -> Self {
        Self { provider, now, past: past.into_iter().collect() }
    }

    fn answer(&self, line: &str, key: &str) -> Option<&'static Simulated> {
        self.provider.test_mode.simulation.iter().find(|rule| {
            matches(&rule.request, line)
                && (rule.keys.is_empty() || rule.keys.iter().any(|start| key.starts_with(start)))
                && rule.after.is_none_or(|wanted| self.past.contains(&wanted))
        })
    }
}

impl Fetch for Simulator {
    async fn fetch(&self, request: Outgoing) -> std::result::Result<Incoming, FetchError> {
        let line = format!("{} {}", request.method, request.url);
        let rule = self.answer(&line, key_of(self.provider, &request.headers)).ok_or(FetchError::Network)?;
        let mut headers =
            collect_btree(rule.headers.iter().map(|(name, value)| (name.clone(), self.header(value))));
        headers.retain(|name, _| request.wanted.contains(name));
        Ok(Incoming { status: rule.status, headers, body: self.body(&rule.body).into_bytes() })
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

    /// Puts the times into a body: `{now+3d}` and `{iso+3d}`.
    fn body(&self, template: &str) -> String {
        let mut text = String::new();
        let mut rest = template;
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

/// The text before the next time, whether it is ISO 8601, in how many days, and the text behind it.
fn split_at_time(text: &str) -> Option<(&str, TimeMark<'_>)> {
    let starts = ["{now", "{iso"].iter().filter_map(|start| text.find(start));
    let (before, rest) = text.split_at_checked(starts.min()?)?;
    let (mark, after) = rest.split_once('}')?;
    let days = mark.get(4..)?.strip_suffix('d')?;
    Some((before, (mark.starts_with("{iso"), days.parse().ok()?, after)))
}

/// The key that a request carries: the first of the provider's secret headers, without what stands before the key.
fn key_of<'a>(provider: &Provider, headers: &'a BTreeMap<String, Secret>) -> &'a str {
    let Some((name, template)) = provider.secret_headers.iter().next() else { return "" };
    let before = template.split('{').next().unwrap_or_default();
    // Exposed to be compared with the documented beginnings of test values.
    let value = headers.get(&name.to_ascii_lowercase()).map_or("", |value| value.expose());
    value.strip_prefix(before).unwrap_or_default()
}

/// Whether a request line is as a pattern says, in which `*` stands for any text.
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
