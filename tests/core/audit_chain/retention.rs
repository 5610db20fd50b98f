//! What keeps the chain provable when it grows old: checkpoints, the end of old entries, and entries from before there was a chain.

use super::{DAY, Log, NO_HASH, checked, example};
use latchkey_edge::store::schema;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits::{AUDIT_CHECKPOINT, AUDIT_MAX};
use latchkey_tests::{ADMIN_TOKEN, Database};
use serde_json::{Value, json};

#[test]
fn entries_of_an_older_version_are_kept_in_front_of_the_chain() {
    let log = Log::new(3);
    // As an older version left it: no hashes, and gaps.
    log.sql(&format!("UPDATE audit SET prev = '{NO_HASH}', hash = '{NO_HASH}'"));
    log.sql("DELETE FROM audit WHERE id IN (2, 3)");
    let newest: i64 = log.object.value("SELECT max(id) FROM audit", &[]).unwrap().unwrap();
    log.sql(&format!("INSERT INTO audit_checkpoints VALUES ({newest}, '{NO_HASH}', 0, '', 0)"));
    let export = log.export("");
    let verdict = checked(&export, None, &[]);
    assert_eq!(verdict.faults, Vec::<String>::new());
    assert_eq!((verdict.unchained as i64, verdict.records), (newest - 2, 1));
    assert_eq!(log.head()["records"], 1);
    assert!(example(&export, &log.public_key()).0);
}

#[test]
fn the_migration_begins_the_chain_behind_what_is_there() {
    let database = Database::empty();
    let column = "SELECT 1 FROM pragma_table_info('audit') WHERE name = 'hash'";
    let before = (1..=schema::VERSION as usize)
        .find(|version| {
            let database = Database::empty();
            schema::migrate_to(&database, *version).unwrap();
            database.exists(column, &[]).unwrap()
        })
        .unwrap();
    schema::migrate_to(&database, before - 1).unwrap();
    for (id, action) in [(4_u32, "credential.read"), (9, "credential.refuse")] {
        let row = "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (?, 7, 'k', ?, 's', '')";
        database.exec(row, &[id.into(), action.into()]).unwrap();
    }
    schema::migrate(&database).unwrap();
    let rows: Vec<String> =
        database.values("SELECT id || outcome || prev || hash FROM audit ORDER BY id", &[]).unwrap();
    assert_eq!(rows, [format!("4done{NO_HASH}{NO_HASH}"), format!("9refused{NO_HASH}{NO_HASH}")]);
    let begins: Vec<i64> = database.values("SELECT seq FROM audit_checkpoints", &[]).unwrap();
    assert_eq!(begins, [9]);
    let counted = database.exists("SELECT 1 FROM row_counts WHERE kind LIKE 'audit%'", &[]).unwrap();
    assert!(!counted);
}

#[test]
fn a_checkpoint_is_made_within_a_day_and_only_where_something_is_new() {
    let log = Log::new(2);
    assert_eq!(log.head()["checkpoint"], Value::Null);
    log.scenario.platform.wait(DAY);
    log.sweep();
    let made = log.head()["checkpoint"].clone();
    assert_eq!(made["seq"], log.head()["seq"]);
    for _ in 0..3 {
        log.scenario.platform.wait(DAY);
        log.sweep();
    }
    assert_eq!(log.head()["checkpoint"], made);
    assert_eq!(log.object.count("audit_checkpoints"), 1);
    let verdict = checked(&log.export(""), Some(&log.public_key()), &[]);
    assert_eq!((verdict.faults, verdict.signatures), (Vec::new(), 2));
    // A rewritten log does not fit the checkpoint, even where all links do.
    log.sql("UPDATE audit_checkpoints SET hash = replace(hash, 'a', 'b')");
    assert!(!checked(&log.export(""), None, &[]).faults.is_empty());
}

#[test]
fn old_entries_are_deleted_behind_a_checkpoint_and_the_rest_is_proved_from_it() {
    let log = Log::new(3);
    let project = format!("/api/v1/projects/{}", log.scenario.project);
    for (days, status) in [(29, 422), (3_651, 422), (30, 200)] {
        let answer = log.scenario.patch(&project, ADMIN_TOKEN, &json!({ "auditDays": days }));
        assert_eq!(answer.status, status, "{days}: {}", answer.text);
    }
    let old = log.head()["seq"].as_i64().unwrap();
    let sweep = || {
        (0..3).for_each(|_| {
            log.scenario.platform.wait(2);
            log.sweep();
        })
    };
    log.scenario.platform.wait(20 * DAY);
    sweep();
    let young = json!({ "name": "another", "scopes": ["admin"] });
    assert_eq!(log.scenario.post("/api/v1/api-keys", log.scenario.admin_key(), &young).status, 201);
    log.scenario.platform.wait(10 * DAY);
    sweep();
    assert_eq!(log.head()["oldestSeq"], 1, "not before the time is over, and a day for one checkpoint");
    log.scenario.platform.wait(DAY);
    sweep();
    let head = log.head();
    let start = head["start"]["seq"].as_i64().unwrap();
    assert!(start >= old, "{head}");
    assert_eq!(head["oldestSeq"], start + 1);
    let (export, key) = (log.export(""), log.public_key());
    let verdict = checked(&export, Some(&key), &[]);
    assert_eq!(verdict.faults, Vec::<String>::new());
    assert!(example(&export, &key).0);
    // Without the checkpoint nobody could tell whether more was removed.
    log.sql("DELETE FROM audit_checkpoints WHERE cut = 1");
    assert!(!checked(&log.export(""), Some(&key), &[]).faults.is_empty());
    // A quiet log keeps its newest entry, from which the chain goes on.
    log.scenario.platform.wait(500 * DAY);
    (0..5).for_each(|_| sweep());
    let before = log.scenario.platform.clock.0.get() - 31 * DAY * 1000;
    let old: Vec<i64> = log.object.values("SELECT at FROM audit WHERE at < ?", &[before.into()]).unwrap();
    assert!(old.len() <= 1 && log.object.count("audit") >= 1, "{old:?}");
    assert_eq!(checked(&log.export(""), Some(&key), &[]).faults, Vec::<String>::new());
}

#[test]
fn a_full_log_loses_its_oldest_entries_and_nothing_else() {
    let log = Log::new(12);
    // As if a million entries had come: the numbers of the newest ones are that much larger.
    let shift = AUDIT_MAX;
    log.sql(&format!("UPDATE audit SET id = id + {shift} WHERE id > 10"));
    assert_eq!(
        log.scenario.post("/api/v1/api-keys", &log.key, &json!({ "name": "x", "scopes": ["admin"] })).status,
        201
    );
    let newest = log.head()["seq"].as_i64().unwrap();
    (0..4).for_each(|_| {
        log.scenario.platform.wait(2);
        log.sweep();
    });
    let head = log.head();
    assert_eq!(head["seq"], newest);
    let oldest = head["oldestSeq"].as_i64().unwrap();
    assert!(newest - oldest < AUDIT_MAX - AUDIT_CHECKPOINT / 2, "{head}");
    assert_eq!(log.object.count("audit"), newest - shift - 10);
}

#[test]
fn a_checkpoint_is_made_for_each_ten_thousand_entries() {
    let log = Log::new(1);
    log.sql(&format!(
        "UPDATE audit SET id = id + {} WHERE id = (SELECT max(id) FROM audit)",
        AUDIT_CHECKPOINT - 10
    ));
    let body = json!({ "name": "x", "scopes": ["admin"] });
    for _ in 0..10 {
        assert_eq!(log.scenario.post("/api/v1/api-keys", &log.key, &body).status, 201);
    }
    log.scenario.platform.wait(2);
    log.sweep();
    assert!(log.head()["checkpoint"]["seq"].as_i64().unwrap() >= AUDIT_CHECKPOINT);
}
