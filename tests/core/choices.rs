//! A provider that is a choice: of its regions, and of what the key opens. The providers here are made up.

use latchkey_edge::credential::Credential;
use latchkey_edge::ports::Platform as _;
use latchkey_edge::verify::{Verification, VerificationRequest, verify};
use latchkey_provider_file::{Files, read};
use latchkey_shared::project_provider::{HostOptIn, HostOptIns, ProjectProvider};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError, Secret};
use latchkey_tests::{FakeProvider, TestPlatform};
use std::collections::BTreeMap;

const KEY: &str = "acme-0123456789abcdef0123456789abcdef-us21";

const PROVIDER: &str = r#"
id = "acme"
name = "Acme"
description = "A made-up service"
categories = ["observability"]
method = "api-key"
OWN

[[fields]]
id = "instanceUrl"
label = "Acme Site"
HOST

[[fields]]
id = "apiKey"
label = "API Key"
secret = true

[fields.parse]
kind = "key"
phrase = "an Acme API key"
max = 512
shapes = ["acme-{h32}-{w+}"]

[[fields]]
id = "team"
label = "Team"
choice = true

[fields.parse]
kind = "id"
phrase = "an Acme team"
max = 64

[guide]
updated = "2026-11-28"
needs = "Anybody."
warning = "None."

[[guide.sections]]
title = "Create a key"
steps = [{ field = "apiKey", title = "Copy the key" }, { field = "instanceUrl", title = "Choose" }]
"#;

const VERIFY: &str = r#"
confidence = "documentation"
check = { probes = ["key"], fullEveryDays = 7 }

[secretHeaders]
Authorization = "Bearer {apiKey}"

[[probes]]
id = "key"
title = "API key accepted"
request = "GET {instanceUrl}/me"
secret = true
extract = { "identity.id" = "id" }
choices = { field = "team", path = "teams.[]", id = "id", name = "name" }

[[probes]]
id = "team"
title = "Team read"
request = "GET {instanceUrl}/teams/{team}"
secret = true
extract = { "organization.id" = "id" }
"#;

const TESTS: &str = r#"
values = [{ name = "Works", ending = "accepted", fields = { instanceUrl = "US1", apiKey = "acme-00000000000000000000000000000000-us*" } }]
simulation = [{ request = "GET https://*", status = 200, body = "{}" }]
"#;

const REGIONS: &str = r#"
[fields.parse]
kind = "host"
phrase = "an Acme site"
max = 2048
regions = [
  { label = "US1", host = "api.acme-service.com", from = ["app.acme-service.com"] },
  { label = "EU1", host = "api.acme-service.eu", from = ["app.acme-service.eu", "*.eu.acme-service.com"] },
]
"#;

/// The provider with this host field and this line at the top, as a project with these opt-ins offers it.
fn offered(host: &str, own: &str, hosts: &[&str]) -> ProjectProvider {
    let mut texts =
        [PROVIDER.replace("HOST", host).replace("OWN", own), VERIFY.into(), TESTS.into()].map(Some);
    let [provider, verify, tests] = texts.each_mut().map(Option::take);
    let provider: Provider =
        read("acme", &Files([provider, verify, tests, None])).unwrap_or_else(|faults| panic!("{faults:?}"));
    let opt_in = HostOptIn {
        custom_domains: false,
        self_managed: hosts.iter().map(|host| (*host).to_owned()).collect(),
    };
    ProjectProvider::new(Box::leak(Box::new(provider)), &HostOptIns::from([("acme".to_owned(), opt_in)]))
}

fn credential(offered: &ProjectProvider, values: &[(&str, &str)]) -> Result<Credential, Vec<FieldError>> {
    let values = values.iter().map(|(id, text)| ((*id).to_owned(), Secret::new((*text).to_owned())));
    Credential::read(offered, values.collect::<BTreeMap<_, _>>())
}

/// What the value of a field is after parsing, or the error's code and field.
fn value(
    offered: &ProjectProvider,
    values: &[(&str, &str)],
    field: &str,
) -> Result<String, (ErrorCode, Option<String>)> {
    let read = credential(offered, values).map_err(|errors| (errors[0].code, errors[0].field.clone()))?;
    Ok(read.value(field).map(|value| value.expose().to_owned()).unwrap_or_default())
}

fn verified(live: &FakeProvider, offered: &ProjectProvider, values: &[(&str, &str)]) -> Verification {
    verified_as(live, offered, values, false)
}

fn verified_as(
    live: &FakeProvider,
    offered: &ProjectProvider,
    values: &[(&str, &str)],
    stored: bool,
) -> Verification {
    let platform = TestPlatform::new();
    let request = VerificationRequest {
        offered,
        credential: credential(offered, values).unwrap(),
        scopes: &[],
        known_organization: None,
        on_step: &|_| (),
        stored,
    };
    pollster::block_on(verify(live, platform.clock(), request))
}

/// Answers with these teams, each of which can be read.
fn teams(teams: &[(&str, &str)]) -> FakeProvider {
    let live = FakeProvider::default();
    let listed: Vec<_> =
        teams.iter().map(|(id, name)| serde_json::json!({ "id": id, "name": name })).collect();
    let body = serde_json::json!({ "id": "ada", "teams": listed }).to_string();
    live.answer("GET https://api.acme-service.com/me", 200, &body);
    for (id, _) in teams {
        let line = format!("GET https://api.acme-service.com/teams/{id}");
        live.answer(&line, 200, &serde_json::json!({ "id": id }).to_string());
    }
    live
}

const US1: (&str, &str) = ("instanceUrl", "US1");

#[test]
fn the_only_thing_that_a_key_opens_is_chosen_and_kept() {
    let offered = offered(REGIONS, "", &[]);
    let live = teams(&[("t1", "Blue")]);
    let Verification::Accepted(verified) = verified(&live, &offered, &[US1, ("apiKey", KEY)]) else {
        panic!("not accepted")
    };
    assert_eq!(verified.credential().value("team").unwrap().expose(), "t1");
    assert_eq!(verified.report().organization.as_ref().unwrap().id, "t1");
}

#[test]
fn several_things_are_listed_for_a_choice_and_the_choice_is_used() {
    let offered = offered(REGIONS, "", &[]);
    let live = teams(&[("t1", "Blue"), ("t2", "Red"), ("t1", "Blue again")]);
    let asked = verified(&live, &offered, &[US1, ("apiKey", KEY)]);
    let Verification::Rejected(error) = asked else { panic!("{asked:?}") };
    assert_eq!((error.code, error.field.as_deref()), (ErrorCode::ChoiceRequired, Some("team")));
    let listed: Vec<_> = error.choices.iter().map(|choice| (&*choice.value, &*choice.label)).collect();
    assert_eq!(listed, [("t1", "Blue"), ("t2", "Red")]);
    assert_eq!(live.seen().len(), 1, "nothing that needs the choice was asked");
    let chosen = verified(&live, &offered, &[US1, ("apiKey", KEY), ("team", "t2")]);
    let Verification::Accepted(chosen) = chosen else { panic!("{chosen:?}") };
    assert_eq!(chosen.credential().value("team").unwrap().expose(), "t2");
    assert_eq!(live.seen().last().unwrap().line, "GET https://api.acme-service.com/teams/t2");
}

#[test]
fn what_the_key_does_not_open_is_refused_with_what_it_opens() {
    let offered = offered(REGIONS, "", &[]);
    let refused = verified(&teams(&[("t1", "Blue")]), &offered, &[US1, ("apiKey", KEY), ("team", "t9")]);
    let Verification::Rejected(error) = refused else { panic!("{refused:?}") };
    assert_eq!((error.code, error.field.as_deref()), (ErrorCode::ChoiceUnknown, Some("team")));
    assert_eq!(error.choices.len(), 1);
    for team in [None, Some(("team", "t9"))] {
        let values: Vec<_> = [US1, ("apiKey", KEY)].into_iter().chain(team).collect();
        let refused = verified(&teams(&[]), &offered, &values);
        let Verification::Rejected(error) = refused else { panic!("{refused:?}") };
        assert_eq!((error.code, error.field), (ErrorCode::ChoiceUnknown, None), "nothing can be chosen");
    }
}

#[test]
fn a_list_is_bounded_and_holds_no_secret_and_nothing_that_cannot_be_sent() {
    let offered = offered(REGIONS, "", &[]);
    let (secret, long) = (KEY.get(5..37).unwrap(), "L".repeat(300));
    let mut all =
        vec![("t1", "Blue"), (secret, "An id that is the key"), ("t2", KEY), ("t 3", "No id"), ("t4", &long)];
    let more: Vec<_> = (0..60).map(|at| format!("more{at}")).collect();
    all.extend(more.iter().map(|id| (id.as_str(), "More")));
    let Verification::Rejected(error) = verified(&teams(&all), &offered, &[US1, ("apiKey", KEY)]) else {
        panic!("accepted")
    };
    let told = format!("{error:?}");
    assert!(!told.contains(secret) && !told.contains(KEY), "{told}");
    let first: Vec<_> =
        error.choices.iter().map(|choice| (&*choice.value, choice.label.chars().count())).collect();
    assert_eq!(first.get(..3), Some(&[("t1", 4), ("t2", 2), ("t4", 100)][..]));
    assert_eq!(error.choices.len(), 50);
    // One that is not listed for its place can be chosen all the same.
    let last = verified(&teams(&all), &offered, &[US1, ("apiKey", KEY), ("team", "more59")]);
    assert!(matches!(last, Verification::Accepted(_)), "{last:?}");
}

#[test]
fn a_stored_choice_beyond_the_first_page_of_a_list_is_not_gone_and_one_that_a_short_list_lacks_is() {
    let offered = offered(REGIONS, "", &[]);
    let values = [US1, ("apiKey", KEY), ("team", "kept")];
    for (count, works) in [(3, false), (60, true)] {
        let names: Vec<_> = (0..count).map(|at| format!("team{at}")).collect();
        let all: Vec<_> = names.iter().map(|id| (id.as_str(), "Team")).collect();
        let live = teams(&all);
        live.answer("GET https://api.acme-service.com/teams/kept", 200, r#"{"id":"kept"}"#);
        let checked = verified_as(&live, &offered, &values, true);
        assert_eq!(matches!(checked, Verification::Accepted(_)), works, "{count}: {checked:?}");
        assert!(matches!(verified(&live, &offered, &values), Verification::Rejected(_)), "a new key");
    }
}

#[test]
fn a_region_gets_the_secret_and_its_console_does_not() {
    let offered = offered(REGIONS, "", &[]);
    for text in
        ["EU1", "https://app.acme-service.eu/settings?a=b", "shop.eu.acme-service.com", "api.acme-service.eu"]
    {
        let live = FakeProvider::default();
        live.answer(
            "GET https://api.acme-service.eu/me",
            200,
            r#"{"id":"ada","teams":[{"id":"t1","name":"Blue"}]}"#,
        );
        live.answer("GET https://api.acme-service.eu/teams/t1", 200, r#"{"id":"t1"}"#);
        let ending = verified(&live, &offered, &[("instanceUrl", text), ("apiKey", KEY)]);
        assert!(matches!(ending, Verification::Accepted(_)), "{text}: {ending:?}");
        assert!(
            live.seen().iter().all(|seen| seen.line.starts_with("GET https://api.acme-service.eu/")),
            "{text}"
        );
    }
    for text in [
        "",
        "EU2",
        "acme-service.eu",
        "app.acme-service.eu.evil.example",
        "https://evil.example/app.acme-service.eu",
    ] {
        assert!(value(&offered, &[("instanceUrl", text), ("apiKey", KEY)], "instanceUrl").is_err(), "{text}");
    }
}

#[test]
fn the_path_of_a_host_that_the_operator_named_stands_before_each_request() {
    let host = "[fields.parse]\nkind = \"host\"\nphrase = \"an Acme address\"\nmax = 2048\nhosts = [\"api.acme-service.com\"]\npath = true\n";
    let own = "ownHosts = \"selfManaged\"";
    let offered = offered(host, own, &["ci.customer.com"]);
    let live = FakeProvider::default();
    live.answer(
        "GET https://ci.customer.com/Tools/acme/me",
        200,
        r#"{"id":"ada","teams":[{"id":"t1","name":"Blue"}]}"#,
    );
    live.answer("GET https://ci.customer.com/Tools/acme/teams/t1", 200, r#"{"id":"t1"}"#);
    let values = [("instanceUrl", "https://CI.customer.com/Tools/acme/?x=1"), ("apiKey", KEY)];
    let Verification::Accepted(verified) = verified(&live, &offered, &values) else {
        panic!("{:?}", live.seen())
    };
    assert_eq!(
        verified.credential().value("instanceUrl").unwrap().expose(),
        "https://ci.customer.com/Tools/acme"
    );
    for (text, kept) in [
        ("https://api.acme-service.com/v1", Ok("https://api.acme-service.com")),
        ("https://ci.customer.com/a/../../b", Err(ErrorCode::HostMalformed)),
        ("https://ci.customer.com/a%2Fb", Err(ErrorCode::HostMalformed)),
        ("https://ci.customer.com.evil.example/Tools", Err(ErrorCode::HostNotAllowed)),
        ("https://evil.example/ci.customer.com", Err(ErrorCode::HostNotAllowed)),
    ] {
        let read = value(&offered, &[("instanceUrl", text), ("apiKey", KEY)], "instanceUrl");
        assert_eq!(read.map_err(|(code, _)| code), kept.map(str::to_owned), "{text}");
    }
}

#[test]
fn a_key_names_its_host() {
    let host = "inferred = true\n[fields.parse]\nkind = \"host\"\nphrase = \"an Acme data center\"\nmax = 2048\n\
                suffixes = [\"api.acme-service.com\"]\nwithin = [\"acme-{h32}-({w+})\"]\n";
    let offered = offered(host, "", &[]);
    let read = |text: &str| value(&offered, &[("instanceUrl", text), ("apiKey", KEY)], "instanceUrl");
    assert_eq!(read(""), Ok("https://us21.api.acme-service.com".into()));
    assert_eq!(read("us21.api.acme-service.com"), Ok("https://us21.api.acme-service.com".into()));
    assert_eq!(
        read("us7.api.acme-service.com"),
        Err((ErrorCode::AccountMismatch, Some("instanceUrl".into())))
    );
}
