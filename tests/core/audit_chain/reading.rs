//! What the log shows: addresses as the project says, filters, exports in pieces and as CSV, and the document beside it.

use super::{Log, NO_HASH, checked, example};
use latchkey_edge::crypto::digest::text_hash;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits::AUDIT_SCAN;
use latchkey_tests::ADMIN_TOKEN;
use serde_json::{Value, json};

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
    assert_eq!(none.status, 422, "{}", none.text);
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
            let second = if first == second { String::new() } else { format!("&{}={}", second.0, second.1) };
            let query = format!("{}={}{second}", first.0, first.1);
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
    let document = include_str!("../../../edge/docs/audit-log.md");
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
