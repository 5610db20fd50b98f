//! The limits of an API key: when it expires, from which addresses it may be used, and that both can only become
//! narrower. A key that a key makes cannot outgrow its maker.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

const LIST: &str = "/api/v1/app-connections";

fn from(scenario: &Scenario, key: &str, address: &str) -> Answer {
    let header = [("cf-connecting-ip", address)];
    let header = if address.is_empty() { &header[..0] } else { &header[..] };
    scenario.send_with("GET", LIST, Some(key), None, header)
}

fn narrow(scenario: &Scenario, by: &str, id: &str, change: &Value) -> Answer {
    scenario.patch(&format!("/api/v1/api-keys/{id}"), by, change)
}

/// The response to the owner's call.
fn owner_makes(scenario: &Scenario, more: &Value) -> Answer {
    let mut body = json!({ "name": "A key", "mode": "live", "scopes": ["connections:read"] });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    scenario.post(&format!("/api/v1/projects/{}/api-keys", scenario.project), ADMIN_TOKEN, &body)
}

/// The key with its secret changed, so that only the hash is wrong.
fn wrong_secret(key: &str) -> String {
    let last = if key.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", key.get(..key.len() - 1).unwrap())
}

#[test]
fn a_key_ends_when_it_expires() {
    let scenario = Scenario::new();
    let (id, key) =
        scenario.key_of(&json!({ "scopes": ["connections:read"], "expiresAt": "2026-11-22T13:00:00Z" }));
    let listed = scenario.get("/api/v1/api-keys", scenario.admin_key());
    let entry = listed.body["apiKeys"].as_array().unwrap().iter().find(|entry| entry["id"] == *id).cloned();
    assert_eq!(entry.unwrap()["expiresAt"], "2026-11-22T13:00:00.000Z");
    scenario.platform.wait(3599);
    assert_eq!(scenario.get(LIST, &key).status, 200);
    scenario.platform.wait(1);
    assert_eq!(scenario.get(LIST, &key).problem(), (401, "api_key_expired", None));
    assert_eq!(scenario.get(LIST, &wrong_secret(&key)).problem(), (401, "invalid_api_key", None));
}

#[test]
fn an_expiry_that_is_no_time_or_is_past_is_refused() {
    let scenario = Scenario::new();
    for bad in [
        "2026-11-22T12:00:00Z",
        "2020-01-01T00:00:00Z",
        "tomorrow",
        "",
        "1795348800",
        "99999-01-01T00:00:00Z",
        "Tue, 22 Dec 2026 12:00:00 GMT",
        "2026-12-22 12:00:00 GMT",
        "2026-12-22T12:00:00 GMT",
        "2026-12-22T12:00:00GMT",
        "2026-12-22T12:00:00UTC",
        "2026-12-22T12:00:00 Z",
        "2026-12-22T12:00:00\tZ",
        " 2026-12-22T12:00:00Z",
        "2026-12-22T12:00:00Z\n",
        "2026-12-22T12:00:00,5Z",
        "2026-12-22T12:00:00+02",
        "2026-12-22T12:00:00+0200",
        "2026-12-22",
    ] {
        let made = owner_makes(&scenario, &json!({ "expiresAt": bad }));
        assert_eq!(made.problem(), (422, "invalid_parameter", Some("expiresAt")), "{bad}: {}", made.text);
    }
    for good in ["2026-12-22T12:00:00.25Z", "2026-12-22t12:00:00z", "2026-12-22T12:00:00-02:00"] {
        assert_eq!(owner_makes(&scenario, &json!({ "expiresAt": good })).status, 201, "{good}");
    }
}

#[test]
fn a_key_works_only_from_its_addresses() {
    let scenario = Scenario::new();
    for (allowed, inside, outside) in [
        (
            json!(["203.0.113.7"]),
            vec!["203.0.113.7", "::ffff:203.0.113.7"],
            vec!["203.0.113.8", "2001:db8::7", ""],
        ),
        (
            json!(["203.0.113.0/24"]),
            vec!["203.0.113.0", "203.0.113.255"],
            vec!["203.0.112.255", "203.0.114.0"],
        ),
        (
            json!(["203.0.113.7-203.0.113.20"]),
            vec!["203.0.113.7", "203.0.113.13", "203.0.113.20", "::ffff:203.0.113.9"],
            vec!["203.0.113.6", "203.0.113.21", "2001:db8::7"],
        ),
        (
            json!(["2001:db8::5-2001:db8::1:0"]),
            vec!["2001:db8::5", "2001:db8::ffff", "2001:db8::1:0"],
            vec!["2001:db8::4", "2001:db8::1:1", "203.0.113.7"],
        ),
        (json!(["203.0.113.7-203.0.113.7"]), vec!["203.0.113.7"], vec!["203.0.113.8"]),
        (json!(["10.0.0.0/9"]), vec!["10.127.255.255"], vec!["10.128.0.0"]),
        (json!(["0.0.0.0/0"]), vec!["1.2.3.4"], vec!["2001:db8::1", "::1"]),
        (
            json!(["2001:db8:1::/48"]),
            vec!["2001:db8:1::1", "2001:DB8:1:ffff::"],
            vec!["2001:db8:2::1", "10.0.0.1"],
        ),
        (json!(["::/0"]), vec!["2001:db8::1"], vec!["203.0.113.7", "::ffff:203.0.113.7"]),
        (
            json!(["2001:db8::1", "203.0.113.7"]),
            vec!["2001:db8::1", "203.0.113.7"],
            vec!["2001:db8::2", "nonsense", "203.0.113.7/32"],
        ),
    ] {
        let (_, key) =
            scenario.key_of(&json!({ "scopes": ["connections:read"], "allowedAddresses": allowed }));
        for address in inside {
            assert_eq!(from(&scenario, &key, address).status, 200, "{allowed}: {address}");
        }
        for address in outside {
            let refused = from(&scenario, &key, address);
            assert_eq!(refused.problem(), (403, "address_not_allowed", None), "{allowed}: {address}");
            // Whoever does not have the secret learns nothing about the addresses.
            let guess = from(&scenario, &wrong_secret(&key), address);
            assert_eq!(guess.problem(), (401, "invalid_api_key", None), "{allowed}: {address}");
        }
    }
}

#[test]
fn addresses_that_cannot_be_read_are_refused() {
    let scenario = Scenario::new();
    let many: Vec<_> = (0..21).map(|at| format!("10.0.0.{at}")).collect();
    for bad in [
        json!([]),
        json!(many),
        json!([""]),
        json!(["localhost"]),
        json!(["10.0.0.1/8"]),
        json!(["10.0.0.0/33"]),
        json!(["10.0.0.0/-1"]),
        json!(["10.0.0.0/+8"]),
        json!(["10.0.0.0/08"]),
        json!(["10.0.0.0/"]),
        json!(["10.0.0"]),
        json!(["10.0.0.0/8/8"]),
        json!(["10.0.0.2-10.0.0.1"]),
        json!(["10.0.0.1-"]),
        json!(["-10.0.0.1"]),
        json!(["10.0.0.1-10"]),
        json!(["10.0.0.1 - 10.0.0.2"]),
        json!(["10.0.0.1-10.0.0.2-10.0.0.3"]),
        json!(["10.0.0.1-10.0.0.2/32"]),
        json!(["10.0.0.0/8-10.0.0.2"]),
        json!(["10.0.0.1-2001:db8::1"]),
        json!(["::-10.0.0.1"]),
        json!(["2001:db8::/129"]),
        json!(["2001:db8::1/64"]),
        json!(["[2001:db8::1]"]),
        json!(["fe80::1%eth0"]),
        json!(["10.0.0.1:80"]),
        json!(["::ffff:0:0/90"]),
        json!(["10.0.0.1", "x"]),
        json!([" 10.0.0.1"]),
    ] {
        let made = owner_makes(&scenario, &json!({ "allowedAddresses": bad }));
        assert_eq!(
            made.problem(),
            (422, "invalid_parameter", Some("allowedAddresses")),
            "{bad}: {}",
            made.text
        );
    }
}

#[test]
fn a_key_can_be_narrowed_and_never_widened() {
    let scenario = Scenario::new();
    let admin = scenario.admin_key();
    let (id, key) = scenario.key_of(&json!({
        "scopes": ["connections:read", "connections:write"], "expiresAt": "2026-11-23T12:00:00Z", "allowedAddresses": ["10.0.0.0/8"],
    }));
    for (change, member) in [
        (json!({ "scopes": ["connections:read", "sessions:write"] }), "scopes"),
        (json!({ "scopes": ["admin"] }), "scopes"),
        (json!({ "scopes": [] }), "scopes"),
        (json!({ "scopes": null }), "scopes"),
        (json!({ "scopes": ["root"] }), "scopes"),
        (json!({ "expiresAt": "2026-11-23T12:00:00.001Z" }), "expiresAt"),
        (json!({ "expiresAt": null }), "expiresAt"),
        (json!({ "expiresAt": "2026-11-22T11:00:00Z" }), "expiresAt"),
        (json!({ "allowedAddresses": null }), "allowedAddresses"),
        (json!({ "allowedAddresses": [] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["10.0.0.0/7"] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["10.1.0.0/16", "11.0.0.1"] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["10.255.255.255-11.0.0.0"] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["9.255.255.255-10.0.0.1"] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["0.0.0.0/0"] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["::/0"] }), "allowedAddresses"),
    ] {
        let refused = narrow(&scenario, admin, &id, &change);
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some(member)), "{change}: {}", refused.text);
    }
    let change = json!({
        "scopes": ["connections:read"], "expiresAt": "2026-11-22T13:00:00Z", "allowedAddresses": ["10.1.0.0/16", "10.2.0.3"],
    });
    let narrowed = narrow(&scenario, admin, &id, &change);
    assert_eq!(narrowed.status, 200, "{}", narrowed.text);
    let shown = &narrowed.body["apiKey"];
    assert_eq!(shown["scopes"], change["scopes"]);
    assert_eq!(shown["allowedAddresses"], change["allowedAddresses"]);
    assert_eq!(shown["expiresAt"], "2026-11-22T13:00:00.000Z");
    assert_eq!(from(&scenario, &key, "10.1.2.3").status, 200);
    assert_eq!(from(&scenario, &key, "10.3.0.1").problem().1, "address_not_allowed");
    let log = scenario.get("/api/v1/audit-log", admin).body["entries"].clone();
    let actions: Vec<_> =
        log.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(&actions[..2], ["api-key.refuse", "api-key.narrow"], "{log}");
    // Nothing changes, so nothing is recorded.
    assert_eq!(narrow(&scenario, admin, &id, &change).status, 200);
    assert_eq!(narrow(&scenario, admin, &id, &json!({})).status, 200);
    assert_eq!(scenario.get("/api/v1/audit-log", admin).body["entries"], log);
    let (open, _) = scenario.key_of(&json!({ "scopes": ["connections:read"] }));
    assert_eq!(narrow(&scenario, admin, &open, &json!({ "allowedAddresses": ["10.0.0.1"] })).status, 200);
    assert_eq!(narrow(&scenario, &scenario.live_key, &open, &json!({})).problem().1, "insufficient_scope");
    let other_mode = scenario.key_of(&json!({ "mode": "test", "scopes": ["connections:read"] })).0;
    assert_eq!(narrow(&scenario, admin, &other_mode, &json!({})).problem().1, "not_found");
}

#[test]
fn a_key_that_a_key_makes_cannot_outgrow_its_maker() {
    let scenario = Scenario::new();
    let (maker, key) = scenario.key_of(&json!({
        "scopes": ["admin", "connections:read"], "expiresAt": "2026-11-22T13:00:00Z", "allowedAddresses": ["10.0.0.0/8"],
    }));
    let make = |more: &Value| {
        let mut body = json!({ "name": "x", "scopes": ["connections:read"] });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        let body = body.to_string();
        let address = [("cf-connecting-ip", "10.0.0.1")];
        scenario.send_with(
            "POST",
            "/api/v1/api-keys",
            Some(&key),
            Some(("application/json", &body)),
            &address,
        )
    };
    let same = make(&json!({}));
    assert_eq!(same.status, 201, "{}", same.text);
    let shown = &same.body["apiKey"];
    assert_eq!(shown["expiresAt"], "2026-11-22T13:00:00.000Z", "it has the expiry of its maker");
    assert_eq!(shown["allowedAddresses"], json!(["10.0.0.0/8"]), "it has the addresses of its maker");
    assert_eq!(shown["createdBy"], json!(maker));
    let narrower = make(&json!({ "expiresAt": "2026-11-22T12:30:00Z", "allowedAddresses": ["10.9.0.0/16"] }));
    assert_eq!(narrower.status, 201, "{}", narrower.text);
    for (more, member) in [
        (json!({ "expiresAt": "2026-11-22T13:00:01Z" }), "expiresAt"),
        (json!({ "allowedAddresses": ["10.0.0.0/8", "11.0.0.0/8"] }), "allowedAddresses"),
        (json!({ "allowedAddresses": ["::/0"] }), "allowedAddresses"),
    ] {
        let refused = make(&more);
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some(member)), "{more}: {}", refused.text);
    }
}

#[test]
fn a_session_does_not_outlive_the_key_that_made_it() {
    let scenario = Scenario::new();
    let (_, key) =
        scenario.key_of(&json!({ "scopes": ["sessions:write"], "expiresAt": "2026-11-22T13:00:00Z" }));
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "expiresIn": 2_592_000 });
    let made = scenario.post("/api/v1/connect-sessions", &key, &body);
    assert_eq!(made.body["expiresAt"], "2026-11-22T13:00:00.000Z", "{}", made.text);
    scenario.platform.wait(3600);
    let token = made.body["token"].as_str().unwrap();
    assert_eq!(scenario.get("/api/v1/connect", token).problem().1, "session_expired");
}
