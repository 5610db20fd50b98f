//! Origins that may embed the form, as a project or a session names them. What passes here goes into a
//! `Content-Security-Policy` header as it is, so nothing else than an origin may pass.

use super::invalid;
use crate::error::Result;

/// At most so many origins each.
const MOST: usize = 20;

/// Checks a list of origins: `https://host[:port]`, or `http://` for this machine.
///
/// # Errors
/// On `allowedOrigins`, saying what an origin looks like.
pub fn check(origins: &[String]) -> Result<()> {
    if origins.len() > MOST {
        return Err(invalid(
            "allowedOrigins",
            "There are too many origins.",
            format!("Name at most {MOST}."),
        ));
    }
    match origins.iter().find(|origin| !is_origin(origin)) {
        Some(_) => Err(invalid(
            "allowedOrigins",
            "An entry is not an origin.",
            "Write scheme and host in lower case, without a path: https://app.example.com. http is for localhost only.",
        )),
        None => Ok(()),
    }
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let local = host == "localhost" || host == "127.0.0.1";
    let port_valid = port
        .is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port && number > 0));
    host.len() <= 253
        && host.split('.').all(label)
        && port_valid
        && (scheme == "https" || (scheme == "http" && local))
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
