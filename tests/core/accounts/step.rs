//! The rows of the list are in step with the accounts, whoever writes them.

use super::*;
use latchkey_edge::store::schema;
use latchkey_tests::Database;

/// The rows of the list as they are, and as they would be made anew.
fn assert_in_step(object: &Database) {
    let columns = "id, mode, app, name, end_user_id, end_user, organization, key_name, health, type, suspended, suspicious,
        last_used, checked, expires, created, updated, text";
    let rows = |database: &Database| {
        let rows = database.exec(&format!("SELECT {columns} FROM accounts ORDER BY id"), &[]).unwrap();
        let counts = database.exec("SELECT * FROM account_counts ORDER BY 1, 2, 3, 4, 5", &[]).unwrap();
        let grams = database.exec("SELECT accounts.id, (SELECT count(*) FROM account_grams WHERE rowid = n) FROM accounts ORDER BY 1", &[]);
        (rows, counts, grams.unwrap(), database.count("account_grams"))
    };
    let before = rows(object);
    // Every connection is taken out and put back.
    object.exec("BEGIN", &[]).unwrap();
    object.exec("CREATE TEMP TABLE copies AS SELECT * FROM connections", &[]).unwrap();
    object.exec("DELETE FROM connections", &[]).unwrap();
    assert_eq!(
        (object.count("accounts"), object.count("account_counts"), object.count("account_grams")),
        (0, 0, 0)
    );
    object.exec("INSERT INTO connections SELECT * FROM copies", &[]).unwrap();
    latchkey_edge::store::Store::new(object, 0).take_due_work(1).unwrap();
    let after = rows(object);
    object.exec("ROLLBACK", &[]).unwrap();
    assert_eq!(before, after);
}

#[test]
fn the_list_is_in_step_after_a_day_of_work() {
    let scenario = Scenario::new();
    let object = scenario.platform.index.object(scenario.target());
    let check = || assert_in_step(&object);
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session_of(&scenario.live_key, "okta", "Somebody", &[]);
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    check();
    let path = scenario.account("one", TOKEN);
    check();
    assert_eq!(
        scenario.patch(&path, &scenario.live_key, &json!({ "name": "three", "description": "x" })).status,
        200
    );
    check();
    let credentials = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &credentials).status, 200);
    check();
    let opener = scenario.key_with(&["credentials:read"]);
    scenario.platform.wait(60);
    assert_eq!(scenario.get(&format!("{path}/credentials"), &opener).status, 200);
    check();
    for action in ["verify", "suspend", "resume"] {
        assert_eq!(
            scenario.send("POST", &format!("{path}/{action}"), Some(&scenario.live_key), None).status,
            200
        );
        check();
    }
    scenario.platform.pass(scenario.target(), 40 * 86_400);
    check();
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    check();
    assert_eq!(object.count("accounts"), object.count("connections"));
}

#[test]
fn accounts_of_an_earlier_deployment_are_listed_at_once_and_searched_when_the_alarm_was_there() {
    let database = Database::empty();
    let before = schema::VERSION as usize - 1;
    schema::migrate_to(&database, before).unwrap();
    for at in 0..3 {
        let id = format!("0000000{at}-1111-4111-8111-111111111111");
        let insert = "INSERT INTO connections (id, mode, app, method, name, version, credentials, hash, blob, report, end_user, created,
                updated) VALUES (?, 'live', 'okta', 'api-token', ?, 1, '{}', '', '', '{\"key\":{\"name\":\"Old\"}}', '{\"id\":\"Zoë\"}', ?, 5)";
        database
            .exec(insert, &[id.as_str().into(), format!("old-{at}").into(), i64::from(at).into()])
            .unwrap();
    }
    schema::migrate(&database).unwrap();
    let listed =
        "SELECT count(*) FROM accounts INDEXED BY accounts_created WHERE mode = 'live' AND key_name = 'old'";
    assert_eq!(database.value::<i64>(listed, &[]).unwrap(), Some(3));
    assert_eq!(database.value::<i64>("SELECT accounts FROM account_counts", &[]).unwrap(), Some(3));
    let store = latchkey_edge::store::Store::new(&database, 9);
    assert_eq!(store.next_due().unwrap(), Some(9), "the alarm has work at once");
    store.take_due_work(1).unwrap();
    let written = "SELECT count(*) FROM accounts WHERE text LIKE '%zoë%'";
    assert_eq!(database.value::<i64>(written, &[]).unwrap(), Some(3));
    assert_eq!(database.count("account_grams"), 3);
    assert_in_step(&database);
}
