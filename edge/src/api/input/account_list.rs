//! The parameters of a list of accounts: filters, order, and the place where a page begins. Lists, counts and exports read them
//! alike.

use super::api_key::time;
use super::invalid;
use crate::crypto::digest::text_hash;
use crate::error::Result;
use crate::http::Request;
use crate::store::account_text::Search;
use crate::store::protocol::{ConnectionFilter, ConnectionSort, PagePoint};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::ConnectionId;
use latchkey_shared::connection::{Freshness, HealthState, KeyType};
use latchkey_shared::limits::{FILTER_VALUES_MAX, SEARCH_MAX};
use std::collections::BTreeSet;

/// The larger numbers are not exact in JavaScript, through which the database is called.
const EXACT: i64 = 1 << 53;

/// The filters of the query. `app` is the provider of the path, if it names one.
///
/// # Errors
/// When a value is not valid.
pub(crate) fn filter(request: &Request, app: Option<&str>) -> Result<ConnectionFilter> {
    let parameter = |name: &str| request.query.get(name).map(String::as_str);
    let app = match (app, parameter("app"), parameter("provider")) {
        (Some(app), _, _) => Some(app.to_owned()),
        (None, Some(_), Some(_)) => {
            let fix = "Send provider. app is its earlier name.";
            return Err(invalid("app", "The provider is named twice.", fix));
        }
        // This name took any text before it had values of a list.
        (None, Some(app), None) => Some(several("app", app, |_| true, &[])?),
        (None, None, provider) => {
            let known: Vec<_> = latchkey_catalogue::ids().collect();
            let is_known = |id: &str| latchkey_catalogue::entry(id).is_some();
            provider.map(|text| several("provider", text, is_known, &known)).transpose()?
        }
    };
    let words = |name: &str, is_known: fn(&str) -> bool, known: &[&str]| {
        parameter(name).map(|text| several(name, text, is_known, known)).transpose()
    };
    let suspended = match parameter("suspended") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => {
            return Err(invalid("suspended", "This is neither true nor false.", "Send true or false."));
        }
    };
    let search = |text: &str| match Search::of(text) {
        Some(_) if text.chars().count() <= SEARCH_MAX => Ok(text.to_owned()),
        _ => Err(invalid(
            "q",
            "The text to search for is empty or too long.",
            format!("Send 1 to {SEARCH_MAX} characters, or leave q out."),
        )),
    };
    Ok(ConnectionFilter {
        app,
        end_user: parameter("endUserId").map(str::to_owned),
        name: parameter("name").map(str::to_owned),
        health: words(
            "health",
            |word| HealthState::parse(word).is_some(),
            &HealthState::ALL.map(HealthState::as_str),
        )?,
        words: parameter("q").map(search).transpose()?,
        key_type: words("type", |word| KeyType::parse(word).is_some(), &KeyType::ALL.map(KeyType::as_str))?,
        freshness: words(
            "freshness",
            |word| Freshness::parse(word).is_some(),
            &Freshness::ALL.map(Freshness::as_str),
        )?,
        suspended,
        expires_before: parameter("expiresBefore").map(|text| time("expiresBefore", text)).transpose()?,
    })
}

/// Several values with commas between them, each once.
fn several(name: &str, text: &str, is_known: impl Fn(&str) -> bool, known: &[&str]) -> Result<String> {
    let mut values = BTreeSet::new();
    values.extend(text.split(',').map(str::trim));
    if let Some(value) = values.iter().find(|value| !is_known(value)) {
        let fix = format!("Use one of: {}. Several have commas between them.", known.join(", "));
        let message =
            if value.is_empty() { "A value of this filter is empty." } else { "No account has this value." };
        return Err(invalid(name, message, fix));
    }
    if values.len() > FILTER_VALUES_MAX {
        let fix = format!("Send at most {FILTER_VALUES_MAX} values.");
        return Err(invalid(name, "The filter has too many values.", fix));
    }
    Ok(values.into_iter().collect::<Vec<_>>().join(","))
}

/// The order, and whether it is reversed.
///
/// # Errors
/// When there is no such order.
pub(crate) fn sort(request: &Request) -> Result<(ConnectionSort, bool)> {
    let word = request.query.get("sort").map_or("createdAt", String::as_str);
    let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
    let found = ConnectionSort::ALL.iter().find(|(known, _)| *known == name);
    found.map(|(_, sort)| (*sort, descending)).ok_or_else(|| {
        let known = ConnectionSort::ALL.map(|(name, _)| name).join(", ");
        let fix = format!("Use one of these, or one with - in front: {known}.");
        invalid("sort", "Accounts cannot be sorted by this.", fix)
    })
}

/// A hash of the list that a cursor belongs to.
fn list_of(filter: &ConnectionFilter, (sort, descending): (ConnectionSort, bool)) -> String {
    let filter = serde_json::to_string(filter).unwrap_or_default();
    let hash = text_hash(&format!("{sort:?} {descending} {filter}"));
    hash.chars().take(16).collect()
}

/// The cursor of the page behind a point.
pub(crate) fn write_cursor(
    point: &PagePoint,
    filter: &ConnectionFilter,
    order: (ConnectionSort, bool),
) -> String {
    let at = (!point.empty).then_some(&point.at);
    let parts =
        serde_json::json!([list_of(filter, order), point.id.to_string(), point.row, point.created, at]);
    URL_SAFE_NO_PAD.encode(parts.to_string())
}

/// Reads the cursor of the query. It is valid only with the filters and the order of the page that it came from.
///
/// # Errors
/// When it is not valid.
pub(crate) fn cursor(
    request: &Request,
    filter: &ConnectionFilter,
    order: (ConnectionSort, bool),
) -> Result<Option<PagePoint>> {
    let Some(text) = request.query.get("cursor") else { return Ok(None) };
    let read = || {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (list, id, row, created, at): (String, String, i64, Option<i64>, Option<String>) =
            serde_json::from_slice(&decoded).ok()?;
        let is_exact = |number: i64| (0..EXACT).contains(&number);
        let is_number = |at: &String| at.parse().is_ok_and(is_exact);
        let valid = list == list_of(filter, order)
            && is_exact(row)
            && created.is_none_or(is_exact)
            && (order.0.is_text() || at.as_ref().is_none_or(is_number));
        let id = ConnectionId::parse(&id).ok()?;
        let empty = at.is_none();
        valid.then_some(PagePoint { at: at.unwrap_or_default(), id, row: Some(row), created, empty })
    };
    let fix = "Send nextCursor of the page before, without changing it, and with the same filters and sort.";
    let message = "This cursor is not valid, or belongs to other filters or another sorting.";
    read().map(Some).ok_or_else(|| invalid("cursor", message, fix))
}
