//! The history of an account shows what its provider's log says about its key: by whom and to what, once, newest first, and nothing
//! of others. It has names of people, so it ends.

use super::{Hooked, KEY, OWNER, TOKEN};
use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::iso;
use latchkey_shared::limits::{
    PROVIDER_EVENT_DAYS, PROVIDER_EVENT_TARGETS, PROVIDER_EVENT_TEXT_MAX, PROVIDER_EVENTS_MAX,
    PROVIDER_EVENTS_PER_ACCOUNT, PROVIDER_EVENTS_PER_MINUTE,
};
use serde_json::{Value, json};

const CREATED: &str = "system.api_token.create";
const REVOKED: &str = "system.api_token.revoke";
const DAY: i64 = 24 * 3600;

impl Hooked {
    fn history(&self) -> Vec<Value> {
        let path = format!("/api/v1/app-connections/okta/{}/history", self.account);
        let read = self.scenario.get(&path, &self.scenario.live_key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.body["providerEvents"].as_array().unwrap().clone()
    }

    /// The types of the events in the history.
    fn types(&self) -> Vec<String> {
        self.history().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    /// An event about somebody else's token, with an id of its own.
    fn foreign(&self, kind: &str, number: usize) -> Value {
        let mut event = self.event(kind);
        event["uuid"] = json!(format!("foreign-{number}"));
        event["target"] = json!([{ "id": "00Tother", "type": "Token", "displayName": "Their token" }]);
        event["actor"] = json!({ "id": "00uother", "type": "User", "displayName": "Mallory" });
        event
    }
}

#[test]
fn a_token_that_was_made_or_revoked_is_shown_with_actor_and_target() {
    let hooked = Hooked::new();
    let mut event = hooked.event(REVOKED);
    event["displayMessage"] = json!("API token revoked");
    event["actor"] =
        json!({ "id": "00uroot", "type": "User", "displayName": "Root", "alternateId": "root@example.com" });
    event["target"] =
        json!([{ "id": KEY, "type": "Token", "displayName": "Ours", "alternateId": "unknown" }]);
    hooked.deliver(&[event]);
    assert_eq!(hooked.health().0, "needs_new_key", "it means for the health what it meant before");
    let expected = json!([{
        "at": iso(hooked.now()), "type": REVOKED, "message": "API token revoked",
        "actor": { "id": "00uroot", "type": "User", "name": "Root", "login": "root@example.com" },
        "targets": [{ "id": KEY, "type": "Token", "name": "Ours", "login": null }],
    }]);
    assert_eq!(json!(hooked.history()), expected);
}

#[test]
fn an_event_of_the_history_alone_changes_nothing_else() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let before = (hooked.details(), object.count("events"), object.count("audit"));
    hooked.deliver(&[hooked.event(CREATED)]);
    assert_eq!((hooked.details(), object.count("events"), object.count("audit")), before);
    assert_eq!(hooked.types(), [CREATED]);
}

#[test]
fn an_event_is_shown_if_it_names_the_key_or_its_owner_and_no_other_is() {
    let other = || json!({ "id": "00uother", "type": "User" });
    for (case, target, actor, shown) in [
        ("our token", json!([{ "id": KEY }]), other(), true),
        (
            "another token of our owner, made by an administrator",
            json!([{ "id": "00Tx" }, { "id": OWNER }]),
            other(),
            true,
        ),
        ("another token, made by our owner", json!([{ "id": "00Tx" }]), json!({ "id": OWNER }), true),
        ("a stranger and his token", json!([{ "id": "00Tx" }, { "id": "00uother" }]), other(), false),
        ("nobody", Value::Null, Value::Null, false),
        ("our key as an actor is nobody's id", json!([{ "id": "00Tx" }]), json!({ "id": KEY }), false),
    ] {
        let hooked = Hooked::new();
        let mut event = hooked.event(CREATED);
        (event["target"], event["actor"]) = (target, actor);
        hooked.deliver(&[event]);
        assert_eq!(hooked.history().len(), usize::from(shown), "{case}");
    }
    let mut failed = Hooked::new().event(CREATED);
    failed["outcome"] = json!({ "result": "FAILURE" });
    let hooked = Hooked::new();
    hooked.deliver(&[failed, hooked.event("user.session.start"), hooked.event("user.lifecycle.suspend")]);
    assert_eq!(hooked.types(), Vec::<String>::new(), "what failed, and types that no history shows");
    // Without the id of a key, its owner's is enough.
    let unknown = Hooked::with(&json!([]));
    unknown.deliver(&[unknown.event(CREATED), unknown.foreign(CREATED, 1)]);
    assert_eq!(unknown.types(), [CREATED]);
}

#[test]
fn an_event_that_comes_again_or_late_is_shown_once_and_in_its_place() {
    let hooked = Hooked::new();
    let at = |seconds: i64| hooked.event_at(CREATED, hooked.now() - seconds * 1000);
    hooked.deliver(&[at(20), at(60)]);
    hooked.deliver(&[at(40), at(60)]);
    // From before the account was linked.
    hooked.deliver(&[at(3 * DAY), at(20)]);
    let mut again = at(40);
    again["displayMessage"] = json!("Another text");
    hooked.deliver(&[again]);
    let times: Vec<_> = hooked.history().iter().map(|event| event["at"].clone()).collect();
    let expected: Vec<_> =
        [20, 40, 60, 3 * DAY].map(|seconds| json!(iso(hooked.now() - seconds * 1000))).into();
    assert_eq!(times, expected);
    assert!(hooked.history().iter().all(|event| event["message"].is_null()));
    // From the future, and at no time: it cannot be later than now.
    let mut timeless = at(7);
    timeless["published"] = json!("soon");
    hooked.deliver(&[at(-500), timeless]);
    assert_eq!(
        hooked.history()[..2].iter().map(|event| &event["at"]).collect::<Vec<_>>(),
        [&json!(iso(hooked.now())); 2]
    );
    let old = hooked.event_at(CREATED, hooked.now() - (PROVIDER_EVENT_DAYS + 1) * DAY * 1000);
    hooked.deliver(&[old]);
    assert_eq!(hooked.history().len(), 6, "older than it would be kept");
}

#[test]
fn texts_of_an_event_are_short_and_plain_and_never_a_key() {
    let hooked = Hooked::new();
    let mut event = hooked.event(CREATED);
    let long = "n".repeat(500);
    event["displayMessage"] = json!("API \u{202e}token\u{200b} created");
    event["actor"] = json!({ "id": "00uroot", "displayName": long, "alternateId": TOKEN });
    let mut targets = vec![json!({ "id": KEY, "displayName": format!("Key {TOKEN}"), "type": { "a": 1 } })];
    targets.extend((0..20).map(|number| json!({ "id": format!("00T{number}") })));
    event["target"] = json!(targets);
    hooked.deliver(&[event]);
    let shown = &hooked.history()[0];
    assert_eq!(shown["message"], "API token created");
    assert_eq!(shown["actor"]["name"].as_str().map(str::len), Some(PROVIDER_EVENT_TEXT_MAX));
    assert_eq!((&shown["actor"]["login"], &shown["targets"][0]["name"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["targets"].as_array().unwrap().len(), PROVIDER_EVENT_TARGETS);
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let stored: Vec<String> = object.values("SELECT record FROM provider_events", &[]).unwrap();
    assert!(!stored.concat().contains(TOKEN), "{stored:?}");
}

#[test]
fn whoever_owns_the_organization_makes_us_keep_little() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let kept = || object.count("provider_events");
    let many = |from: i64, count: i64| -> Vec<Value> {
        (from..from + count)
            .map(|number| {
                let mut event = hooked.event_at(CREATED, hooked.now() - number);
                event["uuid"] = json!(number.to_string());
                event["target"] = json!([{ "id": KEY, "displayName": "\u{1f511}".repeat(100) }]);
                event
            })
            .collect()
    };
    // Those of others take nothing.
    let foreign: Vec<_> = (0..50).map(|number| hooked.foreign(CREATED, number)).collect();
    hooked.deliver(&foreign);
    hooked.deliver(&many(0, 50));
    assert_eq!(kept(), i64::from(PROVIDER_EVENTS_PER_MINUTE));
    hooked.deliver(&many(100, 10));
    assert_eq!(kept(), i64::from(PROVIDER_EVENTS_PER_MINUTE), "in the same minute");
    for minute in 1..9 {
        hooked.scenario.platform.wait(60);
        hooked.deliver(&many(minute * 1000, 50));
    }
    assert_eq!(kept(), PROVIDER_EVENTS_PER_ACCOUNT);
    let times: Vec<_> =
        hooked.history().iter().map(|event| event["at"].as_str().unwrap().to_owned()).collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
    // Of the whole project, those that came first go.
    let other = "INSERT INTO provider_events (connection, event, at, taken, record) VALUES ('other', 'e', 0, 0, '[]')";
    object.exec(other, &[]).unwrap();
    object
        .exec(
            "UPDATE row_counts SET rows = ? WHERE kind = 'provider_events'",
            &[(PROVIDER_EVENTS_MAX + 5).into()],
        )
        .unwrap();
    hooked.scenario.platform.wait(60);
    hooked.deliver(&many(-1, 1));
    assert!(!object.exists("SELECT 1 FROM provider_events WHERE connection = 'other'", &[]).unwrap());
}

#[test]
fn the_history_ends_after_its_days_and_with_its_account() {
    let hooked = Hooked::new();
    hooked.deliver(&[hooked.event(CREATED)]);
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    hooked.scenario.care(&json!({ "checks": false }));
    hooked.scenario.platform.pass(hooked.scenario.target(), (PROVIDER_EVENT_DAYS - 1) * DAY);
    assert_eq!(hooked.types(), [CREATED]);
    hooked.scenario.platform.pass(hooked.scenario.target(), 2 * DAY);
    assert_eq!(hooked.types(), Vec::<String>::new());
    hooked.deliver(&[hooked.event(CREATED)]);
    assert_eq!(object.count("provider_events"), 1);
    let path = format!("/api/v1/app-connections/okta/{}", hooked.account);
    assert_eq!(hooked.scenario.send("DELETE", &path, Some(&hooked.scenario.live_key), None).status, 200);
    assert_eq!(object.count("provider_events"), 0);
}

#[test]
fn where_a_channel_is_not_permitted_the_log_is_asked_and_shows_the_same() {
    let mut scenario = latchkey_tests::Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let (_, admin) = scenario.key_of(&json!({ "mode": "test", "scopes": ["admin"] }));
    let token = format!("{:0<42}", "00test-read-only-");
    let session = scenario.session(&scenario.test_key);
    let values = [
        ("instanceUrl", "latchkey-demo.okta.com"),
        ("apiToken", token.as_str()),
        ("eventHookName", "Latchkey"),
    ];
    let linked = scenario.submit(&session, "okta", &values);
    assert_eq!(linked.status, 200, "{}", linked.text);
    let id = linked.body["connection"]["id"].as_str().unwrap().to_owned();
    let history = || {
        let path = format!("/api/v1/app-connections/okta/{id}/history");
        scenario.get(&path, &scenario.test_key).body["providerEvents"].as_array().unwrap().clone()
    };
    scenario.platform.sweep_all();
    assert_eq!(history(), Vec::<Value>::new());
    // Two polls get the same event.
    for _ in 0..2 {
        let moved = scenario.post("/api/v1/test-clock", &admin, &json!({ "advance": DAY + 60 }));
        assert_eq!(moved.status, 200, "{}", moved.text);
        assert_eq!(history().len(), 1);
    }
    assert_eq!(history()[0]["message"], "API token created");
    assert_eq!(history()[0]["actor"]["login"], "grace@example.com");
    assert_eq!(history()[0]["targets"][0]["name"], "Example Integration");
    // The log is asked for what it may show, also for what no hook delivers.
    let hook = latchkey_catalogue::find("okta").unwrap().hook.as_ref().unwrap();
    let request = &hook.poll.as_ref().unwrap().step.request;
    for kind in &hook.history.as_ref().unwrap().types {
        assert!(request.contains(&format!("%22{kind}%22")), "{kind}");
    }
    assert_eq!(scenario.send("DELETE", "/api/v1/test-clock", Some(&admin), None).status, 200);
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!(object.count("provider_events"), 0, "a reset of the test clock deletes what test mode has");
}
