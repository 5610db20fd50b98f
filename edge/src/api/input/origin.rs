//! Origins that may embed the form, as a project or a session names them. They go unchanged into the header
//! `Content-Security-Policy`, so this check lets only origins pass.

use super::invalid;
use crate::error::Result;
use crate::http::web_address::WebAddress;

/// The most origins of a project or a session.
const ORIGINS_MAX: usize = 20;

/// Checks a list of origins: `https://host[:port]`, or `http://` for this machine.
///
/// # Errors
/// On `allowedOrigins`, saying what an origin looks like.
pub(crate) fn check(origins: &[String]) -> Result<()> {
    if origins.len() > ORIGINS_MAX {
        return Err(invalid(
            "allowedOrigins",
            "There are too many origins.",
            format!("Name at most {ORIGINS_MAX}."),
        ));
    }
    match origins.iter().find(|origin| !is_origin(origin)) {
        Some(_) => Err(invalid(
            "allowedOrigins",
            "An entry is not an origin.",
            "Write scheme and host in lower case and without a path, such as https://app.example.com. Only localhost may have http.",
        )),
        None => Ok(()),
    }
}

fn is_origin(text: &str) -> bool {
    WebAddress::parse(text).is_some_and(|address| address.rest.is_empty())
        && !text.bytes().any(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn only_origins_pass() {
        for origin in [
            "https://app.example.com",
            "https://app.example.com:8443",
            "http://localhost:3000",
            "http://127.0.0.1:8788",
        ] {
            assert!(is_origin(origin), "{origin}");
        }
        for text in [
            "",
            "*",
            "https://*",
            "https://*.example.com",
            "https://app.example.com/",
            "https://app.example.com/x",
            "http://app.example.com",
            "https://App.example.com",
            "https://a b",
            "https://a;script-src *",
            "https://a'b",
            "https://user@a.example",
            "https://a:99999",
            "https://a:080",
            "https://a:",
            "javascript://a",
            "https://",
            "https://a..b",
            "null",
            "http://localhost:*",
        ] {
            assert!(!is_origin(text), "{text}");
        }
    }
}
