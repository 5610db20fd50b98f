//! The deployment's own logos: what the build takes, and what it refuses.

#[path = "../../edge/build_logos.rs"]
mod build_logos;

use build_logos::logos;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// The logos of a folder with one file.
fn with(name: &str, bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "logos-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
    let found = logos(&folder);
    fs::remove_dir_all(folder).unwrap();
    found
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

#[test]
fn a_logo_has_an_address_with_the_service_and_a_hash_of_its_content() {
    let found = with("okta.png", PNG).unwrap();
    let [(id, address)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(id, "okta");
    let hash = address.strip_prefix("/assets/logo-okta-").unwrap().strip_suffix(".png").unwrap();
    assert_eq!(hash.len(), 12);
    assert_ne!(with("okta.png", b"\x89PNG\r\n\x1a\nother").unwrap(), found);
    assert!(with("README.md", b"# Logos").unwrap().is_empty(), "other files are none of its business");
}

#[test]
fn a_picture_that_could_do_more_than_be_looked_at_is_refused_with_its_name() {
    let svg = |inside: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>").into_bytes();
    assert!(with("okta.svg", &svg("<path d=\"M0 0\"/>")).is_ok());
    let refused = [
        ("okta.svg", svg("<SCRIPT>alert(1)</SCRIPT>")),
        ("okta.svg", svg("<path onload=\"alert(1)\"/>")),
        ("okta.svg", svg("<path\nonclick = 'alert(1)'/>")),
        ("okta.svg", svg("<path/onload=alert(1) />")),
        ("okta.svg", svg("<a href=\"javascript:alert(1)\"/>")),
        ("okta.svg", svg("<image href=\"https://example.com/a.png\"/>")),
        ("okta.svg", svg("<image href = \"//example.com/a.png\"/>")),
        ("okta.svg", svg("<foreignObject/>")),
        ("okta.svg", svg("<style>@import 'x';</style>")),
        ("okta.svg", svg("<style>path { fill: url(https://example.com/a) }</style>")),
        ("okta.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>".to_vec()),
        ("okta.svg", b"<html/>".to_vec()),
        ("okta.svg", vec![0xff; 10]),
        ("okta.png", svg("")),
        ("okta.webp", PNG.to_vec()),
        ("okta.png", [PNG, &[0; 33_000]].concat()),
    ];
    for (name, bytes) in refused {
        let fault = with(name, &bytes).expect_err(&String::from_utf8_lossy(&bytes));
        assert!(fault.contains(name), "{fault}");
    }
}
