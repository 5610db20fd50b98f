//! Records the events of keys at simulated providers, in test mode, and when keys were used. It owns the table
//! `simulated_keys`. Its times are those of the test clock.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::NoteSimulatedKey;
use crate::store::sql::{Sql, json};
use crate::verify::simulator::KeyMemory;
use latchkey_shared::Mode;
use latchkey_shared::limits::SIMULATED_KEYS_MAX;
use latchkey_shared::simulation::Past;

const DAY_MS: i64 = 24 * 3_600_000;

/// An event of a key.
struct Event {
    past: Past,
    created: i64,
    last: Option<i64>,
}

columns! { Event { past: json, created, last } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn note_simulated_key(&self, operation: NoteSimulatedKey) -> Outcome<KeyMemory> {
        let NoteSimulatedKey { app, key, past, idle_days } = operation;
        let now = self.now_in(Mode::Test)?;
        let values = [app.clone().into(), key.clone().into()];
        let events: Vec<Event> = self.sql.select("FROM simulated_keys WHERE app = ? AND key = ?", &values)?;
        let mut memory = KeyMemory::new(now);
        if let Some(used) = events.iter().find(|event| event.past == Past::Used) {
            (memory.first, memory.last) = (used.created, used.last.unwrap_or(used.created));
        }
        memory.past = events.into_iter().map(|event| event.past).collect();
        let ended = idle_days.is_some_and(|days| now - memory.last >= i64::from(days) * DAY_MS);
        if !memory.past.contains(&past) {
            let row = vec![
                ("app", app.into()),
                ("key", key.into()),
                ("past", json(&past)?),
                ("created", now.into()),
                ("last", now.into()),
            ];
            self.sql.insert("INTO simulated_keys", row)?;
            self.keep_newest(&["simulated_keys"], SIMULATED_KEYS_MAX, "ORDER BY rowid", &[])?;
        } else if past == Past::Used && idle_days.is_some() && !ended {
            let statement = "UPDATE simulated_keys SET last = ? WHERE app = ? AND key = ? AND past = ?";
            self.sql.exec(statement, &[now.into(), app.into(), key.into(), json(&past)?])?;
        }
        Ok(memory)
    }
}
