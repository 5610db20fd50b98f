//! Lists connect sessions in pages, newest first, filtered.
//!
//! A page begins behind a session, so it is right even if sessions come or go meanwhile. A list has no token: only hashes
//! are stored, and it reads none.

use super::leases::StoredLease;
use super::sessions::json_bytes;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ListSessions, SessionPage, SessionRow};
use crate::store::sql::{Sql, Value};
use latchkey_shared::KeyScope;
use latchkey_shared::limits::PAGE_BYTES_MAX;

/// The id of a session.
struct Id {
    id: String,
}

columns! { Id { id } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_sessions(&self, operation: ListSessions) -> Outcome<SessionPage> {
        let mode = self.authorize(&operation.key, KeyScope::SessionsRead)?.mode;
        let filter = operation.filter;
        // `?1` is the mode, `?2` the time. SQLite uses a partial index only if the query repeats its condition.
        let (in_state, of_state) = match filter.state.as_deref() {
            None => ("", ""),
            Some("done") => (" AND state = 'done' AND state IN ('done', 'revoked')", "sessions_ended"),
            Some("revoked") => (" AND state = 'revoked' AND state IN ('done', 'revoked')", "sessions_ended"),
            Some("expired") => (" AND state IN ('open', 'leased') AND expires <= ?2", "sessions_usable"),
            Some("leased") => (
                " AND state IN ('open', 'leased') AND expires > ?2 AND state = 'leased' AND lease_until > ?2",
                "sessions_usable",
            ),
            Some(_) => (
                " AND state IN ('open', 'leased') AND expires > ?2
                    AND (state = 'open' OR lease_until IS NULL OR lease_until <= ?2)",
                "sessions_usable",
            ),
        };
        // SQLite has no statistics here, so the query names its index: that of the rarest filter.
        let index = match of_state {
            _ if filter.connection.is_some() => "sessions_connection",
            _ if filter.end_user.is_some() => "sessions_end_user",
            _ if filter.made_by.is_some() => "sessions_made_by",
            "" => "sessions_page",
            other => other,
        };
        let mut conditions = ["mode = ?1", in_state].concat();
        let mut values = vec![Value::from(mode.as_str()), self.now.into()];
        let filters = [
            ("connection = ", filter.connection),
            ("json_extract(end_user, '$.id') = ", filter.end_user),
            ("made_by = ", filter.made_by),
            // The column is a list in JSON, and an id of a provider has no quotes.
            ("0 < instr(providers, ", filter.provider.map(|id| format!("\"{}\"", id.replace('"', "")))),
        ];
        for (condition, value) in filters {
            if let Some(value) = value {
                values.push(value.into());
                let end = if condition.ends_with(", ") { ")" } else { "" };
                conditions += &format!(" AND {condition}?{}{end}", values.len());
            }
        }
        if let Some((at, id)) = operation.after {
            values.extend([at.into(), id.into()]);
            conditions += &format!(" AND (created, id) < (?{}, ?{})", values.len() - 1, values.len());
        }
        values.push((operation.limit + 1).into());
        let from = format!(
            "FROM sessions INDEXED BY {index} WHERE {conditions} ORDER BY created DESC, id DESC LIMIT ?{}",
            values.len()
        );
        let mut found: Vec<(Id, (SessionRow, StoredLease))> = self.sql.select(&from, &values)?;
        let selected = found.len();
        found.truncate(operation.limit as usize);
        let (mut sessions, mut bytes) = (Vec::new(), 0);
        for (Id { id }, row) in found {
            let session = self.unless_lease_is_over(row);
            bytes += json_bytes(&session)?;
            // A session may be large, so a page of large ones is short.
            if bytes > PAGE_BYTES_MAX && !sessions.is_empty() {
                break;
            }
            sessions.push((id, session));
        }
        Ok(SessionPage { more: selected > sessions.len(), sessions })
    }
}
