//! Counts connections by what they are, for the filters of a list. Each group leaves out its own filter, so that it shows what
//! choosing another value would find.
//!
//! Provider, health, type and suspension have kept counts, so any filter of them costs a few rows. What is not kept (the color of a
//! key, which follows from the time; a person, the end of a key, words) is counted one by one, at most [`COUNT_SCAN`] accounts
//! for each group; past that the group is `None`.

use super::account_counts::Kinds;
use super::account_filter::{Clause, Condition, Facet, Leg, Moment, rank};
use super::account_pages::rows_of;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ConnectionCounts, CountConnections};
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::connection::{Freshness, HealthState, KeyType};
use latchkey_shared::limits::COUNT_SCAN;
use latchkey_shared::{KeyScope, Mode};
use std::collections::BTreeMap;

/// How many accounts are of one kind and color.
struct Tally {
    app: String,
    health: i64,
    key_type: String,
    color: String,
    accounts: i64,
}

columns! { Tally { app, health, key_type = "type", color, accounts } }

/// Counts by a word.
type Group = BTreeMap<String, i64>;

/// What the counts of one moment need.
struct Counting<'a> {
    mode: Mode,
    moment: Moment,
    kinds: Kinds,
    conditions: &'a [Condition],
}

impl Counting<'_> {
    /// The conditions without those of a facet.
    fn without(&self, facet: Option<Facet>) -> Vec<&Condition> {
        self.conditions.iter().filter(|condition| Some(condition.facet) != facet).collect()
    }
}

/// The accounts of one provider, health, type and color each.
fn of_kinds(kinds: &Kinds, conditions: &[&Condition]) -> Vec<Tally> {
    let tally = |kind: &super::account_counts::Kind| Tally {
        app: kind.app.clone(),
        health: kind.health,
        key_type: kind.key_type.clone(),
        color: String::new(),
        accounts: kind.accounts,
    };
    kinds.matching(conditions).map(tally).collect()
}

/// A group of counts: each word of `words`, and each that occurs.
fn group<'a>(
    words: impl IntoIterator<Item = &'a str>,
    tallies: &[Tally],
    word: impl Fn(&Tally) -> String,
) -> Group {
    let mut group: Group = words.into_iter().map(|word| (word.to_owned(), 0)).collect();
    for tally in tallies {
        *group.entry(word(tally)).or_default() += tally.accounts;
    }
    group.retain(|word, _| !word.is_empty());
    group
}

fn health_of(tally: &Tally) -> String {
    let known = HealthState::ALL.into_iter().find(|state| rank(*state) == tally.health);
    known.map(|state| state.as_str().to_owned()).unwrap_or_default()
}

fn total(tallies: &[Tally]) -> i64 {
    tallies.iter().map(|tally| tally.accounts).sum()
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn count_connections(&self, operation: CountConnections) -> Outcome<ConnectionCounts> {
        let mode = self.authorize(&operation.key, KeyScope::ConnectionsRead)?.mode;
        let now = self.now_in(mode)?;
        self.catch_up_texts(&operation.filter)?;
        let conditions = operation.filter.conditions(mode, now);
        let counting =
            Counting { mode, moment: Moment::at(now), kinds: self.kinds(mode)?, conditions: &conditions };
        let whole = self.tallies(&counting, &counting.without(None))?;
        // A group without a filter of its own counts the same accounts as the whole.
        let of = |facet: Facet| -> Result<Option<Vec<Tally>>, SqlError> {
            self.tallies(&counting, &counting.without(Some(facet)))
        };
        let grouped = |facet: Facet, make: &dyn Fn(&[Tally]) -> Group| -> Result<Option<Group>, SqlError> {
            let filtered = conditions.iter().any(|condition| condition.facet == facet);
            Ok(if filtered { of(facet)?.as_deref().map(make) } else { whole.as_deref().map(make) })
        };
        let by_provider = |tallies: &[Tally]| group([], tallies, |tally| tally.app.clone());
        let by_health =
            |tallies: &[Tally]| group(HealthState::ALL.map(HealthState::as_str), tallies, health_of);
        let by_type = |tallies: &[Tally]| {
            group(KeyType::ALL.map(KeyType::as_str), tallies, |tally| tally.key_type.clone())
        };
        Ok(ConnectionCounts {
            total: whole.as_deref().map(total),
            provider: grouped(Facet::Provider, &by_provider)?,
            health: grouped(Facet::Health, &by_health)?,
            key_type: grouped(Facet::KeyType, &by_type)?,
            freshness: self.colors(&counting)?,
        })
    }

    /// The accounts that the conditions are true of, by what they are. `None`: there are too many to count.
    fn tallies(
        &self,
        counting: &Counting<'_>,
        conditions: &[&Condition],
    ) -> Result<Option<Vec<Tally>>, SqlError> {
        let uncounted: Vec<_> =
            conditions.iter().copied().filter(|condition| !condition.facet.is_counted()).collect();
        if uncounted.is_empty() {
            return Ok(Some(of_kinds(&counting.kinds, conditions)));
        }
        if let Some(tallies) = self.count_one_by_one(counting, conditions)? {
            return Ok(Some(tallies));
        }
        // Many accounts have one of these colors. Those that have another one may be few.
        let [Condition { facet: Facet::Freshness, clause, .. }] = uncounted.as_slice() else {
            return Ok(None);
        };
        let others: Vec<_> = Freshness::ALL
            .into_iter()
            .filter(|color| !clause.values.contains(&Value::from(color.as_str())))
            .collect();
        let others = counting.moment.condition(&others);
        let counted = conditions.iter().copied().filter(|condition| condition.facet.is_counted());
        let complement: Vec<_> = counted.chain([&others]).collect();
        let Some(others) = self.count_one_by_one(counting, &complement)? else { return Ok(None) };
        let less = others.into_iter().map(|tally| Tally { accounts: -tally.accounts, ..tally });
        Ok(Some(of_kinds(&counting.kinds, conditions).into_iter().chain(less).collect()))
    }

    /// Reads the accounts of the rarest condition, and counts those that all are true of.
    fn count_one_by_one(
        &self,
        counting: &Counting<'_>,
        conditions: &[&Condition],
    ) -> Result<Option<Vec<Tally>>, SqlError> {
        let Some(legs) = self.few(counting, conditions)? else { return Ok(None) };
        let rows = rows_of(&legs, counting.mode, COUNT_SCAN);
        let all = Clause::all(conditions.iter().map(|condition| &condition.clause));
        let statement = format!(
            "SELECT app, health, type, {} AS color, count(*) AS accounts FROM accounts NOT INDEXED WHERE n IN ({})
                AND mode = ? AND {} GROUP BY 1, 2, 3, 4",
            counting.moment.color(),
            rows.sql,
            all.sql
        );
        let values = [&rows.values[..], &[counting.mode.as_str().into()], &all.values].concat();
        self.sql.records(&statement, &values).map(Some)
    }

    /// The legs of a condition that few accounts have.
    fn few(&self, counting: &Counting<'_>, conditions: &[&Condition]) -> Result<Option<Vec<Leg>>, SqlError> {
        let mut rarest = None;
        let with_legs = || conditions.iter().filter(|condition| !condition.legs.is_empty());
        // What is kept costs nothing to look at, and is often enough.
        for condition in with_legs().filter(|condition| condition.facet.is_counted()) {
            let count = counting.kinds.count(&[condition]);
            if count <= COUNT_SCAN && rarest.as_ref().is_none_or(|(least, _)| count < *least) {
                rarest = Some((count, condition.legs.clone()));
            }
        }
        for condition in with_legs().filter(|condition| !condition.facet.is_counted()) {
            let least = rarest.as_ref().map_or(COUNT_SCAN, |(least, _)| *least);
            // Looking at an index costs a third of counting what it has.
            let count = self.count_rows(&condition.legs, counting.mode, least / 3 + 1)?;
            if count <= least / 3 {
                rarest = Some((count, condition.legs.clone()));
            } else if rarest.is_none() {
                let count = self.count_rows(&condition.legs, counting.mode, COUNT_SCAN + 1)?;
                rarest = (count <= COUNT_SCAN).then(|| (count, condition.legs.clone()));
            }
        }
        Ok(rarest.map(|(_, legs)| legs))
    }

    /// The counts by color, without the filter of colors.
    fn colors(&self, counting: &Counting<'_>) -> Result<Option<Group>, SqlError> {
        let conditions = counting.without(Some(Facet::Freshness));
        let uncounted = conditions.iter().any(|condition| !condition.facet.is_counted());
        let words = Freshness::ALL.map(Freshness::as_str);
        let rare = |condition: &&&Condition| {
            !condition.legs.is_empty() && counting.kinds.count(&[condition]) <= COUNT_SCAN
        };
        if uncounted || conditions.iter().any(|condition| rare(&condition)) {
            let tallies = self.count_one_by_one(counting, &conditions)?;
            return Ok(tallies.map(|tallies| group(words, &tallies, |tally| tally.color.clone())));
        }
        // Of the four, the one that most accounts have is what the others leave.
        let mut colors: Group = Group::new();
        let mut left = counting.kinds.count(&conditions);
        let mut uncounted = Vec::new();
        for color in [Freshness::Yellow, Freshness::Red, Freshness::Gray, Freshness::Green] {
            if color == Freshness::Green && uncounted.is_empty() {
                uncounted.push(color);
                break;
            }
            let condition = counting.moment.condition(&[color]);
            let all: Vec<_> = conditions.iter().copied().chain([&condition]).collect();
            match self.count_one_by_one(counting, &all)? {
                Some(tallies) => {
                    let count = total(&tallies);
                    left -= count;
                    colors.insert(color.as_str().to_owned(), count);
                }
                None => uncounted.push(color),
            }
        }
        match uncounted.as_slice() {
            [] => Ok(Some(colors)),
            [color] => {
                colors.insert(color.as_str().to_owned(), left);
                Ok(Some(colors))
            }
            _ => Ok(None),
        }
    }
}
