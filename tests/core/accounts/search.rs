//! What a search finds.

use super::*;

/// An account whose every text is its own.
fn special() -> Known {
    let some = |text: &str| Some(text.to_owned());
    Known {
        id: "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa".to_owned(),
        name: "own-name".to_owned(),
        app: "launchdarkly".to_owned(),
        person: Some([some("person-77"), some("Ζωή Οδυσσέας"), some("zoe@example.org")]),
        organization: Some([some("customer-88"), some("Straße & Söhne İzmir")]),
        key_name: some("\"A* OR (b)\" 100%_x\\ -Ключ"),
        kind: some("person"),
        health: "healthy".to_owned(),
        ..Known::default()
    }
}

fn listed() -> Listed {
    let mut listed = Listed::new();
    let some = |text: &str| Some(text.to_owned());
    let other = Known {
        id: "bbbbbbbb-1111-4111-8111-bbbbbbbbbbbb".to_owned(),
        name: "another".to_owned(),
        app: "okta".to_owned(),
        person: Some([some("u"), some("田中さくら"), None]),
        organization: Some([some("o"), some("مؤسسة ﷺ 👩‍👩‍👧 ไทย")]),
        health: "healthy".to_owned(),
        ..Known::default()
    };
    listed.add(vec![special(), other]);
    listed
}

fn found(listed: &Listed, text: &str) -> Vec<String> {
    listed.names(&[("q", text.to_owned())])
}

#[test]
fn a_search_finds_any_part_of_any_text_in_upper_and_lower_case() {
    let listed = listed();
    for text in [
        "own-name",
        "wn-na",
        "OWN",
        "LaunchDarkly",
        "launchd",
        "person-77",
        "77",
        "ζωή",
        "ΖΩΉ",
        "οδυσσέας",
        "ΟΔΥΣΣ",
        "ΟΔΥΣ",
        "zoe@example.org",
        "@EXAMPLE.o",
        "customer-88",
        "mer-8",
        "straße",
        "SÖHNE",
        "izmir",
        "İZ",
        "ключ",
        "КЛЮ",
        "100%_x",
    ] {
        assert_eq!(found(&listed, text), ["own-name"], "{text}");
    }
    for text in ["田", "中さ", "田中さくら", "ら", "さくら", "مؤسسة", "ﷺ", "👩‍👩‍👧", "👧", "ไท", "ย"]
    {
        assert_eq!(found(&listed, text), ["another"], "{text}");
    }
    for text in ["o", "O", "n", "-", "na", "  a  "] {
        assert!(!found(&listed, text).is_empty(), "{text}");
    }
}

#[test]
fn every_word_must_occur_in_whatever_text() {
    let listed = listed();
    assert_eq!(found(&listed, "zoe customer-88 own"), ["own-name"]);
    assert_eq!(found(&listed, "own own OWN"), ["own-name"]);
    assert!(found(&listed, "zoe another").is_empty());
    // Grams of one text in another order are no part of it.
    for text in ["nameown", "ownname", "nam-own", "77-person", "zoezoe", "eo", "qq", "own-name-x"] {
        assert!(found(&listed, text).is_empty(), "{text}");
    }
}

#[test]
fn what_looks_like_syntax_is_text() {
    let listed = listed();
    for text in ["\"A*", "(b)", "*", "100%", "_x\\", "\\", "-Ключ", "\"", "a* or", "OR (b)\""] {
        assert_eq!(found(&listed, text), ["own-name"], "{text}");
    }
    for text in [
        "own*",
        "own NOT another",
        "name:own",
        "^own",
        "own^",
        "NEAR(own name)",
        "{own}",
        "'; DROP TABLE accounts; --",
        "own%",
        "o_n",
        "%",
        "_",
    ] {
        let hits = found(&listed, text);
        assert!(hits.is_empty() || (["%", "_"].contains(&text) && hits == ["own-name"]), "{text}: {hits:?}");
    }
}

#[test]
fn a_search_is_one_to_sixty_four_characters() {
    let listed = listed();
    assert!(found(&listed, &"語".repeat(64)).is_empty());
    for text in ["", "%20%20", "%E3%80%80", &"x".repeat(65)] {
        let answer = listed.scenario.get(&format!("{PATH}?q={text}"), &listed.scenario.live_key);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some("q")), "{text}");
    }
}

#[test]
fn a_search_follows_every_change_of_an_account() {
    let scenario = Scenario::new();
    let path = format!("{PATH}/launchdarkly/{}", scenario.rotatable());
    let hits = |text: &str| {
        let answer = scenario.get(&format!("{PATH}?q={text}"), &scenario.live_key);
        answer.body["appConnections"].as_array().unwrap().len()
    };
    assert_eq!((hits("rotatable"), hits("second")), (1, 0));
    let renamed = scenario.patch(&path, &scenario.live_key, &json!({ "name": "second" }));
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    assert_eq!((hits("rotatable"), hits("second"), hits("tata")), (0, 1, 0));
    // A check reads another name of the key.
    assert_eq!((hits("ours"), hits("theirs")), (1, 0));
    let identity = r#"{"accountId":"a1","authKind":"token","tokenKind":"auth","tokenName":"Theirs","tokenId":"t1","serviceToken":true}"#;
    scenario.platform.live.answer("GET https://app.launchdarkly.com/api/v2/caller-identity", 200, identity);
    let checked = scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None);
    assert_eq!(checked.status, 200, "{}", checked.text);
    assert_eq!((hits("ours"), hits("theirs")), (0, 1));
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    assert_eq!((hits("second"), hits("theirs"), hits("s")), (0, 0, 0));
}

#[test]
fn a_person_who_links_an_account_is_found() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session_of(&scenario.live_key, "okta", "somebody-else", &[]);
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    let answer = scenario.get(&format!("{PATH}?q=body-el"), &scenario.live_key);
    assert_eq!(answer.body["appConnections"].as_array().unwrap().len(), 1);
}

#[test]
fn another_project_and_the_other_mode_find_nothing() {
    let listed = listed();
    let (_, other_live, other_test) = listed.scenario.another_project();
    for key in [&listed.scenario.test_key, &other_live, &other_test] {
        for query in [
            "q=own-name",
            "q=o",
            "provider=launchdarkly",
            "sort=-health",
            "endUserId=person-77",
            "freshness=gray,green,red",
        ] {
            let list = listed.scenario.get(&format!("{PATH}?{query}"), key);
            assert_eq!(
                (list.status, &list.body["appConnections"]),
                (200, &json!([])),
                "{query}: {}",
                list.text
            );
            let counts = listed.scenario.get(&format!("{PATH}/counts?{query}"), key);
            assert_eq!((counts.status, &counts.body["total"]), (200, &json!(0)), "{query}: {}", counts.text);
            let export = listed.scenario.get(&format!("{PATH}/export?{query}"), key);
            assert_eq!(export.text.lines().count(), 1, "{query}: {}", export.text);
        }
    }
}
