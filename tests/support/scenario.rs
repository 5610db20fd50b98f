//! A deployment with one project, and the requests that tests send to it.

use crate::platform::{ADMIN_TOKEN, TestPlatform};
use latchkey_edge::http::query::Query;
use latchkey_edge::http::{BODY_MAX, Body, Request, Response};
use latchkey_edge::ports::Target;
use latchkey_edge::router::{self, handle};
use latchkey_edge::store::sql::Sql;
use latchkey_shared::{KeyScope, ProjectId};
use serde_json::{Value, json};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;

/// A response.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body, as it was sent.
    pub text: String,
    /// The body, if it is JSON.
    pub body: Value,
}

impl Answer {
    /// The status, code and field of a problem.
    #[must_use]
    pub fn problem(&self) -> (u16, &str, Option<&str>) {
        (self.status, self.body["code"].as_str().unwrap_or("none"), self.body["errors"][0]["field"].as_str())
    }
}

/// A deployment with one project.
pub struct Scenario {
    /// The deployment.
    pub platform: TestPlatform,
    /// The project's id.
    pub project: String,
    /// Its test key.
    pub test_key: String,
    /// Its live key.
    pub live_key: String,
    /// The origin that requests come to.
    pub origin: RefCell<String>,
    /// The number of people who were invited.
    people: Cell<u32>,
    admin_key: OnceCell<String>,
}

impl Scenario {
    /// A new deployment and a new project.
    #[must_use]
    pub fn new() -> Self {
        let platform = TestPlatform::new();
        let mut scenario = Self {
            platform,
            project: String::new(),
            test_key: String::new(),
            live_key: String::new(),
            origin: RefCell::new("https://edge.example".to_owned()),
            people: Cell::new(0),
            admin_key: OnceCell::new(),
        };
        (scenario.project, scenario.test_key, scenario.live_key) = scenario.another_project();
        scenario
    }

    /// Creates another project. Returns its id, test key and live key.
    #[must_use]
    pub fn another_project(&self) -> (String, String, String) {
        let new = json!({ "name": "Example", "allowedOrigins": ["https://app.example.com"] });
        let made = self.post("/api/v1/projects", ADMIN_TOKEN, &new);
        assert_eq!(made.status, 201, "{}", made.text);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&made.body["project"]["id"]),
            text(&made.body["apiKeys"]["test"]),
            text(&made.body["apiKeys"]["live"]),
        )
    }

    /// The project's object.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::Project(ProjectId::parse(&self.project).unwrap())
    }

    /// Sends a request.
    pub fn send(&self, method: &str, path: &str, token: Option<&str>, body: Option<(&str, &str)>) -> Answer {
        self.send_with(method, path, token, body, &[])
    }

    /// Sends a request with more headers.
    pub fn send_with(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<(&str, &str)>,
        more: &[(&str, &str)],
    ) -> Answer {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut headers: BTreeMap<String, String> =
            more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        if let Some(token) = token {
            headers.insert("authorization".to_owned(), format!("Bearer {token}"));
        }
        if let Some((content_type, _)) = body {
            headers.insert("content-type".to_owned(), content_type.to_owned());
        }
        let bytes = body.map_or_else(Vec::new, |(_, text)| text.as_bytes().to_vec());
        let request = Request {
            method: method.to_owned(),
            origin: self.origin.borrow().clone(),
            path: path.to_owned(),
            query: Query::parse(query),
            headers,
            quota: Default::default(),
            body: if bytes.len() > BODY_MAX { Body::TooLarge } else { Body::Bytes(bytes) },
        };
        let Response { status, headers, mut body, mut rest } =
            pollster::block_on(handle(&self.platform, &request));
        while let Some(more) = rest {
            let (piece, next) = pollster::block_on(router::rest(&self.platform, &more)).unwrap();
            body.push_str(&piece);
            rest = next;
        }
        Answer {
            status,
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: serde_json::from_str(&body).unwrap_or_default(),
            text: body,
        }
    }

    /// Sends a GET.
    pub fn get(&self, path: &str, token: &str) -> Answer {
        self.send("GET", path, Some(token), None)
    }

    /// Sends a POST with JSON.
    pub fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(token), Some(("application/json", &body.to_string())))
    }

    /// Sends a PATCH with JSON.
    pub fn patch(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some(token), Some(("application/json", &body.to_string())))
    }

    /// Creates a live key with these scopes, as the owner of the deployment.
    #[must_use]
    pub fn key_with(&self, scopes: &[&str]) -> String {
        self.key_of(&json!({ "scopes": scopes })).1
    }

    /// Creates a live key, as the owner of the deployment. `more` has its scopes and other members. Returns its id and itself.
    #[must_use]
    pub fn key_of(&self, more: &Value) -> (String, String) {
        let mut body = json!({ "name": "A key", "mode": "live" });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        let made = self.post(&format!("/api/v1/projects/{}/api-keys", self.project), ADMIN_TOKEN, &body);
        assert_eq!(made.status, 201, "{}", made.text);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&made.body["apiKey"]["id"]), text(&made.body["key"]))
    }

    /// A live key that manages keys which read accounts and sessions. It is created when it is first asked for.
    #[must_use]
    pub fn admin_key(&self) -> &str {
        self.admin_key.get_or_init(|| self.key_with(&["connections:read", "sessions:read", "admin"]))
    }

    /// Creates a test key that may do everything.
    #[must_use]
    pub fn test_admin(&self) -> String {
        self.key_of(&json!({ "mode": "test", "scopes": KeyScope::ALL })).1
    }

    /// Creates a webhook endpoint of live mode. Returns its id.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn webhook_endpoint(&self) -> String {
        let new = json!({ "url": "https://app.example.com/webhooks" });
        let made = self.post("/api/v1/webhook-endpoints", self.admin_key(), &new);
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["webhookEndpoint"]["id"].as_str().unwrap().to_owned()
    }

    /// Creates an account at Okta with this token, as a backend. Returns its path.
    #[must_use]
    pub fn account(&self, name: &str, token: &str) -> String {
        let made = self.create(name, token, &[]);
        assert_eq!(made.status, 201, "{}", made.text);
        format!("/api/v1/app-connections/okta/{}", made.body["appConnection"]["id"].as_str().unwrap())
    }

    /// Sends the request of a backend that creates an account at Okta.
    pub fn create(&self, name: &str, token: &str, more: &[(&str, &str)]) -> Answer {
        self.platform.live.okta("acme.okta.com");
        let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": token });
        let body = json!({ "name": name, "method": "api-token", "credentials": credentials }).to_string();
        let body = Some(("application/json", body.as_str()));
        self.send_with("POST", "/api/v1/app-connections/okta", Some(&self.live_key), body, more)
    }

    /// Creates an account whose key can be replaced. Returns its id.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn rotatable(&self) -> String {
        self.platform.live.launchdarkly("api-99999999-89ab-4cde-8f01-23456789abcd");
        let credentials = json!({ "accessToken": "api-01234567-89ab-4cde-8f01-23456789abcd" });
        let new = json!({ "name": "rotatable", "method": "access-token", "credentials": credentials });
        let made = self.post("/api/v1/app-connections/launchdarkly", &self.live_key, &new);
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["appConnection"]["id"].as_str().unwrap().to_owned()
    }

    /// Creates a session for Okta. Returns its token.
    #[must_use]
    pub fn session(&self, key: &str) -> String {
        self.session_for(key, "okta")
    }

    /// Creates a session for a provider and a new person. Returns its token.
    #[must_use]
    pub fn session_for(&self, key: &str, provider: &str) -> String {
        self.people.set(self.people.get() + 1);
        self.session_of(key, provider, &format!("user-{}", self.people.get()), &[])
    }

    /// Creates a session for a provider, a person and scopes. Returns its token.
    #[must_use]
    pub fn session_of(&self, key: &str, provider: &str, person: &str, scopes: &[&str]) -> String {
        let made = self.post(
            "/api/v1/connect-sessions",
            key,
            &json!({ "providers": [provider], "endUser": { "id": person }, "scopes": scopes }),
        );
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["token"].as_str().unwrap().to_owned()
    }

    /// Sends an attempt with a host and a token.
    pub fn attempt(&self, session: &str, attempt: &str, host: &str, token: &str) -> Answer {
        self.attempt_as(attempt, session, "okta", &[("instanceUrl", host), ("apiToken", token)])
    }

    /// Sends an attempt with the field values of any provider.
    pub fn submit(&self, session: &str, provider: &str, values: &[(&str, &str)]) -> Answer {
        self.attempt_as("attempt-1", session, provider, values)
    }

    /// Sends an attempt with this id.
    pub fn attempt_as(
        &self,
        attempt: &str,
        session: &str,
        provider: &str,
        values: &[(&str, &str)],
    ) -> Answer {
        let body = self.sealed_body(attempt, session, provider, values);
        self.post("/api/v1/connect", session, &body)
    }

    /// The path of a provider's guide in the name of a key's project.
    #[must_use]
    pub fn guide(&self, provider: &str, key: &str) -> String {
        let read = self.get(&format!("/api/v1/providers/{provider}"), key);
        let url = read.body["guideUrl"].as_str().unwrap_or_else(|| panic!("no guideUrl: {}", read.status));
        format!("/{}", url.splitn(4, '/').nth(3).unwrap())
    }

    /// Changes what is done for the accounts of the project without being asked.
    pub fn care(&self, care: &Value) {
        let object = self.platform.index.object(self.target());
        let statement = "UPDATE project SET settings = json_set(settings, '$.care', json(?))";
        object.exec(statement, &[care.to_string().into()]).unwrap();
    }

    /// The connections that a key lists.
    #[must_use]
    pub fn listed(&self, key: &str) -> Vec<Value> {
        let listed = self.get("/api/v1/app-connections", key);
        assert_eq!(listed.status, 200, "{}", listed.text);
        listed.body["appConnections"].as_array().unwrap().clone()
    }
}

impl Default for Scenario {
    fn default() -> Self {
        Self::new()
    }
}
