//! A key that is exchanged for a short-lived access token: the token is asked for anew each time, goes where the key may go, and is
//! kept nowhere.

use super::*;
use latchkey_edge::procedures::{Procedure, Ran, StepState, run};
use latchkey_edge::verify::{Life, alive, preview, preview_procedures};
use std::collections::BTreeMap;

const TOKEN: &str = "eyJhbGciOi.access-token-0123456789.sig";
const EXCHANGE: &str = "POST https://login.example.com/oauth/token";
const ME: &str = "GET https://acme.example.com/me";
const REVOKE: &str = "DELETE https://acme.example.com/keys/current";

const VERIFY: &str = r#"
errorCode = "error"
secretHeaders = { Authorization = "Bearer {token}" }
check = { probes = ["token", "key"], fullEveryDays = 7 }

[[probes]]
id = "token"
title = "Access token received"
request = "POST https://login.example.com/oauth/token"
secret = true
secretHeaders = {}
body.form = { grant_type = "client_credentials", client_secret = "{apiKey}", organization = "{orgId}" }
token = "access_token"
extract = { "note.kind" = "token_type", "note.echo" = "access_token" }
responses = [{ status = ["400"], vendorCode = ["invalid_client"], ending = "rejected", field = "apiKey", code = "key_rejected", message = "Acme does not accept this key.", fix = "Create a new one." }]

[[probes]]
id = "key"
title = "Key accepted"
request = "GET {instanceUrl}/me"
secret = true
expect = [{ path = "id" }]
extract = { "identity.id" = "id", "identity.login" = "login", "identity.name" = "name" }
"#;

const LIFECYCLE: &str = r#"
[[revoke.steps]]
id = "key"
title = "Key deleted"
request = "DELETE {instanceUrl}/keys/current"
secret = true
"#;

fn acme() -> &'static Provider {
    made_of(VERIFY, LIFECYCLE, TESTED)
}

/// A provider that gives the token for the key, and knows it.
fn fake() -> FakeProvider {
    let fake = FakeProvider::default();
    fake.answer(EXCHANGE, 200, &format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer"}}"#));
    fake.answer_to(ME, &format!("Bearer {TOKEN}"), 200, r#"{"id":"u1","login":"ada@example.com"}"#);
    fake.answer_to(REVOKE, &format!("Bearer {TOKEN}"), 204, "");
    fake
}

fn revoked(fake: &FakeProvider) -> Ran {
    let offered = offered(acme());
    let credential = credential(&offered, KEY, &[]);
    let steps = &offered.provider.revoke.as_ref().unwrap().steps;
    let (given, numbers, secrets) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let procedure = Procedure { offered: &offered, credential: &credential, steps, given, numbers, secrets };
    block_on(run(fake, &procedure))
}

#[test]
fn the_key_is_sent_for_the_token_and_the_token_with_everything_else() {
    let fake = fake();
    let verification = ending(&fake, acme());
    assert_eq!(accepted(&verification).report().identity.as_ref().unwrap().id, "u1");
    let seen = fake.seen();
    let [exchange, me] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((exchange.line.as_str(), &exchange.authorization), (EXCHANGE, &None));
    assert_eq!(exchange.headers["content-type"], "application/x-www-form-urlencoded");
    // The organization is optional and empty, so its member is left out.
    let body = format!("client_secret={KEY}&grant_type=client_credentials");
    assert_eq!(exchange.body.as_deref(), Some(body.as_str()));
    assert_eq!(me.authorization.as_deref(), Some(&*format!("Bearer {TOKEN}")));
    assert!(!format!("{me:?}").contains(KEY), "the key went where the token is enough");
}

#[test]
fn a_form_is_encoded_member_by_member() {
    let (fake, offered) = (fake(), offered(acme()));
    let credential = credential(&offered, "key-a+b/cd&e%f012345678", &[("orgId", "org1")]);
    verified(&fake, &offered, credential, false);
    let body =
        "client_secret=key-a%2Bb%2Fcd%26e%25f012345678&grant_type=client_credentials&organization=org1";
    assert_eq!(fake.seen()[0].body.as_deref(), Some(body));
}

#[test]
fn each_answer_to_an_exchange_has_its_ending() {
    for (status, body, ends) in [
        (400, r#"{"error":"invalid_client"}"#.to_owned(), "rejected key_rejected apiKey"),
        (400, r#"{"error":"invalid_grant"}"#.to_owned(), "unexpected provider_unexpected"),
        (429, "{}".to_owned(), "unavailable provider_rate_limited 30"),
        (503, "{}".to_owned(), "unavailable provider_unavailable 30"),
        (200, "{}".to_owned(), "unexpected provider_unexpected"),
        (200, r#"{"access_token":7}"#.to_owned(), "unexpected provider_unexpected"),
        (200, r#"{"access_token":"a b"}"#.to_owned(), "unexpected provider_unexpected"),
        (200, format!(r#"{{"access_token":"{}"}}"#, "t".repeat(7000)), "unexpected provider_unexpected"),
        (200, "<html>".to_owned(), "unexpected provider_unexpected"),
        (204, String::new(), "unexpected provider_unexpected"),
    ] {
        let fake = fake();
        fake.answer(EXCHANGE, status, &body);
        assert_eq!(said(&ending(&fake, acme())), ends, "{status} {body}");
        assert_eq!(fake.seen().len(), 1, "a request was sent without a token");
    }
}

#[test]
fn a_check_and_a_procedure_ask_for_a_token_of_their_own() {
    let (fake, offered) = (fake(), offered(acme()));
    let credential = credential(&offered, KEY, &[]);
    let request = VerificationRequest {
        offered: &offered,
        credential,
        scopes: &[],
        known_organization: None,
        stored: true,
        on_step: &|_| (),
    };
    assert!(matches!(block_on(alive(&fake, &request)), Some(Life::Alive(None))));
    assert_eq!(revoked(&fake).steps[0].state, StepState::Done);
    let lines: Vec<_> = fake.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, [EXCHANGE, ME, EXCHANGE, REVOKE]);
}

#[test]
fn a_procedure_without_a_token_sends_none_of_its_steps_and_did_nothing() {
    for (status, body, state, code) in [
        (400, r#"{"error":"invalid_client"}"#, StepState::Failed, "key_rejected"),
        (429, "{}", StepState::Unreachable, "provider_rate_limited"),
        (500, "{}", StepState::Unreachable, "provider_unavailable"),
        (200, "{}", StepState::Unreachable, "provider_unexpected"),
    ] {
        let fake = fake();
        fake.answer(EXCHANGE, status, body);
        let ran = revoked(&fake);
        let stopped = ran.stopped().unwrap();
        let found = (stopped.step, stopped.state, stopped.error.as_ref().unwrap().code.as_str());
        assert_eq!(found, ("token", state, code), "{status} {body}");
        assert!(!stopped.perhaps_done && !stopped.ruled);
        assert_eq!(fake.seen().len(), 1);
    }
}

#[test]
fn a_token_that_comes_back_is_no_finding_and_in_no_log() {
    for echo in [
        TOKEN.to_owned(),
        format!("Bearer {TOKEN}"),
        TOKEN.to_uppercase(),
        TOKEN.get(5..30).unwrap().to_owned(),
    ] {
        for (status, body) in [
            (200, format!(r#"{{"id":"u1","login":"{echo}","name":"{echo}"}}"#)),
            (200, format!(r#"{{"id":"{echo}"}}"#)),
            (418, format!(r#"{{"error":"{echo}"}}"#)),
        ] {
            let fake = fake();
            fake.answer(ME, status, &body);
            let kept = everything(&ending(&fake, acme())).to_lowercase();
            assert!(!kept.contains("access-token-0123456789"), "after {body}: {kept}");
            fake.answer(REVOKE, status, &body);
            let ran = format!("{:?}", revoked(&fake)).to_lowercase();
            assert!(!ran.contains("access-token-0123456789"), "after {body}: {ran}");
        }
    }
    // The exchange itself has it in its body: no finding of it is the token.
    let kept = everything(&ending(&fake(), acme()));
    assert!(!kept.contains(TOKEN) && !kept.contains(KEY), "{kept}");
}

#[test]
fn neither_key_nor_token_goes_to_a_host_outside_the_rule_of_its_field() {
    let moved = VERIFY.replace(
        "expect = [{ path = \"id\" }]\nextract",
        "expect = [{ path = \"id\" }]\ncanonical = { field = \"instanceUrl\", path = \"url\" }\nextract",
    );
    let later = format!(
        "{moved}\n[[probes]]\nid = \"more\"\ntitle = \"More\"\nrequest = \"GET {{instanceUrl}}/more\"\nsecret = true\n"
    );
    let provider = made(&later);
    for host in ["https://evil.example", "http://acme.example.com", "https://acme.example.com.evil.example"] {
        let fake = fake();
        fake.answer(ME, 200, &format!(r#"{{"id":"u1","url":"{host}"}}"#));
        assert_eq!(said(&ending(&fake, provider)), "rejected host_not_allowed instanceUrl", "{host}");
        assert_eq!(fake.seen().len(), 2, "{host}");
    }
    let fake = fake();
    fake.answer(ME, 200, r#"{"id":"u1","url":"https://other.example.com"}"#);
    ending(&fake, provider);
    assert_eq!(fake.seen()[2].line, "GET https://other.example.com/more");
}

#[test]
fn a_preview_shows_where_the_token_goes_and_no_secret() {
    let offered = offered(acme());
    let credential = credential(&offered, KEY, &[]);
    let shown = preview(&offered, &credential).unwrap();
    assert_eq!(shown[0].body.as_deref(), Some("client_secret=%3CapiKey%3E&grant_type=client_credentials"));
    assert_eq!(shown[1].headers["authorization"], "Bearer <token>");
    let steps = preview_procedures(&offered, &credential).unwrap();
    assert_eq!(steps[0].headers["authorization"], "Bearer <token>");
}
