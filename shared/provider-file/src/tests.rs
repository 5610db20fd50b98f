//! Each fault is found, in its file and at its line.

use super::*;
use std::path::PathBuf;

/// The folder of every provider.
fn folders() -> Vec<PathBuf> {
    let all = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../providers")).unwrap();
    let mut folders: Vec<_> = all.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn okta() -> Files {
    let folders = folders();
    Files::of(folders.iter().find(|folder| folder.ends_with("okta")).unwrap()).unwrap()
}

/// The file of Okta that has this text, and the line of its first occurrence.
fn place_of(text: &str) -> (Part, usize) {
    let files = okta();
    let found = Part::ALL.into_iter().find_map(|part| Some((part, files.text(part)?.find(text)?)));
    let (part, at) = found.unwrap_or_else(|| panic!("`{text}` is in no file"));
    (part, lines::line_at(files.text(part).unwrap(), at))
}

/// The files of Okta after a change.
fn changed(before: &str, after: &str) -> Files {
    let mut files = okta();
    let (part, _) = place_of(before);
    let text = files.text(part).unwrap().replacen(before, after, 1);
    files.0[part as usize] = Some(text);
    files
}

/// The faults after a change.
fn faults(before: &str, after: &str) -> Vec<Fault> {
    read("okta", &changed(before, after)).expect_err("a fault")
}

fn fault((part, line): (Part, usize), message: &str) -> Fault {
    Fault { part, line, message: message.to_owned() }
}

#[test]
fn every_provider_has_no_fault() {
    assert!(!folders().is_empty());
    for folder in folders() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(read(&name, &Files::of(&folder).unwrap()).err(), None, "{name}");
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
        (token, "id = \"api token\"", token, "`api token` is not a field id: use letters and digits"),
        (
            "[login.okta.com](https://login.okta.com/)",
            "[login.okta.com](http://login.okta.com/)",
            "[login.okta.com](https",
            "the link `http://login.okta.com/` does not begin with https://",
        ),
        (
            "https://{instanceUrl.admin}/admin/access/api/tokens",
            "https://{apiToken}/x",
            "https://{instanceUrl.admin}",
            "`{apiToken}` is secret, and a link may be stored anywhere: leave it out",
        ),
        (
            "https://{instanceUrl.admin}/admin/access/api/tokens",
            "https://{instance.admin}/x",
            "https://{instanceUrl.admin}",
            "there is no field `instance.admin`; there are instanceUrl, apiToken, eventHookName",
        ),
        (
            "{instanceUrl}/api/v1/users/me",
            "{instanceUrl}/api/v1/users/{apiToken}",
            "{instanceUrl}/api/v1/users/me",
            "`{apiToken}` is secret, and a URL may be logged: send it in `secretHeaders`, or in the body of a `secret` probe",
        ),
        (
            "SSWS {apiToken}",
            "SSWS {token}",
            "SSWS {apiToken}",
            "`SSWS {token}` names a field that does not exist; there are instanceUrl, apiToken, eventHookName",
        ),
        (
            "shapes = [\"00{w40}\"]",
            "shapes = [\"00{z40}\"]",
            "shapes = [\"00{w40}\"]",
            "the shape `00{z40}` is not valid: a class is w, a, h, d or k, as in `key.{w8}.{w24}`; a shape is no regular expression",
        ),
        (
            "idleDays = 30, status",
            "idleDays = 0, status",
            "idleDays = 30, status",
            "a number of days is 1 to 400: the test clock moves no further",
        ),
        (
            "afterDays = 7, untilDays = 8",
            "afterDays = 8, untilDays = 8",
            "afterDays = 7, untilDays = 8",
            "the days end before they begin, so the rule never counts",
        ),
        ("page = 50", "page = 101", "page = 50", "a page has from 1 to 100 events"),
        ("page = 50", "page = 5", "page = 50", "the request does not ask for so many events"),
        (
            "{firstIso-10d}",
            "{firstIso-10}",
            "{firstIso-10d}",
            "a time is written {now+3d}, {iso+3d}, {first+3d} or {firstIso+3d}",
        ),
    ] {
        let found = faults(before, after);
        let added = after.matches('\n').count().saturating_sub(before.matches('\n').count());
        let (part, line) = place_of(at);
        assert!(found.contains(&fault((part, line + added), sentence)), "{after}: {found:?}");
    }
}

#[test]
fn a_missing_message_is_a_fault_with_its_line() {
    let before = "message = \"There is no Okta organization at this domain.\"";
    let found = faults(before, "message = \" \"");
    assert_eq!(found, [fault(place_of(before), "the `message` is empty: state the cause")]);
    let found = faults(before, "");
    assert_eq!(found.len(), 1);
    // At the line of its rule.
    assert_eq!(found[0].message, "the `message` is empty: state the cause");
    assert!(found[0].part == Part::Verify && found[0].line > 1, "{found:?}");
}

#[test]
fn the_secret_of_a_push_channel_is_sent_only_with_the_secrets_of_the_key() {
    let create = "request = \"POST {instanceUrl}/api/v1/eventHooks\"\nsecret = true";
    let text = okta().text(Part::Lifecycle).unwrap().to_owned();
    let (before, rest) = text.split_once(create).unwrap();
    let body = before.len() + create.len() + rest.find("body.json").unwrap();
    let found = faults(create, &create.replace("true", "false"));
    let place = (Part::Lifecycle, lines::line_at(&text, body));
    assert_eq!(found, [fault(place, "the body has a secret, so the step must be `secret`")]);
    let extract = "\"hook.id\" = \"[channel.config.uri={hook.uri}].id\"";
    for given in ["hook.secret", "hook.uri", "hook.name"] {
        let found = faults(extract, &extract.replacen("hook.id", given, 1));
        let sentence = format!("`{given}` is given; choose another `hook.<word>`");
        // At the line of the table.
        let (part, line) = place_of(extract);
        assert_eq!(found, [fault((part, line - 1), &sentence)]);
    }
}

#[test]
fn invalid_toml_is_a_fault_in_its_file_at_its_line() {
    for part in Part::ALL {
        let mut files = okta();
        files.0[part as usize] = Some("id = \"okta\"\nname = ".to_owned());
        let faults = read("okta", &files).expect_err("a fault");
        assert_eq!((faults[0].part, faults[0].line, faults.len()), (part, 2, 1), "{faults:?}");
    }
}

#[test]
fn every_file_can_be_wrong_at_once() {
    let mut files = okta();
    for text in files.0.iter_mut().flatten() {
        text.insert_str(0, "oops = 1\n");
    }
    let faults = read("okta", &files).expect_err("a fault");
    assert_eq!(faults, Part::ALL.map(|part| fault((part, 1), "there is no key `oops`")));
    assert_eq!(faults[1].to_string(), "verify.toml:1: there is no key `oops`");
}

#[test]
fn a_missing_file_is_a_fault_that_names_its_purpose() {
    for part in Part::ALL.into_iter().filter(|part| !part.is_optional()) {
        let mut files = okta();
        files.0[part as usize] = None;
        let faults = read("okta", &files).expect_err("a fault");
        assert_eq!(faults, [fault((part, 1), &part.missing())]);
    }
    assert_eq!(
        Fault { part: Part::Verify, line: 1, message: Part::Verify.missing() }.to_string(),
        "verify.toml:1: this file is missing; it describes how a key is verified, and what each response means"
    );
}

#[test]
fn a_key_in_the_wrong_file_is_a_fault_that_names_the_right_one() {
    let name = "name = \"Okta\"\n";
    let mut files = changed(name, "");
    let verify = files.0[Part::Verify as usize].as_mut().unwrap();
    verify.insert_str(0, name);
    let faults = read("okta", &files).expect_err("a fault");
    assert_eq!(faults, [fault((Part::Verify, 1), "`name` belongs in provider.toml: move it there")]);

    let header = "[rateLimit]\nresetHeader = \"x\"\nunitMs = 1\n";
    let mut files = okta();
    files.0[Part::TestMode as usize].as_mut().unwrap().push_str(header);
    let faults = read("okta", &files).expect_err("a fault");
    let [only] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!(
        (only.part, only.message.as_str()),
        (Part::TestMode, "`rateLimit` belongs in verify.toml: move it there")
    );
}

#[test]
fn another_folder_than_the_id_is_a_fault() {
    let faults = read("octa", &okta()).expect_err("a fault");
    assert_eq!(faults, [fault(place_of("id = \"okta\""), "the folder must be named okta")]);
}

#[test]
fn each_key_of_the_format_is_in_one_file() {
    let provider = serde_json::to_value(read("okta", &okta()).unwrap()).unwrap();
    let mut format: Vec<_> = provider.as_object().unwrap().keys().map(String::as_str).collect();
    format.retain(|key| *key != "testMode");
    format.extend(provider["testMode"].as_object().unwrap().keys().map(String::as_str));
    format.sort_unstable();
    let mut keys: Vec<_> = Part::ALL.iter().flat_map(|part| part.keys().iter().copied()).collect();
    keys.sort_unstable();
    assert_eq!(keys, format);
}

#[test]
fn how_a_provider_is_found_is_bounded_and_of_closed_lists() {
    let name = "description = \"Sign-in and user management\"";
    let aliases = "aliases = [\"Okta Workforce Identity\", \"Workforce Identity Cloud\"]";
    let categories = "categories = [\"identity\"]";
    let seven = format!("aliases = [{}]", "\"a\", ".repeat(7));
    for (before, after, sentence) in [
        (name, "description = \"Sign-in.\"", "a description has from 1 to 60 characters and no full stop"),
        (name, "description = \"  \"", "a description has from 1 to 60 characters"),
        (name, &format!("description = \"{}\"", "a".repeat(61)), "a description has from 1 to 60 characters"),
        (name, &format!("{name}\ncolor = \"#1f6feb\""), "a color is six hexadecimal digits in lower case"),
        (name, &format!("{name}\ncolor = \"1F6FEB\""), "a color is six hexadecimal digits in lower case"),
        (aliases, &seven, "there are too many: a provider has at most 6 aliases"),
        (aliases, "aliases = [\"OKTA\"]", "`OKTA` is the name or another alias: remove it"),
        (aliases, "aliases = [\"one\", \"One\"]", "`One` is the name or another alias: remove it"),
        (aliases, "aliases = [\" one\"]", "an alias has from 1 to 40 characters, and no space around them"),
        (
            categories,
            "categories = [\"other\"]",
            "there is no category `other`; there are identity, source-control",
        ),
        (categories, "categories = []", "a provider has one category or two different ones"),
        (
            categories,
            "categories = [\"identity\", \"identity\"]",
            "a provider has one category or two different ones",
        ),
        (
            categories,
            "categories = [\"identity\", \"ai\", \"hr\"]",
            "a provider has one category or two different ones",
        ),
    ] {
        let found = faults(before, after);
        let (part, line) = place_of(before);
        let at = |fault: &Fault| (fault.part, fault.line) == (part, line) || after.contains("color");
        assert!(
            found.iter().any(|fault| at(fault) && fault.message.starts_with(sentence)),
            "{after}: {found:?}"
        );
    }
    for (before, after) in [
        (aliases, ""),
        (name, &*format!("{name}\ncolor = \"1f6feb\"")),
        (categories, "categories = [\"identity\", \"security\"]"),
    ] {
        assert_eq!(read("okta", &changed(before, after)).err(), None, "{after}");
    }
}

#[test]
fn a_provider_says_how_its_facts_are_known_and_whose_key_it_is_or_that_nothing_does() {
    let confidence = "confidence = \"specification\"";
    let message =
        |found: &[Fault]| found.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>().join("\n");
    assert!(message(&faults(confidence, "")).contains("the key `confidence` is missing here: add it"));
    assert!(
        message(&faults(confidence, "confidence = \"memory\"")).contains(
            "`memory` is not one of the words for this key: specification, documentation, secondary"
        )
    );
    let anonymous = format!("{confidence}\nanonymous = true");
    assert!(
        message(&faults(confidence, &anonymous))
            .contains("so a response says whose key it is: remove `anonymous`")
    );
    let mut files = okta();
    let verify = files.0[Part::Verify as usize].as_mut().unwrap();
    for name in ["identity.id", "organization.id", "key.id"] {
        *verify = verify.replace(name, "note.x");
    }
    assert!(message(&read("okta", &files).expect_err("a fault")).contains("or say `anonymous = true`"));
}

/// A plain `verify.toml` for the fields of Okta.
const PLAIN: &str = r#"
confidence = "specification"
secretHeaders = { Authorization = "SSWS {apiToken}" }
rateLimit = { resetHeader = "x-rate-limit-reset", unitMs = 1000 }
check = { probes = ["identity"], fullEveryDays = 7 }

[[probes]]
id = "identity"
title = "API token accepted"
request = "GET {instanceUrl}/api/v1/users/me"
secret = true
extract = { "identity.id" = "id" }

[[responses]]
status = ["401"]
ending = "rejected"
field = "apiToken"
code = "key_rejected"
message = "Okta does not accept this token."
fix = "Create a new one."
"#;

/// The faults of a provider with the plain file, after changes to it.
fn messages(changes: &[(&str, &str)]) -> String {
    let mut files = okta();
    files.0[Part::Verify as usize] = Some(PLAIN.to_owned());
    files.0[Part::Lifecycle as usize] = None;
    for (before, after) in changes {
        let text = files.0.iter_mut().flatten().find(|text| text.contains(before));
        let text = text.unwrap_or_else(|| panic!("`{before}` is in no file"));
        *text = text.replacen(before, after, 1);
    }
    let found = read("okta", &files).err().unwrap_or_default();
    found.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>().join("\n")
}

const HEADER: &str = "Authorization = \"SSWS {apiToken}\"";
const EXTRACT: &str = "\"identity.id\" = \"id\"";
const IDENTITY: &str = "request = \"GET {instanceUrl}/api/v1/users/me\"\nsecret = true";

#[test]
fn secret_headers_name_fields_and_tokens_that_are_known() {
    let own = |headers: &str| format!("{IDENTITY}\nsecretHeaders = {headers}");
    let exchange = "[[probes]]\nid = \"exchange\"\ntitle = \"Token\"\nrequest = \"POST {instanceUrl}/token\"\nsecret = true\n\
        secretHeaders = { Authorization = { user = \"x\", password = \"{apiToken}\" } }\ntoken = \"access_token\"\n";
    let identity = "[[probes]]\nid = \"identity\"";
    let with = |exchange: &str| format!("{exchange}\n{identity}");
    let check = ("probes = [\"identity\"]", "probes = [\"exchange\", \"identity\"]");
    let bearer = "Authorization = \"Bearer {token}\"";
    for (changes, sentence) in [
        (
            vec![(HEADER, "Authorization = { user = \"x:{apiToken}\", password = \"\" }".to_owned())],
            "the user of Basic authentication has no colon",
        ),
        (
            vec![(HEADER, "Authorization = { user = \"x\", password = \"y\" }".to_owned())],
            "Basic authentication needs a placeholder",
        ),
        (
            vec![(HEADER, "Authorization = { user = \"{nobody}\", password = \"{apiToken}\" }".to_owned())],
            "`{nobody}` names a field that does not exist",
        ),
        (
            vec![(HEADER, "Authorization = { user = \"x\" }".to_owned())],
            "a secret header is a text, or a table of `user` and `password`",
        ),
        (
            vec![(HEADER, format!("{HEADER}, X-Hook = \"for {{eventHookName}}\""))],
            "the field `eventHookName` may be empty: let the header be nothing but `{eventHookName}`",
        ),
        (vec![(HEADER, format!("{HEADER}, X-Hook = \"{{eventHookName}}\""))], ""),
        (
            vec![(
                HEADER,
                "Authorization = { user = \"{eventHookName}\", password = \"{apiToken}\" }".to_owned(),
            )],
            "the field `eventHookName` may be empty, so it cannot be in Basic authentication",
        ),
        (vec![(IDENTITY, own("{ X-Key = \"{apiToken}\" }"))], ""),
        (vec![(IDENTITY, own("{ X-Key = \"{token}\" }"))], "`{token}` names a field that does not exist"),
        (
            vec![(IDENTITY, own("{ X-Key = \"{apiToken}\" }").replace("secret = true\n", ""))],
            "`secretHeaders` of one request need `secret = true`",
        ),
        (vec![(identity, with(exchange)), (check.0, check.1.to_owned()), (HEADER, bearer.to_owned())], ""),
        (
            vec![(identity, with(exchange)), (HEADER, bearer.to_owned())],
            "`exchange` is missing: the other requests need its token",
        ),
        (
            vec![
                (identity, with(&exchange.replace("secret = true\n", "secret = true\noptional = true\n"))),
                (check.0, check.1.to_owned()),
            ],
            "a probe with `token` is required, and `secret`",
        ),
        (
            vec![
                (identity, with(&exchange.replace("\"access_token\"", "\"{identity.id}\""))),
                (check.0, check.1.to_owned()),
            ],
            "`token` cannot use a finding",
        ),
        (
            vec![
                (
                    identity,
                    with(&exchange.replace(
                        "secretHeaders = { Authorization = { user = \"x\", password = \"{apiToken}\" } }\n",
                        "",
                    )),
                ),
                (check.0, check.1.to_owned()),
                (HEADER, bearer.to_owned()),
            ],
            "this probe needs `secretHeaders` of its own, or a secret in its body",
        ),
        (
            vec![
                (identity, with(&exchange.replace("GET {instanceUrl}/token", "x"))),
                (check.0, check.1.to_owned()),
                (IDENTITY, own("{ X-Key = \"{token}\" }")),
            ],
            "",
        ),
        (
            vec![
                (
                    identity,
                    with(&format!(
                        "{}{exchange}",
                        exchange
                            .replace("\"exchange\"", "\"early\"")
                            .replace("token = \"access_token\"\n", "")
                            .replace("{apiToken}", "{token}")
                    )),
                ),
                (check.0, check.1.to_owned()),
            ],
            "`{token}` is not known yet: move this probe below",
        ),
        (
            vec![
                (
                    identity,
                    with(&format!(
                        "{exchange}responses = [{{ status = [\"204\"], ending = \"accepted\" }}]\n"
                    )),
                ),
                (check.0, check.1.to_owned()),
            ],
            "a probe with `token` needs the token",
        ),
    ] {
        let changes: Vec<_> = changes.iter().map(|(before, after)| (*before, after.as_str())).collect();
        let found = messages(&changes);
        let right = if sentence.is_empty() { found.is_empty() } else { found.contains(sentence) };
        assert!(right, "{changes:?}: {found}");
    }
}

#[test]
fn probes_that_stand_for_one_another_are_required_ones_in_a_row() {
    let second = |more: &str| {
        format!(
            "[[probes]]\nid = \"second\"\ntitle = \"Second\"\nrequest = \"GET {{instanceUrl}}/me\"\nsecret = true\n{more}\n\n[[probes]]\nid = \"identity\""
        )
    };
    let (first, group) = ("[[probes]]\nid = \"identity\"", format!("{IDENTITY}\noneOf = \"key\""));
    let check = "probes = [\"identity\"]";
    for (changes, sentence) in [
        (
            vec![
                (first, second("oneOf = \"key\"")),
                (IDENTITY, group.clone()),
                (check, "probes = [\"second\", \"identity\"]".to_owned()),
            ],
            "",
        ),
        (
            vec![(first, second("oneOf = \"key\"")), (IDENTITY, group.clone())],
            "`check.probes` names some probes of this group",
        ),
        (vec![(IDENTITY, group.clone())], "no other probe has `oneOf = \"key\"`"),
        (vec![(IDENTITY, group.replace("\"key\"", "\"two words\""))], "a group is named by a word"),
        (
            vec![(first, second("oneOf = \"key\"\noptional = true")), (IDENTITY, group.clone())],
            "an optional probe is in no group",
        ),
        (
            vec![
                (
                    first,
                    format!("{}\n", second("oneOf = \"key\"").replace("[[probes]]\nid = \"identity\"", ""))
                        + &second("").replace("\"second\"", "\"between\""),
                ),
                (IDENTITY, group.clone()),
            ],
            "the probes of a group follow one another",
        ),
        (
            vec![(IDENTITY, format!("{IDENTITY}\nwhen = {{ \"note.x\" = [\"1\"] }}"))],
            "a required probe has a condition only in a group",
        ),
        (
            vec![
                (first, second("oneOf = \"key\"\nwhen = { \"shape.apiToken\" = [\"0\"] }")),
                (IDENTITY, group.clone()),
                (check, "probes = [\"second\", \"identity\"]".to_owned()),
            ],
            "",
        ),
        (
            vec![
                (first, second("oneOf = \"key\"\nwhen = { \"shape.instanceUrl\" = [\"0\"] }")),
                (IDENTITY, group),
            ],
            "there is no field `instanceUrl` with `shapes`",
        ),
    ] {
        let changes: Vec<_> = changes.iter().map(|(before, after)| (*before, after.as_str())).collect();
        let found = messages(&changes);
        let right = if sentence.is_empty() { found.is_empty() } else { found.contains(sentence) };
        assert!(right, "{changes:?}: {found}");
    }
}

#[test]
fn each_ending_has_what_it_needs_and_nothing_more() {
    let rule = |rule: &str| format!("{IDENTITY}\nresponses = [{{ status = [\"403\"], {rule} }}]");
    let says = "message = \"The key works.\", fix = \"Nothing to do.\"";
    for (after, sentence) in [
        (rule("ending = \"accepted\""), ""),
        (rule("ending = \"accepted\", code = \"rights_unknown\""), "an accepted response says nothing"),
        (rule(&format!("ending = \"accepted\", {says}")), "an accepted response says nothing"),
        (rule(&format!("ending = \"warned\", code = \"rights_unknown\", {says}")), ""),
        (rule(&format!("ending = \"warned\", code = \"insufficient_rights\", {says}")), ""),
        (
            rule(&format!("ending = \"warned\", code = \"personal_key\", {says}")),
            "a required probe continues with a warning about rights",
        ),
        (
            rule(&format!("ending = \"ignored\", code = \"rights_unknown\", {says}")),
            "a required probe cannot continue after this response",
        ),
        (rule(&format!("ending = \"rejected\", field = \"apiToken\", {says}")), "this ending needs a `code`"),
        (
            rule("ending = \"rejected\", field = \"apiToken\", code = \"key_rejected\""),
            "the `message` is empty",
        ),
    ] {
        let found = messages(&[(IDENTITY, &after)]);
        let right = if sentence.is_empty() { found.is_empty() } else { found.contains(sentence) };
        assert!(right, "{after}: {found}");
    }
    let common = "[[responses]]\nstatus = [\"418\"]\nending = \"accepted\"\n\n[[responses]]";
    assert!(
        messages(&[("[[responses]]", common)])
            .contains("only a probe's own responses can let the verification continue")
    );
}

#[test]
fn what_is_extracted_and_when_to_try_again_is_written_as_it_is_read() {
    let extract = |value: &str| format!("{EXTRACT}, \"note.x\" = {value}");
    let rate = "resetHeader = \"x-rate-limit-reset\", unitMs = 1000";
    for (before, after, sentence) in [
        (EXTRACT, extract("{ header = \"x-scopes\", split = \",\" }"), ""),
        (EXTRACT, extract("{ path = \"scope\", split = \" \" }"), ""),
        (EXTRACT, extract("{ path = \"scope\", header = \"x-scopes\" }"), "a `path` or a `header`, not both"),
        (EXTRACT, extract("{ header = \"X-Scopes\" }"), "write the header `X-Scopes` in lower case"),
        (EXTRACT, extract("{ path = \"scope\", split = \"\" }"), "`split` is what separates the texts"),
        (EXTRACT, extract("{ split = \" \" }"), "the path `` is not valid"),
        (EXTRACT, extract("{ path = \"scope\", spilt = \" \" }"), "an extraction is a path, or a table"),
        (rate, "resetHeader = \"x-rate-limit-reset\", reset = \"seconds\"".to_owned(), ""),
        (rate, "resetHeader = \"x-rate-limit-reset\"".to_owned(), ""),
        (rate, "resetHeader = \"x-rate-limit-reset\", reset = \"date\"".to_owned(), ""),
        (rate, format!("{rate}, reset = \"date\""), "with `reset = \"seconds\"` or `\"date\"`, leave it out"),
        (rate, format!("{rate}, reset = \"seconds\""), "with `reset = \"seconds\"` or"),
        (rate, rate.replace("1000", "60"), "`unitMs` is 1000 for epoch seconds or 1 for epoch milliseconds"),
        (rate, rate.replace("x-rate", "X-Rate"), "write the header `X-Rate-limit-reset` in lower case"),
    ] {
        let found = messages(&[(before, &after)]);
        let right = if sentence.is_empty() { found.is_empty() } else { found.contains(sentence) };
        assert!(right, "{after}: {found}");
    }
}

/// The files of a provider with regions and a choice, after changes in its `provider.toml` and `verify.toml`.
fn with_choices(field: &str, choices: &str) -> Vec<String> {
    let mut files = okta();
    let provider = files.0[Part::Provider as usize].as_mut().unwrap();
    let more = format!("{field}\n\n[guide]");
    *provider = provider.replacen("\n[guide]", &format!("\n{more}"), 1);
    let verify = files.0[Part::Verify as usize].as_mut().unwrap();
    let key = "id = \"identity\"\n";
    assert!(verify.contains(key), "{verify}");
    *verify = verify.replacen(key, &format!("{key}{choices}\n"), 1);
    let faults = read("okta", &files).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.message).collect()
}

#[test]
fn a_region_and_a_choice_are_checked() {
    let choice = "[[fields]]\nid = \"team\"\nlabel = \"Team\"\nchoice = true\n[fields.parse]\nkind = \"id\"\nphrase = \"a team\"\nmax = 9";
    let lists = r#"choices = { field = "team", path = "teams.[]", id = "id", name = "name" }"#;
    let site = r#"[[fields]]
id = "site"
label = "Site"
optional = true
[fields.parse]
kind = "host"
phrase = "a site"
max = 99
regions = [{ label = "US", host = "api.a.com", from = ["app.a.com"] }, { label = "EU", host = "api.a.eu", from = ["*.eu.a.com"] }]"#;
    assert_eq!(with_choices(choice, lists), Vec::<String>::new());
    assert_eq!(with_choices(site, ""), Vec::<String>::new());
    for (field, choices, fault) in [
        (choice.to_owned(), "", "exactly one probe needs `choices` for this field"),
        (
            choice.replace("choice = true\n", "optional = true\n"),
            lists,
            "there is no field `team` with `choice = true`",
        ),
        (
            choice.replace("choice = true\n", "choice = true\nsecret = true\n"),
            lists,
            "a `choice` has the kind `id` and is not secret",
        ),
        (
            choice.replace("\"id\"\nphrase", "\"text\"\nphrase"),
            lists,
            "a `choice` has the kind `id` and is not secret",
        ),
        (
            choice.replace("choice = true\n", "choice = true\nadvanced = true\noptional = true\n"),
            lists,
            "a `choice` is asked for by itself, so it is neither `advanced` nor `inferred`",
        ),
        (site.replace("label = \"EU\"", "label = \"us\""), "", "another region is called `us`"),
        (site.replace("api.a.eu", "api.a.com"), "", "another region has the host `api.a.com`"),
        (site.replace("*.eu.a.com", "app.a.com"), "", "`app.a.com` leads to another region too"),
        (site.replace("*.eu.a.com", "api.a.com"), "", "`api.a.com` leads to another region too"),
        (site.replace("*.eu.a.com", "app.*.com"), "", "`app.*.com` is not a public host, or `*.` and one"),
        (site.replace("api.a.eu", "api.internal"), "", "`api.internal` is not a public host"),
        (
            site.replace("max = 99", "max = 99\ndefault = \"app.a.com\""),
            "",
            "the `default` must be one of `hosts`, or the `host` of a region",
        ),
        (
            site.replace("max = 99", "max = 99\nsuffixes = [\"a.com\"]"),
            "",
            "a choice of `regions` has no `suffixes`, `within` or `path`",
        ),
        (
            site.replace("max = 99", "max = 99\nhosts = [\"b.com\"]"),
            "",
            "each of `hosts` must be the `host` of a region: a choice has no other",
        ),
        (
            site.replace("max = 99", "max = 99\npath = true"),
            "",
            "only a host may have a `path`, and only with `ownHosts = \"selfManaged\"`",
        ),
    ] {
        let found = with_choices(&field, choices);
        assert!(found.iter().any(|message| message == fault), "{fault}: {found:?}");
    }
}

#[test]
fn a_light_check_sends_what_its_probes_need() {
    let identity = "[[probes]]\nid = \"identity\"";
    let first = "[[probes]]\nid = \"first\"\ntitle = \"First\"\nrequest = \"GET {instanceUrl}/first\"\nsecret = true\n\
        extract = { \"note.id\" = \"id\" }\n";
    let with_first = [first, identity].concat();
    let request = ("GET {instanceUrl}/api/v1/users/me", "GET {instanceUrl}/api/v1/users/{note.id}");
    let alone = messages(&[(identity, &with_first), request]);
    assert!(alone.contains("`identity` needs `note.id`, so list the probe that extracts it too"), "{alone}");
    let both = ("probes = [\"identity\"]", "probes = [\"first\", \"identity\"]");
    assert_eq!(messages(&[(identity, &with_first), request, both]), "");
}

#[test]
fn what_a_newcomer_mistypes_gets_a_sentence_that_says_what_to_write() {
    let own_header = "[secretHeaders]\nAuthorization = \"SSWS {apiToken}\"";
    for (before, after, sentence) in [
        ("name = \"Okta\"", "name = “Okta”", "this line is not TOML, and it has a curly quote, `“`"),
        (
            "secret = true",
            "secret = \"yes\"",
            "string \"yes\" cannot stand here: write `true` or `false`, without quotes",
        ),
        ("status = [\"401\"", "status = [401", "integer `401` cannot stand here: write a text in quotes"),
        (
            "categories = [\"identity\"]",
            "categories = \"identity\"",
            "write a list in square brackets, even of one",
        ),
        (
            "updated = \"",
            "updated = 2026-11-28 # \"",
            "a table, or a date without quotes, cannot stand here: write a text in quotes",
        ),
        ("max = 2048", "max = \"2048\"", "string \"2048\" cannot stand here: write a number, without quotes"),
        (
            "code = \"key_rejected\"",
            "code = \"forbidden\"",
            "`forbidden` is not one of the words for this key: key_rejected, key_expired,",
        ),
        (
            "secret = true",
            "secret = true\nownHosts = \"selfManaged\"",
            "it belongs at the top of provider.toml, above the first `[…]`",
        ),
        (
            "method = \"",
            "method = \"the-",
            "there are api-key, api-token, access-token, basic, client-credentials",
        ),
        (
            "\"okta.com\"",
            "\"https://okta.com\"",
            "is not a public domain: write the name alone, without `https://` and path",
        ),
        (
            "GET {instanceUrl}/api",
            "GET https://{instanceUrl}/api",
            "to a host field, `{instanceUrl}/…`, without `https://`, or to a fixed host",
        ),
        ("GET {instanceUrl}/api/v1/users/me", "GET {instanceUrl}/api/v1/users/{me", "a `{` has no `}`"),
        ("SSWS {apiToken}", "SSWS {apiToken", "a `{` of `SSWS {apiToken` has no `}`"),
        (own_header, "[secretHeaders]\nAuthorization = \"basic\"", "no request carries `{apiToken}`"),
        (
            EXTRACT,
            "\"identity.id\" = \"$.id\"",
            "the path `$.id` is not valid: it is member names separated by dots",
        ),
        (
            EXTRACT,
            "\"identity.idd\" = \"id\"",
            "use `note.<word>` for your own, or identity.id, identity.login,",
        ),
    ] {
        let found = faults(before, after);
        assert!(found.iter().any(|fault| fault.message.contains(sentence)), "{after}: {found:?}");
        assert!(found.iter().all(|fault| fault.line > 1), "{after}: {found:?}");
    }
}

#[test]
fn a_shape_that_cannot_be_read_is_one_fault_and_not_one_of_each_test_value() {
    let found = faults("shapes = [\"00{w40}\"]", "shapes = [\"00{w40\"]");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains("a brace is not closed"), "{found:?}");
    let found = faults("shapes = [\"00{w40}\"]", "");
    assert!(
        found.iter().any(|fault| fault.message.starts_with("`*` needs `shapes` in the field `apiToken`")),
        "{found:?}"
    );
}

#[test]
fn the_codes_of_a_provider_file_are_codes_of_the_api_and_enough_for_every_provider() {
    let all: Vec<&str> = latchkey_shared::ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for code in CODES {
        assert!(all.contains(&code), "{code}");
    }
    for folder in folders() {
        let files = Files::of(&folder).unwrap();
        for part in [Part::Verify, Part::TestMode, Part::Lifecycle] {
            let text = files.text(part).unwrap_or_default();
            for rest in text.split("code = \"").skip(1) {
                let code = rest.split('"').next().unwrap();
                assert!(CODES.contains(&code), "{}/{}: {code}", folder.display(), part.file());
            }
        }
    }
}
