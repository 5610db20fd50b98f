//! Who may deliver: the proof of a delivery, and the challenge that proves our address.

use super::{Hooked, LAUNCHDARKLY, envelope, hook_of, is};
use latchkey_edge::access::tokens::{hook_id, hook_secret};
use latchkey_edge::hooks::delivery;
use latchkey_edge::hooks::proof::holds;
use latchkey_shared::hook::{Effect, Subject};
use latchkey_shared::limits::{CHALLENGES_PER_MINUTE, FORGED_DELIVERIES, HOOK_DELIVERIES_PER_MINUTE};
use latchkey_shared::token::RoutedId;
use latchkey_shared::{ProjectId, Secret};
use serde_json::json;

#[test]
fn a_forged_delivery_is_refused_and_counts_for_its_address() {
    let hooked = Hooked::new();
    let body = envelope(&[hooked.event("system.api_token.revoke")]);
    let wrong = [
        "",
        "x",
        hooked.secret.split_at(1).1,
        &format!("Bearer {}", hooked.secret),
        &format!("{}0", hooked.secret),
    ];
    for secret in wrong {
        assert_eq!(hooked.post(secret, &body).problem(), (401, "invalid_delivery", None), "{secret}");
    }
    // The secret of another channel, and an id that was guessed.
    let project = ProjectId::parse(&hooked.scenario.project).unwrap();
    let other = hook_id(&hooked.scenario.platform.config, project, 8);
    let of_another = hook_secret(&hooked.scenario.platform.config, &other);
    assert_eq!(hooked.post(of_another.expose(), &body).status, 401);
    let guessed = RoutedId { random: 8, ..hooked.id.clone() };
    for id in [guessed.to_string(), "x".to_owned(), hooked.id.to_string().to_lowercase()] {
        let answer = hooked.scenario.send_with(
            "POST",
            &format!("/hooks/okta/{id}"),
            None,
            Some(("application/json", &body)),
            &[("authorization", &hooked.secret)],
        );
        assert_eq!(answer.problem(), (404, "not_found", None), "{id}");
    }
    assert_eq!(hooked.health(), is("healthy", "", false));
    let more = (0..FORGED_DELIVERIES).map(|_| hooked.post("x", &body).status).collect::<Vec<_>>();
    assert_eq!(more.last(), Some(&429));
    // Genuine ones from the same address still count.
    assert_eq!(hooked.post(&hooked.secret, &body).status, 204);
    assert_eq!(hooked.health().0, "needs_new_key");
}

#[test]
fn a_body_that_is_not_json_is_refused_and_one_that_is_too_long_asks_for_a_check() {
    let hooked = Hooked::new();
    for body in ["", "{", "revoked", "{\"data\":{\"events\":[}}"] {
        assert_eq!(hooked.post(&hooked.secret, body).problem(), (400, "malformed_body", None), "{body}");
    }
    for body in ["null", "[]", "{}", "{\"data\":{\"events\":7}}", "{\"data\":{\"events\":[null,1,[]]}}"] {
        assert_eq!(hooked.post(&hooked.secret, body).status, 204, "{body}");
    }
    assert_eq!(hooked.health(), is("healthy", "", false));
    let long = " ".repeat(latchkey_edge::http::BODY_MAX + 1);
    assert_eq!(hooked.post("x", &long).status, 401);
    assert_eq!(hooked.health(), is("healthy", "", false));
    assert_eq!(hooked.post(&hooked.secret, &long).status, 204);
    assert_eq!(hooked.health(), is("healthy", "", true));
}

#[test]
fn a_challenge_is_answered_only_for_a_channel_that_waits_for_it() {
    let hooked = Hooked::new();
    let ask = |path: &str, text: &str| {
        hooked.scenario.send_with("GET", path, None, None, &[("x-okta-verification-challenge", text)])
    };
    let text = "a\"b\\c<é";
    for state in ["unverified", "registered"] {
        hooked.set("state", state);
        let answer = ask(&hooked.path(), text);
        assert_eq!((answer.status, &answer.body), (200, &json!({ "verification": text })), "{state}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    for wrong in ["", &"x".repeat(1025)] {
        assert_eq!(ask(&hooked.path(), wrong).status, 422, "{}", wrong.len());
    }
    assert_eq!(hooked.scenario.send("GET", &hooked.path(), None, None).status, 422);
    let elsewhere = hooked.path().replace("okta", "harness");
    assert_eq!(ask(&elsewhere, text).status, 404);
    for state in ["none", "not_permitted", "failed"] {
        hooked.set("state", state);
        assert_eq!(ask(&hooked.path(), text).status, 404, "{state}");
    }
}

#[test]
fn challenges_that_nobody_proves_take_nothing_from_deliveries() {
    let hooked = Hooked::new();
    let ask = || {
        let headers = [("x-okta-verification-challenge", "x")];
        hooked.scenario.send_with("GET", &hooked.path(), None, None, &headers).status
    };
    let asked: Vec<_> = (0..=CHALLENGES_PER_MINUTE).map(|_| ask()).collect();
    assert_eq!((asked.first(), asked.last()), (Some(&200), Some(&429)), "{asked:?}");
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health().0, "needs_new_key");
    // Nor do deliveries take anything from challenges.
    hooked.scenario.platform.wait(60);
    for _ in 0..HOOK_DELIVERIES_PER_MINUTE {
        hooked.post(&hooked.secret, "{}");
    }
    assert_eq!((hooked.post(&hooked.secret, "{}").status, ask()), (429, 200));
}

#[test]
fn a_provider_that_signs_its_deliveries_is_data() {
    let hook = hook_of(LAUNCHDARKLY);
    let secret = Secret::new("secret".to_owned());
    let body = br#"{"_id":"e1","date":1795348800000,"accesses":[{"action":"deleteAccessToken","resource":"r"}],"target":{"_id":"k1"}}"#;
    // Made by another implementation: `openssl dgst -sha256 -hmac secret`.
    let signature = "de5216e3d8f75d334b8bf9c74339b07da8752f8b2f39fa6d10f2bfb1e155889a";
    assert!(holds(&hook.proof, &secret, signature, Some(body)));
    assert!(holds(&hook.proof, &secret, &signature.to_uppercase(), Some(body)));
    let mut changed = body.to_vec();
    changed[7] ^= 1;
    for (sent, body) in [
        ("", Some(body.as_slice())),
        ("secret", Some(body)),
        (signature.split_at(2).1, Some(body)),
        (signature, Some(&changed)),
        (signature, None),
    ] {
        assert!(!holds(&hook.proof, &secret, sent, body), "{sent}");
    }
    assert!(!holds(&hook.proof, &Secret::new("other".to_owned()), signature, Some(body)));
    let read = delivery::read(&hook, &serde_json::from_slice(body).unwrap());
    let event = read.events.first().unwrap();
    assert_eq!(
        (event.effect, event.about, event.at),
        (Effect::Ended, Some(Subject::Key), Some(1_795_348_800_000))
    );
    assert_eq!((event.named.as_slice(), read.more), (["k1".to_owned()].as_slice(), false));
}
