//! What the bench asks about: a project on a running edge, its accounts, and the organization behind them.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::bench::http::{Client, Message, Request, expect};

pub(super) const ADMIN_TOKEN: &str = "la_0123456789012345678901234567890123456789";
pub(super) const HOST: &str = "https://acme.okta.com";
pub(super) const ACCOUNTS: &str = "/api/v1/app-connections/okta";

/// A project on a running edge.
pub(super) struct Project {
    pub(super) id: String,
    pub(super) key: String,
}

/// An organization whose every token is a super administrator's.
pub(super) fn okta(path: &str) -> Value {
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

pub(super) fn project(port: u16) -> Result<Project> {
    let made = send(port, "POST", "/api/v1/projects", ADMIN_TOKEN, r#"{"name":"Bench"}"#)?;
    expect(&made, 201)?;
    let made = body(&made)?;
    Ok(Project { id: text(&made["project"]["id"])?, key: text(&made["apiKeys"]["live"])? })
}

pub(super) fn send(port: u16, method: &'static str, path: &str, key: &str, body: &str) -> Result<Message> {
    Client::connect(port)?.ask(&Request { method, path, key, body })
}

pub(super) fn body(answer: &Message) -> Result<Value> {
    serde_json::from_slice(&answer.body)
        .with_context(|| format!("{}: {}", answer.first, String::from_utf8_lossy(&answer.body)))
}

pub(super) fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("a text was expected, not {value}"))
}
