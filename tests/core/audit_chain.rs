//! The audit log is one chain for each project. Whatever is changed, removed, inserted or reordered in the database is found in an
//! export, offline, by the tool and by the example for Node. Checkpoints keep it provable when old entries are deleted.

use latchkey_audit_check::{Point, Verdict, check, kept_head};
use latchkey_edge::crypto::digest::text_hash;
use latchkey_edge::store::schema;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits::{AUDIT_CHECKPOINT, AUDIT_MAX, AUDIT_SCAN};
use latchkey_tests::{ADMIN_TOKEN, Database, Scenario};
use serde_json::{Value, json};
use std::process::Command;
use std::rc::Rc;

const DAY: i64 = 24 * 3600;
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

struct Log {
    scenario: Scenario,
    key: String,
    object: Rc<Database>,
}

impl Log {
    /// A project with a log, in which an account was renamed this often.
    fn new(changes: u32) -> Self {
        let scenario = Scenario::new();
        let (_, key) = scenario.key_of(&json!({ "scopes": latchkey_shared::KeyScope::ALL }));
        let path = scenario.account("one", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab");
        let object = scenario.platform.index.object(scenario.target());
        let log = Self { scenario, key, object };
        for at in 0..changes {
            let body = json!({ "description": at.to_string() });
            assert_eq!(log.scenario.patch(&path, &log.key, &body).status, 200);
            log.scenario.platform.wait(1);
        }
        log
    }

    fn get(&self, path: &str) -> Value {
        let read = self.scenario.get(path, &self.key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.body
    }

    fn head(&self) -> Value {
        self.get("/api/v1/audit-log/head")
    }

    fn export(&self, query: &str) -> String {
        let read = self.scenario.get(&format!("/api/v1/audit-log/export{query}"), &self.key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.text
    }

    fn sweep(&self) {
        self.scenario.platform.sweep_if_due(self.scenario.target());
    }

    fn sql(&self, statement: &str) {
        self.object.exec(statement, &[]).unwrap();
    }

    fn public_key(&self) -> String {
        let key = self.scenario.send("GET", "/.well-known/latchkey-audit-key", None, None);
        assert_eq!((key.status, key.headers["cache-control"].as_str()), (200, "public, max-age=86400"));
        assert_eq!((&key.body["kty"], &key.body["crv"]), (&json!("OKP"), &json!("Ed25519")));
        key.body["x"].as_str().unwrap().to_owned()
    }
}

fn checked(export: &str, key: Option<&str>, known: &[Point]) -> Verdict {
    check(export.as_bytes(), key, known).unwrap()
}

/// What the example says, and whether it found nothing.
fn example(export: &str, key: &str) -> (bool, String) {
    let file = std::env::temp_dir().join(format!(
        "audit-log-{}-{:?}.jsonl",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::write(&file, export).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../edge/docs/examples/check-audit-log.mjs");
    let ran = Command::new("node").arg(script).arg(&file).arg(key).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    (ran.status.success(), said)
}

#[test]
fn an_honest_export_is_proved_by_the_tool_and_by_the_example() {
    let log = Log::new(20);
    let kept = kept_head(&log.head().to_string()).unwrap();
    let export = log.export("");
    let key = log.public_key();
    let verdict = checked(&export, Some(&key), std::slice::from_ref(&kept));
    assert_eq!(verdict.faults, Vec::<String>::new());
    // The export is an entry itself.
    let head = log.head();
    assert_eq!((verdict.records, head["records"].as_u64()), (kept.seq as u64 + 1, Some(verdict.records)));
    assert_eq!(
        verdict.head,
        Some((head["seq"].as_i64().unwrap(), head["hash"].as_str().unwrap().to_owned()))
    );
    assert_eq!(
        (&head["oldestSeq"], &head["keptDays"], &head["publicKey"]),
        (&json!(1), &json!(400), &json!(key))
    );
    let (right, said) = example(&export, &key);
    assert!(right, "{said}");
    // Another deployment's key did not sign it.
    let other = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert!(!checked(&export, Some(other), &[]).faults.is_empty());
    assert!(!example(&export, other).0);
}

#[test]
fn every_manipulation_of_the_database_is_found() {
    let forged = |id: i64| {
        // Whoever can compute the hashes, and changes one entry with its hash.
        move |log: &Log| {
            let export = log.export("");
            let line = export.lines().find(|line| line.contains(&format!("\"seq\":{id},"))).unwrap();
            let mut record: Value = serde_json::from_str(line).unwrap();
            let members = record.as_object_mut().unwrap();
            members.remove("hash");
            members.insert("detail".to_owned(), json!("forged"));
            let sorted: std::collections::BTreeMap<_, _> = members.iter().collect();
            let hash = text_hash(&serde_json::to_string(&sorted).unwrap());
            log.object
                .exec("UPDATE audit SET detail = 'forged', hash = ? WHERE id = ?", &[hash.into(), id.into()])
                .unwrap();
        }
    };
    let sql = |statement: &'static str| move |log: &Log| log.sql(statement);
    type Change = Box<dyn Fn(&Log)>;
    let cases: [(&str, Change, &str); 13] = [
        ("the detail", Box::new(sql("UPDATE audit SET detail = 'x' WHERE id = 9")), "Record 9 was changed"),
        ("the actor", Box::new(sql("UPDATE audit SET actor = 'x' WHERE id = 9")), "Record 9 was changed"),
        ("the person", Box::new(sql("UPDATE audit SET end_user = 'x' WHERE id = 9")), "Record 9 was changed"),
        ("the time", Box::new(sql("UPDATE audit SET at = at + 1 WHERE id = 9")), "Record 9 was changed"),
        (
            "the outcome",
            Box::new(sql("UPDATE audit SET outcome = 'failed' WHERE id = 9")),
            "Record 9 was changed",
        ),
        ("the address", Box::new(sql("UPDATE audit SET client = 'x' WHERE id = 9")), "Record 9 was changed"),
        (
            "the request",
            Box::new(sql("UPDATE audit SET request = NULL WHERE id = 9")),
            "Record 9 was changed",
        ),
        (
            "the settings",
            Box::new(sql("UPDATE audit SET changes = '{}' WHERE id = 9")),
            "Record 9 was changed",
        ),
        ("one with its hash", Box::new(forged(9)), "Record 10 does not follow record 9"),
        ("removed", Box::new(sql("DELETE FROM audit WHERE id = 9")), "Record 9 is missing"),
        (
            "removed at the beginning",
            Box::new(sql("DELETE FROM audit WHERE id < 4")),
            "Record 4 is the first",
        ),
        (
            "removed, and the rest renumbered",
            Box::new(|log: &Log| {
                log.sql("DELETE FROM audit WHERE id = 9");
                let newest: i64 = log.object.value("SELECT max(id) FROM audit", &[]).unwrap().unwrap();
                for id in 10..=newest {
                    log.sql(&format!("UPDATE audit SET id = {} WHERE id = {id}", id - 1));
                }
            }),
            "Record 9 was changed",
        ),
        (
            "reordered",
            Box::new(|log: &Log| {
                log.sql("UPDATE audit SET id = 0 WHERE id = 9");
                log.sql("UPDATE audit SET id = 9 WHERE id = 10");
                log.sql("UPDATE audit SET id = 10 WHERE id = 0");
            }),
            "Record 9 was changed",
        ),
    ];
    for (what, change, fault) in cases {
        let log = Log::new(12);
        change(&log);
        let (export, key) = (log.export(""), log.public_key());
        let verdict = checked(&export, Some(&key), &[]);
        assert!(verdict.faults.iter().any(|found| found.starts_with(fault)), "{what}: {:?}", verdict.faults);
        let (right, said) = example(&export, &key);
        assert!(!right, "{what}: {said}");
    }
}

#[test]
fn a_record_that_is_inserted_is_found() {
    let log = Log::new(12);
    // All behind it move by one, and it is linked as it would have to be.
    let newest: i64 = log.object.value("SELECT max(id) FROM audit", &[]).unwrap().unwrap();
    for id in (9..=newest).rev() {
        log.sql(&format!("UPDATE audit SET id = {} WHERE id = {id}", id + 1));
    }
    log.sql(
        "INSERT INTO audit (id, mode, at, actor, action, subject, detail, actor_type, end_user, outcome, client, request, changes, prev, hash)
        SELECT 9, mode, at, actor, action, subject, 'inserted', actor_type, end_user, outcome, client, request, changes, hash, hash
        FROM audit WHERE id = 8",
    );
    let (export, key) = (log.export(""), log.public_key());
    let faults = checked(&export, Some(&key), &[]).faults;
    assert!(faults.iter().any(|fault| fault.starts_with("Record 9 was changed")), "{faults:?}");
    assert!(!example(&export, &key).0);
}

#[test]
fn a_log_that_was_rewritten_or_cut_off_at_its_end_is_found_by_a_head_that_was_kept() {
    let log = Log::new(12);
    let kept = kept_head(&log.head().to_string()).unwrap();
    log.sql(&format!("DELETE FROM audit WHERE id > {}", kept.seq - 3));
    let export = log.export("");
    // What is there is a chain, which the deployment signs.
    assert_eq!(checked(&export, None, &[]).faults, Vec::<String>::new());
    let faults = checked(&export, None, std::slice::from_ref(&kept)).faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains(&kept.seq.to_string()), "{faults:?}");
}

#[test]
fn an_export_that_is_changed_or_cut_off_is_found() {
    let log = Log::new(12);
    let (export, key) = (log.export(""), log.public_key());
    let lines: Vec<&str> = export.lines().collect();
    let with = |lines: &[&str]| lines.join("\n");
    let swapped: Vec<_> = [&lines[..5], &[lines[6], lines[5]], &lines[7..]].concat();
    let twice: Vec<_> = [&lines[..6], &lines[5..]].concat();
    let without: Vec<_> = [&lines[..5], &lines[6..]].concat();
    for (what, changed) in [
        ("cut off", with(&lines[..9])),
        ("without its head", with(&lines[..lines.len() - 1])),
        ("without the last record", with(&[&lines[..lines.len() - 2], &lines[lines.len() - 1..]].concat())),
        ("swapped", with(&swapped)),
        ("twice", with(&twice)),
        ("without one", with(&without)),
        ("with another word", export.replacen("connection.change", "connection.verify", 1)),
        (
            "with another project",
            export.replacen(&log.scenario.project, "6a1c3d5e-7f80-4912-a3b4-c5d6e7f80912", 1),
        ),
        ("with another head", export.replacen("\"head\":{\"at\":\"2", "\"head\":{\"at\":\"3", 1)),
    ] {
        assert_ne!(changed, export, "{what}");
        assert!(!checked(&changed, Some(&key), &[]).faults.is_empty(), "{what}");
        assert!(!example(&changed, &key).0, "{what}");
    }
}

#[test]
fn a_test_key_proves_the_chain_without_seeing_live_mode() {
    let log = Log::new(3);
    let test = log.scenario.test_admin();
    let export = log.scenario.get("/api/v1/audit-log/export", &test).text;
    let key = log.public_key();
    let verdict = checked(&export, Some(&key), &[]);
    assert_eq!(verdict.faults, Vec::<String>::new());
    assert!(verdict.withheld >= 4 && verdict.withheld < verdict.records, "{verdict:?}");
    assert!(example(&export, &key).0);
    for line in export.lines().filter(|line| line.contains("\"action\"")) {
        let record: Value = serde_json::from_str(line).unwrap();
        assert!(record["mode"].is_null() || record["mode"] == "test", "{line}");
    }
    let csv = log.scenario.get("/api/v1/audit-log/export?format=csv", &test).text;
    assert!(!csv.contains(",live,"), "{csv}");
}

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

#[test]
fn the_address_is_kept_as_the_project_says() {
    let log = Log::new(0);
    let project = format!("/api/v1/projects/{}", log.scenario.project);
    let from = |address: &str| {
        let body = json!({ "name": "x", "scopes": ["connections:read"] }).to_string();
        let made = log.scenario.send_with(
            "POST",
            "/api/v1/api-keys",
            Some(&log.key),
            Some(("application/json", &body)),
            &[("cf-connecting-ip", address)],
        );
        assert_eq!(made.status, 201, "{}", made.text);
        let entry = log.get("/api/v1/audit-log?limit=1")["entries"][0].clone();
        assert_eq!(entry["requestId"].as_str(), made.headers.get("x-request-id").map(String::as_str));
        entry["from"].as_str().unwrap().to_owned()
    };
    let hashed = from("203.0.113.77");
    assert!(hashed.starts_with("hash:") && hashed.len() == 5 + 32, "{hashed}");
    assert_eq!((from("203.0.113.77") == hashed, from("203.0.113.78") == hashed), (true, false));
    for (form, address, shown) in [
        ("network", "203.0.113.77", "203.0.113.0/24"),
        ("network", "2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("full", "203.0.113.77", "203.0.113.77"),
        ("full", "2001:DB8::1", "2001:db8::1"),
    ] {
        let change = json!({ "auditAddresses": form });
        assert_eq!(log.scenario.patch(&project, ADMIN_TOKEN, &change).status, 200);
        assert_eq!(from(address), shown, "{form}");
    }
    // Another project has another hash of the same address.
    let (_, _, other) = log.scenario.another_project();
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } }).to_string();
    let header = [("cf-connecting-ip", "203.0.113.77")];
    log.scenario.send_with(
        "POST",
        "/api/v1/connect-sessions",
        Some(&other),
        Some(("application/json", &body)),
        &header,
    );
    let hashes: Vec<String> = log
        .scenario
        .platform
        .index
        .projects()
        .iter()
        .flat_map(|object| object.values("SELECT client FROM audit WHERE client LIKE 'hash:%'", &[]).unwrap())
        .collect();
    assert!(hashes.iter().any(|hash| *hash != hashed), "{hashes:?}");
    assert_eq!(hashes.iter().filter(|hash| **hash == hashed).count(), 2, "{hashes:?}");
    let none = log.scenario.patch(&project, ADMIN_TOKEN, &json!({ "auditAddresses": "none" }));
    assert_eq!(none.status, 400, "{}", none.text);
}

#[test]
fn every_filter_finds_what_a_look_at_all_entries_finds() {
    let log = Log::new(30);
    let wrong =
        format!("{}{}", log.key.rsplit_once('.').unwrap().0, ".00000000000000000000000000000000000000000000");
    let _ = log.scenario.get("/api/v1/app-connections", &wrong);
    let all = log.get("/api/v1/audit-log?limit=100")["entries"].as_array().unwrap().clone();
    let seqs: Vec<i64> = all.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    let newest = seqs[0];
    assert_eq!(seqs, (1..=newest).rev().filter(|seq| seqs.contains(seq)).collect::<Vec<_>>());
    let key = latchkey_shared::base62::encode(latchkey_shared::ApiKey::parse(&log.key).unwrap().id.random);
    let subject = all.iter().find(|entry| entry["action"] == "connection.change").unwrap()["subject"].clone();
    let (subject, middle) = (subject.as_str().unwrap(), all[15]["at"].as_str().unwrap().to_owned());
    let is = |name: &'static str, value: String| {
        move |entry: &Value| match name {
            "actor" => entry["actor"]["id"] == *value || entry["actor"]["type"] == *value,
            "since" => entry["at"].as_str().unwrap() >= value.as_str(),
            "until" => entry["at"].as_str().unwrap() < value.as_str(),
            name => entry[name] == *value,
        }
    };
    let filters = [
        ("actor", key.clone()),
        ("actor", "owner".to_owned()),
        ("action", "connection.change".to_owned()),
        ("subject", subject.to_owned()),
        ("outcome", "refused".to_owned()),
        ("outcome", "done".to_owned()),
        ("since", middle.clone()),
        ("until", middle.clone()),
    ];
    let mut walked = 0;
    for first in &filters {
        for second in &filters {
            if first.0 == second.0 && first != second {
                continue;
            }
            let (one, two) = (is(first.0, first.1.clone()), is(second.0, second.1.clone()));
            let wanted: Vec<_> = all.iter().filter(|entry| one(entry) && two(entry)).cloned().collect();
            let query = format!("{}={}&{}={}", first.0, first.1, second.0, second.1);
            let (mut found, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = log.get(&format!("/api/v1/audit-log?limit=7&{query}{cursor}"));
                found.extend(page["entries"].as_array().unwrap().clone());
                match page["nextCursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(found, wanted, "{query}");
            walked += 1;
        }
    }
    assert!(walked > 40, "{walked}");
    for wrong in ["action=x", "outcome=x", "since=yesterday", "until=1"] {
        let answer = log.scenario.get(&format!("/api/v1/audit-log?{wrong}"), &log.key);
        assert_eq!(answer.problem().0, 422, "{wrong}: {}", answer.text);
        let answer = log.scenario.get(&format!("/api/v1/audit-log/export?{wrong}"), &log.key);
        assert_eq!(answer.problem().0, 422, "{wrong}: {}", answer.text);
    }
}

#[test]
fn an_export_comes_in_pieces_and_can_be_filtered() {
    let log = Log::new(5);
    // More than fit into two pieces, from before the chain.
    log.sql(&format!("UPDATE audit SET prev = '{NO_HASH}', hash = '{NO_HASH}'"));
    let first: i64 = log.object.value("SELECT max(id) + 1 FROM audit", &[]).unwrap().unwrap();
    let last = first + 2 * AUDIT_SCAN + 500;
    log.sql("BEGIN");
    for id in first..=last {
        let row = "INSERT INTO audit (id, mode, at, actor, action, subject, detail)
            VALUES (?, 'live', 1795348800000, ?, 'credential.read', 's', '')";
        log.object.exec(row, &[id.into(), (id % 100).to_string().into()]).unwrap();
    }
    log.sql("COMMIT");
    log.sql(&format!("INSERT INTO audit_checkpoints VALUES ({last}, '{NO_HASH}', 0, '', 0)"));
    let verdict = checked(&log.export(""), Some(&log.public_key()), &[]);
    assert_eq!(verdict.faults, Vec::<String>::new());
    assert_eq!((verdict.unchained as i64, verdict.records), (last, 1));
    let filtered = log.export("?actor=42");
    let verdict = checked(&filtered, Some(&log.public_key()), &[]);
    assert_eq!((verdict.filtered, verdict.faults), (true, Vec::new()));
    assert_eq!(verdict.unchained as i64, (first..=last).filter(|id| id % 100 == 42).count() as i64);
    assert!(example(&filtered, &log.public_key()).0);
    // An export is an entry, with its filters.
    let entry = log.get("/api/v1/audit-log?limit=1")["entries"][0].clone();
    assert_eq!((&entry["action"], &entry["detail"]), (&json!("audit-log.export"), &json!("jsonl actor=42")));
}

#[test]
fn csv_has_the_same_entries_and_no_formula() {
    let log = Log::new(2);
    let body = json!({ "name": "=HYPERLINK(\"x\")", "scopes": ["connections:read"] });
    let evil = json!({ "providers": ["okta"], "endUser": { "id": "=1+1" } });
    assert_eq!(log.scenario.post("/api/v1/api-keys", &log.key, &body).status, 201);
    let made = log.scenario.post("/api/v1/connect-sessions", &log.key, &evil);
    let token = made.body["token"].as_str().unwrap().to_owned();
    assert_eq!(log.scenario.send("POST", "/api/v1/connect/share", Some(&token), None).status, 201);
    let answer = log.scenario.get("/api/v1/audit-log/export?format=csv", &log.key);
    assert!(answer.headers["content-type"].starts_with("text/csv"));
    assert!(answer.headers["content-disposition"].ends_with(".csv\""), "{:?}", answer.headers);
    let lines: Vec<_> = answer.text.split("\r\n").filter(|line| !line.is_empty()).collect();
    assert!(lines[0].starts_with("seq,at,mode,actorType,actor,"), "{}", lines[0]);
    let entries = log.get("/api/v1/audit-log?limit=100")["entries"].as_array().unwrap().len();
    assert_eq!(lines.len() - 1, entries);
    assert!(answer.text.contains(",\"'=1+1\","), "{}", answer.text);
    assert!(!answer.text.contains(",=") && !answer.text.contains(",\"="), "{}", answer.text);
    let filtered = log.export("?format=csv&action=session.share");
    assert_eq!(filtered.split("\r\n").filter(|line| !line.is_empty()).count(), 2);
}

#[test]
fn the_document_describes_what_is_hashed() {
    let document = include_str!("../../edge/docs/audit-log.md");
    let (_, example) = document.split_once("```json\n").unwrap();
    let (canonical, rest) = example.split_once("\n```").unwrap();
    let hash = text_hash(canonical);
    assert!(rest.split("```").nth(1).is_some_and(|block| block.contains(&hash)), "the hash is {hash}");
    // The members are those of an entry that is written today.
    let log = Log::new(1);
    let export = log.export("");
    let line = export.lines().nth(1).unwrap();
    let members = |text: &str| -> Vec<String> {
        serde_json::from_str::<Value>(text).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    let (mut written, mut described) = (members(line), members(canonical));
    written.retain(|name| name != "hash");
    written.sort();
    described.sort();
    assert_eq!(written, described);
}
