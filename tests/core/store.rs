//! The store's schema and its messages.

use latchkey_edge::store::sql::Sql;
use latchkey_edge::store::{Store, schema};
use latchkey_tests::Database;

#[test]
fn migrating_again_changes_nothing() {
    let database = Database::empty();
    schema::migrate(&database).unwrap();
    let tables = database.exec("SELECT name FROM sqlite_schema ORDER BY name", &[]).unwrap();
    schema::migrate(&database).unwrap();
    assert_eq!(database.exec("SELECT name FROM sqlite_schema ORDER BY name", &[]).unwrap(), tables);
    assert_eq!(database.count("schema_version"), schema::VERSION);
}

#[test]
fn a_migration_that_stops_halfway_is_rolled_back_and_can_run_again() {
    let database = Database::empty();
    database.exec("CREATE TABLE names (in_the_way TEXT)", &[]).unwrap();
    let migrate = |sql: &Database| schema::migrate(sql).map_err(|error| error.to_string());
    assert!(database.transaction(migrate).is_err());
    database.exec("DROP TABLE names", &[]).unwrap();
    database.transaction(migrate).unwrap();
    assert_eq!(database.count("schema_version"), schema::VERSION);
}

#[test]
fn an_object_of_the_first_version_keeps_its_project() {
    let database = Database::empty();
    schema::migrate_to(&database, 1).unwrap();
    let project = "INSERT INTO project (id, name, org_id, origins, created)
        VALUES ('7ffbb072-2575-495a-b5b0-127f88caef78', 'Old', 'o', '[]', 5)";
    database.exec(project, &[]).unwrap();
    database
        .exec("INSERT INTO api_keys (id, mode, hash, created) VALUES ('x', 'live', 'y', 5)", &[])
        .unwrap();
    schema::migrate(&database).unwrap();
    let body = r#"[["x","live","y"]]"#;
    let described = Store::new(&database, 0).run("project-by-api-key", body).unwrap();
    assert!(described.contains(r#""Old""#) && described.contains(r#""whiteLabel":false"#), "{described}");
}

#[test]
fn an_object_without_a_project_refuses_everyone() {
    let database = Database::new();
    let store = Store::new(&database, 0);
    let body = r#"[["x","live","y"]]"#;
    assert_eq!(store.run("project-by-api-key", body).unwrap(), r#"-"unknown""#);
    assert!(store.run("nothing", "[]").is_err());
    assert!(store.run("project-by-api-key", "[]").is_err());
    assert!(store.take_due_work(100).unwrap().blobs.is_empty());
}
