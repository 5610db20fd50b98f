//! Lists connections in pages, filtered and sorted.
//!
//! A page begins behind a row and not at a number of rows, so it is right even if rows come or go meanwhile.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ConnectionPage, ConnectionRow, ConnectionSort, ListConnections, PagePoint};
use crate::store::record::Record;
use crate::store::sql::{Sql, Value};
use latchkey_shared::KeyScope;

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_connections(&self, operation: ListConnections) -> Outcome<ConnectionPage> {
        let mode = self.authorize(&operation.key, KeyScope::ConnectionsRead)?.mode;
        let column = match operation.sort {
            ConnectionSort::Created => "created",
            ConnectionSort::Updated => "updated",
            ConnectionSort::Name => "name",
        };
        let (beyond, order) = if operation.descending { ("<", "DESC") } else { (">", "ASC") };
        // A filter that is not set adds no condition, because SQLite would use no index for one that may be NULL.
        let mut conditions = vec!["mode = ?".to_owned()];
        let mut values = vec![Value::from(mode.as_str())];
        if let Some(point) = operation.after {
            conditions.push(format!("({column}, id) {beyond} (?, ?)"));
            values.push(match (operation.sort, point.at.parse::<i64>()) {
                (ConnectionSort::Name, _) => point.at.into(),
                (_, number) => number.unwrap_or(0).into(),
            });
            values.push(point.id.to_string().into());
        }
        let filter = operation.filter;
        // Only one row can have a name, so there is nothing to sort.
        let sorted = if filter.name.is_some() {
            String::new()
        } else {
            format!("ORDER BY {column} {order}, id {order}")
        };
        // SQLite has no statistics here, so the query names its index. A name has one row and a person has few; the indexes
        // by provider and by health are in the order of creation, and each other order has its own index.
        let created = operation.sort == ConnectionSort::Created;
        let rare = filter.health.as_deref().is_some_and(|health| health != "healthy");
        let index = match operation.sort {
            _ if filter.name.is_some() => "connections_name",
            _ if filter.end_user.is_some() => "connections_end_user",
            _ if created && rare => "connections_health",
            _ if created && filter.app.is_some() => "connections_app",
            ConnectionSort::Created => "connections_page",
            ConnectionSort::Updated => "connections_updated",
            ConnectionSort::Name => "connections_name",
        };
        if rare {
            // SQLite uses the partial index only if the query repeats its condition.
            conditions.push("health <> 'healthy'".to_owned());
        }
        let filters = [
            ("app = ?", filter.app),
            ("json_extract(end_user, '$.id') = ?", filter.end_user),
            ("name = ?", filter.name),
            ("health = ?", filter.health),
        ];
        for (condition, value) in filters {
            if let Some(value) = value {
                conditions.push(condition.to_owned());
                values.push(value.into());
            }
        }
        // A list opens nothing and shows no report, so it leaves out the sealed texts and most of what a check found.
        let columns = ConnectionRow::columns()
            .join(", ")
            .replace("sealed,", "NULL,")
            .replace("report,", "json_set(report, '$.checks', json('[]'), '$.capabilities', json('[]')),")
            .replace("health_record,", "json_remove(health_record, '$.rights'),");
        let conditions = conditions.join(" AND ");
        let statement = format!(
            "SELECT {columns} FROM connections INDEXED BY {index} WHERE {conditions} {sorted} LIMIT ?"
        );
        values.push((operation.limit + 1).into());
        let mut connections: Vec<ConnectionRow> = self.sql.records(&statement, &values)?;
        let more = connections.len() > operation.limit as usize;
        connections.truncate(operation.limit as usize);
        let next = connections.last().filter(|_| more).map(|last| PagePoint {
            at: match operation.sort {
                ConnectionSort::Created => last.created.to_string(),
                ConnectionSort::Updated => last.updated.to_string(),
                ConnectionSort::Name => last.name.clone(),
            },
            id: last.id,
        });
        Ok(ConnectionPage { connections, project: self.project()?, next })
    }
}
