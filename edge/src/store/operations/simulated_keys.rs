//! What simulated providers remember of keys: test mode's only memory beside what live mode has too.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::NoteSimulatedKey;
use crate::store::sql::{Sql, json};
use latchkey_shared::simulation::Past;

/// At most so many are remembered per project; the oldest go first.
const REMEMBERED: i64 = 1_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn note_simulated_key(&self, asked: NoteSimulatedKey) -> Outcome<Vec<Past>> {
        let statement = "SELECT past FROM simulated_keys WHERE app = ? AND key = ?";
        let values = [asked.app.clone().into(), asked.key.clone().into()];
        let before: Vec<String> = self.sql.values(statement, &values)?;
        let before = before.iter().map(|past| serde_json::from_str(past)).collect::<Result<_, _>>()?;
        let row = vec![
            ("app", asked.app.into()),
            ("key", asked.key.into()),
            ("past", json(&asked.past)?),
            ("created", self.now.into()),
        ];
        self.sql.insert("OR IGNORE INTO simulated_keys", row)?;
        let statement = "DELETE FROM simulated_keys WHERE rowid NOT IN
            (SELECT rowid FROM simulated_keys ORDER BY created DESC, rowid DESC LIMIT ?)";
        self.sql.exec(statement, &[REMEMBERED.into()])?;
        Ok(before)
    }
}
