//! Pages of connections: filtered, sorted, and right while rows come and go, because a page begins behind a row and not at a
//! count.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ConnectionPage, ConnectionRow, ConnectionSort, ListConnections, PagePoint};
use crate::store::sql::{Record, Sql, Value};
use latchkey_shared::KeyScope;

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_connections(&self, asked: ListConnections) -> Outcome<ConnectionPage> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsRead)?.mode;
        let column = match asked.sort {
            ConnectionSort::Created => "created",
            ConnectionSort::Updated => "updated",
            ConnectionSort::Name => "name",
        };
        let (beyond, order) = if asked.descending { ("<", "DESC") } else { (">", "ASC") };
        // Only what is asked for is a condition: with one that may be NULL, SQLite would use no index.
        let mut conditions = vec!["mode = ?".to_owned()];
        let mut values = vec![Value::from(mode.as_str())];
        if let Some(point) = asked.after {
            conditions.push(format!("({column}, id) {beyond} (?, ?)"));
            values.push(match (asked.sort, point.at.parse::<i64>()) {
                (ConnectionSort::Name, _) => point.at.into(),
                (_, number) => number.unwrap_or(0).into(),
            });
            values.push(point.id.to_string().into());
        }
        let filter = asked.filter;
        // A name is one row's at most, so there is nothing to sort.
        let sorted = if filter.name.is_some() {
            String::new()
        } else {
            format!("ORDER BY {column} {order}, id {order}")
        };
        // SQLite knows nothing of how many rows there are of each, so it is told: a person has few accounts, a name one; the
        // indexes by provider and by health are in order of creation, and any other order has an index of its own.
        let created = asked.sort == ConnectionSort::Created;
        let rare = filter.health.as_deref().is_some_and(|health| health != "healthy");
        let index = match asked.sort {
            _ if filter.name.is_some() => "connections_name",
            _ if filter.end_user.is_some() => "connections_end_user",
            _ if created && rare => "connections_health",
            _ if created && filter.app.is_some() => "connections_app",
            ConnectionSort::Created => "connections_page",
            ConnectionSort::Updated => "connections_updated",
            ConnectionSort::Name => "connections_name",
        };
        if rare {
            // Says that the index of those that are not healthy holds them all.
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
        // A list opens nothing, so it leaves the sealed texts out.
        let columns = ConnectionRow::columns().join(", ").replace("sealed,", "NULL,");
        let conditions = conditions.join(" AND ");
        let statement = format!(
            "SELECT {columns} FROM connections INDEXED BY {index} WHERE {conditions} {sorted} LIMIT ?"
        );
        values.push((asked.limit + 1).into());
        let mut connections: Vec<ConnectionRow> = self.sql.records(&statement, &values)?;
        let more = connections.len() > asked.limit as usize;
        connections.truncate(asked.limit as usize);
        let next = connections.last().filter(|_| more).map(|last| PagePoint {
            at: match asked.sort {
                ConnectionSort::Created => last.created.to_string(),
                ConnectionSort::Updated => last.updated.to_string(),
                ConnectionSort::Name => last.name.clone(),
            },
            id: last.id,
        });
        Ok(ConnectionPage { connections, project: self.project()?, next })
    }
}
