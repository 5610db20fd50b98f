//! Each fault is found, at its line.

use super::*;

const GOOD: &str = include_str!("../../providers/okta/provider.toml");

/// The lines and sentences of what is wrong after a change.
fn faults(before: &str, after: &str) -> Vec<(usize, String)> {
    assert!(GOOD.contains(before), "`{before}` is not in the file");
    let faults = read("okta", &GOOD.replacen(before, after, 1)).expect_err("a fault");
    faults.into_iter().map(|fault| (fault.line, fault.message)).collect()
}

fn line_of(before: &str) -> usize {
    lines::line_at(GOOD, GOOD.find(before).unwrap())
}

#[test]
fn the_providers_that_are_there_are_right() {
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../providers")).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path.join("provider.toml")).unwrap();
            assert_eq!(read(&name, &text).err(), None, "{name}");
        }
    }
}

#[test]
fn each_fault_is_found_at_its_line() {
    let token = "id = \"apiToken\"";
    for (before, after, at, sentence) in [
        ("name = \"Okta\"", "name = \"Okta\"\nnmae = 1", "name = \"Okta\"", "there is no key `nmae`"),
        (
            "secret = true\n\n[fields.parse]",
            "secret = true\ncolour = \"red\"\n\n[fields.parse]",
            "secret = true\n\n[fields.parse]",
            "there is no key `colour`",
        ),
        (token, "id = \"api token\"", token, "`api token` is not a field id"),
        (
            "[login.okta.com](https://login.okta.com/)",
            "[login.okta.com](http://login.okta.com/)",
            "[login.okta.com](https",
            "the link `http://login.okta.com/` is not https",
        ),
        (
            "https://{instanceUrl.admin}/admin/access/api/tokens",
            "https://{apiToken}/x",
            "https://{instanceUrl.admin}",
            "`{apiToken}` is no field, or is secret",
        ),
        (
            "https://{instanceUrl.admin}/admin/access/api/tokens",
            "https://{instance.admin}/x",
            "https://{instanceUrl.admin}",
            "`{instance.admin}` is no field, or is secret",
        ),
        (
            "{instanceUrl}/api/v1/users/me",
            "{instanceUrl}/api/v1/users/{apiToken}",
            "{instanceUrl}/api/v1/users/me",
            "`{apiToken}` is no finding and no field, or is secret",
        ),
        ("SSWS {apiToken}", "SSWS {token}", "SSWS {apiToken}", "`SSWS {token}` names no field"),
        (
            "shapes = [\"00{w40}\"]",
            "shapes = [\"00{z40}\"]",
            "shapes = [\"00{w40}\"]",
            "the pattern `00{z40}`: there is no such class",
        ),
    ] {
        let found = faults(before, after);
        let added = after.matches('\n').count().saturating_sub(before.matches('\n').count());
        assert!(found.contains(&(line_of(at) + added, sentence.to_owned())), "{after}: {found:?}");
    }
}

#[test]
fn a_missing_message_is_a_fault_with_its_line() {
    let before = "message = \"There is no Okta organization at this domain.\"";
    let found = faults(before, "message = \" \"");
    assert_eq!(found, [(line_of(before), "the `message` is empty: say the cause".to_owned())]);
    let text = GOOD.replacen(before, "", 1);
    let faults = read("okta", &text).expect_err("a fault");
    assert!(faults[0].message.contains("missing field `message`") && faults[0].line > 1, "{faults:?}");
}

#[test]
fn what_is_no_toml_is_a_fault_with_its_line() {
    let faults = read("okta", "id = \"okta\"\nname = ").expect_err("a fault");
    assert_eq!(faults[0].line, 2, "{faults:?}");
}

#[test]
fn another_folder_than_the_id_is_a_fault() {
    let faults = read("octa", GOOD).expect_err("a fault");
    assert_eq!(faults[0].message, "the folder must be called okta");
}
