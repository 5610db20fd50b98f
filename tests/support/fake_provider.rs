//! A provider that responds by rules and records the requests that it got.

use latchkey_edge::ports::{Fetch, FetchError, Incoming, Outgoing};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A request that the provider got.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Method and URL.
    pub line: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// Every header.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<String>,
}

/// A request line, the `Authorization` header that it must have if any, and its response.
type Rule = (String, Option<String>, Result<Incoming, FetchError>);

/// Responds to a request by its line and its body, unless the rules are to respond.
type Plays = dyn Fn(&str, Option<&str>) -> Option<Result<Incoming, FetchError>>;

/// A provider in the place of the real network.
#[derive(Default)]
pub struct FakeProvider {
    rules: RefCell<Vec<Rule>>,
    seen: RefCell<Vec<Seen>>,
    /// How many requests are running, and the most that ever ran at once.
    under_way: Cell<(u32, u32)>,
    /// Runs once, while the next request is running.
    meanwhile: RefCell<Option<Box<dyn FnOnce()>>>,
    /// Responds before the rules do: a provider that remembers what it was asked.
    pub plays: RefCell<Option<Rc<Plays>>>,
    /// How long each request takes, in milliseconds, on this clock.
    pub slow: RefCell<Option<(i64, Rc<Cell<i64>>)>>,
}

impl FakeProvider {
    /// Responds to a request line with a status and a body. The newest rule wins.
    pub fn answer(&self, line: &str, status: u16, body: &str) {
        self.answer_with(line, status, &[], body);
    }

    /// Responds to a request line with a status, headers and a body.
    pub fn answer_with(&self, line: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers: BTreeMap<_, _> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.rules
            .borrow_mut()
            .insert(0, (line.to_owned(), None, Ok(Incoming { status, headers, body: body.into() })));
    }

    /// Responds to a request line that has this `Authorization` header.
    pub fn answer_to(&self, line: &str, authorization: &str, status: u16, body: &str) {
        let response = Incoming { status, headers: BTreeMap::new(), body: body.into() };
        self.rules.borrow_mut().insert(0, (line.to_owned(), Some(authorization.to_owned()), Ok(response)));
    }

    /// Fails a request line.
    pub fn fail(&self, line: &str, error: FetchError) {
        self.rules.borrow_mut().insert(0, (line.to_owned(), None, Err(error)));
    }

    /// An Okta organization where every token belongs to a super administrator.
    pub fn okta(&self, host: &str) {
        let organization =
            format!(r#"{{"id":"00oabc","_links":{{"organization":{{"href":"https://{host}"}}}}}}"#);
        self.answer(&format!("GET https://{host}/.well-known/okta-organization"), 200, &organization);
        let user = r#"{"id":"00uada","status":"ACTIVE","profile":{"login":"ada@example.com","firstName":"Ada","lastName":"Lovelace"}}"#;
        self.answer(&format!("GET https://{host}/api/v1/users/me"), 200, user);
        let roles = r#"[{"type":"SUPER_ADMIN","label":"Super Administrator","status":"ACTIVE"}]"#;
        self.answer(&format!("GET https://{host}/api/v1/users/00uada/roles"), 200, roles);
        self.answer(&format!("DELETE https://{host}/api/v1/api-tokens/current"), 204, "");
    }

    /// A LaunchDarkly where each token belongs to an admin, and a new one is `token`. Its id is `t2`, that of any other is `t1`.
    pub fn launchdarkly(&self, token: &str) {
        let line = |method: &str, path: &str| format!("{method} https://app.launchdarkly.com/api/v2/{path}");
        for id in ["t1", "t2"] {
            let identity = format!(
                r#"{{"accountId":"a1","authKind":"token","tokenKind":"auth","tokenName":"Ours","tokenId":"{id}","serviceToken":true}}"#
            );
            let rights = format!(r#"{{"_id":"{id}","name":"Ours","role":"admin","serviceToken":true}}"#);
            self.answer(&line("GET", &format!("tokens/{id}")), 200, &rights);
            self.answer(&line("PATCH", &format!("tokens/{id}")), 200, "{}");
            match id {
                "t1" => self.answer(&line("GET", "caller-identity"), 200, &identity),
                _ => self.answer_to(&line("GET", "caller-identity"), token, 200, &identity),
            }
        }
        let made = format!(r#"{{"_id":"t2","name":"Ours","role":"admin","token":"{token}"}}"#);
        self.answer(&line("POST", "tokens"), 201, &made);
        self.answer(&line("GET", "tokens?showAll=true&limit=1000"), 200, r#"{"items":[]}"#);
    }

    /// Runs something while the next request is running.
    pub fn meanwhile(&self, happens: impl FnOnce() + 'static) {
        *self.meanwhile.borrow_mut() = Some(Box::new(happens));
    }

    /// The most requests that ran at once.
    #[must_use]
    pub fn most_at_once(&self) -> u32 {
        self.under_way.get().1
    }

    /// All requests, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }
}

impl Fetch for FakeProvider {
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError> {
        let line = format!("{} {}", request.method, request.url);
        let authorization = request.headers.get("authorization").map(|value| value.expose().to_owned());
        let seen_by = authorization.clone();
        let headers = request.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned()));
        let body = request.body.as_ref().map(|body| body.expose().to_owned());
        let sent = body.clone();
        self.seen.borrow_mut().push(Seen {
            line: line.clone(),
            authorization,
            headers: headers.collect(),
            body,
        });
        let (now, most) = self.under_way.get();
        self.under_way.set((now + 1, most.max(now + 1)));
        yield_once().await;
        let meanwhile = self.meanwhile.borrow_mut().take();
        if let Some(happens) = meanwhile {
            happens();
        }
        self.under_way.set((self.under_way.get().0 - 1, self.under_way.get().1));
        if let Some((takes, clock)) = &*self.slow.borrow() {
            clock.set(clock.get() + takes);
        }
        let plays = self.plays.borrow().clone();
        if let Some(response) = plays.and_then(|plays| plays(&line, sent.as_deref())) {
            return response.map(|response| wanted(&request.wanted, response));
        }
        let rules = self.rules.borrow();
        rules
            .iter()
            .find(|(wanted, by, _)| *wanted == line && (by.is_none() || *by == seen_by))
            .map_or(Err(FetchError::Network), |(_, _, response)| response.clone())
            .map(|response| wanted(&request.wanted, response))
    }
}

/// The response, with only the wanted headers.
fn wanted(names: &[String], mut response: Incoming) -> Incoming {
    response.headers.retain(|name, _| names.contains(name));
    response
}

/// Yields to other tasks once, as a request over a network does.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
