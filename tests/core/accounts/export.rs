//! The export as CSV.

use super::*;

/// The cells of a file (RFC 4180).
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "the file has no end of a line");
    rows
}

#[test]
fn an_export_has_what_is_filtered_in_order_over_several_pieces() {
    let mut listed = Listed::new();
    let accounts = (0..1_100).map(|at| listed.any(at)).collect();
    listed.add(accounts);
    for (filters, sort) in [
        (vec![], "-name"),
        (vec![("provider", "okta,harness".to_owned()), ("q", "a".to_owned())], "expiresAt"),
    ] {
        let query: Vec<_> =
            filters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let path = format!("{PATH}/export?sort={sort}&{}", query.join("&"));
        let answer = listed.scenario.get(&path, &listed.scenario.live_key);
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert!(answer.headers["content-disposition"].starts_with("attachment; filename=\"app-connections-"));
        let rows = cells(&answer.text);
        assert_eq!((rows[0][0].as_str(), rows[0][1].as_str(), rows[0].len()), ("id", "name", 21));
        assert!(rows.iter().all(|row| row.len() == 21));
        let names: Vec<_> = rows.iter().skip(1).map(|row| row[1].clone()).collect();
        assert_eq!(names, listed.expected(&filters, sort));
    }
}

#[test]
fn a_hostile_text_is_no_formula_and_no_other_cell() {
    let mut listed = Listed::new();
    let some = |text: &str| Some(text.to_owned());
    let hostile = [
        "=HYPERLINK(\"https://evil.example\")",
        "+1",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        "a\",\"b\r\nc",
        "\u{ff1d}1",
    ];
    let account = |(at, text): (usize, &&str)| Known {
        person: Some([some("u"), some(text), some(text)]),
        organization: Some([some("o"), some(text)]),
        key_name: some(text),
        name: format!("hostile-{at}"),
        ..listed.any(at)
    };
    let accounts = hostile.iter().enumerate().map(account).collect();
    listed.add(accounts);
    let rows =
        cells(&listed.scenario.get(&format!("{PATH}/export?sort=name"), &listed.scenario.live_key).text);
    assert_eq!(rows.len(), hostile.len() + 1);
    for (row, text) in rows.iter().skip(1).zip(hostile) {
        let shown = if text.starts_with('a') { text.to_owned() } else { format!("'{text}") };
        assert_eq!([&row[4], &row[5], &row[7], &row[13]], [&shown; 4], "{text}");
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
    }
}

#[test]
fn an_export_has_the_values_of_the_list_and_no_secret() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let account = scenario.get(&path, &scenario.live_key).body["appConnection"].clone();
    let export = scenario.get(&format!("{PATH}/export"), &scenario.live_key);
    assert!(latchkey_tests::disguises(TOKEN).iter().all(|secret| !export.text.contains(secret)));
    let rows = cells(&export.text);
    let value = |name: &str| &rows[1][rows[0].iter().position(|column| column == name).unwrap()];
    let details = &account["details"];
    for (column, shown) in [
        ("id", &account["id"]),
        ("name", &account["name"]),
        ("provider", &account["app"]),
        ("type", &details["key"]["type"]),
        ("health", &details["health"]["state"]),
        ("freshness", &details["freshness"]),
        ("lastUsedAt", &details["lastUsedAt"]),
        ("checkedAt", &details["health"]["checkedAt"]),
        ("createdAt", &account["createdAt"]),
        ("updatedAt", &account["updatedAt"]),
    ] {
        assert_eq!(json!(value(column)), *shown, "{column}");
    }
    assert_eq!(value("suspended"), "false");
}
