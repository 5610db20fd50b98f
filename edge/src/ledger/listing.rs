//! Pages of connections: filtered, sorted, and right while rows come and go, because a page begins behind a row and not at a
//! count.

use super::connections::{COLUMNS, connection};
use super::operation::{ConnectionPage, ConnectionSort, ListConnections, PagePoint};
use super::sql::{Sql, SqlError, Value};
use super::{Ledger, Outcome};
use latchkey_shared::KeyScope;

impl<S: Sql> Ledger<'_, S> {
    pub(super) fn list_connections(&self, asked: ListConnections) -> Outcome<ConnectionPage> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsRead)?.mode;
        let column = match asked.sort {
            ConnectionSort::Created => "created",
            ConnectionSort::Updated => "updated",
            ConnectionSort::Name => "name",
        };
        let (beyond, order) = if asked.descending { ("<", "DESC") } else { (">", "ASC") };
        // Nobody lists to open: the sealed texts stay where they are.
        let columns = COLUMNS.replace("sealed,", "NULL,");
        let statement = format!(
            "SELECT {columns}, {column} FROM connections WHERE mode = ?1
                AND (?2 IS NULL OR ({column}, id) {beyond} (?2, ?3)) AND (?4 IS NULL OR app = ?4)
                AND (?5 IS NULL OR json_extract(end_user, '$.id') = ?5) AND (?6 IS NULL OR name = ?6)
                AND (?7 IS NULL OR health = ?7)
             ORDER BY {column} {order}, id {order} LIMIT ?8"
        );
        let (at, id) = match asked.after {
            None => (Value::Null, Value::Null),
            Some(point) => {
                let at = match (asked.sort, point.at.parse::<i64>()) {
                    (ConnectionSort::Name, _) => point.at.into(),
                    (_, number) => number.unwrap_or(0).into(),
                };
                (at, point.id.to_string().into())
            }
        };
        let filter = asked.filter;
        let values = [
            mode.as_str().into(),
            at,
            id,
            filter.app.into(),
            filter.end_user.into(),
            filter.name.into(),
            filter.health.into(),
            (asked.limit + 1).into(),
        ];
        let rows = self.sql.exec(&statement, &values)?;
        let page = rows.get(..rows.len().min(asked.limit as usize)).unwrap_or_default();
        let connections: Vec<_> =
            page.iter().map(|row| connection(row, self.now)).collect::<Result<_, SqlError>>()?;
        let more = rows.len() > page.len();
        let next = page.last().zip(connections.last()).filter(|_| more).map(|(row, last)| PagePoint {
            at: row.optional_text(14).unwrap_or_else(|| row.int(14).to_string()),
            id: last.id,
        });
        Ok(ConnectionPage { connections, project: self.project()?, next })
    }
}
