//! The addresses of the console: `/console/<mode>/<page>…?<view>`, and the calls of the API that each page is made of.
//!
//! Everything that a person chose (filters, sorting, the place in a list) is in the address, so that a view can be kept and sent on.
//! The edge and the browser read the same addresses. It refuses to know how a page looks.

use latchkey_shared::Mode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a part of an address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b',');

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The linked accounts.
    Accounts,
    /// One account: its provider and its id.
    Account(String, String),
    /// Linking an account, in three ways.
    Link,
    /// Connect sessions.
    Sessions,
    /// One connect session.
    Session(String),
    /// What happened.
    Events,
    /// Webhook endpoints.
    Webhooks,
    /// One endpoint and its deliveries.
    Webhook(String),
    /// The audit log.
    Audit,
    /// API keys.
    Keys,
    /// Who is signed in to the console.
    People,
    /// The keys that seal credentials.
    Vault,
    /// The look of the form.
    Look,
    /// The providers.
    Providers,
    /// One provider.
    Provider(String),
    /// Checks, queues, storage and limits.
    Status,
}

/// An address of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Test or live.
    pub mode: Mode,
    /// The page.
    pub page: Page,
    /// What the address says after its question mark: names and values.
    pub query: Vec<(String, String)>,
}

impl Route {
    /// A page of a mode, as it is at first.
    #[must_use]
    pub fn new(mode: Mode, page: Page) -> Self {
        Self { mode, page, query: Vec::new() }
    }

    /// Reads an address with its query. `None` if the console has no such page.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut parts = path.strip_prefix("/console/")?.split('/').map(decoded);
        let mode = Mode::parse(&parts.next()?)?;
        let (name, first, second) = (parts.next()?, parts.next(), parts.next());
        let page = match (name.as_str(), first, second) {
            ("accounts", None, None) => Page::Accounts,
            ("accounts", Some(app), Some(id)) => Page::Account(app, id),
            ("link", None, None) => Page::Link,
            ("sessions", None, None) => Page::Sessions,
            ("sessions", Some(id), None) => Page::Session(id),
            ("events", None, None) => Page::Events,
            ("webhooks", None, None) => Page::Webhooks,
            ("webhooks", Some(id), None) => Page::Webhook(id),
            ("audit-log", None, None) => Page::Audit,
            ("api-keys", None, None) => Page::Keys,
            ("people", None, None) => Page::People,
            ("vault", None, None) => Page::Vault,
            ("look", None, None) => Page::Look,
            ("providers", None, None) => Page::Providers,
            ("providers", Some(id), None) => Page::Provider(id),
            ("status", None, None) => Page::Status,
            _ => return None,
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(&value.replace('+', " ")))
        });
        parts.next().is_none().then(|| Self { mode, page, query: query.collect() })
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> String {
        let path = match &self.page {
            Page::Accounts => "accounts".to_owned(),
            Page::Account(app, id) => ["accounts", &encoded(app), &encoded(id)].join("/"),
            Page::Link => "link".to_owned(),
            Page::Sessions => "sessions".to_owned(),
            Page::Session(id) => ["sessions", &encoded(id)].join("/"),
            Page::Events => "events".to_owned(),
            Page::Webhooks => "webhooks".to_owned(),
            Page::Webhook(id) => ["webhooks", &encoded(id)].join("/"),
            Page::Audit => "audit-log".to_owned(),
            Page::Keys => "api-keys".to_owned(),
            Page::People => "people".to_owned(),
            Page::Vault => "vault".to_owned(),
            Page::Look => "look".to_owned(),
            Page::Providers => "providers".to_owned(),
            Page::Provider(id) => ["providers", &encoded(id)].join("/"),
            Page::Status => "status".to_owned(),
        };
        let address = ["/console", self.mode.as_str(), &path].join("/");
        with_query(address, self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// A value of the query. Empty is the same as missing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same page with another value, from its first rows on. `None` takes the value away.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let kept = self.query.iter().filter(|(known, _)| known != name && known != "cursor");
        let mut query: Vec<_> = kept.cloned().collect();
        query
            .extend(value.filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value.to_owned())));
        Self { mode: self.mode, page: self.page.clone(), query }
    }

    /// The same view with a column hidden, or shown again.
    #[must_use]
    pub fn toggled(&self, column: &str) -> Self {
        let hidden = self.get("hide").unwrap_or_default();
        let was = hidden.split(',').any(|one| one == column);
        let mut left: Vec<&str> = hidden.split(',').filter(|one| !one.is_empty() && *one != column).collect();
        if !was {
            left.push(column);
        }
        let mut route = self.clone();
        route.query.retain(|(name, _)| name != "hide");
        if !left.is_empty() {
            route.query.push(("hide".to_owned(), left.join(",")));
        }
        route
    }

    /// The calls of the API that this page is made of, in the order in which its view reads their answers.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        let list = |path: &str, names: &[&str], more: &[(&str, &str)]| {
            let chosen = names.iter().filter_map(|name| Some((*name, self.get(name)?)));
            with_query(["/api/v1/", path].concat(), chosen.chain(more.iter().copied()))
        };
        let account =
            |app: &str, id: &str| ["/api/v1/app-connections", &encoded(app), &encoded(id)].join("/");
        match &self.page {
            Page::Accounts => {
                let (shown, counted) = ACCOUNT_QUERY.split_at(3);
                let size = [("limit", "50")];
                let all = [shown, counted].concat();
                vec![list("app-connections", &all, &size), list("app-connections/counts", counted, &[])]
            }
            Page::Account(app, id) => vec![
                account(app, id),
                [&account(app, id), "/history"].concat(),
                list("audit-log", &[], &[("subject", id), ("limit", "20")]),
                list("events", &[], &[("connection", id), ("limit", "100")]),
            ],
            Page::Link => {
                let mut calls = vec![list("providers", &[], &[]), list("project", &[], &[])];
                calls.extend(self.get("provider").map(|id| ["/api/v1/providers/", &encoded(id)].concat()));
                calls
            }
            Page::Sessions => {
                vec![list("connect-sessions", &["state", "provider", "cursor"], &[("limit", "50")])]
            }
            Page::Session(id) => vec![["/api/v1/connect-sessions/", &encoded(id)].concat()],
            Page::Events => vec![list(
                "events",
                &["types", "connection"],
                &[("after", self.get("after").unwrap_or_default()), ("limit", "100")],
            )],
            Page::Webhooks => vec![list("webhook-endpoints", &[], &[])],
            Page::Webhook(id) => {
                let endpoint = ["webhook-endpoints/", &encoded(id)].concat();
                let deliveries = [&endpoint, "/deliveries"].concat();
                vec![list(&endpoint, &[], &[]), list(&deliveries, &["state", "cursor"], &[("limit", "50")])]
            }
            Page::Audit => vec![
                list(
                    "audit-log",
                    &["actor", "action", "subject", "outcome", "since", "until", "cursor"],
                    &[("limit", "50")],
                ),
                list("audit-log/head", &[], &[]),
            ],
            Page::Keys => vec![list("api-keys", &[], &[])],
            Page::People => vec![list("console-sessions", &[], &[])],
            Page::Vault => vec![list("vault", &[], &[])],
            Page::Look => vec![list("project", &[], &[])],
            Page::Providers => vec![list("providers", &[], &[]), list("project", &[], &[])],
            Page::Provider(id) => {
                vec![["/api/v1/providers/", &encoded(id)].concat(), list("project", &[], &[])]
            }
            Page::Status => vec![list("status", &[], &[])],
        }
    }
}

/// What the address of the accounts page may say. The first three say which rows are shown, and change no count.
pub const ACCOUNT_QUERY: [&str; 8] =
    ["sort", "cursor", "limit", "q", "provider", "health", "type", "freshness"];

/// An address with a query. Values that are empty are left out.
fn with_query<'a>(address: String, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = address;
    for (name, value) in query.filter(|(_, value)| !value.is_empty()) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.extend([&encoded(name), "=", &encoded(value)]);
    }
    out
}

/// A part of an address, in which every byte that could mean something is escaped.
#[must_use]
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for address in [
            "/console/test/accounts",
            "/console/live/accounts?health=blocked,needs_new_key&sort=-checkedAt",
            "/console/test/accounts/okta/e5d18aca-86f7-4026-a95e-efb8aeb0d8e6",
            "/console/live/webhooks/we_5Xk2mQ0fV9sYb7Tn3Hc1Ld?state=waiting",
            "/console/test/sessions/3t8Yw1oQmR6vLk0nXc5BzA.5Xk2mQ0fV9sYb7Tn3Hc1Ld.0aPq",
            "/console/test/audit-log?actor=a%26b%3D%2F%3F",
        ] {
            assert_eq!(Route::parse(address).map(|route| route.address()).as_deref(), Some(address));
        }
    }

    #[test]
    fn an_address_without_a_page_is_none() {
        for address in [
            "/console",
            "/console/",
            "/console/test",
            "/console/prod/accounts",
            "/console/test/accounts/okta",
            "/console/test/accounts/okta/1/2",
            "/console/test/nothing",
            "/api/v1/app-connections",
        ] {
            assert_eq!(Route::parse(address), None, "{address}");
        }
    }

    #[test]
    fn a_filter_begins_at_the_first_rows_and_keeps_the_others() {
        let route = Route::parse("/console/test/accounts?q=a+b&cursor=xyz&health=blocked").unwrap();
        assert_eq!(route.get("q"), Some("a b"));
        assert_eq!(route.with("health", None).address(), "/console/test/accounts?q=a%20b");
        assert_eq!(
            route.with("sort", Some("name")).address(),
            "/console/test/accounts?q=a%20b&health=blocked&sort=name"
        );
        assert_eq!(
            route.calls(),
            [
                "/api/v1/app-connections?cursor=xyz&q=a%20b&health=blocked&limit=50",
                "/api/v1/app-connections/counts?q=a%20b&health=blocked"
            ]
        );
    }

    #[test]
    fn a_hidden_column_is_in_the_address_and_changes_no_call() {
        let route = Route::parse("/console/test/accounts?q=a&cursor=xyz").unwrap();
        let hidden = route.toggled("role").toggled("used");
        assert_eq!(hidden.address(), "/console/test/accounts?q=a&cursor=xyz&hide=role,used");
        assert_eq!(hidden.calls(), route.calls());
        assert_eq!(hidden.toggled("used").toggled("role"), route);
    }

    #[test]
    fn a_value_in_an_address_never_becomes_another_part_of_a_call() {
        let route = Route::parse("/console/test/accounts/okta/..%2F..%2Fprojects%3Fx").unwrap();
        assert!(route.calls().iter().all(|call| !call.contains("../")), "{:?}", route.calls());
    }
}
