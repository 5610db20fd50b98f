//! Shows every request of a verification and of the procedures: as text for `cargo xtask provider check`, and as JSON for the mock servers, with
//! those of the provider's push channel.
//!
//! It owns the words around the requests. `latchkey_edge::verify::preview` builds them, as a verification does, with names in the place of
//! secrets.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use latchkey_edge::credential::Credential;
use latchkey_edge::procedures::{Procedure, run};
use latchkey_edge::verify::{Preview, preview, preview_procedures};
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_shared::provider::Provider;
use latchkey_shared::{Mode, Secret};
use latchkey_tests::{FakeProvider, Seen};
use serde_json::{Value, json};
use std::collections::BTreeMap;
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
            println!("{text}");
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
            text.push_str(&format!("\n    {name}: {value}"));
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

/// The requests of a provider's push channel: each step by itself, with a value for every name that it needs.
fn hook_requests(provider: &'static Provider) -> Result<Vec<Value>, String> {
    let Some(hook) = &provider.hook else { return Ok(Vec::new()) };
    let first = provider.listed_test_values(Mode::Test).into_iter().next();
    let values = first.map(|test| test.fields).unwrap_or_default();
    let key = provider.fields.iter().find(|field| field.secret).map(|field| field.id.clone());
    let key = key.unwrap_or_default();
    let text = values.get(&key).cloned().unwrap_or_default();
    let offered = ProjectProvider::new(provider, &HostOptIns::new());
    let secrets = values.into_iter().map(|(id, value)| (id, Secret::new(value))).collect();
    let credential = Credential::read(&offered, secrets).map_err(|_| "the first test value".to_owned())?;
    let mut sent = Vec::new();
    let steps = hook.register.iter().chain(&hook.remove).chain(hook.poll.iter().map(|poll| &poll.step));
    for step in steps {
        let mut given: BTreeMap<String, String> =
            [("hook.uri", "https://edge.example/hooks/x"), ("hook.name", "Latchkey"), ("hook.id", ID)]
                .into_iter()
                .chain([("note.foreign", ID), ("note.hook", ID), ("poll.since", "2026-11-22T12:00:00.000Z")])
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect();
        for (name, texts) in &step.when {
            let text = texts.first().filter(|text| *text != "*").map_or(ID, String::as_str);
            given.insert(name.clone(), text.to_owned());
        }
        let procedure = Procedure {
            offered: &offered,
            credential: &credential,
            steps: std::slice::from_ref(step),
            given,
            numbers: BTreeMap::new(),
            secrets: BTreeMap::from([("hook.secret".to_owned(), Secret::new("a secret".to_owned()))]),
        };
        let provider = FakeProvider::default();
        pollster::block_on(run(&provider, &procedure));
        for Seen { line, headers, body, .. } in provider.seen() {
            let (method, url) = line.split_once(' ').unwrap_or_default();
            let masked = |(name, value): (String, String)| (name, value.replace(&text, &format!("<{key}>")));
            let headers: BTreeMap<String, String> = headers.into_iter().map(masked).collect();
            sent.push(
                json!({ "probe": step.id, "method": method, "url": url, "headers": headers, "body": body }),
            );
        }
    }
    Ok(sent)
}

/// An id as Okta makes them.
const ID: &str = "who00000000000000001";

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
        let mut sent: Vec<Value> = sent.collect();
        sent.extend(hook_requests(provider(id)?)?);
        all.insert((*id).to_owned(), sent.into());
    }
    Ok(Value::Object(all).to_string())
}
