//! Finds the accounts of a page, in its order, and reads few rows for it, however many accounts there are.
//!
//! There are two ways. A *walk* reads along the index of the order, from the last entry of the page before, and leaves out what
//! does not match: it is short when much matches. A *sort* reads what an index has of a rare filter, and sorts that. Kept counts
//! say which is shorter; where there are none, a short walk is tried first. Both have an end: a sort of [`LIST_SORTED`] rows, a walk
//! of [`LIST_SCAN`]. After that a page is shorter than it was asked for, and the next one begins where it ended.
//! `edge/docs/accounts.md` has the arithmetic and what was measured.

use super::account_filter::{Clause, Condition, Facet, Leg};
use crate::store::object::Store;
use crate::store::protocol::{ConnectionSort, PagePoint};
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::collect::sort_few;
use latchkey_shared::limits::{LIST_SCAN, LIST_SORTED};
use latchkey_shared::{ConnectionId, Mode};

/// An entry of a page.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    n: i64,
    pub(super) id: ConnectionId,
    /// What it is sorted by, as text.
    at: Option<String>,
    created: i64,
}

columns! { Entry { n, id, at, created } }

/// How a list is sorted.
#[derive(Clone, Copy)]
struct Order {
    column: &'static str,
    index: &'static str,
    /// Whether accounts with the same value are in the order of their creation. Else in that of their rows, which is the same but
    /// for a clock that ran back.
    by_created: bool,
    has_empty: bool,
}

impl Order {
    fn of(sort: ConnectionSort) -> Self {
        let order = |column, index| Self { column, index, by_created: false, has_empty: false };
        match sort {
            ConnectionSort::Created => order("created", "accounts_created"),
            ConnectionSort::Updated => order("updated", "accounts_updated"),
            ConnectionSort::LastUsed => order("last_used", "accounts_last_used"),
            ConnectionSort::Checked => order("checked", "accounts_checked"),
            ConnectionSort::Health => Self { by_created: true, ..order("health", "accounts_health") },
            ConnectionSort::Expires => Self { has_empty: true, ..order("expires", "accounts_expires") },
            ConnectionSort::Name => order("name", "accounts_name"),
            ConnectionSort::Provider => Self { by_created: true, ..order("app", "accounts_app") },
            ConnectionSort::EndUser => Self { has_empty: true, ..order("end_user", "accounts_end_user") },
            ConnectionSort::Organization => {
                Self { has_empty: true, ..order("organization", "accounts_organization") }
            }
            ConnectionSort::KeyName => Self { has_empty: true, ..order("key_name", "accounts_key_name") },
        }
    }

    fn columns(self) -> Vec<&'static str> {
        let created = self.by_created.then_some("created");
        [self.column].into_iter().chain(created).chain(["n"]).collect()
    }
}

/// The indexes whose parts with one value are in the order of creation.
const BY_CREATION: [&str; 6] = [
    "accounts_app",
    "accounts_health",
    "accounts_person",
    "accounts_suspended",
    "accounts_suspicious",
    "accounts_type",
];

/// A page that is wanted.
pub(super) struct Wanted<'a> {
    pub(super) mode: Mode,
    pub(super) conditions: &'a [Condition],
    pub(super) sort: ConnectionSort,
    pub(super) descending: bool,
    pub(super) after: Option<PagePoint>,
    pub(super) limit: u32,
}

/// The entries of a page.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) entries: Vec<Entry>,
    /// Where the walk stopped, if it did before the page was full and the list at its end.
    stopped: Option<Entry>,
}

/// An index to walk along.
struct Walk<'a> {
    index: &'static str,
    /// The part of the index.
    within: Clause,
    /// What the part says nothing about.
    rest: Vec<&'a Condition>,
}

impl Wanted<'_> {
    fn order(&self) -> Order {
        Order::of(self.sort)
    }

    /// One more than the page has, to see whether another one follows.
    fn most(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    fn direction(&self) -> (&'static str, &'static str) {
        if self.descending { ("<", "DESC") } else { (">", "ASC") }
    }

    /// `ORDER BY` of these columns.
    fn sorted(&self, columns: &[&str]) -> String {
        let (_, direction) = self.direction();
        let columns: Vec<_> = columns.iter().map(|column| [*column, " ", direction].concat()).collect();
        ["ORDER BY ", &columns.join(", ")].concat()
    }

    /// Behind the last entry of the page before, among the entries with a value.
    fn behind(&self, point: &PagePoint) -> Clause {
        let order = self.order();
        let columns = order.columns();
        let at = match self.sort.is_text() {
            true => point.at.as_str().into(),
            false => point.at.parse::<i64>().unwrap_or_default().into(),
        };
        let created = order.by_created.then(|| Value::from(point.created.unwrap_or_default()));
        let values: Vec<Value> =
            [at].into_iter().chain(created).chain([point.row.unwrap_or_default().into()]).collect();
        let marks = vec!["?"; values.len()].join(", ");
        let (beyond, _) = self.direction();
        Clause::new(format!("({}) {beyond} ({marks})", columns.join(", ")), values)
    }

    /// Behind it, among the entries without a value. They are in the order of their rows.
    fn behind_empty(&self, point: &PagePoint) -> Clause {
        let (beyond, _) = self.direction();
        Clause::new(format!("n {beyond} ?"), vec![point.row.unwrap_or_default().into()])
    }

    /// The walks that are in the order of the page: along the index of the order, and along that of a condition.
    fn walks(&self) -> Vec<Walk<'_>> {
        let order = self.order();
        let in_order = |index: &&str| {
            *index == order.index || (self.sort == ConnectionSort::Created && BY_CREATION.contains(index))
        };
        let part = |condition: &Condition| match condition.legs.as_slice() {
            [Leg::Index(index, clause)] if in_order(index) && !clause.sql.contains(" IN (") => {
                Some((*index, clause.clone()))
            }
            _ => None,
        };
        let whole =
            Walk { index: order.index, within: Clause::all([]), rest: self.conditions.iter().collect() };
        let of = |condition: &Condition| {
            let (index, within) = part(condition)?;
            // The part of an index may have more than the accounts of a color.
            let says_all = condition.facet != Facet::Freshness || index == "accounts_suspicious";
            let same = |other: &Condition| other.facet == condition.facet && says_all;
            Some(Walk { index, within, rest: self.conditions.iter().filter(|other| !same(other)).collect() })
        };
        let parts: Vec<_> = self.conditions.iter().filter_map(of).collect();
        if parts.is_empty() { vec![whole] } else { parts }
    }
}

/// The rows of legs, as a statement that ends with a `LIMIT`.
pub(super) fn rows_of(legs: &[Leg], mode: Mode, most: i64) -> Clause {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for leg in legs {
        match leg {
            Leg::Index(index, clause) => {
                let from = "SELECT n FROM accounts INDEXED BY ";
                parts.push([from, index, " WHERE mode = ? AND ", &clause.sql].concat());
                values.push(mode.as_str().into());
                values.extend(clause.values.iter().cloned());
            }
            Leg::Grams(query) => {
                parts.push("SELECT rowid FROM account_grams WHERE account_grams MATCH ?".to_owned());
                values.push(query.as_str().into());
            }
        }
    }
    values.push(most.into());
    Clause::new([&parts.join(" UNION ALL "), " LIMIT ?"].concat(), values)
}

impl<S: Sql> Store<'_, S> {
    /// The entries of a page.
    pub(super) fn page_of_accounts(&self, wanted: &Wanted<'_>) -> Result<Entries, SqlError> {
        let by_name = wanted.conditions.iter().find(|condition| condition.facet == Facet::Name);
        if let Some(condition) = by_name {
            return self.sort_accounts(wanted, condition);
        }
        let mut walks = wanted.walks();
        if walks.len() == 1
            && let Some(walk) = walks.first().filter(|walk| walk.rest.is_empty())
        {
            return self.walk(wanted, walk, i64::MAX);
        }
        let kinds = self.kinds(wanted.mode)?;
        let all: Vec<&Condition> = wanted.conditions.iter().collect();
        let matching = kinds.count(&all);
        if matching == 0 {
            return Ok(Entries::default());
        }
        let counted = |condition: &Condition| match condition.facet.is_counted() {
            true => Some(kinds.count(&[condition])),
            false => None,
        };
        // The shortest part. One that nobody counted is that of a person, or of few suspicious keys.
        let length = |walk: &Walk<'_>| -> i64 {
            let without =
                |condition: &&Condition| !walk.rest.iter().any(|other| other.facet == condition.facet);
            let within: Vec<_> = wanted.conditions.iter().filter(without).collect();
            match within.as_slice() {
                [] => kinds.count(&[]),
                [condition] => counted(condition).unwrap_or(0),
                _ => 0,
            }
        };
        sort_few(&mut walks, length);
        let Some(walk) = walks.first() else { return Ok(Entries::default()) };
        let exact = all.iter().all(|condition| condition.facet.is_counted());
        if exact {
            let (range, most) = (length(walk), wanted.most());
            let expected = (most.saturating_mul(range) / matching).clamp(most, range.max(most));
            let rarest =
                all.iter().filter(|condition| !condition.legs.is_empty()).min_by_key(|of| counted(of));
            let rarest = rarest.map(|condition| (*condition, counted(condition).unwrap_or(i64::MAX)));
            let rarest = rarest.filter(|(_, count)| *count <= LIST_SORTED);
            if let Some((condition, count)) = rarest
                && 2 * count < expected
            {
                return self.sort_accounts(wanted, condition);
            }
            let found = self.walk(wanted, walk, LIST_SCAN)?;
            return match rarest {
                Some((condition, _)) if found.stopped.is_some() => self.sort_accounts(wanted, condition),
                _ => Ok(found),
            };
        }
        let found = self.walk(wanted, walk, (4 * wanted.most()).min(LIST_SCAN))?;
        if found.stopped.is_none() {
            return Ok(found);
        }
        for condition in all.iter().filter(|condition| !condition.legs.is_empty()) {
            let count = match counted(condition) {
                Some(count) => count,
                None => self.count_rows(&condition.legs, wanted.mode, LIST_SORTED + 1)?,
            };
            if count <= LIST_SORTED {
                return self.sort_accounts(wanted, condition);
            }
        }
        self.walk(wanted, walk, LIST_SCAN)
    }

    /// How many rows legs have, up to `most`.
    pub(super) fn count_rows(&self, legs: &[Leg], mode: Mode, most: i64) -> Result<i64, SqlError> {
        let Clause { sql, values } = rows_of(legs, mode, most);
        let count = self.sql.value(&["SELECT count(*) FROM (", &sql, ")"].concat(), &values)?;
        Ok(count.unwrap_or(0))
    }

    /// Reads what the legs of a condition have, and sorts it.
    fn sort_accounts(&self, wanted: &Wanted<'_>, condition: &Condition) -> Result<Entries, SqlError> {
        let order = wanted.order();
        let rows = rows_of(&condition.legs, wanted.mode, LIST_SORTED + 1);
        let all = Clause::all(wanted.conditions.iter().map(|condition| &condition.clause));
        let empty = [order.column, " IS NULL"].concat();
        let behind = match &wanted.after {
            None => Clause::all([]),
            Some(point) if point.empty => {
                Clause::all([&Clause::new(empty.as_str(), Vec::new()), &wanted.behind_empty(point)])
            }
            Some(point) => {
                let Clause { sql, values } = wanted.behind(point);
                Clause::new(format!("({empty} OR {sql})"), values)
            }
        };
        let (_, direction) = wanted.direction();
        let columns: Vec<_> =
            order.columns().iter().map(|column| [*column, " ", direction].concat()).collect();
        let statement = format!(
            "SELECT n, id, CAST({} AS TEXT) AS at, created FROM accounts NOT INDEXED WHERE n IN ({}) AND mode = ?
                AND {} AND {} ORDER BY {empty}, {} LIMIT ?",
            order.column,
            rows.sql,
            all.sql,
            behind.sql,
            columns.join(", ")
        );
        let mode = [wanted.mode.as_str().into()];
        let values = [&rows.values[..], &mode, &all.values, &behind.values, &[wanted.most().into()]].concat();
        Ok(Entries { entries: self.sql.records(&statement, &values)?, stopped: None })
    }

    /// Walks along an index, past at most so many entries that do not match.
    fn walk(&self, wanted: &Wanted<'_>, walk: &Walk<'_>, most: i64) -> Result<Entries, SqlError> {
        let (order, after) = (wanted.order(), wanted.after.as_ref());
        let value = |is_empty: bool| match is_empty {
            true => Clause::new([order.column, " IS NULL"].concat(), Vec::new()),
            false if order.has_empty => Clause::new([order.column, " IS NOT NULL"].concat(), Vec::new()),
            false => Clause::all([]),
        };
        let mut found = Entries::default();
        if !after.is_some_and(|point| point.empty) {
            let behind = after.map_or_else(|| Clause::all([]), |point| wanted.behind(point));
            let part = Clause::all([&walk.within, &value(false), &behind]);
            self.walk_part(wanted, walk, (&part, &order.columns()), most, &mut found)?;
        }
        // A part that asks for a value has none without.
        let has_empty = order.has_empty && !(walk.index == order.index && walk.within.sql != "1");
        if has_empty && found.stopped.is_none() && (found.entries.len() as i64) < wanted.most() {
            let behind = after.filter(|point| point.empty);
            let behind = behind.map_or_else(|| Clause::all([]), |point| wanted.behind_empty(point));
            let part = Clause::all([&walk.within, &value(true), &behind]);
            self.walk_part(wanted, walk, (&part, &["n"]), most, &mut found)?;
        }
        Ok(found)
    }

    /// Walks along a part of an index in the order of these columns, and adds what it finds.
    fn walk_part(
        &self,
        wanted: &Wanted<'_>,
        walk: &Walk<'_>,
        (part, columns): (&Clause, &[&str]),
        most: i64,
        found: &mut Entries,
    ) -> Result<(), SqlError> {
        let fits = Clause::all(walk.rest.iter().map(|condition| &condition.clause));
        let from = format!(
            "FROM accounts INDEXED BY {} WHERE mode = ? AND {} {} LIMIT ?",
            walk.index,
            part.sql,
            wanted.sorted(columns)
        );
        let entry = format!("n, id, CAST({} AS TEXT) AS at, created", wanted.order().column);
        let missing = wanted.most() - found.entries.len() as i64;
        let mode = [wanted.mode.as_str().into()];
        if walk.rest.is_empty() {
            let values = [&mode[..], &part.values, &[missing.into()]].concat();
            found.entries.extend(self.sql.records::<Entry>(&format!("SELECT {entry} {from}"), &values)?);
            return Ok(());
        }
        let statement = format!(
            "SELECT n, id, at, created FROM (SELECT {entry}, ({}) AS fits {from}) WHERE fits LIMIT ?",
            fits.sql
        );
        let values = [&fits.values[..], &mode, &part.values, &[most.into(), missing.into()]].concat();
        let entries: Vec<Entry> = self.sql.records(&statement, &values)?;
        let is_full = entries.len() as i64 == missing;
        found.entries.extend(entries);
        if !is_full {
            // Either this was the end of the index, or there is an entry at which the walk stopped.
            let values = [&mode[..], &part.values, &[1_i64.into(), (most - 1).into()]].concat();
            let statement = format!("SELECT {entry} {from} OFFSET ?");
            found.stopped = self.sql.records(&statement, &values)?.into_iter().next();
        }
        Ok(())
    }
}

impl Entries {
    /// Cuts the page to its length. Returns where the next one begins, if there is one.
    pub(super) fn cut(&mut self, wanted: &Wanted<'_>) -> Option<PagePoint> {
        let limit = wanted.limit as usize;
        let more = self.entries.len() > limit;
        self.entries.truncate(limit);
        let last = if more { self.entries.last() } else { self.stopped.as_ref() };
        last.map(|entry| PagePoint {
            at: entry.at.clone().unwrap_or_default(),
            id: entry.id,
            row: Some(entry.n),
            created: wanted.order().by_created.then_some(entry.created),
            empty: entry.at.is_none(),
        })
    }
}
