//! The addresses that webhooks may go to: public host names over TLS.
//!
//! An address is given by a customer of the deployment, so it must not reach what only the deployment can reach. Everything that is
//! no public host name is refused, by the rule for the hosts of providers: each spelling of an IP address, names of this machine and of
//! local networks, and names that are known to lead to one. Another name whose DNS answer is a private address passes here; the runtime refuses the connection (`global_fetch_strictly_public`
//! on Cloudflare, a `network` service that allows only `public` elsewhere).

use crate::config::Config;
use crate::http::web_address::WebAddress;
use latchkey_shared::Mode;
use latchkey_shared::field::is_public_host;
use latchkey_shared::limits::WEBHOOK_URL_MAX;

/// Why an address is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no plain `https` address.
    Form,
    /// Its host is no public host name.
    Host,
    /// It is the deployment itself.
    Ourselves,
}

/// Checks an address.
///
/// # Errors
/// Why it is not allowed.
pub fn check(url: &str, mode: Mode, config: &Config) -> Result<(), Wrong> {
    let plain = |b: u8| {
        b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    if url.len() > WEBHOOK_URL_MAX || !url.bytes().all(plain) || url.contains('#') {
        return Err(Wrong::Form);
    }
    let address = WebAddress::parse(url).ok_or(Wrong::Form)?;
    if !matches!(address.rest.bytes().next(), None | Some(b'/' | b'?')) {
        return Err(Wrong::Form);
    }
    let host = address.host.to_ascii_lowercase();
    let here = matches!(host.as_str(), "localhost" | "127.0.0.1");
    if here && mode == Mode::Test && config.local_webhooks {
        return Ok(());
    }
    if !address.secure {
        return Err(Wrong::Form);
    }
    if !is_public_host(&host) {
        return Err(Wrong::Host);
    }
    let own = config.public_url.as_deref().and_then(WebAddress::parse);
    if own.is_some_and(|own| own.host == host) { Err(Wrong::Ourselves) } else { Ok(()) }
}
