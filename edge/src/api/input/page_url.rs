//! Addresses that pages link to, as a backend names them. This check lets only plain web addresses pass.

use super::invalid;
use crate::error::Result;
use crate::http::web_address::WebAddress;
use latchkey_shared::Mode;

/// The longest address, in bytes.
const LONGEST: usize = 2000;

/// Checks an address: `https`, or in test mode `http` for this machine.
///
/// # Errors
/// On its member, with the form that it must have.
pub(crate) fn check(member: &str, address: Option<&str>, mode: Mode) -> Result<()> {
    match address {
        Some(address) if !is_page(address, mode) => {
            let fix = match mode {
                Mode::Live => {
                    "Write a whole URL that begins with https://, such as https://app.example.com/done, without a user name."
                }
                Mode::Test => {
                    "Write a whole URL that begins with https:// or, in test mode, with http://localhost, such as https://app.example.com/done, without a user name."
                }
            };
            Err(invalid(member, "This URL cannot be used as a link.", fix))
        }
        _ => Ok(()),
    }
}

fn is_page(address: &str, mode: Mode) -> bool {
    address.len() <= LONGEST
        && address.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'`'))
        && WebAddress::parse(address).is_some_and(|address| address.secure || mode == Mode::Test)
}

#[cfg(test)]
mod tests {
    use super::is_page;
    use latchkey_shared::Mode::{Live, Test};

    #[test]
    fn only_web_addresses_pass_and_http_only_here_and_in_test_mode() {
        for address in [
            "https://app.example.com",
            "https://app.example.com/done?from=okta#top",
            "https://a.example:8443/x",
        ] {
            assert!(is_page(address, Live) && is_page(address, Test), "{address}");
        }
        for address in ["http://localhost:3000/done", "http://127.0.0.1/x"] {
            assert!(!is_page(address, Live) && is_page(address, Test), "{address}");
        }
        for address in [
            "",
            "javascript:alert(1)",
            "javascript://a/%0aalert(1)",
            "//app.example.com",
            "http://app.example.com",
            "https://user@app.example.com",
            "https://user:secret@app.example.com",
            "https://app.example.com:0/",
            "https://app example.com",
            "https://app.example.com/\u{202e}x",
            "https://app.example.com/\"onclick",
            "https://app.example.com\\@evil.example",
            "https:///x",
            "data:text/html,x",
        ] {
            assert!(!is_page(address, Test), "{address}");
        }
    }
}
