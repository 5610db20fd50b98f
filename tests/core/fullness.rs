//! How full the database of a project is: the status says it, and an event warns once.

use latchkey_edge::jobs::object_work::Way;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits::STORAGE_MAX;
use latchkey_tests::{Answer, Database, Scenario};
use serde_json::{Value, json};
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn object(scenario: &Scenario) -> Rc<Database> {
    scenario.platform.index.object(scenario.target())
}

fn fill(scenario: &Scenario, percent: i64) {
    let object = object(scenario);
    object.filled.set(0);
    object.filled.set(STORAGE_MAX / 100 * percent + STORAGE_MAX / 200 - object.size().unwrap());
}

fn storage(scenario: &Scenario) -> Value {
    let read = scenario.get("/api/v1/status", scenario.admin_key());
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["storage"].clone()
}

/// The warnings that a key is told.
fn warnings(scenario: &Scenario, key: &str) -> Vec<Value> {
    let told: Answer = scenario.get("/api/v1/events?types=storage.nearly_full", key);
    assert_eq!(told.status, 200, "{}", told.text);
    told.body["events"].as_array().unwrap().iter().map(|event| event["data"].clone()).collect()
}

/// Makes something, so that there is something to do, and rings the alarm.
fn work(scenario: &Scenario) {
    let _ = scenario.session(&scenario.live_key);
    for target in scenario.platform.index.due() {
        pollster::block_on(scenario.platform.index.due_work(&scenario.platform, target, Way::Queue)).unwrap();
    }
}

#[test]
fn the_status_says_how_full_the_database_is_and_from_70_percent_on_what_to_do() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    fill(&scenario, 69);
    let before = storage(&scenario);
    assert_eq!((&before["percent"], &before["advice"]), (&json!(69), &Value::Null));
    fill(&scenario, 70);
    let full = storage(&scenario);
    assert_eq!(full["percent"], 70);
    let largest = full["largest"][0]["table"].as_str().unwrap();
    let advice = full["advice"].as_str().unwrap();
    assert!(advice.contains("70 %") && advice.contains(largest), "{advice}");
}

#[test]
fn a_nearly_full_database_is_told_to_both_modes_once_until_there_is_room_again() {
    let scenario = Scenario::new();
    fill(&scenario, 69);
    work(&scenario);
    assert_eq!(warnings(&scenario, &scenario.live_key), Vec::<Value>::new());
    fill(&scenario, 71);
    work(&scenario);
    let told = warnings(&scenario, &scenario.live_key);
    assert_eq!(told.len(), 1, "the write itself makes the alarm ring");
    let storage = &told[0]["storage"];
    assert_eq!((&storage["percent"], &storage["limitBytes"]), (&json!(71), &json!(STORAGE_MAX)));
    assert!(storage["bytes"].as_i64().unwrap() > STORAGE_MAX / 100 * 71);
    assert!(storage["advice"].as_str().unwrap().contains("71 %"), "{storage}");
    assert_eq!(warnings(&scenario, &scenario.test_key), told);
    let count = |percent: i64, wait: i64| {
        fill(&scenario, percent);
        scenario.platform.wait(wait);
        work(&scenario);
        warnings(&scenario, &scenario.live_key).len()
    };
    // It stays nearly full, and goes up and down a little.
    assert_eq!([count(90, 7_200), count(66, 7_200), count(72, 7_200)], [1, 1, 1]);
    // There is room again, and then there is none.
    assert_eq!([count(64, 7_200), count(72, 7_200)], [1, 2]);
    // Not twice within an hour.
    assert_eq!([count(64, 3_600), count(72, 1_800), count(72, 1_800)], [2, 2, 3]);
}

#[test]
fn the_estimate_of_a_table_is_near_to_its_bytes() {
    let scenario = Scenario::new();
    for number in 0..60 {
        let _ = scenario.account(&format!("a-{number}"), TOKEN);
        let _ = scenario.session(&scenario.live_key);
        if number % 20 == 0 {
            scenario.platform.wait(61);
        }
    }
    let object = object(&scenario);
    let bytes = |table: &str| -> i64 {
        let sum = "SELECT sum(payload + ncell * 4) FROM dbstat WHERE name IN
            (SELECT name FROM sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index'))";
        object.value(sum, &[table.into()]).unwrap().unwrap()
    };
    let storage = storage(&scenario);
    let largest = storage["largest"].as_array().unwrap();
    assert!(largest.len() >= 4, "{storage}");
    for size in largest {
        let (table, estimate) = (size["table"].as_str().unwrap(), size["estimatedBytes"].as_i64().unwrap());
        assert_eq!(size["rows"], object.count(table), "{table}");
        let bytes = bytes(table);
        println!("{table}: {} rows, {bytes} bytes, {estimate} estimated", size["rows"]);
        assert!(
            estimate * 10 > bytes * 6 && estimate * 6 < bytes * 10,
            "{table}: {estimate} of {bytes} bytes"
        );
    }
}
