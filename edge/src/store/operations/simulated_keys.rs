//! Records the events of keys at simulated providers, in test mode. It owns the table `simulated_keys`.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::NoteSimulatedKey;
use crate::store::sql::{Sql, json};
use latchkey_shared::limits::SIMULATED_KEYS_MAX;
use latchkey_shared::simulation::Past;

impl<S: Sql> Store<'_, S> {
    pub(super) fn note_simulated_key(&self, operation: NoteSimulatedKey) -> Outcome<Vec<Past>> {
        let statement = "SELECT past FROM simulated_keys WHERE app = ? AND key = ?";
        let values = [operation.app.clone().into(), operation.key.clone().into()];
        let before: Vec<String> = self.sql.values(statement, &values)?;
        let before = before.iter().map(|past| serde_json::from_str(past)).collect::<Result<_, _>>()?;
        let Some(past) = operation.past else { return Ok(before) };
        let row = vec![
            ("app", operation.app.into()),
            ("key", operation.key.into()),
            ("past", json(&past)?),
            ("created", self.now.into()),
        ];
        self.sql.insert("OR IGNORE INTO simulated_keys", row)?;
        let statement = "DELETE FROM simulated_keys WHERE rowid NOT IN
            (SELECT rowid FROM simulated_keys ORDER BY created DESC, rowid DESC LIMIT ?)";
        self.sql.exec(statement, &[SIMULATED_KEYS_MAX.into()])?;
        Ok(before)
    }
}
