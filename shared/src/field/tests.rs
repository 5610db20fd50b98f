//! Tables of pasted texts and the values that the parser reads from them.

use super::*;

pub(super) fn field(id: &str, kind: ParseKind) -> Field {
    Field {
        id: id.into(),
        label: "Field".into(),
        placeholder: None,
        help: None,
        secret: kind == ParseKind::Key,
        optional: false,
        inferred: false,
        advanced: false,
        choice: false,
        parse: Parse {
            kind,
            phrase: "an Okta API token".into(),
            suffixes: vec!["okta.com".into(), "oktapreview.com".into()],
            hosts: Vec::new(),
            default: None,
            custom: false,
            unlisted: Vec::new(),
            reserved: vec!["login".into()],
            admin_suffix: Some("-admin".into()),
            regions: Vec::new(),
            path: false,
            schemes: vec!["SSWS".into()],
            shapes: vec!["00{w40}".into()],
            after: None,
            within: Vec::new(),
            mistaken_for: vec![LookAlike {
                shape: "00T{w17}".into(),
                message: "An id.".into(),
                fix: "No.".into(),
            }],
            max: 300,
        },
    }
}

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

#[test]
fn a_host_is_read_out_of_what_people_paste() {
    let host = field("host", ParseKind::Host);
    for input in [
        "acme.okta.com",
        " acme.okta.com\n",
        "ACME.Okta.com",
        "acme.okta.com.",
        "https://acme.okta.com",
        "http://acme.okta.com/",
        "https://acme.okta.com/app/UserHome?iss=x#y",
        "acme.okta.com:443",
        "http://acme.okta.com:80",
        "//acme.okta.com",
        "\"acme.okta.com\"",
        "“https://acme.okta.com”",
        "<https://acme.okta.com>",
        "acme-admin.okta.com",
        "https://acme-admin.okta.com/admin/dashboard",
        "\u{feff}acme.okta.com\u{200b}",
        "acme.okta.com\\x",
        "acme.okta.com:",
    ] {
        assert_eq!(
            host.parse(input).map(|parsed| parsed.value),
            Ok("https://acme.okta.com".into()),
            "{input:?}"
        );
    }
}

#[test]
fn changes_are_reported() {
    let host = field("host", ParseKind::Host);
    assert_eq!(host.parse("acme.okta.com").unwrap().changes, Vec::<Sentence>::new());
    assert_eq!(host.parse("https://acme.okta.com/x").unwrap().changes, ["Read as acme.okta.com."]);
    assert_eq!(
        host.parse(" https://acme-admin.okta.com ").unwrap().changes,
        ["Removed the spaces around it.", "Changed the admin console’s address to acme.okta.com."]
    );
}

#[test]
fn no_host_outside_the_rule_is_ever_read() {
    use ErrorCode::{FieldRequired, HostIsAddress, HostMalformed, HostNotAllowed};
    let host = field("host", ParseKind::Host);
    for (input, code) in [
        ("", FieldRequired),
        ("   ", FieldRequired),
        ("\u{200b}", FieldRequired),
        ("\"\"", FieldRequired),
        ("evil.example", HostNotAllowed),
        ("okta.com", HostNotAllowed),
        ("login.okta.com", HostNotAllowed),
        ("acme.okta.com.evil.example", HostNotAllowed),
        ("acmeokta.com", HostNotAllowed),
        ("a.b.okta.com", HostNotAllowed),
        ("evil.example/acme.okta.com", HostNotAllowed),
        ("evil.example?acme.okta.com", HostNotAllowed),
        ("evil.example#.okta.com", HostNotAllowed),
        ("evil.example\\.okta.com", HostNotAllowed),
        ("127.0.0.1", HostIsAddress),
        ("http://169.254.169.254", HostIsAddress),
        ("http://169.254.169.254/latest/meta-data", HostIsAddress),
        ("2130706433", HostIsAddress),
        ("0x7f.1", HostIsAddress),
        ("0x7f000001", HostIsAddress),
        ("127.1", HostIsAddress),
        ("[::1]", HostIsAddress),
        ("https://[::1]:8443/", HostIsAddress),
        ("::1", HostIsAddress),
        ("::ffff:127.0.0.1", HostIsAddress),
        ("localhost", HostIsAddress),
        ("http://localhost:8080", HostIsAddress),
        ("x.localhost", HostIsAddress),
        ("acme", HostMalformed),
        ("127.0.0.1:8443", HostIsAddress),
        ("acme.okta.com:8443", HostMalformed),
        ("user@acme.okta.com", HostMalformed),
        ("https://user:pw@acme.okta.com", HostMalformed),
        ("ada@example.com", HostMalformed),
        ("ftp://acme.okta.com", HostMalformed),
        ("javascript://acme.okta.com", HostMalformed),
        ("acme..okta.com", HostMalformed),
        (".okta.com", HostMalformed),
        ("-acme.okta.com", HostMalformed),
        ("acme-.okta.com", HostMalformed),
        ("acmé.okta.com", HostMalformed),
        ("acme.оkta.com", HostMalformed),
        ("acme%2eokta.com", HostMalformed),
        ("acme_x.okta.com", HostMalformed),
        ("{yourOktaDomain}", HostMalformed),
        ("https://", HostMalformed),
    ] {
        let error = host.parse(input).expect_err(input);
        assert_eq!(
            (error.code, error.field.as_deref()),
            (code, Some("host")),
            "{input:?}: {}",
            error.message
        );
        assert!(!error.fix.to_string().is_empty(), "{input:?}");
    }
}

#[test]
fn a_host_read_once_reads_the_same_again() {
    let host = field("host", ParseKind::Host);
    let once = host.parse("HTTPS://Acme-Admin.OktaPreview.com:443/x").unwrap();
    assert_eq!(once.value, "https://acme.oktapreview.com");
    assert_eq!(host.parse(&once.value).unwrap().value, once.value);
    assert!(host.allows_host("acme.oktapreview.com"));
    assert!(
        !host.allows_host("ACME.oktapreview.com")
            && !host.allows_host("acme.oktapreview.com:443")
            && !host.allows_host("oktapreview.com")
    );
}

#[test]
fn a_text_that_is_wrapped_twice_is_unwrapped_twice() {
    for (kind, input, value) in [
        (ParseKind::Key, format!("\"'{TOKEN}'\""), TOKEN),
        (ParseKind::Key, "x-api-key:Authorization:abc".to_owned(), "abc"),
        (ParseKind::Text, "\"'My hook'\"".to_owned(), "My hook"),
        (ParseKind::Host, "acme-admin-admin.okta.com".to_owned(), "https://acme.okta.com"),
    ] {
        let field = field("answer", kind);
        let parsed = field.parse(&input).unwrap();
        assert_eq!(parsed.value, value, "{input}");
        assert_eq!(field.parse(value).unwrap().value, value, "{input}");
        assert!(!parsed.changes.is_empty(), "{input}");
    }
    let key = field("key", ParseKind::Key);
    assert_eq!(key.parse("x-api-key:Authorization: ").unwrap_err().code, ErrorCode::FieldRequired);
    assert_eq!(
        field("host", ParseKind::Host).capture("https://acme-admin-admin.okta.com/x").as_deref(),
        Some("https://acme.okta.com")
    );
}

#[test]
fn a_key_is_read_out_of_what_people_paste() {
    let key = field("key", ParseKind::Key);
    for input in [
        TOKEN.to_owned(),
        format!("  {TOKEN}\t\n"),
        format!("SSWS {TOKEN}"),
        format!("ssws  {TOKEN}"),
        format!("Bearer {TOKEN}"),
        format!("Authorization: SSWS {TOKEN}"),
        format!("authorization:SSWS {TOKEN}"),
        format!("'{TOKEN}'"),
        format!("\u{200b}{TOKEN}"),
        format!("{}\n{}", TOKEN.get(..20).unwrap(), TOKEN.get(20..).unwrap()),
    ] {
        let parsed = key.parse(&input).unwrap();
        assert_eq!((parsed.value.as_str(), parsed.warning), (TOKEN, None), "{input:?}");
        assert!(
            !parsed.changes.iter().any(|change| change.to_string().contains("00a")),
            "a change repeats the key"
        );
    }
}

#[test]
fn an_odd_shape_warns_and_never_refuses() {
    let key = field("key", ParseKind::Key);
    for (input, message) in [
        ("00Tabcdefg1234567890", "An id."),
        ("abc", "This does not begin with 00, as an Okta API token usually does."),
        ("00abc.def", "This has 9 characters; an Okta API token usually has 42."),
    ] {
        let warning = key.parse(input).unwrap().warning.unwrap();
        assert_eq!((warning.code, warning.message.to_string().as_str()), (ErrorCode::UnusualShape, message));
    }
}

#[test]
fn characters_that_no_header_can_carry_are_refused_and_not_repeated() {
    let key = field("key", ParseKind::Key);
    for input in ["00abc\u{e9}def", "00абв", "00abc\u{1f511}"] {
        let error = key.parse(input).unwrap_err();
        assert_eq!(error.code, ErrorCode::KeyMalformed);
        assert!(!error.message.to_string().contains("abc"));
    }
    assert_eq!(key.parse("Authorization: ").unwrap_err().code, ErrorCode::FieldRequired);
    assert_eq!(key.parse(&"0".repeat(301)).unwrap_err().code, ErrorCode::FieldTooLong);
}

#[test]
fn an_optional_field_may_stay_empty() {
    let text = Field { optional: true, ..field("name", ParseKind::Text) };
    assert_eq!(text.parse("  ").unwrap().value, "");
    assert_eq!(text.parse(" My hook ").unwrap().value, "My hook");
    assert_eq!(text.parse("two\nlines").unwrap_err().code, ErrorCode::TextMalformed);
}

/// A choice of regions, one of which has a console at any label below a domain.
fn regions() -> Field {
    let mut site = field("site", ParseKind::Host);
    let region = |label: &str, host: &str, from: &[&str]| Region {
        label: label.into(),
        host: host.into(),
        from: from.iter().map(|from| (*from).to_owned()).collect(),
    };
    site.parse = Parse {
        phrase: "a Datadog site".into(),
        suffixes: Vec::new(),
        reserved: Vec::new(),
        admin_suffix: None,
        regions: vec![
            region("US1", "api.datadoghq.com", &["app.datadoghq.com", "*.acme.datadoghq.com"]),
            region("EU1 (Frankfurt)", "api.datadoghq.eu", &["app.datadoghq.eu"]),
            region("US5", "api.us5.datadoghq.com", &["us5.datadoghq.com", "eu.acme.datadoghq.com"]),
        ],
        ..site.parse
    };
    site
}

#[test]
fn a_region_is_read_from_its_name_its_api_and_its_console() {
    let us1 = ("https://api.datadoghq.com", "Changed to US1 (api.datadoghq.com).");
    let eu1 = ("https://api.datadoghq.eu", "Changed to EU1 (Frankfurt) (api.datadoghq.eu).");
    let us5 = ("https://api.us5.datadoghq.com", "Changed to US5 (api.us5.datadoghq.com).");
    for (text, (value, told)) in [
        // What the list of the form sends.
        ("api.datadoghq.com", (us1.0, "")),
        ("api.datadoghq.eu", (eu1.0, "")),
        ("US1", us1),
        ("us1", us1),
        ("eu1 (frankfurt)", eu1),
        ("https://api.datadoghq.eu", eu1),
        ("https://api.datadoghq.eu/api/v1/validate", eu1),
        ("app.datadoghq.eu", eu1),
        ("https://app.datadoghq.eu/logs?query=a#b", eu1),
        ("HTTPS://APP.DATADOGHQ.EU", eu1),
        ("DD_SITE=api.datadoghq.eu", eu1),
        ("Go to https://app.datadoghq.eu/logs, please", eu1),
        ("https://us5.datadoghq.com/", us5),
        // A console at any label, and one of its labels by name.
        ("https://shop.acme.datadoghq.com/", us1),
        ("https://eu.acme.datadoghq.com/", us5),
    ] {
        let parsed = regions().parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let changes: Vec<_> = parsed.changes.iter().map(ToString::to_string).collect();
        assert_eq!((parsed.value.as_str(), changes.join(" ").as_str()), (value, told), "{text}");
        assert_eq!(regions().parse(&parsed.value).unwrap().value, value, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_region_is_refused() {
    for text in [
        "datadoghq.com",
        "app.datadoghq.com.evil.example",
        "https://evil.example/app.datadoghq.com",
        "https://app.datadoghq.com@evil.example/",
        "https://evil.example\\@app.datadoghq.com",
        "https://app.datadoghq.com:8443/",
        "a.b.acme.datadoghq.com",
        "-.acme.datadoghq.com",
        "acme.datadoghq.com",
        "evilapp.datadoghq.com",
        "аpp.datadoghq.com",
        "evil.example=app.datadoghq.eu",
        "app.datadoghq.com app.datadoghq.eu",
        "US1 EU1",
        "*.acme.datadoghq.com",
        "10.0.0.1",
        "localhost",
        "",
    ] {
        let error = regions().parse(text).expect_err(text);
        assert!(error.suggestion.is_none_or(|host| regions().allows_host(&host)), "{text}");
    }
    for host in ["app.datadoghq.com", "shop.acme.datadoghq.com", "datadoghq.com", "evil.example"] {
        assert!(!regions().allows_host(host), "a secret must not go to {host}");
    }
    let empty = regions().parse("").unwrap_err();
    assert_eq!(
        (empty.code, empty.fix.to_string().as_str()),
        (ErrorCode::FieldRequired, "Choose a Datadog site.")
    );
}

#[test]
fn an_address_of_a_region_in_another_field_chooses_it() {
    let captured = |text: &str| regions().capture(text);
    for text in ["https://app.datadoghq.eu/logs", "app.datadoghq.eu", "see app.datadoghq.eu: 0123abcd"] {
        assert_eq!(captured(text).as_deref(), Some("https://api.datadoghq.eu"), "{text}");
    }
    for text in
        ["EU1 (Frankfurt)", "0123abcd", "app.datadoghq.eu.evil.example", "app.datadoghq.eu us5.datadoghq.com"]
    {
        assert_eq!(captured(text), None, "{text}");
    }
}

#[test]
fn a_region_can_be_what_an_empty_field_means() {
    let mut site = regions();
    site.optional = true;
    site.parse.default = Some("api.datadoghq.eu".into());
    assert_eq!(site.parse("").unwrap().value, "https://api.datadoghq.eu");
    assert_eq!(site.parse("US1").unwrap().value, "https://api.datadoghq.com");
}

#[test]
fn the_path_of_a_service_that_a_customer_runs_is_kept() {
    let mut host = field("host", ParseKind::Host);
    host.parse.path = true;
    // On the page the hosts of customers are not listed, and any public one is accepted.
    let mut page = host.clone();
    page.parse.custom = true;
    host.parse.unlisted = vec!["ci.acme.com".into()];
    let long = format!("https://ci.acme.com/{}", "a".repeat(200));
    for (text, value) in [
        ("ci.acme.com/jenkins", Ok("https://ci.acme.com/jenkins")),
        ("https://CI.acme.com/Jenkins/", Ok("https://ci.acme.com/Jenkins")),
        ("https://ci.acme.com//a//b.c_d~e-f/?q=1#x", Ok("https://ci.acme.com/a/b.c_d~e-f")),
        ("https://ci.acme.com?next=/login", Ok("https://ci.acme.com")),
        ("https://ci.acme.com", Ok("https://ci.acme.com")),
        ("JENKINS_URL=https://ci.acme.com/Jenkins", Ok("https://ci.acme.com/Jenkins")),
        ("Ours is https://ci.acme.com/Jenkins (new)", Ok("https://ci.acme.com/Jenkins")),
        // The vendor's own hosts have none.
        ("https://acme.okta.com/admin", Ok("https://acme.okta.com")),
        ("https://ci.acme.com/a/../b", Err(())),
        ("https://ci.acme.com/./b", Err(())),
        ("https://ci.acme.com/a%2fb", Err(())),
        ("https://ci.acme.com/%2e%2e/b", Err(())),
        ("https://ci.acme.com/a\\b", Err(())),
        ("https://ci.acme.com/jenkins;v=1", Err(())),
        (long.as_str(), Err(())),
    ] {
        for field in [&host, &page] {
            let parsed = field.parse(text).map(|parsed| parsed.value);
            assert_eq!(parsed.as_deref().map_err(|_| ()), value, "{text}: {parsed:?}");
            if let Ok(value) = parsed {
                assert_eq!(field.parse(&value).unwrap().value, value, "{text}");
            }
        }
    }
    host.parse.path = false;
    assert_eq!(host.parse("ci.acme.com/jenkins").unwrap().value, "https://ci.acme.com");
    host.parse.path = true;
    assert!(host.parse("other.acme.com/jenkins").is_err());
}
