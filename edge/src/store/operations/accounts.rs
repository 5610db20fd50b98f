//! The texts of the list of accounts. It owns the tables `accounts`, `account_counts` and `account_grams`, whose other columns
//! triggers write (`account_tables.rs`).
//!
//! A trigger empties the text of an account when a field of it changes. Whatever operation did that calls
//! [`Store::note_text`] before it ends. After an upgrade the texts of all accounts are empty, and the alarm writes them a few
//! hundred at a time. It refuses to search; `list_connections.rs` does.

use crate::store::account_text::{fold, grams, text};
use crate::store::object::Store;
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::limits::{ACCOUNT_TEXTS, SEARCH_FIELD_MAX};
use latchkey_shared::{ConnectionId, Mode};

/// What a text is made of.
struct Fields {
    n: i64,
    mode: Mode,
    app: String,
    name: String,
    person_id: Option<String>,
    person_name: Option<String>,
    person_email: Option<String>,
    organization_id: Option<String>,
    organization_name: Option<String>,
    key_name: Option<String>,
}

columns! {
    Fields {
        n = "accounts.n", mode = "accounts.mode", app = "accounts.app", name = "connections.name",
        person_id = "json_extract(connections.end_user, '$.id')", person_name = "json_extract(connections.end_user, '$.name')",
        person_email = "json_extract(connections.end_user, '$.email')",
        organization_id = "json_extract(connections.organization, '$.id')",
        organization_name = "json_extract(connections.organization, '$.name')",
        key_name = "json_extract(connections.report, '$.key.name')",
    }
}

impl<S: Sql> Store<'_, S> {
    /// Writes the text of an account, if it changed.
    pub(super) fn note_text(&self, id: ConnectionId) -> Result<(), SqlError> {
        let from = "FROM accounts CROSS JOIN connections ON connections.id = accounts.id
            WHERE accounts.id = ? AND accounts.text IS NULL";
        self.write_texts(from, &[id.to_string().into()])
    }

    /// Writes texts that are still empty.
    pub(super) fn note_due_texts(&self) -> Result<(), SqlError> {
        let from =
            "FROM accounts INDEXED BY accounts_unread CROSS JOIN connections ON connections.id = accounts.id
            WHERE accounts.text IS NULL AND accounts.n > 0 ORDER BY accounts.n LIMIT ?";
        self.write_texts(from, &[ACCOUNT_TEXTS.into()])
    }

    /// Whether texts are still empty.
    pub(super) fn has_empty_texts(&self) -> Result<bool, SqlError> {
        let statement =
            "SELECT 1 FROM accounts INDEXED BY accounts_unread WHERE text IS NULL AND n > 0 LIMIT 1";
        self.sql.exists(statement, &[])
    }

    fn write_texts(&self, from: &str, values: &[Value]) -> Result<(), SqlError> {
        let found: Vec<Fields> = self.sql.select(from, values)?;
        found.iter().try_for_each(|fields| self.write_text(fields))
    }

    fn write_text(&self, fields: &Fields) -> Result<(), SqlError> {
        let provider = latchkey_catalogue::entry(&fields.app).map(|entry| entry.name);
        let person = [&fields.person_name, &fields.person_email, &fields.person_id];
        let organization = [&fields.organization_name, &fields.organization_id];
        let all = [fields.name.as_str(), fields.app.as_str()].into_iter().chain(provider);
        let all = all.chain(
            person.into_iter().chain(organization).chain([&fields.key_name]).flatten().map(String::as_str),
        );
        let text = text(all);
        // What a list sorts by: the first that there is.
        let key = |texts: &[&Option<String>]| -> Value {
            let first = texts.iter().find_map(|text| text.as_ref());
            first.map(|text| fold(text).chars().take(SEARCH_FIELD_MAX).collect::<String>()).into()
        };
        self.sql.exec("DELETE FROM account_grams WHERE rowid = ?", &[fields.n.into()])?;
        let row = vec![("rowid", fields.n.into()), ("grams", grams(fields.mode, &text).into())];
        self.sql.insert("INTO account_grams", row)?;
        let statement =
            "UPDATE accounts SET end_user = ?, organization = ?, key_name = ?, text = ? WHERE n = ?";
        let values =
            [key(&person), key(&organization), key(&[&fields.key_name]), text.into(), fields.n.into()];
        self.sql.exec(statement, &values)?;
        Ok(())
    }
}
