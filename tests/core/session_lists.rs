//! The sessions of a project: which key made each, how they are listed, and that they end with their key.

use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const PATH: &str = "/api/v1/connect-sessions";

/// A session's id and token.
fn session(scenario: &Scenario, key: &str, more: &Value) -> (String, String) {
    let mut body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" } });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    let made = scenario.post(PATH, key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    let text = |member: &str| made.body[member].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

fn state(scenario: &Scenario, id: &str) -> String {
    let shown = scenario.get(&format!("{PATH}/{id}"), &scenario.live_key);
    shown.body["state"].as_str().unwrap_or_default().to_owned()
}

fn revoke_key(scenario: &Scenario, id: &str, query: &str) -> Answer {
    scenario.send("DELETE", &format!("/api/v1/api-keys/{id}{query}"), Some(scenario.admin_key()), None)
}

/// The ids of the sessions that a list has.
fn listed(scenario: &Scenario, query: &str) -> Vec<String> {
    let page = scenario.get(&format!("{PATH}{query}"), &scenario.live_key);
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    let ids = page.body["connectSessions"].as_array().unwrap().iter();
    ids.map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_open_sessions_of_a_key_end_with_it() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let (id, key) = scenario.key_of(&json!({ "scopes": ["sessions:write"] }));
    let (open, token) = session(&scenario, &key, &json!({}));
    let shared = scenario.send("POST", "/api/v1/connect/share", Some(&token), None);
    let share = shared.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    let (done, done_token) = session(&scenario, &key, &json!({}));
    assert_eq!(scenario.attempt(&done_token, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    let (short, _) = session(&scenario, &key, &json!({ "expiresIn": 60 }));
    let (another, _) = session(&scenario, &scenario.live_key, &json!({}));
    scenario.platform.wait(60);
    let revoked = revoke_key(&scenario, &id, "");
    assert_eq!((revoked.status, &revoked.body["revokedSessions"]), (200, &json!(1)), "{}", revoked.text);
    assert_eq!(scenario.get("/api/v1/connect", &token).problem(), (410, "session_revoked", None));
    assert_eq!(scenario.get("/api/v1/connect", &share).problem().0, 401, "the share outlived the key");
    let attempt = scenario.attempt(&token, "attempt-2", "acme.okta.com", TOKEN);
    assert_eq!(attempt.problem(), (410, "session_revoked", None));
    let states = [&open, &done, &short, &another].map(|id| state(&scenario, id));
    assert_eq!(states, ["revoked", "done", "expired", "open"]);
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    let entry =
        log.body["entries"].as_array().unwrap().iter().find(|entry| entry["action"] == "api-key.revoke");
    assert!(entry.unwrap()["detail"].as_str().unwrap().ends_with("1 session revoked"), "{}", log.text);
}

#[test]
fn an_attempt_under_way_is_not_stored_when_its_key_is_revoked() {
    let scenario = std::rc::Rc::new(Scenario::new());
    scenario.platform.live.okta("acme.okta.com");
    let (id, key) = scenario.key_of(&json!({ "scopes": ["sessions:write"] }));
    let _ = scenario.admin_key();
    let (_, token) = session(&scenario, &key, &json!({}));
    let backend = scenario.clone();
    let revoking = Box::new(move || assert_eq!(revoke_key(&backend, &id, "").status, 200));
    *scenario.platform.index.before.borrow_mut() = Some(("commit-attempt", revoking));
    let attempt = scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(attempt.problem(), (410, "session_revoked", None));
    assert!(scenario.listed(&scenario.live_key).is_empty());
}

#[test]
fn the_sessions_of_a_key_can_be_kept() {
    let scenario = Scenario::new();
    let (id, key) = scenario.key_of(&json!({ "scopes": ["sessions:write"] }));
    let (open, _) = session(&scenario, &key, &json!({}));
    let unclear = revoke_key(&scenario, &id, "?sessions=maybe");
    assert_eq!(unclear.problem(), (422, "invalid_parameter", Some("sessions")));
    let revoked = revoke_key(&scenario, &id, "?sessions=keep");
    assert_eq!((revoked.status, &revoked.body["revokedSessions"]), (200, &json!(0)));
    assert_eq!(state(&scenario, &open), "open");
}

#[test]
fn a_session_says_which_key_made_it_and_its_maker_reads_it() {
    let scenario = Scenario::new();
    let (id, key) = scenario.key_of(&json!({ "scopes": ["sessions:write"] }));
    let (own, _) = session(&scenario, &key, &json!({ "endUser": { "id": "u", "email": "ada@example.com" } }));
    let (other, _) = session(&scenario, &scenario.live_key, &json!({}));
    let shown = scenario.get(&format!("{PATH}/{own}"), &key);
    assert_eq!(shown.body["apiKeyId"], json!(id), "{}", shown.text);
    let refused = scenario.get(&format!("{PATH}/{other}"), &key);
    assert_eq!(refused.problem(), (403, "insufficient_scope", None));
    assert!(refused.text.contains("sessions:read"), "{}", refused.text);
    assert_eq!(scenario.get(PATH, &key).problem(), (403, "insufficient_scope", None));
    let reader = scenario.key_with(&["sessions:read"]);
    for session in [&own, &other] {
        assert_eq!(scenario.get(&format!("{PATH}/{session}"), &reader).status, 200);
    }
    let ended = scenario.send("DELETE", &format!("{PATH}/{own}"), Some(&reader), None);
    assert_eq!(ended.problem(), (403, "insufficient_scope", None));
}

#[test]
fn sessions_are_listed_by_every_filter_in_pages() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let account = scenario.account("one", TOKEN);
    let account = account.rsplit('/').next().unwrap();
    let (maker, key) = scenario.key_of(&json!({ "scopes": ["sessions:write"] }));
    let (expired, _) = session(&scenario, &key, &json!({ "expiresIn": 60 }));
    scenario.platform.wait(60);
    let (open, open_token) =
        session(&scenario, &scenario.live_key, &json!({ "endUser": { "id": "user-2" } }));
    let (several, _) =
        session(&scenario, &scenario.live_key, &json!({ "providers": ["okta", "launchdarkly"] }));
    scenario.platform.wait(1);
    let (update, _) = session(&scenario, &scenario.live_key, &json!({ "connectionId": account }));
    let (revoked, _) = session(&scenario, &scenario.live_key, &json!({}));
    assert_eq!(
        scenario.send("DELETE", &format!("{PATH}/{revoked}"), Some(&scenario.live_key), None).status,
        204
    );
    let (done, token) = session(&scenario, &scenario.live_key, &json!({}));
    let linked = scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
    let linked = linked.body["connection"]["id"].as_str().unwrap();
    let (leased, leased_token) = session(&scenario, &scenario.live_key, &json!({}));
    // A lease whose attempt never ends.
    scenario.platform.index.faults.borrow_mut().push(("lease-session", latchkey_tests::Fault::DoneSilent));
    assert_eq!(
        scenario.attempt(&leased_token, "attempt-1", "acme.okta.com", TOKEN).problem().1,
        "outcome_unknown"
    );
    let all = [&expired, &open, &several, &update, &revoked, &done, &leased];
    let set = |ids: &[&String]| ids.iter().map(|id| (*id).clone()).collect::<BTreeSet<_>>();
    let found = |query: &str| listed(&scenario, query).into_iter().collect::<BTreeSet<_>>();
    for (query, expected) in [
        ("", all.to_vec()),
        ("?state=open", vec![&open, &several, &update]),
        ("?state=leased", vec![&leased]),
        ("?state=done", vec![&done]),
        ("?state=revoked", vec![&revoked]),
        ("?state=expired", vec![&expired]),
        ("?provider=launchdarkly", vec![&several]),
        ("?provider=launchdarkl", vec![]),
        ("?endUserId=user-2", vec![&open]),
        (&format!("?connectionId={account}"), vec![&update]),
        (&format!("?connectionId={linked}"), vec![&done]),
        (&format!("?apiKeyId={maker}"), vec![&expired]),
        (&format!("?apiKeyId={maker}&state=open"), vec![]),
        ("?endUserId=user-1&state=open&provider=okta", vec![&several, &update]),
        ("?endUserId=user-1&state=expired", vec![&expired]),
    ] {
        assert_eq!(found(query), set(&expected), "{query}");
    }
    // Newest first, the same in pages, and each as it is when it is read by its id.
    let whole = listed(&scenario, "");
    let mut query = "?limit=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = scenario.get(&format!("{PATH}{query}"), &scenario.live_key);
        for shown in page.body["connectSessions"].as_array().unwrap() {
            let id = shown["id"].as_str().unwrap();
            assert_eq!(scenario.get(&format!("{PATH}/{id}"), &scenario.live_key).body, *shown);
            pages.push(id.to_owned());
        }
        assert!(!page.text.contains(open_token.rsplit('.').next().unwrap()), "a list has a token");
        let Some(cursor) = page.body["nextCursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    assert_eq!(pages, whole);
    assert_eq!(whole.last(), Some(&expired));
    scenario.platform.wait(61);
    assert_eq!(found("?state=leased"), set(&[]), "a lease that is over");
    assert!(found("?state=open").contains(&leased));
    for (query, member) in [
        ("?state=closed", "state"),
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?cursor=x", "cursor"),
        ("?cursor=99999999999999999999-0aPqW4eRt6YuI8oP2sDfGh", "cursor"),
        ("?connectionId=x", "connectionId"),
    ] {
        let refused = scenario.get(&format!("{PATH}{query}"), &scenario.live_key);
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some(member)), "{query}");
    }
    assert_eq!(scenario.get(PATH, &scenario.test_key).body["connectSessions"], json!([]));
}

#[test]
fn a_key_that_is_narrowed_narrows_the_sessions_that_it_made() {
    let all = ["sessions:write", "connections:write", "connections:read"];
    for (change, states, revoked) in [
        (json!({ "scopes": ["sessions:write", "connections:write"] }), ["open", "open"], ""),
        (json!({ "scopes": ["sessions:write"] }), ["open", "revoked"], "1 session revoked"),
        (json!({ "scopes": ["connections:write"] }), ["revoked", "revoked"], "2 sessions revoked"),
        (json!({ "scopes": ["connections:read"] }), ["revoked", "revoked"], "2 sessions revoked"),
        (json!({ "expiresAt": "2026-11-22T12:10:00Z" }), ["open", "open"], ""),
        (json!({ "allowedAddresses": ["203.0.113.7"] }), ["open", "open"], ""),
    ] {
        let scenario = Scenario::new();
        let account = scenario.account("one", TOKEN);
        let account = account.rsplit('/').next().unwrap();
        let (id, key) = scenario.key_of(&json!({ "scopes": all }));
        let (plain, token) = session(&scenario, &key, &json!({}));
        let (updating, _) = session(&scenario, &key, &json!({ "connectionId": account }));
        let (other, _) = session(&scenario, &scenario.live_key, &json!({ "connectionId": account }));
        let narrowed = scenario.patch(&format!("/api/v1/api-keys/{id}"), scenario.admin_key(), &change);
        assert_eq!(narrowed.status, 200, "{}", narrowed.text);
        assert_eq!([&plain, &updating].map(|id| state(&scenario, id)), states, "{change}");
        assert_eq!(state(&scenario, &other), "open", "{change}: the session of another key");
        let log = scenario.get("/api/v1/audit-log", scenario.admin_key()).body["entries"].clone();
        let log = log.as_array().unwrap();
        let entry = log.iter().find(|entry| entry["action"] == "api-key.narrow").unwrap();
        assert!(entry["detail"].as_str().unwrap().ends_with(revoked), "{change}: {entry}");
        if change["expiresAt"].is_string() {
            let read = scenario.get(&format!("{PATH}/{plain}"), &scenario.live_key);
            assert_eq!(read.body["expiresAt"], "2026-11-22T12:10:00.000Z", "{}", read.text);
            scenario.platform.wait(600);
            assert_eq!(scenario.get("/api/v1/connect", &token).problem().1, "session_expired");
            assert_eq!(state(&scenario, &other), "open");
        }
    }
}

#[test]
fn an_attempt_that_outlives_its_session_is_not_stored_after_its_key_lost_it() {
    type Ends = fn(&Scenario, &str);
    let revoke: Ends = |scenario, id| assert_eq!(revoke_key(scenario, id, "").status, 200);
    let narrow: Ends = |scenario, id| {
        let change = json!({ "scopes": ["connections:read"] });
        let narrowed = scenario.patch(&format!("/api/v1/api-keys/{id}"), scenario.admin_key(), &change);
        assert_eq!(narrowed.status, 200, "{}", narrowed.text);
    };
    for ends in [revoke, narrow] {
        let scenario = std::rc::Rc::new(Scenario::new());
        scenario.platform.live.okta("acme.okta.com");
        let (id, key) = scenario.key_of(&json!({ "scopes": ["sessions:write", "connections:read"] }));
        let _ = scenario.admin_key();
        let (_, token) = session(&scenario, &key, &json!({ "expiresIn": 60 }));
        let backend = scenario.clone();
        let ending = Box::new(move || {
            backend.platform.wait(61);
            ends(&backend, &id);
        });
        *scenario.platform.index.before.borrow_mut() = Some(("commit-attempt", ending));
        let attempt = scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
        assert_eq!(attempt.problem(), (410, "session_revoked", None), "{}", attempt.text);
        assert!(scenario.listed(&scenario.live_key).is_empty());
    }
}
