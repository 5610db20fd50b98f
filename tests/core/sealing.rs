//! Sealed field values: which of them open, and the response to each that does not.

use hpke::aead::{AesGcm128, AesGcm256};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, OpModeR, setup_receiver, single_shot_open};
use latchkey_edge::crypto::hpke::{Sealed, SealingKeys};
use latchkey_shared::Mode;
use latchkey_shared::sealing::{Context, FORMAT, SUITE};
use latchkey_tests::{Fault, Scenario, disguises, sealed_with};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn live() -> (Scenario, String) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    (scenario, session)
}

fn body(attempt: &str, token: &Value) -> Value {
    let fields = json!({ "instanceUrl": { "text": "acme.okta.com" }, "apiToken": token });
    json!({ "attemptId": attempt, "app": "okta", "fields": fields })
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|digit| !digit.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&String::from_iter(pair), 16).unwrap()).collect()
}

#[test]
fn the_page_learns_the_current_key_and_its_suite() {
    let (scenario, session) = live();
    let sealing = &scenario.get("/api/v1/connect", &session).body["sealing"];
    assert_eq!((&sealing["kid"], &sealing["suite"]), (&json!("s1"), &json!(SUITE)));
    assert_eq!(sealing["publicKey"].as_str().unwrap().len(), 43);
    assert!(!sealing.to_string().contains("BAQEBAQE"), "the private key");
}

#[test]
fn a_secret_in_clear_under_a_session_token_is_refused_and_repeated_nowhere() {
    let (scenario, session) = live();
    let answer = scenario.post("/api/v1/connect", &session, &body("attempt-1", &json!({ "text": TOKEN })));
    assert_eq!(answer.problem(), (422, "sealing_required", Some("apiToken")));
    let object = scenario.platform.index.object(scenario.target()).dump();
    let log = scenario.platform.log.0.borrow().join("\n");
    for disguise in disguises(TOKEN) {
        for text in [&answer.text, &object, &log] {
            assert!(!text.contains(&disguise));
        }
    }
    assert!(scenario.platform.live.seen().is_empty(), "the provider was asked");
    assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn what_is_no_secret_is_not_opened() {
    let (scenario, session) = live();
    for (field, code, told) in
        [("instanceUrl", "invalid_parameter", "instanceUrl"), ("surprise", "unknown_field", "fields")]
    {
        let token = scenario.sealed("attempt-1", &session, "apiToken", TOKEN);
        let mut body = body("attempt-1", &token);
        body["fields"][field] = scenario.sealed("attempt-1", &session, field, "acme.okta.com");
        let attempt = format!("attempt-{field}");
        body["attemptId"] = json!(attempt);
        let answer = scenario.post("/api/v1/connect", &session, &body);
        assert_eq!(answer.problem(), (422, code, Some(told)));
    }
}

#[test]
fn a_value_sealed_for_another_context_does_not_open() {
    let (mut scenario, session) = live();
    let other = scenario.session(&scenario.live_key);
    let test = scenario.session(&scenario.test_key);
    scenario.platform.rotate_sealing(&[("s1", 9)]);
    let wrong_key = scenario.sealed("attempt-5", &session, "apiToken", TOKEN);
    scenario.platform.rotate_sealing(&[("s1", 4)]);
    let moved = [
        ("attempt-1", scenario.sealed("attempt-x", &session, "apiToken", TOKEN)),
        ("attempt-2", scenario.sealed("attempt-2", &session, "eventHookName", TOKEN)),
        ("attempt-3", scenario.sealed("attempt-3", &other, "apiToken", TOKEN)),
        ("attempt-4", scenario.sealed("attempt-4", &test, "apiToken", TOKEN)),
        ("attempt-5", wrong_key),
    ];
    for (attempt, token) in moved {
        let answer = scenario.post("/api/v1/connect", &session, &body(attempt, &token));
        assert_eq!(answer.problem(), (422, "sealed_value_unreadable", Some("apiToken")), "{attempt}");
    }
    assert!(scenario.platform.live.seen().is_empty(), "the provider was asked");
}

/// What a value is bound to besides its session: each thing that somebody between the page and the edge could change.
#[test]
fn a_value_sealed_for_another_form_or_other_answers_does_not_open() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let fields = |values: &[(&str, &str)]| {
        values.iter().map(|(id, text)| ((*id).to_owned(), json!({ "text": text }))).collect::<Value>()
    };
    let okta = fields(&[("instanceUrl", "acme.okta.com"), ("eventHookName", "hook")]);
    let forms = [
        ("gitlab", "accessToken", "glpat-Ab3dEf6hIj9kLm2nOp5q", fields(&[("instanceUrl", "gitlab.com")])),
        ("launchdarkly", "accessToken", "api-01234567-89ab-cdef-0123-456789abcdef", fields(&[])),
        ("okta", "apiToken", TOKEN, okta),
    ];
    type Change = (usize, &'static str, fn(&mut Value));
    let changes: [Change; 14] = [
        (0, "another app", |body| body["app"] = json!("launchdarkly")),
        (1, "another app, without other answers", |body| body["app"] = json!("gitlab")),
        (0, "another host", |body| body["fields"]["instanceUrl"]["text"] = json!("gitlab.example.org")),
        (1, "an answer added", |body| body["fields"]["instanceUrl"] = json!({ "text": "gitlab.com" })),
        (1, "an empty answer added", |body| body["fields"]["instanceUrl"] = json!({ "text": "" })),
        (2, "another customer's host", |body| body["fields"]["instanceUrl"]["text"] = json!("evil.okta.com")),
        (2, "a space", |body| body["fields"]["instanceUrl"]["text"] = json!("acme.okta.com ")),
        (2, "another case", |body| body["fields"]["instanceUrl"]["text"] = json!("ACME.okta.com")),
        (2, "a scheme", |body| body["fields"]["instanceUrl"]["text"] = json!("https://acme.okta.com")),
        (2, "an answer emptied", |body| body["fields"]["eventHookName"]["text"] = json!("")),
        (2, "an answer left out", |body| _ = body["fields"].as_object_mut().unwrap().remove("eventHookName")),
        (2, "an unknown answer", |body| body["fields"]["surprise"] = json!({ "text": "x" })),
        (2, "answers exchanged", |body| {
            body["fields"]["instanceUrl"]["text"] = json!("hook");
            body["fields"]["eventHookName"]["text"] = json!("acme.okta.com");
        }),
        (2, "answers shifted into each other", |body| {
            body["fields"] = json!({ "apiToken": body["fields"]["apiToken"],
                "eventHookName": { "text": "hookinstanceUrlacme.okta.com" } });
        }),
    ];
    for (form, change, alter) in changes {
        let (app, field, key, fields) = &forms[form];
        let offered =
            json!({ "providers": ["gitlab", "launchdarkly", "okta"], "endUser": { "id": "user-1" } });
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &offered);
        let session = made.body["token"].as_str().unwrap();
        let mut body = json!({ "attemptId": "attempt-1", "app": app, "fields": fields });
        body["fields"][*field] = scenario.sealed_in(&body, session, field, key);
        alter(&mut body);
        let refused = scenario.post("/api/v1/connect", session, &body);
        assert_eq!(refused.problem(), (422, "sealed_value_unreadable", Some(*field)), "{app}: {change}");
        assert!(scenario.platform.live.seen().is_empty(), "{change}: a provider was asked");
    }
}

#[test]
fn the_same_form_and_answers_open_in_any_order_of_the_body() {
    let (scenario, session) = live();
    let clear = json!({ "instanceUrl": { "text": "acme.okta.com" }, "eventHookName": { "text": "hook" } });
    let form = json!({ "attemptId": "attempt-1", "app": "okta", "fields": clear });
    let sealed = scenario.sealed_in(&form, &session, "apiToken", TOKEN);
    let text = format!(
        r#"{{"fields":{{"instanceUrl":{{"text":"acme.okta.com"}},"apiToken":{sealed},"eventHookName":{{"text":"hook"}}}},"app":"okta","attemptId":"attempt-1"}}"#
    );
    let answer = scenario.send("POST", "/api/v1/connect", Some(&session), Some(("application/json", &text)));
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn an_altered_value_never_opens_and_never_faults() {
    let keys = SealingKeys::parse(&format!("s1:{}", "B".repeat(42) + "A")).unwrap();
    let key = keys.current().unwrap();
    let context = Context {
        kid: "s1",
        mode: Mode::Live,
        session: "P.r.m",
        attempt: "attempt-1",
        app: "okta",
        clear: &["instanceUrl", "acme.okta.com"],
        field: "apiToken",
    };
    let sealed = latchkey_seal::seal((&key.suite, &key.public_key), &context, TOKEN, &mut [7; 32]).unwrap();
    let read = || Sealed::read("s1".to_owned(), &sealed.enc, &sealed.ct).unwrap();
    assert_eq!(keys.open(&context, &read()).unwrap().expose(), TOKEN);

    let count = read().ct.len();
    for at in 0..32 + count {
        for bit in 0..8 {
            let mut altered = read();
            match at.checked_sub(32) {
                None => altered.enc[at] ^= 1 << bit,
                Some(at) => altered.ct[at] ^= 1 << bit,
            }
            assert!(keys.open(&context, &altered).is_none(), "byte {at}, bit {bit}");
        }
    }
    for length in 0..count {
        let mut altered = read();
        altered.ct.truncate(length);
        assert!(keys.open(&context, &altered).is_none(), "cut to {length}");
    }
    for other in [
        Context { mode: Mode::Test, ..context },
        Context { session: "Q.r.m", ..context },
        Context { session: "P.r.n", ..context },
        Context { attempt: "attempt-2", ..context },
        Context { field: "apiKey", ..context },
        Context { app: "gitlab", ..context },
        Context { clear: &[], ..context },
        Context { clear: &["instanceUrl", "evil.okta.com"], ..context },
        Context { clear: &["instanceUrlacme", ".okta.com"], ..context },
        Context { app: "oktainstanceUrl", clear: &["acme.okta.com"], ..context },
        Context { kid: "s2", ..context },
    ] {
        assert!(keys.open(&other, &read()).is_none(), "{other:?}");
    }
    let named_otherwise = SealingKeys::parse(&format!("s2:{}", "B".repeat(42) + "A")).unwrap();
    assert!(named_otherwise.open(&Context { kid: "s2", ..context }, &read()).is_none(), "the key's name");
    for point in [[0; 32], [1; 32], [0xff; 32]] {
        let weak = Sealed { kid: "s1".to_owned(), enc: point, ct: read().ct };
        assert!(keys.open(&context, &weak).is_none());
    }
}

#[test]
fn an_unreadable_value_is_an_error_on_its_field() {
    let (scenario, session) = live();
    let good = scenario.sealed("attempt-1", &session, "apiToken", TOKEN);
    for (at, (enc, ct)) in [
        (json!("AA"), good["ct"].clone()),
        (good["enc"].clone(), json!("A")),
        (json!(""), json!("")),
        (json!(format!("{}=", good["enc"].as_str().unwrap())), good["ct"].clone()),
        (json!("A".repeat(43)), good["ct"].clone()),
    ]
    .into_iter()
    .enumerate()
    {
        let token = json!({ "format": FORMAT, "kid": "s1", "enc": enc, "ct": ct });
        let answer = scenario.post("/api/v1/connect", &session, &body(&format!("attempt-{at}"), &token));
        assert_eq!(answer.problem(), (422, "sealed_value_unreadable", Some("apiToken")), "{token}");
    }
    let not_utf8 = json!({ "kid": "s1" });
    assert_eq!(
        scenario.post("/api/v1/connect", &session, &body("attempt-9", &not_utf8)).problem().1,
        "malformed_body"
    );
}

#[test]
fn each_sealed_value_is_accepted_with_one_attempt() {
    let (scenario, session) = live();
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, "{}");
    let token = scenario.sealed("attempt-1", &session, "apiToken", TOKEN);
    let first = scenario.post("/api/v1/connect", &session, &body("attempt-1", &token));
    assert_eq!(first.problem().1, "key_rejected");
    let again = scenario.post("/api/v1/connect", &session, &body("attempt-1", &token));
    assert_eq!(again.problem().1, "key_rejected", "the same attempt answers the same");
    let moved = scenario.post("/api/v1/connect", &session, &body("attempt-2", &token));
    assert_eq!(moved.problem(), (409, "sealed_value_reused", None));
    scenario.platform.live.okta("acme.okta.com");
    assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn a_lost_response_can_be_requested_again_with_the_same_or_a_fresh_seal() {
    for fresh in [false, true] {
        let (scenario, session) = live();
        let token = scenario.sealed("attempt-1", &session, "apiToken", TOKEN);
        let faults = &scenario.platform.index.faults;
        faults.borrow_mut().push(("commit-attempt", Fault::NotDoneSilent));
        faults.borrow_mut().push(("commit-attempt", Fault::NotDoneSilent));
        faults.borrow_mut().push(("recorded-attempt", Fault::NotDoneSilent));
        let lost = scenario.post("/api/v1/connect", &session, &body("attempt-1", &token));
        assert_eq!(lost.problem().1, "outcome_unknown");
        let token = if fresh { scenario.sealed("attempt-1", &session, "apiToken", TOKEN) } else { token };
        let again = scenario.post("/api/v1/connect", &session, &body("attempt-1", &token));
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
    }
}

#[test]
fn one_seal_for_two_answers_is_refused() {
    let (scenario, session) = live();
    let sealed = scenario.sealed("attempt-1", &session, "apiKey", TOKEN);
    let keys = &scenario.platform.config.sealing_keys;
    let secret: latchkey_shared::provider::Provider = latchkey_catalogue::find("okta").unwrap().clone();
    let mut two = secret;
    two.fields.iter_mut().for_each(|field| field.secret = true);
    let value = || serde_json::from_value(sealed.clone()).unwrap();
    let ids = two.fields.iter().take(2).map(|field| (field.id.clone(), value()));
    let refused = latchkey_edge::credential::submitted::read(&two, keys, ids.collect()).unwrap_err();
    assert_eq!(refused.code.as_str(), "sealed_value_reused");
}

#[test]
fn notes_of_sealed_values_are_deleted_with_their_session_and_project() {
    let (scenario, session) = live();
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!(object.count("sealed_answers"), 1);
    scenario.platform.wait(61 * 24 * 3600);
    scenario.platform.sweep(scenario.target());
    assert_eq!((object.count("sealed_answers"), object.count("sessions")), (0, 0));
}

#[test]
fn a_retired_key_opens_until_it_is_taken_out_and_then_the_current_one_recovers() {
    let (mut scenario, session) = live();
    let old = scenario.platform.config.sealing_keys.current().unwrap();
    let sealed = |attempt: &str, byte| {
        let mut form = body(attempt, &Value::Null);
        form["fields"].as_object_mut().unwrap().remove("apiToken");
        sealed_with(&old, &form, &session, "apiToken", TOKEN, [byte; 32])
    };
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, "{}");
    scenario.platform.rotate_sealing(&[("s2", 5), ("s1", 4)]);
    assert_eq!(scenario.get("/api/v1/connect", &session).body["sealing"]["kid"], "s2");
    let overlap = scenario.post("/api/v1/connect", &session, &body("attempt-1", &sealed("attempt-1", 1)));
    assert_eq!(overlap.problem().1, "key_rejected", "opened, and asked");

    scenario.platform.rotate_sealing(&[("s2", 5)]);
    scenario.platform.live.okta("acme.okta.com");
    let gone = scenario.post("/api/v1/connect", &session, &body("attempt-2", &sealed("attempt-2", 2)));
    assert_eq!(gone.problem(), (422, "unknown_sealing_key", Some("apiToken")));
    // Nothing of that is an ending: the very same attempt goes on with the current key.
    assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn a_stranger_has_nothing_opened() {
    let (scenario, session) = live();
    let (id, _) = session.rsplit_once('.').unwrap();
    let guessed = format!("{id}.{}", "1".repeat(44));
    let token = scenario.sealed("attempt-1", &session, "apiToken", TOKEN);
    let answer = scenario.post("/api/v1/connect", &guessed, &body("attempt-1", &token));
    assert_eq!(answer.problem(), (401, "invalid_session_token", None));
    assert_eq!(scenario.platform.index.object(scenario.target()).count("sealed_answers"), 0);
}

#[test]
fn malformed_lists_of_keys_are_refused_and_debug_shows_none() {
    let key = "A".repeat(43);
    for text in ["", "s1", "s1:short", &format!("s1:{key},s1:{key}"), &format!("s1:{key},s2:{key}")] {
        assert!(SealingKeys::parse(text).is_err(), "{text}");
    }
    let shown = format!("{:?}", SealingKeys::parse(&format!("s1:{key}")).unwrap());
    assert_eq!(shown, r#"["s1"]"#);
}

/// RFC 9180, appendix A.1.1: the same KEM and KDF with AES-128-GCM. Sender and receiver of the library, base mode.
#[test]
fn the_official_vector_of_rfc_9180_a_1_1_opens() {
    let info = bytes("4f6465206f6e2061204772656369616e2055726e");
    let private = bytes("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
    let enc = bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    let plain = bytes("4265617574792069732074727574682c20747275746820626561757479");
    let private = <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(&private).unwrap();
    let enc = <X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(&enc).unwrap();
    let mut context =
        setup_receiver::<AesGcm128, HkdfSha256, X25519HkdfSha256>(&OpModeR::Base, &private, &enc, &info)
            .unwrap();
    for (data, ct) in [
        (
            "436f756e742d30",
            "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
        ),
        (
            "436f756e742d31",
            "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84",
        ),
    ] {
        assert_eq!(context.open(&bytes(ct), &bytes(data)).unwrap(), plain);
    }
}

/// The vector of RFC 9180's test-vector file for the product's own suite (mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002). The
/// sender's half is run over WebCrypto in `tests/edge/sealing.test.mjs`.
#[test]
fn the_official_vector_of_the_suite_opens() {
    let private = bytes("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d");
    let enc = bytes("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
    let private = <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(&private).unwrap();
    let opened = single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &<X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(&enc).unwrap(),
        &bytes("4f6465206f6e2061204772656369616e2055726e"),
        &bytes("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"),
        &bytes("436f756e742d30"),
    );
    assert_eq!(opened.unwrap(), bytes("4265617574792069732074727574682c20747275746820626561757479"));
}

/// Format `ls2`, made by WebCrypto (`tests/harness/seal.mjs`) and never made again: a change of the layout needs another name.
#[test]
fn the_frozen_vector_of_the_format_opens() {
    assert_eq!(open_vector(include_str!("vectors/ls2.txt")).unwrap().expose(), TOKEN);
}

/// Format `ls1` bound neither provider nor other answers. Its vector, made in the same way, must never open again.
#[test]
fn the_frozen_vector_of_the_former_format_does_not_open() {
    assert!(open_vector(include_str!("vectors/ls1.txt")).is_none());
}

fn open_vector(value: &str) -> Option<latchkey_shared::Secret> {
    let (enc, ct) = value.trim().split_once('.').unwrap();
    let keys = SealingKeys::parse(&format!("s1:{}", "BAQE".repeat(10) + "BAQ")).unwrap();
    let context = Context {
        kid: "s1",
        mode: Mode::Test,
        session: "1111111111111111111111.2222222222222222222222.3333333333333333333333",
        attempt: "attempt-1",
        app: "okta",
        clear: &["eventHookName", "Größe", "instanceUrl", "acme.okta.com"],
        field: "apiToken",
    };
    keys.open(&context, &Sealed::read("s1".to_owned(), enc, ct).unwrap())
}

#[test]
fn a_page_of_an_earlier_deployment_is_asked_to_load_again() {
    let (scenario, session) = live();
    for (at, format) in [json!("ls1"), json!(""), json!("ls3"), Value::Null].into_iter().enumerate() {
        let attempt = format!("attempt-{at}");
        let mut token = scenario.sealed(&attempt, &session, "apiToken", TOKEN);
        token["format"] = format;
        let answer = scenario.post("/api/v1/connect", &session, &body(&attempt, &token));
        assert_eq!(answer.problem(), (422, "sealed_value_unreadable", Some("apiToken")));
        assert!(answer.text.contains("Load the page again"), "{}", answer.text);
    }
    let mut token = scenario.sealed("attempt-9", &session, "apiToken", TOKEN);
    token.as_object_mut().unwrap().remove("format");
    token["kid"] = json!("gone");
    let answer = scenario.post("/api/v1/connect", &session, &body("attempt-9", &token));
    assert_eq!(answer.problem().1, "sealed_value_unreadable", "the page would only seal the same way again");
}
