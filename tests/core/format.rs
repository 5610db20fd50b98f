//! What a provider's file can say, each with a made-up provider from text: which requests are sent, and how each answer ends.

use latchkey_edge::credential::Credential;
use latchkey_edge::ports::Clock;
use latchkey_edge::verify::{Verification, VerificationRequest, Verified, verify};
use latchkey_provider_file::{Files, read};
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_shared::provider::Provider;
use latchkey_shared::{FieldError, Secret};
use latchkey_tests::FakeProvider;
use pollster::block_on;

#[path = "format/anonymous.rs"]
mod anonymous;
#[path = "format/basic.rs"]
mod basic;
#[path = "format/endings.rs"]
mod endings;
#[path = "format/exchange.rs"]
mod exchange;
#[path = "format/groups.rs"]
mod groups;
#[path = "format/reading.rs"]
mod reading;
#[path = "format/simulated.rs"]
mod simulated;
#[path = "format/waiting.rs"]
mod waiting;

/// The API's host, and a key of the first shape.
const API: &str = "https://acme.example.com";
const KEY: &str = "key-0123456789abcdefXYZ";

/// The fields: a host, a key of two shapes, an e-mail address, and an optional organization.
const ASKED: &str = r#"
id = "acme"
name = "Acme"
description = "Example service"
categories = ["data"]
method = "api-key"

[[fields]]
id = "instanceUrl"
label = "Domain"
parse = { kind = "host", phrase = "a domain", max = 200, suffixes = ["example.com"] }

[[fields]]
id = "apiKey"
label = "API key"
secret = true
parse = { kind = "key", phrase = "an API key", max = 512, shapes = ["key-{k19}", "old_{k16}"] }

[[fields]]
id = "email"
label = "E-mail"
optional = true
parse = { kind = "text", phrase = "an e-mail address", max = 100 }

[[fields]]
id = "orgId"
label = "Organization"
optional = true
parse = { kind = "id", phrase = "an organization", max = 100 }

[guide]
updated = "2026-11-28"

[[guide.sections]]
title = "Create a key"

[[guide.sections.steps]]
field = "instanceUrl"
title = "Domain"

[[guide.sections.steps]]
field = "apiKey"
title = "Key"
"#;

/// One test value, whose case the simulation does not play.
const TESTED: &str = r#"
values = [{ name = "Key", ending = "accepted", fields = { instanceUrl = "acme.example.com", apiKey = "key-test-*" } }]
simulation = []
"#;

/// The made-up provider with this `verify.toml`, without what every one needs.
fn made(verify: &str) -> &'static Provider {
    made_of(verify, "", TESTED)
}

fn made_of(verify: &str, lifecycle: &str, test_mode: &str) -> &'static Provider {
    let verify = ["confidence = \"specification\"\n", verify].concat();
    let files = [ASKED.to_owned(), verify, test_mode.to_owned(), lifecycle.to_owned()];
    let provider = read("acme", &Files(files.map(Some)));
    // It lives as long as the process.
    Box::leak(Box::new(provider.unwrap_or_else(|faults| panic!("{faults:?}"))))
}

fn offered(provider: &'static Provider) -> ProjectProvider {
    ProjectProvider::new(provider, &HostOptIns::new())
}

/// A credential with this key and these other values.
fn credential(offered: &ProjectProvider, key: &str, others: &[(&str, &str)]) -> Credential {
    let values = [("instanceUrl", "acme.example.com"), ("apiKey", key)];
    let values =
        values.iter().chain(others).map(|(id, value)| ((*id).to_owned(), Secret::new((*value).to_owned())));
    Credential::read(offered, values.collect()).unwrap()
}

/// The time of every verification.
struct Noon;

impl Clock for Noon {
    fn now_ms(&self) -> i64 {
        1_795_348_800_000
    }
}

/// How a verification of this credential ends.
fn verified(
    fake: &FakeProvider,
    offered: &ProjectProvider,
    credential: Credential,
    stored: bool,
) -> Verification {
    let request = VerificationRequest {
        offered,
        credential,
        scopes: &[],
        known_organization: None,
        stored,
        on_step: &|_| (),
    };
    block_on(verify(fake, &Noon, request))
}

/// How a verification of [`KEY`] ends.
fn ending(fake: &FakeProvider, provider: &'static Provider) -> Verification {
    let offered = offered(provider);
    let credential = credential(&offered, KEY, &[]);
    verified(fake, &offered, credential, false)
}

/// The ending in a word, with code and field of its error or of its first warning.
fn said(verification: &Verification) -> String {
    let of = |word: &str, error: Option<&FieldError>| {
        let code = error.map(|error| format!(" {}", error.code)).unwrap_or_default();
        let field = error.and_then(|error| error.field.as_ref()).map(|field| format!(" {field}"));
        [word, &code, &field.unwrap_or_default()].concat()
    };
    match verification {
        Verification::Accepted(verified) => of("accepted", verified.report().warnings.first()),
        Verification::Rejected(error) => of("rejected", Some(error)),
        Verification::Unavailable(error, wait) => format!("{} {wait}", of("unavailable", Some(error))),
        Verification::Unexpected(error, _) => of("unexpected", Some(error)),
    }
}

/// The accepted credential and its report.
fn accepted(verification: &Verification) -> &Verified {
    match verification {
        Verification::Accepted(verified) => verified,
        other => panic!("{other:?}"),
    }
}

/// Everything that an ending could store, show or log.
fn everything(verification: &Verification) -> String {
    let report = match verification {
        Verification::Accepted(verified) => serde_json::to_string(verified.report()).unwrap(),
        _ => String::new(),
    };
    format!("{verification:?}\n{report}")
}

/// A required probe of the key, with these keys more.
fn probe(more: &str) -> String {
    format!(
        "[[probes]]\nid = \"key\"\ntitle = \"Key accepted\"\nrequest = \"GET {{instanceUrl}}/me\"\nsecret = true\n\
         expect = [{{ path = \"id\" }}]\n{more}\n"
    )
}

/// The names by which the account is known.
const OWNER: &str = "extract = { \"identity.id\" = \"id\", \"identity.login\" = \"login\" }";
