//! Webhook endpoints: who may make them, where they may go, their secret, and a test delivery.

use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/webhook-endpoints";
const URL: &str = "https://app.example.com/webhooks";

fn make(scenario: &Scenario, body: &Value) -> Answer {
    scenario.post(PATH, scenario.admin_key(), body)
}

fn made(scenario: &Scenario) -> (String, Value) {
    let made = make(scenario, &json!({ "url": URL }));
    assert_eq!(made.status, 201, "{}", made.text);
    let endpoint = made.body["webhookEndpoint"].clone();
    (format!("{PATH}/{}", endpoint["id"].as_str().unwrap()), endpoint)
}

fn send(scenario: &Scenario, method: &str, path: &str) -> Answer {
    scenario.send(method, path, Some(scenario.admin_key()), None)
}

#[test]
fn the_secret_is_shown_when_the_endpoint_is_made_and_never_again() {
    let scenario = Scenario::new();
    let (path, endpoint) = made(&scenario);
    let secret = endpoint["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && endpoint["publicKey"].as_str().unwrap().starts_with("whpk_"));
    for found in [send(&scenario, "GET", &path), send(&scenario, "GET", PATH)] {
        assert_eq!(found.status, 200, "{}", found.text);
        assert!(
            !found.text.contains("whsec_") && found.text.contains(endpoint["publicKey"].as_str().unwrap())
        );
    }
    let object = scenario.platform.index.object(scenario.target());
    let key = secret.strip_prefix("whsec_").unwrap();
    assert!(!object.dump().contains(key), "no row has the secret");
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert!(log.text.contains("webhook-endpoint.create") && log.text.contains("app.example.com"));
    assert!(!log.text.contains("com/webhooks"), "the path may be a secret of the receiver");
    assert!(!log.text.contains("whsec_"));
}

#[test]
fn a_repeat_with_the_same_idempotency_key_shows_the_same_endpoint() {
    let scenario = Scenario::new();
    let body = json!({ "url": URL }).to_string();
    let post = || {
        let body = Some(("application/json", body.as_str()));
        let once = [("idempotency-key", "once")];
        scenario.send_with("POST", PATH, Some(scenario.admin_key()), body, &once)
    };
    let (first, second) = (post(), post());
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.body["webhookEndpoint"]["secret"], second.body["webhookEndpoint"]["secret"]);
    assert_eq!(second.headers["idempotent-replayed"], "true");
    let listed = send(&scenario, "GET", PATH);
    assert_eq!(listed.body["webhookEndpoints"].as_array().unwrap().len(), 1);
}

#[test]
fn a_replaced_secret_is_new_and_the_old_one_signs_for_a_day() {
    let scenario = Scenario::new();
    let (path, before) = made(&scenario);
    let rotate = |key: &str| {
        let once = [("idempotency-key", key)];
        scenario.send_with("POST", &format!("{path}/secret"), Some(scenario.admin_key()), None, &once)
    };
    let after = rotate("one");
    assert_eq!(after.status, 200, "{}", after.text);
    let after = &after.body["webhookEndpoint"];
    assert!(after["secret"] != before["secret"] && after["publicKey"] != before["publicKey"]);
    assert!(after["previousSecretUntil"].is_string());
    assert_eq!(
        &rotate("one").body["webhookEndpoint"]["secret"],
        &after["secret"],
        "a repeat changes nothing"
    );
    scenario.platform.wait(24 * 3_600 - 1);
    let again = rotate("two");
    assert_eq!(
        again.problem(),
        (429, "rate_limited", None),
        "it would end the first keys before their day is over"
    );
    assert_eq!(again.headers["retry-after"], "1");
    assert!(send(&scenario, "GET", &path).body["webhookEndpoint"]["previousSecretUntil"].is_string());
    scenario.platform.wait(1);
    assert_eq!(send(&scenario, "GET", &path).body["webhookEndpoint"]["previousSecretUntil"], Value::Null);
    assert_eq!(rotate("three").status, 200);
}

#[test]
fn only_public_addresses_over_tls_are_allowed() {
    let scenario = Scenario::new();
    for url in [
        "https://app.example.com",
        "https://app.example.com:8443/hooks?source=latchkey",
        "https://xn--bcher-kva.example.com/",
        "https://1.example.com/",
        "https://93.184.216.34.example.com/",
    ] {
        assert_eq!(make(&scenario, &json!({ "url": url })).status, 201, "{url}");
    }
    for url in [
        "",
        "http://app.example.com/",
        "https://",
        "https:///x",
        "ftp://app.example.com/",
        "//app.example.com/",
        "https://user@app.example.com/",
        "https://user:secret@app.example.com/",
        "https://app.example.com/#part",
        "https://app.example.com:0/",
        "https://app.example.com:99999/",
        "https://app.example.com\\@10.0.0.1/",
        "https://app example.com/",
        "https://app.example.com/\u{202e}",
        "https://bücher.example/",
        "https://app.example.com./",
        // This machine and the local network.
        "https://localhost/",
        "https://LOCALHOST/",
        "https://app.localhost/",
        "http://localhost:3000/",
        "https://intranet/",
        "https://printer.local/",
        "https://db.internal/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://router.home.arpa/",
        "https://box.lan/",
        "https://10.0.0.1.nip.io/",
        "https://127.0.0.1.example.com/",
        "https://10-0-0-1.sslip.io/",
        "https://localtest.me/",
        "https://kubernetes.default.svc/",
        "https://vault.service.consul/",
        "https://hidden.onion/",
        // Every spelling of an address.
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.100.100.200/",
        "https://8.8.8.8/",
        "https://0.0.0.0/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://1.2.3.0x4/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://%31%30.0.0.1/",
        "https://\u{ff11}0.0.0.1/",
    ] {
        let refused = make(&scenario, &json!({ "url": url }));
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some("url")), "{url}: {}", refused.text);
    }
    let long = format!("https://app.example.com/{}", "x".repeat(500));
    assert_eq!(make(&scenario, &json!({ "url": long })).problem().2, Some("url"));
}

#[test]
fn the_deployment_itself_gets_no_webhooks() {
    let mut scenario = Scenario::new();
    let _ = scenario.admin_key();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let refused = make(&scenario, &json!({ "url": "https://edge.example/api/v1/projects" }));
    assert_eq!(refused.problem(), (422, "invalid_parameter", Some("url")), "{}", refused.text);
}

#[test]
fn this_machine_gets_webhooks_only_in_test_mode_of_a_development_run() {
    let mut scenario = Scenario::new();
    let new = json!({ "url": "http://localhost:4000/webhooks" });
    let test_admin = scenario.test_admin();
    assert_eq!(scenario.post(PATH, &test_admin, &new).status, 422);
    scenario.platform.config.local_webhooks = true;
    assert_eq!(scenario.post(PATH, &test_admin, &new).status, 201);
    assert_eq!(make(&scenario, &new).status, 422, "live mode never");
    let other = json!({ "url": "http://app.example.com/webhooks" });
    assert_eq!(scenario.post(PATH, &test_admin, &other).status, 422, "nothing else without TLS");
}

#[test]
fn another_modes_endpoints_do_not_exist_and_a_weak_key_may_nothing() {
    let scenario = Scenario::new();
    let (path, _) = made(&scenario);
    let test_admin = scenario.test_admin();
    for (method, end) in
        [("GET", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/test"), ("GET", "/deliveries")]
    {
        let found = scenario.send(method, &format!("{path}{end}"), Some(&test_admin), None);
        assert_eq!(found.problem(), (404, "not_found", None), "{method} {end}");
        let weak = scenario.send(method, &format!("{path}{end}"), Some(&scenario.live_key), None);
        assert_eq!(weak.problem().1, "insufficient_scope", "{method} {end}");
    }
    for id in ["we_", "we_!", "x", "we_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"] {
        assert_eq!(send(&scenario, "GET", &format!("{PATH}/{id}")).status, 404, "{id}");
    }
}

#[test]
fn a_change_names_its_members_and_a_stale_tag_changes_nothing() {
    let scenario = Scenario::new();
    let (path, _) = made(&scenario);
    let tag = send(&scenario, "GET", &path).headers["etag"].clone();
    let change = json!({ "types": ["connection.deleted", "connection.created"], "description": "Ours" });
    let changed = scenario.patch(&path, scenario.admin_key(), &change);
    assert_eq!(changed.status, 200, "{}", changed.text);
    let endpoint = &changed.body["webhookEndpoint"];
    assert_eq!(endpoint["types"], json!(["connection.created", "connection.deleted"]));
    assert_eq!((&endpoint["description"], &endpoint["enabled"]), (&json!("Ours"), &json!(true)));
    let stale = scenario.send_with("DELETE", &path, Some(scenario.admin_key()), None, &[("if-match", &tag)]);
    assert_eq!(stale.problem().1, "precondition_failed");
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert_eq!(log.body["entries"][0]["detail"], "types, description");
    for (member, body) in [
        ("types", json!({ "types": ["connection.exploded"] })),
        ("url", json!({ "url": "http://a.example" })),
        ("description", json!({ "description": "x".repeat(300) })),
    ] {
        let refused = scenario.patch(&path, scenario.admin_key(), &body);
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some(member)));
    }
    let removed = scenario.patch(&path, scenario.admin_key(), &json!({ "description": null }));
    assert_eq!(removed.body["webhookEndpoint"]["description"], Value::Null);
    assert_eq!(send(&scenario, "DELETE", &path).status, 200);
    assert_eq!(send(&scenario, "GET", &path).status, 404);
}

#[test]
fn a_mode_has_at_most_twenty_endpoints() {
    let scenario = Scenario::new();
    for _ in 0..20 {
        made(&scenario);
    }
    assert_eq!(make(&scenario, &json!({ "url": URL })).problem().1, "limit_reached");
    assert_eq!(scenario.post(PATH, &scenario.test_admin(), &json!({ "url": URL })).status, 201);
}

#[test]
fn a_test_delivery_shows_the_answer_and_is_limited() {
    let scenario = Scenario::new();
    let (path, _) = made(&scenario);
    let test = || send(&scenario, "POST", &format!("{path}/test"));
    let unreachable = test();
    assert_eq!((unreachable.status, &unreachable.body["delivered"]), (200, &json!(false)));
    assert_eq!(unreachable.body["attempt"]["error"]["code"], "unreachable");
    scenario.platform.live.answer(&format!("POST {URL}"), 204, "");
    let delivered = test();
    assert_eq!(
        (&delivered.body["delivered"], &delivered.body["attempt"]["status"]),
        (&json!(true), &json!(204))
    );
    let sent = scenario.platform.live.seen().pop().unwrap();
    let body: Value = serde_json::from_str(&sent.body.unwrap()).unwrap();
    assert_eq!(body["type"], "endpoint.test");
    assert_eq!(json!(sent.headers["webhook-id"]), body["id"]);
    for _ in 0..8 {
        assert_eq!(test().status, 200);
    }
    let refused = test();
    assert_eq!((refused.problem().1, refused.headers["retry-after"].as_str()), ("rate_limited", "60"));
    scenario.platform.wait(60);
    assert_eq!(test().status, 200);
}

#[test]
fn an_endpoint_gets_only_events_that_its_maker_may_read() {
    let scenario = Scenario::new();
    let key = scenario.key_with(&["admin", "connections:read"]);
    let make = |types: &[&str]| scenario.post(PATH, &key, &json!({ "url": URL, "types": types }));
    for (types, scope) in [(&[][..], "sessions:read"), (&["session.opened"], "sessions:read")] {
        let refused = make(types);
        assert_eq!(refused.problem().1, "insufficient_scope", "{types:?}");
        assert!(refused.text.contains(scope), "{}", refused.text);
    }
    let made = make(&["connection.created", "endpoint.disabled"]);
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("{PATH}/{}", made.body["webhookEndpoint"]["id"].as_str().unwrap());
    // Nor can it be widened, or sent elsewhere, by a key that may not read what it gets.
    assert_eq!(scenario.patch(&path, &key, &json!({ "types": ["session.opened"] })).status, 403);
    let weak = scenario.key_with(&["admin"]);
    for change in [json!({ "url": "https://b.example.com/" }), json!({ "types": ["connection.deleted"] })] {
        assert_eq!(scenario.patch(&path, &weak, &change).problem().1, "insufficient_scope", "{change}");
    }
    assert_eq!(scenario.patch(&path, &weak, &json!({ "enabled": false })).status, 200);
}
