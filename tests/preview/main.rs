//! Shows every request of a verification and of the procedures: as text for `cargo xtask provider check`, and as JSON for the mock servers.
//!
//! It owns the words around the requests. `latchkey_edge::verify::preview` builds them, as a verification does, with names in the place of
//! secrets.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_edge::credential::Credential;
use latchkey_edge::verify::{Preview, preview, preview_procedures};
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_shared::provider::Provider;
use latchkey_shared::{Mode, Secret};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let shown = match words.as_slice() {
        ["--json", ids @ ..] if !ids.is_empty() => as_json(ids),
        [id, values @ ..] => as_text(id, values),
        [] => Err("usage: ID [FIELD=VALUE]… | --json ID…".to_owned()),
    };
    match shown {
        Ok(text) => {
            // Somebody who reads only the beginning of it (`| head`) does no harm.
            _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn provider(id: &str) -> Result<&'static Provider, String> {
    latchkey_catalogue::find(id).ok_or_else(|| format!("there is no provider `{id}`"))
}

/// The requests of a verification and those of the procedures.
type Requests = (Vec<Preview<'static>>, Vec<Preview<'static>>);

/// The requests for some field values, or else for the first test value.
fn requests(provider: &'static Provider, values: &[&str]) -> Result<Requests, String> {
    let given = values.iter().filter_map(|word| word.split_once('='));
    let mut typed: BTreeMap<_, _> = given.map(|(id, value)| (id.to_owned(), value.to_owned())).collect();
    if typed.is_empty() {
        let first = provider.listed_test_values(Mode::Test).into_iter().next();
        typed = first.map(|test| test.fields).unwrap_or_default();
    }
    let secrets = typed.into_iter().map(|(id, value)| (id, Secret::new(value))).collect();
    let offered = ProjectProvider::new(provider, &HostOptIns::new());
    let credential = Credential::read(&offered, secrets).map_err(|errors| {
        let lines = errors.iter().map(|error| {
            format!("  {}: {} {}", error.field.as_deref().unwrap_or_default(), error.message, error.fix)
        });
        lines.fold("With these values nothing is sent:".to_owned(), |text, line| text + "\n" + &line)
    })?;
    Ok((preview(&offered, &credential)?, preview_procedures(&offered, &credential)?))
}

fn as_text(id: &str, values: &[&str]) -> Result<String, String> {
    let provider = provider(id)?;
    let mut text = "The requests, stage by stage".to_owned();
    let (verification, procedures) = requests(provider, values)?;
    for request in verification {
        let Preview { probe, stage, method, url, headers, body } = request;
        let found = provider.probes.iter().find(|known| known.id == probe);
        text.push_str(&format!("\n\n  stage {}, {probe}", stage + 1));
        if found.is_some_and(|probe| probe.optional) {
            text.push_str(" (optional)");
        }
        for (name, texts) in found.iter().flat_map(|probe| &probe.when) {
            text.push_str(&format!("\n  only when {name} is {}", texts.join(" or ")));
        }
        let Some(url) = url else {
            text.push_str("\n    not sent: a field that it needs is empty");
            continue;
        };
        text.push_str(&format!("\n    {method} {url}"));
        for (name, value) in headers {
            text.push_str(&format!("\n    {name}: {}", readable(&value)));
        }
        for line in body.iter().flat_map(|body| body.lines()) {
            text.push_str(&format!("\n    | {line}"));
        }
        if let Some(canonical) = found.and_then(|probe| probe.canonical.as_ref()) {
            let (field, path) = (&canonical.field, &canonical.path);
            text.push_str(&format!(
                "\n    from here on {{{field}}} is the origin at `{path}` of the response"
            ));
        }
    }
    for request in procedures {
        let Preview { probe, method, url, body, .. } = request;
        let url = url.as_deref().unwrap_or("not sent: a field that it needs is empty");
        text.push_str(&format!("\n\n  lifecycle.toml, {probe}\n    {method} {url}"));
        for line in body.iter().flat_map(|body| body.lines()) {
            text.push_str(&format!("\n    | {line}"));
        }
    }
    Ok(text)
}

/// A header as people read it: the pair of Basic authentication is not encoded.
fn readable(value: &str) -> String {
    let pair = value.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
    let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
    pair.map_or_else(|| value.to_owned(), |pair| format!("Basic (base64 of {pair})"))
}

/// `{"okta": [{"probe", "method", "url", "headers", "body"}]}`; requests that would not be sent are left out.
fn as_json(ids: &[&str]) -> Result<String, String> {
    let mut all = serde_json::Map::new();
    for id in ids {
        let (verification, procedures) = requests(provider(id)?, &[])?;
        let sent = verification.into_iter().chain(procedures).filter_map(|request| {
            let Preview { probe, method, url, headers, body, .. } = request;
            let url = url?;
            Some(json!({ "probe": probe, "method": method, "url": url, "headers": headers, "body": body }))
        });
        all.insert((*id).to_owned(), sent.collect::<Value>());
    }
    Ok(Value::Object(all).to_string())
}
