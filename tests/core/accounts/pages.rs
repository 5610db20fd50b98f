//! Orders, filters and cursors of the pages of a list.

use super::*;
use latchkey_edge::store::protocol::ConnectionSort;
use std::collections::BTreeSet;

fn sorts() -> Vec<String> {
    ConnectionSort::ALL.iter().flat_map(|(name, _)| [(*name).to_owned(), format!("-{name}")]).collect()
}

fn list(filters: &[(&'static str, String)], sort: &str, limit: u64) -> Vec<(&'static str, String)> {
    let more = [("sort", sort.to_owned()), ("limit", limit.to_string())];
    filters.iter().cloned().chain(more).collect()
}

#[test]
fn each_order_has_ties_and_empty_values_in_their_place_on_every_page() {
    let listed = Listed::with(60);
    for sort in sorts() {
        let expected = listed.expected(&[], &sort);
        assert_eq!(expected.len(), 60);
        for limit in [1, 7, 50] {
            assert_eq!(listed.names(&list(&[], &sort, limit)), expected, "{sort} {limit}");
        }
    }
}

#[test]
fn any_filters_with_any_order_give_the_accounts_that_match() {
    let listed = Listed::with(150);
    let mut found = BTreeSet::new();
    for _ in 0..400 {
        let (filters, sort) = (listed.filters(3), listed.one(&sorts()));
        let names = listed.names(&list(&filters, &sort, listed.one(&[1, 3, 20, 100])));
        assert_eq!(names, listed.expected(&filters, &sort), "{filters:?} {sort}");
        found.insert(names.len());
    }
    assert!(found.len() > 10, "the filters find too little: {found:?}");
}

#[test]
fn no_account_is_on_two_pages_or_on_none_while_others_come_and_go() {
    for sort in ["createdAt", "-health", "endUser", "-expiresAt", "lastUsedAt"] {
        let mut listed = Listed::with(40);
        let expected: BTreeSet<_> = listed.expected(&[], sort).into_iter().collect();
        let (mut seen, mut cursor, mut gone) = (Vec::new(), None, BTreeSet::new());
        for round in 0.. {
            let mut query = list(&[], sort, 3);
            query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let page = listed.get("", &query);
            let entries = page["appConnections"].as_array().unwrap();
            seen.extend(entries.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()));
            let Value::String(next) = &page["nextCursor"] else { break };
            cursor = Some(next.clone());
            // The last one of the page is deleted, and another one comes.
            let last = entries.last().unwrap();
            let path = format!("{PATH}/{}/{}", last["app"].as_str().unwrap(), last["id"].as_str().unwrap());
            assert_eq!(
                listed.scenario.send("DELETE", &path, Some(&listed.scenario.live_key), None).status,
                200
            );
            gone.insert(last["name"].as_str().unwrap().to_owned());
            let new = Known { name: format!("new-{round}"), ..listed.any(1000 + round) };
            listed.add(vec![new]);
        }
        let once: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "{sort}: an account is on two pages");
        assert!(once.is_superset(&expected), "{sort}: {:?} are on no page", expected.difference(&once));
        assert!(!gone.is_empty());
    }
}

#[test]
fn a_cursor_belongs_to_its_filters_and_its_order() {
    let listed = Listed::with(9);
    let of = |query: &str| {
        let page = listed.scenario.get(&format!("{PATH}?limit=1&{query}"), &listed.scenario.live_key);
        page.body["nextCursor"].as_str().unwrap_or_default().to_owned()
    };
    let queries = [
        "",
        "sort=-createdAt",
        "sort=name",
        "provider=okta",
        "provider=okta,harness",
        "q=account",
        "q=acc",
        "type=personal,unknown,service,agent",
    ];
    for from in queries {
        let cursor = of(from);
        assert!(!cursor.is_empty(), "{from}");
        for to in queries {
            let path = format!("{PATH}?limit=1&{to}&cursor={cursor}");
            let answer = listed.scenario.get(&path, &listed.scenario.live_key);
            if from == to {
                assert_eq!(answer.status, 200, "{}", answer.text);
            } else {
                assert_eq!(answer.problem(), (422, "invalid_parameter", Some("cursor")), "{from} {to}");
            }
        }
    }
    // The same values in another order are the same filter.
    let path = format!("{PATH}?limit=1&provider=harness,okta,okta&cursor={}", of("provider=okta,harness"));
    assert_eq!(listed.scenario.get(&path, &listed.scenario.live_key).status, 200);
}

#[test]
fn a_value_that_no_account_can_have_is_refused_by_its_name() {
    let listed = Listed::with(1);
    let many = (0..21).map(|at| format!("p{at}")).collect::<Vec<_>>().join(",");
    for (query, member) in [
        ("health=ill", "health"),
        ("health=healthy,", "health"),
        ("health=", "health"),
        ("type=robot", "type"),
        ("freshness=blue", "freshness"),
        ("provider=nobody", "provider"),
        ("suspended=yes", "suspended"),
        ("expiresBefore=soon", "expiresBefore"),
        ("sort=size", "sort"),
        ("sort=--name", "sort"),
        ("app=okta&provider=okta", "app"),
        (&format!("app={many}"), "app"),
    ] {
        for path in ["", "/counts", "/export"] {
            if path == "/counts" && member == "sort" {
                continue;
            }
            let answer = listed.scenario.get(&format!("{PATH}{path}?{query}"), &listed.scenario.live_key);
            assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{path} {query}");
        }
    }
}

/// More than are sorted for a page, and more than are read for one.
#[test]
fn a_page_of_many_accounts_is_bounded_and_the_next_one_goes_on() {
    let mut listed = Listed::new();
    let many = latchkey_shared::limits::LIST_SCAN as usize + 700;
    let accounts = (0..many).map(|at| Known {
        // The first of them are the others': a walk from the beginning finds nothing for long.
        app: if at % 2 == 0 { "okta" } else { "harness" }.to_owned(),
        health: if at < many - 100 { "healthy" } else { "blocked" }.to_owned(),
        expires: (at % 2 == 0).then_some(listed.now() + DAY_MS),
        key_name: Some(if at < many - 100 { "early" } else { "late" }.to_owned()),
        suspicious: false,
        suspended: false,
        created: at as i64,
        ..listed.any(at)
    });
    let accounts = accounts.collect();
    listed.add(accounts);
    let words = |text: &str| ("q", text.to_owned());
    for filters in [
        vec![("health", "blocked".to_owned())],
        vec![("health", "blocked".to_owned()), ("provider", "okta".to_owned())],
        vec![words("late")],
        vec![words("late"), ("freshness", "red".to_owned())],
        vec![words("a"), ("provider", "harness".to_owned()), ("freshness", "green,gray".to_owned())],
        vec![("freshness", "red".to_owned()), ("suspended", "false".to_owned())],
    ] {
        for sort in ["createdAt", "keyName", "-expiresAt"] {
            let query = list(&filters, sort, 100);
            assert_eq!(listed.names(&query), listed.expected(&filters, sort), "{filters:?} {sort}");
        }
    }
    // Nothing is of both kinds, and each kind is common.
    let filters = [("freshness", "red".to_owned()), words("harness")];
    let first = listed.get("", &list(&filters, "createdAt", 100));
    assert_eq!(first["appConnections"], json!([]));
    assert!(first["nextCursor"].is_string(), "the walk has an end: {first}");
    assert!(listed.names(&list(&filters, "createdAt", 100)).is_empty());
    let counts = listed.get("/counts", &[]);
    assert_eq!(counts["total"], json!(many));
    assert_eq!(counts["approximate"], json!(false));
    let counts = listed.get("/counts", &[words("a")]);
    assert_eq!((&counts["total"], &counts["approximate"]), (&json!(null), &json!(true)), "{counts}");
}
