//! The data of the edge bench: a project on a running edge, its accounts, and the organization behind them.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::bench::http::{Client, Message, Request, expect};
use crate::bench::load::Target;
use crate::bench::runtime::Runtime;

pub(in crate::bench) const ADMIN_TOKEN: &str = "la_0123456789012345678901234567890123456789";
pub(super) const HOST: &str = "https://acme.okta.com";
pub(in crate::bench) const ACCOUNTS: &str = "/api/v1/app-connections/okta";

/// A project on a running edge.
pub(in crate::bench) struct Project {
    pub(in crate::bench) id: String,
    pub(in crate::bench) key: String,
}

/// The data of the cost table: a project with an account, its keys, and the addresses.
pub(super) struct Subject {
    port: u16,
    key: String,
    /// A key that may open credentials.
    opener: String,
    paths: [String; 4],
}

impl Subject {
    /// Makes the project and its first account.
    pub(super) fn make(edge: &Runtime) -> Result<Self> {
        let Project { id: project, key } = project(edge.port)?;
        let made = send(edge.port, "POST", ACCOUNTS, &key, &account(0))?;
        expect(&made, 201)?;
        let id = text(&body(&made)?["appConnection"]["id"])?;
        let opener = json!({ "name": "Opener", "mode": "live", "scopes": ["credentials:read"] }).to_string();
        let path = format!("/api/v1/projects/{project}/api-keys");
        let opener = send(edge.port, "POST", &path, ADMIN_TOKEN, &opener)?;
        let opener = text(&body(&opener)?["key"])?;
        let paths = [
            ACCOUNTS.to_owned(),
            format!("{ACCOUNTS}/{id}/credentials"),
            format!("{ACCOUNTS}/{id}"),
            "/api/v1/app-connections?limit=50".to_owned(),
        ];
        Ok(Self { port: edge.port, key, opener, paths })
    }

    /// Makes as many accounts as a page of the list has.
    pub(super) fn fill_page(&self) -> Result<()> {
        for number in 1..60 {
            expect(&send(self.port, "POST", ACCOUNTS, &self.key, &account(u64::MAX - number))?, 201)?;
        }
        Ok(())
    }

    /// Creating an account, opening its credential, reading it, and listing.
    pub(super) fn targets<'a>(
        &'a self,
        account: &'a (dyn Fn(u64) -> String + Sync),
        none: &'a (dyn Fn(u64) -> String + Sync),
    ) -> [Target<'a>; 4] {
        let [create, open, one, list] = &self.paths;
        let get = |path, key| Target { port: self.port, method: "GET", path, key, body: none, status: 200 };
        [
            Target {
                port: self.port,
                method: "POST",
                path: create,
                key: &self.key,
                body: account,
                status: 201,
            },
            get(open, &self.opener),
            get(one, &self.key),
            get(list, &self.key),
        ]
    }
}

/// An organization where every token belongs to a super administrator.
pub(in crate::bench) fn okta(path: &str) -> Value {
    match path.split('?').next().unwrap_or_default() {
        "/.well-known/okta-organization" => {
            json!({ "id": "00oabc", "pipeline": "idx", "_links": { "organization": { "href": HOST } } })
        }
        "/api/v1/users/me" => json!({ "id": "00uada", "status": "ACTIVE",
            "profile": { "login": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace" } }),
        "/api/v1/users/00uada/roles" => {
            json!([{ "id": "ra1", "type": "SUPER_ADMIN", "label": "Super Administrator", "status": "ACTIVE" }])
        }
        "/api/v1/org" => json!({ "id": "00oabc", "companyName": "Acme", "status": "ACTIVE" }),
        path if path.starts_with("/api/v1/") => json!([]),
        _ => Value::Null,
    }
}

/// A backend's request for an account, by number.
pub(super) fn account(number: u64) -> String {
    let token = format!("00{number:0>40}");
    let credentials = json!({ "instanceUrl": HOST, "apiToken": token });
    json!({ "name": format!("made-{number}"), "method": "api-token", "credentials": credentials }).to_string()
}

pub(in crate::bench) fn project(port: u16) -> Result<Project> {
    let made = send(port, "POST", "/api/v1/projects", ADMIN_TOKEN, r#"{"name":"Bench"}"#)?;
    expect(&made, 201)?;
    let made = body(&made)?;
    Ok(Project { id: text(&made["project"]["id"])?, key: text(&made["apiKeys"]["live"])? })
}

pub(in crate::bench) fn send(
    port: u16,
    method: &'static str,
    path: &str,
    key: &str,
    body: &str,
) -> Result<Message> {
    Client::connect(port)?.ask(&Request { method, path, key, body })
}

pub(in crate::bench) fn body(answer: &Message) -> Result<Value> {
    serde_json::from_slice(&answer.body)
        .with_context(|| format!("{}: {}", answer.first, String::from_utf8_lossy(&answer.body)))
}

pub(super) fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("a text was expected, not {value}"))
}
