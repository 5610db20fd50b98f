//! Shared links: a second token of the same session, for another person.

use latchkey_shared::limits::ATTEMPTS_MAX;
use latchkey_tests::{Answer, Scenario};
use serde_json::json;
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn share(scenario: &Scenario, session: &str) -> Answer {
    scenario.send("POST", "/api/v1/connect/share", Some(session), None)
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned()
}

#[test]
fn the_recipient_links_the_account_and_the_sharer_sees_it() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let shared = token(&share(&scenario, &session));
    assert_ne!(shared, session);
    let read = scenario.get("/api/v1/connect", &session);
    assert_eq!(read.body["share"], json!({ "sharedAt": "2026-11-22T12:00:00.000Z", "byShare": false }));
    assert_eq!(scenario.get("/api/v1/connect", &shared).body["share"]["byShare"], true);
    let stored = scenario.attempt(&shared, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(stored.status, 200, "{}", stored.text);
    let seen = scenario.get("/api/v1/connect", &session);
    assert_eq!((seen.status, &seen.body["state"]), (200, &json!("done")));
    assert_eq!(seen.body["connection"]["id"], stored.body["connection"]["id"]);
    assert_eq!(
        scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).problem(),
        (409, "session_used", None)
    );
}

#[test]
fn a_new_link_revokes_the_previous_one_and_can_be_revoked() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let first = token(&share(&scenario, &session));
    let second = token(&share(&scenario, &session));
    assert_eq!(scenario.get("/api/v1/connect", &first).problem(), (401, "invalid_session_token", None));
    assert_eq!(scenario.get("/api/v1/connect", &second).status, 200);
    let back = scenario.send("DELETE", "/api/v1/connect/share", Some(&session), None);
    assert_eq!(back.status, 204);
    assert_eq!(scenario.get("/api/v1/connect", &second).problem(), (401, "invalid_session_token", None));
    assert_eq!(scenario.get("/api/v1/connect", &session).body["share"]["sharedAt"], json!(null));
}

#[test]
fn the_recipient_can_neither_share_nor_revoke_the_link() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let shared = token(&share(&scenario, &session));
    assert_eq!(share(&scenario, &shared).problem(), (403, "share_not_allowed", None));
    let back = scenario.send("DELETE", "/api/v1/connect/share", Some(&shared), None);
    assert_eq!(back.problem(), (403, "share_not_allowed", None));
}

#[test]
fn it_ends_with_the_session() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let shared = token(&share(&scenario, &session));
    scenario.platform.wait(1800);
    assert_eq!(scenario.get("/api/v1/connect", &shared).problem(), (410, "session_expired", None));
    assert_eq!(share(&scenario, &session).problem(), (410, "session_expired", None));
}

#[test]
fn only_the_hash_of_the_shared_token_is_kept() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let shared = token(&share(&scenario, &session));
    let kept = scenario.platform.index.object(scenario.target()).dump();
    let secret = shared.rsplit('.').next().unwrap();
    assert!(kept.contains("user-") && !kept.contains(secret));
}

/// Runs an attempt with the shared link, and something else before its key is stored.
fn meanwhile(happens: fn(&Scenario, &str)) -> (Rc<Scenario>, String, Answer) {
    let scenario = Rc::new(Scenario::new());
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let shared = token(&share(&scenario, &session));
    let (owner, own) = (scenario.clone(), session.clone());
    scenario.platform.live.meanwhile(move || happens(&owner, &own));
    let late = scenario.attempt(&shared, "attempt-1", "acme.okta.com", TOKEN);
    (scenario, session, late)
}

#[test]
fn a_link_that_is_taken_back_or_replaced_leaves_the_session_free_at_once() {
    let take_back: fn(&Scenario, &str) = |scenario, session| {
        assert_eq!(scenario.send("DELETE", "/api/v1/connect/share", Some(session), None).status, 204);
    };
    let replace: fn(&Scenario, &str) = |scenario, session| _ = token(&share(scenario, session));
    for happens in [take_back, replace] {
        let (scenario, session, late) = meanwhile(happens);
        assert_eq!(late.problem(), (401, "invalid_session_token", None), "{}", late.text);
        assert!(scenario.listed(&scenario.live_key).is_empty());
        let own = scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN);
        assert_eq!(own.status, 200, "{}", own.text);
        assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
    }
}

#[test]
fn sharing_anew_leaves_an_attempt_of_the_owner_alone() {
    let scenario = Rc::new(Scenario::new());
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let (owner, own) = (scenario.clone(), session.clone());
    scenario.platform.live.meanwhile(move || _ = token(&share(&owner, &own)));
    let stored = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(stored.status, 200, "{}", stored.text);
}

fn take_back(scenario: &Scenario, session: &str) {
    let answer = scenario.send("DELETE", "/api/v1/connect/share", Some(session), None);
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Whatever the recipient can use up. Each returns whether something was refused because of a limit.
type Using = fn(&Scenario, &str) -> bool;
const USING: [(&str, Using); 3] = [
    ("requests", |scenario, shared| (0..150).any(|_| scenario.get("/api/v1/connect", shared).status == 429)),
    ("attempts", |scenario, shared| {
        (0..250).for_each(|number| {
            if number % 100 == 0 {
                scenario.platform.wait(60);
            }
            let body = json!({ "attemptId": format!("invented-{number}") });
            scenario.post("/api/v1/connect/cancel", shared, &body);
        });
        scenario.platform.wait(60);
        let attempt = scenario.attempt(shared, "past-the-limit", "acme.okta.com", TOKEN);
        attempt.problem().1 == "limit_reached"
    }),
    ("refused keys", |scenario, shared| {
        scenario.platform.live.okta("acme.okta.com");
        let me = "GET https://acme.okta.com/api/v1/users/me";
        scenario.platform.live.answer(me, 401, r#"{"errorCode":"E0000011"}"#);
        let send = |number| scenario.attempt(shared, &format!("refused-{number}"), "acme.okta.com", TOKEN);
        let limited = (0..15).any(|number| send(number).status == 429);
        scenario.platform.live.okta("acme.okta.com");
        limited
    }),
];

#[test]
fn whatever_the_recipient_uses_up_the_owner_can_go_on() {
    for withdraws in [false, true] {
        for (name, using) in USING {
            let scenario = Scenario::new();
            scenario.platform.live.okta("acme.okta.com");
            let session = scenario.session(&scenario.live_key);
            let shared = token(&share(&scenario, &session));
            assert!(using(&scenario, &shared), "{name}: the recipient has no limit");
            if withdraws {
                take_back(&scenario, &session);
            }
            let own = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
            assert_eq!(own.status, 200, "{name}: {}", own.text);
        }
    }
}

#[test]
fn an_owner_who_used_up_a_limit_leaves_the_recipient_the_quota_of_requests_and_keys() {
    for (name, using) in USING.into_iter().filter(|(name, _)| *name != "attempts") {
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let session = scenario.session(&scenario.live_key);
        let shared = token(&share(&scenario, &session));
        assert!(using(&scenario, &session), "{name}");
        let linked = scenario.attempt(&shared, "attempt-1", "acme.okta.com", TOKEN);
        assert_eq!(linked.status, 200, "{name}: {}", linked.text);
    }
}

#[test]
fn a_new_recipient_gets_attempts_and_the_owner_has_some_after_every_recipient() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let object = scenario.platform.index.object(scenario.target());
    let attempts = USING[1].1;
    assert!(attempts(&scenario, &token(&share(&scenario, &session))));
    assert_eq!(object.count("attempts"), ATTEMPTS_MAX / 4);
    let second = token(&share(&scenario, &session));
    let tried = scenario.attempt(&second, "attempt-1", "nobody.okta.com", TOKEN);
    assert_ne!(tried.problem().1, "limit_reached", "{}", tried.text);
    for number in 0..5 {
        let id = format!("attempt-of-{number}");
        let shared = token(&share(&scenario, &session));
        scenario.attempt(&shared, &id, "nobody.okta.com", TOKEN);
        let refused = (0..ATTEMPTS_MAX).any(|at| {
            if at % 100 == 0 {
                scenario.platform.wait(60);
            }
            let id = format!("attempt-of-{number}-{at}");
            scenario.attempt(&shared, &id, "nobody.okta.com", TOKEN).problem().1 == "limit_reached"
        });
        assert!(refused, "recipient {number} has no limit");
    }
    assert!(object.count("attempts") <= ATTEMPTS_MAX - ATTEMPTS_MAX / 4, "{}", object.count("attempts"));
    take_back(&scenario, &session);
    scenario.platform.wait(60);
    let own = scenario.attempt(&session, "attempt-own", "acme.okta.com", TOKEN);
    assert_eq!(own.status, 200, "{}", own.text);
}
