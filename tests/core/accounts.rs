//! The list of accounts: search, filters, orders, counts and export, compared with what a reader of every account would find.
//!
//! Most accounts of these tests are written into the object as rows, copied from one that was linked. The triggers and the alarm
//! do the rest, as after an upgrade.

mod counts;
mod export;
mod pages;
mod search;
mod step;

use latchkey_edge::crypto::entropy::Entropy;
use latchkey_edge::health::DAY_MS;
use latchkey_edge::store::sql::{Sql, Value as Cell};
use latchkey_edge::time::{ProviderTime, from_any, iso};
use latchkey_shared::connection::{Freshness, HealthState, KeyType};
use latchkey_tests::{Scenario, SeededEntropy};
use serde_json::{Value, json};
use std::cmp::Ordering;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const PATH: &str = "/api/v1/app-connections";

/// An account as a test knows it.
#[derive(Clone, Debug, Default)]
struct Known {
    id: String,
    name: String,
    app: String,
    person: Option<[Option<String>; 3]>,
    organization: Option<[Option<String>; 2]>,
    key_name: Option<String>,
    kind: Option<String>,
    health: String,
    suspended: bool,
    suspicious: bool,
    checked: i64,
    healthy: i64,
    used: Option<i64>,
    expires: Option<i64>,
    created: i64,
    updated: i64,
}

impl Known {
    fn key_type(&self) -> &'static str {
        match self.kind.as_deref() {
            Some("person") => KeyType::Personal,
            Some("service") => KeyType::Service,
            Some("agent") => KeyType::Agent,
            _ => KeyType::Unknown,
        }
        .as_str()
    }

    fn last_used(&self) -> i64 {
        self.healthy.max(self.used.unwrap_or(0))
    }

    fn freshness(&self, now: i64) -> &'static str {
        latchkey_edge::health::freshness::freshness(now, self.last_used(), self.expires, self.suspicious)
            .as_str()
    }

    /// What a list is sorted by. The number of a row decides between equal ones.
    fn key(&self, sort: &str) -> (Option<String>, Option<i64>, i64) {
        let text = |text: Option<&String>| (text.map(|text| text.to_lowercase()), None, 0);
        let number = |number: Option<i64>| (None, number, 0);
        let first = |texts: &[Option<String>]| texts.iter().flatten().next().cloned();
        match sort {
            "createdAt" => number(Some(self.created)),
            "updatedAt" => number(Some(self.updated)),
            "name" => text(Some(&self.name)),
            "provider" => (Some(self.app.clone()), None, self.created),
            "endUser" => {
                let person = self.person.as_ref();
                text(
                    person
                        .and_then(|[id, name, email]| first(&[name.clone(), email.clone(), id.clone()]))
                        .as_ref(),
                )
            }
            "organization" => {
                let organization = self.organization.as_ref();
                text(organization.and_then(|[id, name]| first(&[name.clone(), id.clone()])).as_ref())
            }
            "health" => {
                let worst = ["needs_new_key", "blocked", "unknown", "degraded", "expiring", "healthy"];
                let rank = worst.iter().position(|state| *state == self.health).unwrap();
                (None, Some(rank as i64), self.created)
            }
            "keyName" => text(self.key_name.as_ref()),
            "lastUsedAt" => number(Some(self.last_used())),
            "checkedAt" => number(Some(self.checked)),
            "expiresAt" => number(self.expires),
            _ => panic!("{sort}"),
        }
    }

    fn texts(&self) -> Vec<String> {
        let provider = latchkey_catalogue::entry(&self.app).map(|entry| entry.name.to_owned());
        let person = self.person.iter().flatten().flatten().cloned();
        let organization = self.organization.iter().flatten().flatten().cloned();
        [self.name.clone(), self.app.clone()]
            .into_iter()
            .chain(provider)
            .chain(person)
            .chain(organization)
            .chain(self.key_name.clone())
            .collect()
    }

    fn matches(&self, parameter: &str, value: &str, now: i64) -> bool {
        let one_of = |own: &str| value.split(',').any(|value| value == own);
        match parameter {
            "provider" => one_of(&self.app),
            "health" => one_of(&self.health),
            "type" => one_of(self.key_type()),
            "freshness" => one_of(self.freshness(now)),
            "suspended" => value == self.suspended.to_string(),
            "endUserId" => self.person.as_ref().is_some_and(|[id, ..]| id.as_deref() == Some(value)),
            "expiresBefore" => {
                let ProviderTime::At(before) = from_any(value) else { panic!("{value}") };
                self.expires.is_some_and(|at| at < before)
            }
            "q" => {
                let texts: Vec<_> = self.texts().iter().map(|text| text.to_lowercase()).collect();
                let found = |word: &str| texts.iter().any(|text| text.contains(&word.to_lowercase()));
                value.split_whitespace().all(found)
            }
            _ => panic!("{parameter}"),
        }
    }
}

/// A project with accounts that a test knows.
struct Listed {
    scenario: Scenario,
    known: Vec<Known>,
    random: SeededEntropy,
}

impl Listed {
    fn new() -> Self {
        let mut scenario = Scenario::new();
        scenario.platform.config.requests_per_minute = 1_000_000;
        Self { scenario, known: Vec::new(), random: SeededEntropy::default() }
    }

    fn now(&self) -> i64 {
        self.scenario.platform.clock.0.get()
    }

    fn below(&self, limit: u64) -> u64 {
        u64::from_le_bytes(self.random.bytes16()[..8].try_into().unwrap()) % limit
    }

    fn one<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    /// Any account. Few different values, so that many are equal.
    fn any(&self, at: usize) -> Known {
        let now = self.now();
        let some = |text: &str| Some(text.to_owned());
        let days = |most: u64| self.below(most) as i64 * DAY_MS / 2;
        let healthy = now - days(12);
        let text = self.one(&["Ada Lovelace", "grace hopper", "山田太郎", "Élodie Ünal", "мария Кюри", "x"]);
        Known {
            id: format!("{:08x}-1111-4111-8111-{at:012x}", self.below(1 << 32)),
            name: format!("account-{at}"),
            app: self.one(&["okta", "okta", "okta", "harness", "launchdarkly"]).to_owned(),
            person: self.one(&[
                None,
                Some([some("user-1"), some(text), some("ada@example.com")]),
                Some([some("user-2"), None, some("grace@example.com")]),
                Some([some("user-3"), None, None]),
            ]),
            organization: self.one(&[
                None,
                Some([some("org-1"), some("Acme & Söhne")]),
                Some([some("org-2"), None]),
            ]),
            key_name: self.one(&[None, some("Production \"Key\""), some("integration_100%"), some("Ключ")]),
            kind: self.one(&[None, some("person"), some("service"), some("agent"), some("robot")]),
            health: self.one(&HealthState::ALL).as_str().to_owned(),
            suspended: self.below(6) == 0,
            suspicious: self.below(8) == 0,
            checked: healthy + days(3).min(now - healthy),
            healthy,
            used: self.one(&[None, Some(now - days(20))]),
            expires: self.one(&[None, Some(now - DAY_MS), Some(now + days(30))]),
            created: now - days(40),
            updated: now - days(20),
        }
    }

    /// Writes accounts into the object, and lets the alarm write their texts.
    fn add(&mut self, accounts: Vec<Known>) {
        let object = self.scenario.platform.index.object(self.scenario.target());
        let columns: Vec<String> =
            object.values("SELECT name FROM pragma_table_info('connections')", &[]).unwrap();
        if self.known.is_empty() {
            // The template is no account of the test.
            let _ = self.scenario.account("template", TOKEN);
            object.exec("CREATE TEMP TABLE template AS SELECT * FROM connections", &[]).unwrap();
            object.exec("DELETE FROM connections", &[]).unwrap();
            object.exec("DELETE FROM names", &[]).unwrap();
        }
        for account in &accounts {
            let person = account
                .person
                .as_ref()
                .map(|[id, name, email]| json!({ "id": id, "name": name, "email": email }).to_string());
            let organization =
                account.organization.as_ref().map(|[id, name]| json!({ "id": id, "name": name }).to_string());
            let end = account.expires.map(|at| {
                json!({ "at": at, "from": 0, "warnDays": 1, "idleDays": null,
                "fix": "Make another key." })
                .to_string()
            });
            let values: Vec<(&str, &str, Vec<Cell>)> = vec![
                ("id", "?", vec![account.id.as_str().into()]),
                ("app", "?", vec![account.app.as_str().into()]),
                ("name", "?", vec![account.name.as_str().into()]),
                ("blob", "?", vec![account.id.as_str().into()]),
                ("sealed", "NULL", vec![]),
                ("sealed_until", "NULL", vec![]),
                ("end_user", "?", vec![person.into()]),
                ("organization", "?", vec![organization.into()]),
                (
                    "report",
                    "json_set(report, '$.key', json_object('name', ?), '$.identity', json_object('id', 'i', 'kind', ?))",
                    vec![account.key_name.clone().into(), account.kind.clone().into()],
                ),
                ("health", "?", vec![account.health.as_str().into()]),
                (
                    "health_record",
                    "json_set(health_record, '$.state', ?, '$.checked', ?, '$.healthy', ?, '$.otherOwner', json(?), '$.end', json(?))",
                    vec![
                        account.health.as_str().into(),
                        account.checked.into(),
                        account.healthy.into(),
                        account.suspicious.to_string().into(),
                        end.unwrap_or("null".to_owned()).into(),
                    ],
                ),
                (
                    "suspended",
                    "?",
                    vec![account.suspended.then_some(r#"{"since":1,"reason":null}"#.to_owned()).into()],
                ),
                ("used", "?", vec![account.used.into()]),
                ("turns", "NULL", vec![]),
                ("check_at", "9007199254740991", vec![]),
                ("created", "?", vec![account.created.into()]),
                ("updated", "?", vec![account.updated.into()]),
            ];
            let own = |column: &String| values.iter().find(|(name, ..)| name == column);
            let selected: Vec<_> =
                columns.iter().map(|column| own(column).map_or(column.as_str(), |(_, sql, _)| sql)).collect();
            let cells: Vec<Cell> =
                columns.iter().filter_map(own).flat_map(|(.., cells)| cells.clone()).collect();
            let statement = format!(
                "INSERT INTO connections ({}) SELECT {} FROM template",
                columns.join(", "),
                selected.join(", ")
            );
            object.exec(&statement, &cells).unwrap();
            let names = "INSERT INTO names (mode, name, connection) VALUES ('live', ?, ?)";
            object.exec(names, &[account.name.as_str().into(), account.id.as_str().into()]).unwrap();
        }
        self.known.extend(accounts);
        let texts = "SELECT count(*) FROM accounts WHERE text IS NULL";
        while object.value::<i64>(texts, &[]).unwrap() > Some(0) {
            self.scenario.platform.sweep(self.scenario.target());
        }
    }

    fn with(count: usize) -> Self {
        let mut listed = Self::new();
        let accounts = (0..count).map(|at| listed.any(at)).collect();
        listed.add(accounts);
        listed
    }

    fn get(&self, path: &str, query: &[(&str, String)]) -> Value {
        let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let answer = self.scenario.get(&format!("{PATH}{path}?{}", query.join("&")), &self.scenario.live_key);
        assert_eq!(answer.status, 200, "{query:?}: {}", answer.text);
        answer.body
    }

    /// The names of all pages of a list.
    fn names(&self, query: &[(&str, String)]) -> Vec<String> {
        let (mut names, mut query) = (Vec::new(), query.to_vec());
        loop {
            let page = self.get("", &query);
            let entries = page["appConnections"].as_array().unwrap().iter();
            names.extend(entries.map(|entry| entry["name"].as_str().unwrap().to_owned()));
            query.retain(|(name, _)| *name != "cursor");
            match &page["nextCursor"] {
                Value::String(next) => query.push(("cursor", next.clone())),
                _ => return names,
            }
        }
    }

    /// The names that a reader of every account finds, in the order of the list.
    fn expected(&self, filters: &[(&str, String)], sort: &str) -> Vec<String> {
        let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let now = self.now();
        let matching =
            |known: &&Known| filters.iter().all(|(parameter, value)| known.matches(parameter, value, now));
        let mut found: Vec<_> = self.known.iter().enumerate().filter(|(_, known)| matching(known)).collect();
        found.sort_by(|(first, one), (second, other)| {
            let (a, b) = (one.key(name), other.key(name));
            let empty = |key: &(Option<String>, Option<i64>, i64)| key.0.is_none() && key.1.is_none();
            let order = a.cmp(&b).then(first.cmp(second));
            let order = if descending { order.reverse() } else { order };
            match (empty(&a), empty(&b)) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => order,
            }
        });
        found.into_iter().map(|(_, known)| known.name.clone()).collect()
    }

    /// Some filters, each with values that occur.
    fn filters(&self, most: u64) -> Vec<(&'static str, String)> {
        let colors = Freshness::ALL.map(Freshness::as_str);
        let types = KeyType::ALL.map(KeyType::as_str);
        let states = HealthState::ALL.map(HealthState::as_str);
        let several =
            |values: &[&str]| (0..=self.below(2)).map(|_| self.one(values)).collect::<Vec<_>>().join(",");
        let mut filters: Vec<(&'static str, String)> = vec![
            ("provider", several(&["okta", "harness", "launchdarkly"])),
            ("health", several(&states)),
            ("type", several(&types)),
            ("freshness", several(&colors)),
            ("suspended", self.one(&["true", "false"]).to_owned()),
            ("endUserId", self.one(&["user-1", "user-2", "nobody"]).to_owned()),
            ("expiresBefore", iso(self.now() + self.below(20) as i64 * DAY_MS)),
            (
                "q",
                self.one(&[
                    "ada",
                    "A",
                    "山",
                    "田太",
                    "é",
                    "КЮРИ",
                    "acme &",
                    "100%",
                    "o",
                    "account-1",
                    "zzz",
                    "\"key",
                ])
                .to_owned(),
            ),
        ];
        while filters.len() as u64 > most {
            filters.remove(self.below(filters.len() as u64) as usize);
        }
        filters
    }
}

/// A text as a part of a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
