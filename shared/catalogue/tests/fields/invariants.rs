//! What must hold of any answer to any field. Asserted by the property tests here, and by the fuzz targets in `tests/fuzz`.

use latchkey_shared::field::{Field, Parse, ParseKind};
use latchkey_shared::project_provider::{HostOptIn, HostOptIns, ProjectProvider};
use latchkey_shared::provider::Provider;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A provider as a project offers it that opted into nothing, and as one that opted into all there is.
pub(crate) fn offered_twice(provider: &'static Provider) -> [ProjectProvider; 2] {
    let all = HostOptIn { custom_domains: true, self_managed: vec!["keys.acme-corp.com".into()] };
    let opt_ins = HostOptIns::from([(provider.id.clone(), all)]);
    [ProjectProvider::new(provider, &HostOptIns::new()), ProjectProvider::new(provider, &opt_ins)]
}

/// Every field of every provider, as those two have it.
pub(crate) fn fields() -> Vec<Field> {
    let offered = latchkey_catalogue::all().flat_map(offered_twice);
    let mut fields: Vec<_> = offered.flat_map(|offered| offered.fields().to_vec()).collect();
    // As if their addresses could have a path, on the page too.
    let own = fields.iter().filter(|field| !field.parse.unlisted.is_empty() && !field.parse.path);
    let own = own.cloned().flat_map(|mut field| {
        field.parse.path = true;
        let page = Field {
            parse: Parse { custom: true, unlisted: Vec::new(), ..field.parse.clone() },
            ..field.clone()
        };
        [field, page]
    });
    let own: Vec<_> = own.collect();
    fields.extend(own);
    fields
}

/// Reads a text as an answer to a field, and as something pasted into another one.
///
/// # Panics
/// When something does not hold that must.
pub(crate) fn check(field: &Field, text: &str) {
    let parsed = field.parse(text);
    let error = match &parsed {
        Ok(parsed) => parsed.warning.as_ref(),
        Err(error) => Some(error),
    };
    if let Some(meant) = error.and_then(|error| error.suggestion.as_ref()) {
        assert!(field.parse.kind == ParseKind::Host && !field.secret, "{} suggests {meant:?}", field.id);
        assert!(!field.parse.unlisted.contains(meant), "{meant:?} is known to one customer only");
        assert!(field.allows_host(meant), "{text:?} suggests {meant:?}, which is outside the rule");
        let accepted = field.parse(meant).map(|parsed| parsed.value);
        assert_eq!(accepted, Ok(["https://", meant].concat()), "{text:?} suggests {meant:?}");
    }
    if let Ok(parsed) = parsed {
        let value = parsed.value;
        if value.is_empty() {
            assert!(field.optional || field.inferred || field.choice, "an empty value of {}", field.id);
        } else {
            check_value(field, &value);
            let again = field.parse(&value).map(|parsed| parsed.value);
            assert_eq!(
                again.as_ref(),
                Ok(&value),
                "{} reads another way the second time: {text:?}",
                field.id
            );
        }
    }
    if let Some(value) = field.capture(text) {
        assert!(!field.secret, "{} was captured", field.id);
        check_value(field, &value);
        let again = field.parse(&value).map(|parsed| parsed.value);
        assert_eq!(again.as_ref(), Ok(&value), "{} captured what it does not read: {text:?}", field.id);
    }
}

fn check_value(field: &Field, value: &str) {
    match field.parse.kind {
        ParseKind::Host => check_host(field, value),
        ParseKind::Key => assert!(value.bytes().all(|b| b.is_ascii_graphic()), "no header can carry it"),
        ParseKind::Id => assert!(
            value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')),
            "{value:?} is no segment of a path"
        ),
        ParseKind::Text => assert!(!value.chars().any(char::is_control), "{value:?} is no line"),
    }
}

fn check_host(field: &Field, value: &str) {
    let address = value.strip_prefix("https://").unwrap_or_else(|| panic!("{value:?} is no origin"));
    let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    if !path.is_empty() {
        let own = field.parse.unlisted.iter().any(|known| known == host) || !field.allows_host(host);
        assert!(field.parse.path && own && path.len() <= 200, "{value:?} has a path");
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        let right = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(plain);
        assert!(path.split('/').skip(1).all(right), "{path:?} is no base of requests");
    }
    assert!(field.accepts_host(host), "{host:?} is outside the rule");
    // The rule, said again without the parser's own words for it.
    let rule = &field.parse;
    let below = |suffix: &String| {
        let label = host.strip_suffix(suffix.as_str()).and_then(|rest| rest.strip_suffix('.'));
        label.is_some_and(|label| !label.contains('.') && !rule.reserved.iter().any(|word| word == label))
    };
    let vendors = rule.suffixes.iter().any(below) || rule.hosts.iter().any(|known| known == host);
    let vendors = vendors || rule.regions.iter().any(|region| region.host == host);
    let named = rule.unlisted.iter().any(|known| known == host);
    assert_eq!(field.allows_host(host), vendors || named, "{host:?} and secrets");
    let in_vendors_domain =
        rule.suffixes.iter().any(|suffix| format!(".{host}").ends_with(&format!(".{suffix}")));
    assert!(
        vendors || named || rule.custom && !in_vendors_domain,
        "{host:?} is neither the vendor's nor a customer's"
    );
    assert!(host.parse::<Ipv4Addr>().is_err() && host.parse::<Ipv6Addr>().is_err(), "{host:?} is an address");
    let last = host.rsplit('.').next().unwrap_or_default();
    assert!(!last.starts_with(|c: char| c.is_ascii_digit()), "{host:?} may be read as an address");
    assert!(host.contains('.') && host.split('.').all(|label| !label.is_empty()), "{host:?} is one label");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    assert!(host.bytes().all(plain), "{host:?} has a port, user information, or more");
}
