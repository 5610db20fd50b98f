//! Probes that stand for one another, and conditions on the shape of a value.

use super::*;

/// Two probes of which one is enough, and these keys more in each.
fn two(first: &str, second: &str) -> &'static Provider {
    let probe = |id: &str, more: &str| {
        format!(
            "[[probes]]\nid = \"{id}\"\ntitle = \"{id}\"\nrequest = \"GET {{instanceUrl}}/{id}\"\nsecret = true\noneOf = \"key\"\n\
             extract = {{ \"identity.id\" = \"id\" }}\nexpect = [{{ path = \"id\" }}]\n{more}\n"
        )
    };
    let refused = |status: &str, code: &str| {
        format!(
            "[[responses]]\nstatus = [\"{status}\"]\nending = \"rejected\"\nfield = \"apiKey\"\ncode = \"{code}\"\n\
             message = \"No.\"\nfix = \"Create a new key.\"\n"
        )
    };
    made(&format!(
        "secretHeaders = {{ Authorization = \"Bearer {{apiKey}}\" }}\n{}{}{}{}",
        probe("person", first),
        probe("team", second),
        refused("401", "key_rejected"),
        refused("403", "access_refused"),
    ))
}

fn ends(provider: &'static Provider, key: &str, answers: [u16; 2], stored: bool) -> (String, Vec<String>) {
    let fake = FakeProvider::default();
    for (path, status) in ["person", "team"].iter().zip(answers) {
        let body = if status == 200 { format!(r#"{{"id":"{path}-1"}}"#) } else { "{}".to_owned() };
        fake.answer(&format!("GET {API}/{path}"), status, &body);
    }
    let offered = offered(provider);
    let credential = credential(&offered, key, &[]);
    let ending = said(&verified(&fake, &offered, credential, stored));
    let asked = fake.seen().into_iter().map(|seen| seen.line.rsplit('/').next().unwrap().to_owned());
    (ending, asked.collect())
}

#[test]
fn the_first_accepted_probe_of_a_group_is_enough_and_else_the_last_rejection_counts() {
    let provider = two("", "");
    for (answers, expected, asked) in [
        ([200, 200], "accepted", 1),
        ([401, 200], "accepted", 2),
        ([503, 200], "accepted", 2),
        ([418, 200], "accepted", 2),
        ([401, 403], "rejected access_refused apiKey", 2),
        ([403, 401], "rejected key_rejected apiKey", 2),
        // Who was not reached may have accepted the key.
        ([503, 401], "unavailable provider_unavailable 30", 2),
        ([401, 429], "unavailable provider_rate_limited 30", 2),
        ([418, 401], "rejected key_rejected apiKey", 2),
        ([401, 418], "rejected key_rejected apiKey", 2),
        ([418, 418], "unexpected provider_unexpected", 2),
    ] {
        let (ending, paths) = ends(provider, KEY, answers, false);
        assert_eq!((ending.as_str(), paths.len()), (expected, asked), "{answers:?}");
    }
}

#[test]
fn a_stored_key_is_not_refused_after_an_answer_that_is_not_understood() {
    let provider = two("", "");
    for (answers, expected) in [
        ([418, 401], "unexpected provider_unexpected"),
        ([401, 418], "unexpected provider_unexpected"),
        ([401, 401], "rejected key_rejected apiKey"),
        ([418, 503], "unavailable provider_unavailable 30"),
    ] {
        assert_eq!(ends(provider, KEY, answers, true).0, expected, "{answers:?}");
    }
}

#[test]
fn the_shape_of_a_value_chooses_the_probe() {
    let provider =
        two("when = { \"shape.apiKey\" = [\"0\"] }", "when = { \"shape.apiKey\" = [\"1\", \"none\"] }");
    for (key, path) in
        [(KEY, "person"), ("old_0123456789abcdef", "team"), ("something-else-0123456789", "team")]
    {
        assert_eq!(
            ends(provider, key, [200, 200], false),
            ("accepted".to_owned(), vec![path.to_owned()]),
            "{key}"
        );
    }
}

#[test]
fn a_group_of_which_no_condition_is_met_verifies_nothing() {
    let provider = two("when = { \"shape.apiKey\" = [\"0\"] }", "when = { \"shape.apiKey\" = [\"0\"] }");
    let (ending, asked) = ends(provider, "old_0123456789abcdef", [200, 200], false);
    assert_eq!((ending.as_str(), asked.len()), ("unexpected provider_unexpected", 0));
}

#[test]
fn a_warning_may_depend_on_the_shape_of_a_value() {
    let warning = "[[warnings]]\nwhen = { \"shape.apiKey\" = [\"1\"] }\ncode = \"personal_key\"\nfield = \"apiKey\"\nmessage = \"This is an old key.\"\nfix = \"Create a new one.\"\n";
    let provider =
        made(&format!("secretHeaders = {{ Authorization = \"{{apiKey}}\" }}\n{}{warning}", probe(OWNER)));
    let offered = offered(provider);
    for (key, expected) in [(KEY, "accepted"), ("old_0123456789abcdef", "accepted personal_key apiKey")] {
        let fake = FakeProvider::default();
        fake.answer(&format!("GET {API}/me"), 200, r#"{"id":"u1"}"#);
        assert_eq!(said(&verified(&fake, &offered, credential(&offered, key, &[]), false)), expected);
    }
}
