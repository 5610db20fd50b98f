//! Lists connections in pages, filtered and sorted: for the API, and for an export piece by piece.
//!
//! A page begins behind a row and not at a number of rows, so it is right even if rows come or go meanwhile. `account_pages.rs`
//! finds its accounts.

use super::account_pages::{Entries, Wanted};
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    ConnectionFilter, ConnectionPage, ConnectionRow, ConnectionSort, ListConnections, PagePoint,
    ReadConnectionPart,
};
use crate::store::record::Record;
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::limits::EXPORT_PART;
use latchkey_shared::{ConnectionId, KeyScope, Mode};
use std::collections::BTreeMap;

/// How many rows one statement fetches by their ids. An object's SQLite takes a hundred values.
const FETCHED: usize = 100;

/// Which page of which list.
struct List {
    mode: Mode,
    filter: ConnectionFilter,
    sort: ConnectionSort,
    descending: bool,
    after: Option<PagePoint>,
    limit: u32,
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_connections(&self, operation: ListConnections) -> Outcome<ConnectionPage> {
        let mode = self.authorize(&operation.key, KeyScope::ConnectionsRead)?.mode;
        let ListConnections { filter, sort, descending, after, limit, .. } = operation;
        self.connection_page(List { mode, filter, sort, descending, after, limit })
    }

    pub(super) fn read_connection_part(&self, operation: ReadConnectionPart) -> Outcome<ConnectionPage> {
        let ReadConnectionPart { mode, filter, sort, descending, after } = operation;
        self.connection_page(List { mode, filter, sort, descending, after, limit: EXPORT_PART })
    }

    fn connection_page(&self, list: List) -> Outcome<ConnectionPage> {
        let List { mode, filter, sort, descending, mut after, limit } = list;
        if let Some(point) = after.as_mut().filter(|point| point.row.is_none()) {
            // A point of an earlier deployment names the account alone.
            let statement = "SELECT n FROM accounts WHERE id = ?";
            point.row = self.sql.value(statement, &[point.id.to_string().into()])?;
        }
        self.catch_up_texts(&filter)?;
        let conditions = filter.conditions(mode, self.now_in(mode)?);
        let wanted = Wanted { mode, conditions: &conditions, sort, descending, after, limit };
        let mut page: Entries = self.page_of_accounts(&wanted)?;
        let next = page.cut(&wanted);
        let ids: Vec<_> = page.entries.iter().map(|entry| entry.id).collect();
        let connections = self.connections_by_id(&ids)?;
        Ok(ConnectionPage { connections, project: self.project()?, next })
    }

    /// After an upgrade, a search first writes some of the texts that it looks in. The alarm writes the others.
    pub(super) fn catch_up_texts(&self, filter: &ConnectionFilter) -> Result<(), SqlError> {
        if filter.words.is_some() && self.has_empty_texts()? {
            self.note_due_texts()?;
            self.schedule(self.now);
        }
        Ok(())
    }

    /// Connections as a list shows them, in the order of their ids.
    fn connections_by_id(&self, ids: &[ConnectionId]) -> Result<Vec<ConnectionRow>, SqlError> {
        // A list opens nothing and shows no report, so it leaves out the sealed texts and most of what a check found.
        let columns = ConnectionRow::columns()
            .join(", ")
            .replace("sealed,", "NULL,")
            .replace("report,", "json_set(report, '$.checks', json('[]'), '$.capabilities', json('[]')),")
            .replace("health_record,", "json_remove(health_record, '$.rights'),");
        let mut rows = BTreeMap::new();
        for ids in ids.chunks(FETCHED) {
            let marks = vec!["?"; ids.len()].join(", ");
            let values: Vec<Value> = ids.iter().map(|id| id.to_string().into()).collect();
            let statement = format!("SELECT {columns} FROM connections WHERE id IN ({marks})");
            let found: Vec<ConnectionRow> = self.sql.records(&statement, &values)?;
            rows.extend(found.into_iter().map(|row| (row.id.to_string(), row)));
        }
        Ok(ids.iter().filter_map(|id| rows.remove(&id.to_string())).collect())
    }
}
