//! Shows every request of a verification and of the procedures: as text for `cargo xtask provider check`, and as JSON for the mock servers.
//!
//! It owns the words around the requests. `latchkey_edge::verify::preview` builds them, as a verification does, with names in the place of
//! secrets.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_edge::credential::Credential;
use latchkey_edge::verify::{Preview, preview, preview_procedures};
use latchkey_shared::probe::Extraction;
use latchkey_shared::procedure::Step;
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
    requests_with(provider, typed)
}

fn requests_with(provider: &'static Provider, typed: BTreeMap<String, String>) -> Result<Requests, String> {
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

/// What the procedures give, in the form in which they give it, and the access token.
const GIVEN: [(&str, &str); 9] = [
    ("old.key.id", "example"),
    ("rotation.name", "Latchkey 01234567-2"),
    ("life.date", "2027-01-31"),
    ("hook.uri", "https://edge.example/hooks/x"),
    ("hook.name", "Latchkey"),
    ("hook.secret", "a secret"),
    ("hook.id", "example"),
    ("poll.since", "2026-11-22T12:00:00.000Z"),
    ("token", "example"),
];

/// `{"okta": {"values": {…}, "requests": [{"probe", "method", "url", "headers", "body", "reads"}]}}`.
///
/// `values` has stand-ins for `<name>`: the fields of the first test value, and what the procedures give. Of each request, the first test
/// value with which it is sent counts; a request that is sent with none is left out. `reads` has the paths that are read in the response.
fn as_json(ids: &[&str]) -> Result<String, String> {
    let mut all = serde_json::Map::new();
    for id in ids {
        let provider = provider(id)?;
        let mut values: BTreeMap<String, String> =
            GIVEN.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mut sent: Vec<Option<Value>> = Vec::new();
        for (number, test) in provider.listed_test_values(Mode::Test).into_iter().enumerate() {
            let Ok((verification, procedures)) = requests_with(provider, test.fields.clone()) else {
                continue;
            };
            if number == 0 {
                values.extend(test.fields);
            }
            let read = verification.iter().map(|request| of_probe(provider, request.probe));
            let read: Vec<Value> = read.chain(provider.steps().into_iter().map(of_step)).collect();
            let previews = verification.into_iter().chain(procedures);
            sent.resize(read.len(), None);
            for ((place, request), reads) in sent.iter_mut().zip(previews).zip(read) {
                let Preview { probe, method, url, headers, body, .. } = request;
                if let (None, Some(url)) = (&place, url) {
                    *place = Some(
                        json!({ "probe": probe, "method": method, "url": url, "headers": headers, "body": body, "reads": reads }),
                    );
                }
            }
        }
        let sent: Vec<Value> = sent.into_iter().flatten().collect();
        all.insert((*id).to_owned(), json!({ "values": values, "requests": sent }));
    }
    Ok(Value::Object(all).to_string())
}

/// A place that is read: for what, where, and what may stand there. A `text` is a text, a number or a boolean.
fn place(name: &str, path: &str, kind: &str) -> Value {
    json!({ "name": name, "path": path, "kind": kind })
}

fn of_extraction((name, extraction): (&String, &Extraction)) -> Value {
    match &extraction.header {
        Some(header) => json!({ "name": name, "header": header }),
        None => place(name, &extraction.path, if name.starts_with("json.") { "any" } else { "text" }),
    }
}

/// What is read in the response to a probe.
fn of_probe(provider: &Provider, id: &str) -> Value {
    let Some(probe) = provider.probes.iter().find(|probe| probe.id == id) else { return json!([]) };
    let mut reads: Vec<Value> = probe.extract.iter().map(of_extraction).collect();
    reads.extend(probe.expect.iter().map(|expectation| place("expect", &expectation.path, "text")));
    reads.extend(probe.token.iter().map(|path| place("token", path, "text")));
    let paths = probe.capabilities.iter().filter_map(|one| Some((&one.id, one.path.as_ref()?)));
    reads.extend(paths.map(|(id, path)| place(id, path, "text")));
    reads.extend(probe.canonical.iter().map(|canonical| place(&canonical.field, &canonical.path, "text")));
    if let Some(choices) = &probe.choices {
        for member in [&choices.id, &choices.name] {
            reads.push(place(&choices.field, &format!("{}.{member}", choices.path), "text"));
        }
    }
    Value::Array(reads)
}

/// What is read in the response to a step.
fn of_step(step: &Step) -> Value {
    let mut reads: Vec<Value> = step.extract.iter().map(of_extraction).collect();
    reads.extend(step.expect.iter().map(|expectation| place("expect", &expectation.path, "text")));
    reads.extend(step.new_key.iter().map(|key| place(&key.field, &key.path, "text")));
    Value::Array(reads)
}
