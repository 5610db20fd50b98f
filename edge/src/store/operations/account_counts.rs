//! How many accounts there are of each kind: the rows of `account_counts`, which triggers keep. It reads them for the lists, which
//! choose an index by them, and for the counts of the API. It refuses to count rows.

use super::account_filter::{Condition, Facet};
use crate::store::object::Store;
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::Mode;

/// How many accounts of a kind there are.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) app: String,
    pub(super) health: i64,
    pub(super) key_type: String,
    pub(super) suspended: bool,
    pub(super) accounts: i64,
}

columns! { Kind { app, health, key_type = "type", suspended, accounts } }

impl Kind {
    /// Whether a condition is true of these accounts. Only of a facet that is counted.
    fn fits(&self, condition: &Condition) -> bool {
        let values = &condition.clause.values;
        match condition.facet {
            Facet::Provider => values.contains(&Value::from(self.app.as_str())),
            Facet::Health => values.contains(&Value::from(self.health)),
            Facet::KeyType => values.contains(&Value::from(self.key_type.as_str())),
            Facet::Suspended => self.suspended != condition.legs.is_empty(),
            Facet::Freshness | Facet::Person | Facet::Name | Facet::Expiry | Facet::Words => true,
        }
    }
}

/// The kinds of a mode.
pub(super) struct Kinds(pub(super) Vec<Kind>);

impl Kinds {
    /// The kinds that all of these conditions are true of. Those that are not counted are left out.
    pub(super) fn matching<'a>(
        &self,
        conditions: &[&'a Condition],
    ) -> impl Iterator<Item = &Kind> + use<'_, 'a> {
        let counted: Vec<_> =
            conditions.iter().copied().filter(|condition| condition.facet.is_counted()).collect();
        self.0.iter().filter(move |kind| counted.iter().all(|condition| kind.fits(condition)))
    }

    /// How many accounts they are.
    pub(super) fn count(&self, conditions: &[&Condition]) -> i64 {
        self.matching(conditions).map(|kind| kind.accounts).sum()
    }
}

impl<S: Sql> Store<'_, S> {
    /// How many accounts there are of each kind. A mode has a row for each provider, health and type that it has accounts of.
    pub(super) fn kinds(&self, mode: Mode) -> Result<Kinds, SqlError> {
        let from = "FROM account_counts WHERE mode = ?";
        self.sql.select(from, &[mode.as_str().into()]).map(Kinds)
    }
}
