//! The ledger's schema and its messages.

use latchkey_edge::ledger::sql::Sql;
use latchkey_edge::ledger::{Ledger, schema};
use latchkey_tests::Database;

#[test]
fn the_schema_is_brought_up_once_and_migrating_again_changes_nothing() {
    let database = Database::empty();
    schema::migrate(&database).unwrap();
    let tables = database.exec("SELECT name FROM sqlite_schema ORDER BY name", &[]).unwrap();
    schema::migrate(&database).unwrap();
    assert_eq!(database.exec("SELECT name FROM sqlite_schema ORDER BY name", &[]).unwrap(), tables);
    assert_eq!(database.count("schema_version"), 1);
}

#[test]
fn a_migration_that_stops_half_way_is_rolled_back_and_can_be_run_again() {
    let database = Database::empty();
    database.exec("CREATE TABLE names (in_the_way TEXT)", &[]).unwrap();
    let migrate = |sql: &Database| schema::migrate(sql).map_err(|error| error.to_string());
    assert!(database.transaction(migrate).is_err());
    database.exec("DROP TABLE names", &[]).unwrap();
    database.transaction(migrate).unwrap();
    assert_eq!(database.count("schema_version"), 1);
}

#[test]
fn an_object_without_a_project_refuses_everyone() {
    let database = Database::new();
    let ledger = Ledger::new(&database, 0);
    let body = r#"{"key":{"id":"x","mode":"live","hash":"y"}}"#;
    assert_eq!(ledger.run("describe-project", body).unwrap(), r#"{"refused":"unknown"}"#);
    assert!(ledger.run("nothing", "{}").is_err());
    assert!(ledger.run("describe-project", "{}").is_err());
    assert!(ledger.take_due_work().unwrap().blobs.is_empty());
}
