//! The audit log is one chain for each project. Whatever is changed, removed, inserted or reordered in the database is found in an
//! export, offline, by the tool and by the example for Node. Checkpoints keep it provable when old entries are deleted.

mod reading;
mod retention;

use latchkey_audit_check::{Point, Verdict, check, kept_head};
use latchkey_edge::crypto::digest::text_hash;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Database, Scenario};
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
    let script = include_str!("../../edge/docs/examples/check-audit-log.mjs");
    assert!(script.lines().count() <= 40, "the example is to be read before it is trusted");
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
