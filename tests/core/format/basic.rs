//! Secret headers: Basic authentication, headers of one request alone, and those that are left out.

use super::*;
use latchkey_edge::verify::preview;

const ME: &str = "GET https://acme.example.com/me";

/// The secret headers of the provider, and the probe.
fn with_headers(headers: &str) -> &'static Provider {
    made(&format!("secretHeaders = {headers}\n{}", probe(OWNER)))
}

/// The headers of the one request that is sent for these values.
fn sent(provider: &'static Provider, values: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    let fake = FakeProvider::default();
    fake.answer(ME, 200, r#"{"id":"u1"}"#);
    let offered = offered(provider);
    let credential = credential(&offered, KEY, values);
    assert_eq!(said(&verified(&fake, &offered, credential, false)), "accepted");
    fake.seen().pop().unwrap().headers
}

#[test]
fn basic_authentication_is_the_base64_of_user_and_password() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    for (header, email, pair) in [
        (
            "{ user = \"{email}/token\", password = \"{apiKey}\" }",
            "ada@example.com",
            format!("ada@example.com/token:{KEY}"),
        ),
        ("{ user = \"{apiKey}\", password = \"\" }", "", format!("{KEY}:")),
        ("{ user = \"\", password = \"{apiKey}\" }", "", format!(":{KEY}")),
        ("{ user = \"x\", password = \"a:{apiKey}\" }", "", format!("x:a:{KEY}")),
    ] {
        let provider = if email.is_empty() {
            with_headers(&format!("{{ Authorization = {header} }}"))
        } else {
            required_email(header)
        };
        let values: &[_] = if email.is_empty() { &[] } else { &[("email", email)] };
        let expected = format!("Basic {}", STANDARD.encode(pair));
        assert_eq!(sent(provider, values)["authorization"], expected, "{header}");
    }
}

/// As [`with_headers`], but the e-mail address must be given.
fn required_email(header: &str) -> &'static Provider {
    let asked = ASKED.replace("label = \"E-mail\"\noptional = true", "label = \"E-mail\"");
    let asked = asked.replace("[[guide.sections.steps]]\nfield = \"apiKey\"", "[[guide.sections.steps]]\nfield = \"email\"\ntitle = \"E-mail\"\n\n[[guide.sections.steps]]\nfield = \"apiKey\"");
    let verify = format!(
        "confidence = \"secondary\"\nsecretHeaders = {{ Authorization = {header} }}\n{}",
        probe(OWNER)
    );
    let files = [Some(asked), Some(verify), Some(TESTED.to_owned()), None];
    Box::leak(Box::new(read("acme", &Files(files)).unwrap()))
}

#[test]
fn a_user_with_a_colon_is_refused_on_its_field_and_nothing_is_sent() {
    let provider = required_email("{ user = \"{email}\", password = \"{apiKey}\" }");
    let offered = offered(provider);
    let fake = FakeProvider::default();
    let wrong = credential(&offered, KEY, &[("email", "ada:secret")]);
    assert_eq!(said(&verified(&fake, &offered, wrong, false)), "rejected text_malformed email");
    assert!(fake.seen().is_empty());
}

#[test]
fn a_header_that_is_nothing_but_an_empty_optional_field_is_left_out() {
    let provider = with_headers("{ Authorization = \"Bearer {apiKey}\", X-Org = \"{orgId}\" }");
    let headers = sent(provider, &[]);
    assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
    assert!(!headers.contains_key("x-org"));
    assert_eq!(sent(provider, &[("orgId", "org1")])["x-org"], "org1");
}

#[test]
fn secret_headers_of_one_request_stand_in_the_place_of_the_providers() {
    for (own, header) in [
        ("{ X-Key = \"{apiKey}\" }", Some(("x-key", KEY))),
        ("{}", None),
        ("{ Authorization = \"Own {apiKey}\" }", Some(("authorization", "Own key-0123456789abcdefXYZ"))),
    ] {
        let provider = made(&format!(
            "secretHeaders = {{ Authorization = \"Bearer {{apiKey}}\" }}\n{}secretHeaders = {own}\n",
            probe(OWNER)
        ));
        let headers = sent(provider, &[]);
        let secrets: Vec<_> = headers.iter().filter(|(_, value)| value.contains(KEY)).collect();
        let secrets: Vec<_> = secrets.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(secrets, header.into_iter().collect::<Vec<_>>(), "{own}");
    }
}

#[test]
fn a_preview_of_basic_authentication_has_no_secret() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let provider = with_headers("{ Authorization = { user = \"x\", password = \"{apiKey}\" } }");
    let offered = offered(provider);
    let shown = preview(&offered, &credential(&offered, KEY, &[])).unwrap();
    assert_eq!(shown[0].headers["authorization"], format!("Basic {}", STANDARD.encode("x:<apiKey>")));
}

#[test]
fn a_secret_that_comes_back_in_the_form_in_which_it_was_sent_is_not_kept() {
    use base64::{Engine, engine::general_purpose as b64};
    let provider =
        with_headers("{ Authorization = { user = \"someone@example.com\", password = \"{apiKey}\" } }");
    let offered = offered(provider);
    let key = "key-0123+5678/9abcde%XY";
    let form = "key-0123%2B5678%2F9abcde%25XY";
    let pair = b64::STANDARD.encode(format!("someone@example.com:{key}"));
    let alone = b64::STANDARD.encode(key);
    for echo in [
        key.to_owned(),
        form.to_owned(),
        form.to_lowercase(),
        pair.clone(),
        format!("Basic {pair}"),
        alone.clone(),
    ] {
        for (status, body) in [
            (200, format!(r#"{{"id":"u1","login":"{echo}"}}"#)),
            (200, format!(r#"{{"id":"{echo}"}}"#)),
            (418, format!(r#"{{"code":"{echo}"}}"#)),
        ] {
            let fake = FakeProvider::default();
            fake.answer(ME, status, &body);
            let kept = everything(&verified(&fake, &offered, credential(&offered, key, &[]), false));
            for secret in [key, form, &form.to_lowercase(), &pair, &alone] {
                assert!(!kept.contains(secret), "{secret} after {body}: {kept}");
            }
        }
    }
}

#[test]
fn the_part_of_a_key_that_its_shape_marks_is_a_public_id_and_the_rest_is_not() {
    let shapes = "shapes = [\"key-{k19}\", \"old_{k16}\"]";
    assert!(ASKED.contains(shapes));
    let asked = ASKED.replace(shapes, "shapes = [\"(key-{a20}){k25}\", \"key-{k19}\", \"old_{k16}\"]");
    let verify = format!(
        "confidence = \"secondary\"\nsecretHeaders = {{ Authorization = \"{{apiKey}}\" }}\n{}",
        probe(OWNER)
    );
    let files = [Some(asked), Some(verify), Some(TESTED.to_owned()), None];
    let offered = offered(Box::leak(Box::new(read("acme", &Files(files)).unwrap())));
    let (id, rest) = ("key-0123456789abcdefghij", ".ABCDEFGHIJKLMNOPQRST0123");
    for (told, kept) in
        [(id, true), (rest, false), (&*[id, rest].concat(), false), (rest.trim_start_matches('.'), false)]
    {
        let fake = FakeProvider::default();
        fake.answer(ME, 200, &format!(r#"{{"id":"{told}"}}"#));
        let seen =
            everything(&verified(&fake, &offered, credential(&offered, &[id, rest].concat(), &[]), false));
        assert_eq!(seen.contains(told), kept, "{told}: {seen}");
    }
}
