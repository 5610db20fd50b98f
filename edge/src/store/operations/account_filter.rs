//! The filters of the list of accounts as conditions, each with the index that finds its accounts.
//!
//! A condition is true of a row of `accounts`. Its legs are parts of indexes which together have every row that it is true of;
//! they may have more, so whoever reads a leg also asks the condition. The color of a key follows from the time, so its
//! conditions are ranges of times. It refuses to run a statement.

use crate::health::DAY_MS;
use crate::health::freshness::{ENDS_DAYS, USED_DAYS};
use crate::store::account_text::Search;
use crate::store::protocol::ConnectionFilter;
use crate::store::sql::Value;
use latchkey_shared::Mode;
use latchkey_shared::connection::{Freshness, HealthState};

/// A part of a `WHERE`, with its values.
#[derive(Clone, Debug, Default)]
pub(super) struct Clause {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Clause {
    pub(super) fn new(sql: impl Into<String>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
    }

    /// All of them. Without any, it is true.
    pub(super) fn all<'a>(clauses: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut sql, mut values) = (Vec::new(), Vec::new());
        for clause in clauses {
            sql.push(clause.sql.as_str());
            values.extend(clause.values.iter().cloned());
        }
        Self::new(if sql.is_empty() { "1".to_owned() } else { sql.join(" AND ") }, values)
    }

    /// A column is one of these values.
    fn one_of(column: &str, values: Vec<Value>) -> Self {
        match values.len() {
            1 => Self::new([column, " = ?"].concat(), values),
            count => Self::new([column, " IN (", &vec!["?"; count].join(", "), ")"].concat(), values),
        }
    }
}

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Provider,
    Health,
    KeyType,
    Suspended,
    Freshness,
    Person,
    Name,
    Expiry,
    Words,
}

impl Facet {
    /// Whether `account_counts` knows how many accounts it is true of.
    pub(super) fn is_counted(self) -> bool {
        matches!(self, Self::Provider | Self::Health | Self::KeyType | Self::Suspended)
    }
}

/// Where rows are found.
#[derive(Clone, Debug)]
pub(super) enum Leg {
    /// In a part of an index of `accounts`, within the mode.
    Index(&'static str, Clause),
    /// In the index of grams, by its query.
    Grams(String),
}

/// One filter.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) facet: Facet,
    pub(super) clause: Clause,
    /// Empty: no index finds its accounts.
    pub(super) legs: Vec<Leg>,
}

/// The times that decide the color of a key, at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// A key that ends until then is red.
    ends: i64,
    /// A key that was used since then is green.
    used: i64,
}

impl Moment {
    pub(super) fn at(now: i64) -> Self {
        Self { ends: now + ENDS_DAYS * DAY_MS, used: now - USED_DAYS * DAY_MS }
    }

    /// The color as SQL. The times are whole numbers of ours.
    pub(super) fn color(self) -> String {
        let Self { ends, used } = self;
        format!(
            "CASE WHEN suspicious = 1 THEN 'yellow' WHEN expires <= {ends} THEN 'red'
                WHEN last_used >= {used} THEN 'green' ELSE 'gray' END"
        )
    }

    /// Keys of these colors.
    pub(super) fn condition(self, colors: &[Freshness]) -> Condition {
        let values = colors.iter().map(|color| color.as_str().into()).collect();
        let leg = |color: &Freshness| match color {
            Freshness::Yellow => Leg::Index("accounts_suspicious", Clause::new("suspicious = 1", Vec::new())),
            Freshness::Red => {
                Leg::Index("accounts_expires", Clause::new("expires <= ?", vec![self.ends.into()]))
            }
            Freshness::Green => {
                Leg::Index("accounts_last_used", Clause::new("last_used >= ?", vec![self.used.into()]))
            }
            Freshness::Gray => {
                Leg::Index("accounts_last_used", Clause::new("last_used < ?", vec![self.used.into()]))
            }
        };
        Condition {
            facet: Facet::Freshness,
            clause: Clause::one_of(&self.color(), values),
            legs: colors.iter().map(leg).collect(),
        }
    }
}

/// The place of a health in the order of a list: the worst first. The table `accounts` has it (`account_tables.rs`).
pub(super) fn rank(health: HealthState) -> i64 {
    match health {
        HealthState::NeedsNewKey => 0,
        HealthState::Blocked => 1,
        HealthState::Unknown => 2,
        HealthState::Degraded => 3,
        HealthState::Expiring => 4,
        HealthState::Healthy => 5,
    }
}

/// The values of a filter.
fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
}

impl ConnectionFilter {
    /// The conditions of a mode, at a time of it. Milliseconds since 1970.
    pub(super) fn conditions(&self, mode: Mode, now: i64) -> Vec<Condition> {
        let mut conditions = Vec::new();
        let mut add = |facet, index: &'static str, clause: Clause| {
            let legs = vec![Leg::Index(index, clause.clone())];
            conditions.push(Condition { facet, clause, legs });
        };
        if let Some(name) = &self.name {
            add(Facet::Name, "accounts_name", Clause::one_of("name", vec![name.as_str().into()]));
        }
        if let Some(person) = &self.end_user {
            add(
                Facet::Person,
                "accounts_person",
                Clause::one_of("end_user_id", vec![person.as_str().into()]),
            );
        }
        if let Some(apps) = &self.app {
            add(
                Facet::Provider,
                "accounts_app",
                Clause::one_of("app", several(apps).map(Value::from).collect()),
            );
        }
        if let Some(states) = &self.health {
            // A state that nobody knows is that of no account.
            let ranks = several(states).map(|state| HealthState::parse(state).map_or(-1, rank).into());
            add(Facet::Health, "accounts_health", Clause::one_of("health", ranks.collect()));
        }
        if let Some(types) = &self.key_type {
            add(
                Facet::KeyType,
                "accounts_type",
                Clause::one_of("type", several(types).map(Value::from).collect()),
            );
        }
        if let Some(before) = self.expires_before {
            add(Facet::Expiry, "accounts_expires", Clause::new("expires < ?", vec![before.into()]));
        }
        if self.suspended == Some(true) {
            add(Facet::Suspended, "accounts_suspended", Clause::new("suspended = 1", Vec::new()));
        }
        if self.suspended == Some(false) {
            let clause = Clause::new("suspended = 0", Vec::new());
            conditions.push(Condition { facet: Facet::Suspended, clause, legs: Vec::new() });
        }
        if let Some(colors) = &self.freshness {
            let colors: Vec<_> = several(colors).filter_map(Freshness::parse).collect();
            conditions.push(Moment::at(now).condition(&colors));
        }
        if let Some(search) = self.words.as_deref().and_then(Search::of) {
            let parts = vec!["instr(text, ?) > 0"; search.words().len()];
            let clause = Clause::new(
                parts.join(" AND "),
                search.words().iter().map(|word| word.as_str().into()).collect(),
            );
            conditions.push(Condition {
                facet: Facet::Words,
                clause,
                legs: vec![Leg::Grams(search.query(mode))],
            });
        }
        conditions
    }
}
