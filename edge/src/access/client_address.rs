//! The network address of a client. It owns which header is believed, and how an address is read.
//!
//! A client can send any header. So one header is trusted, the one that the proxy in front of the Worker sets itself
//! (`CLIENT_ADDRESS_HEADER`). Of a list the last entry counts: a proxy appends the address that it saw, and all before it is
//! what the client claims.

use crate::access::tokens::address_hash;
use crate::config::Config;
use crate::http::Request;
use std::net::IpAddr;

/// The client's address. `None` if no header is trusted, or if the header has no address.
#[must_use]
pub fn client_address(request: &Request, config: &Config) -> Option<IpAddr> {
    let list = request.header(config.client_address_header.as_deref()?)?;
    read(list.rsplit(',').next()?)
}

/// A hash of the client's network: its IPv4 address, or the first 64 bits of its IPv6 address, because a client has many
/// addresses in one network.
#[must_use]
pub fn client_network(request: &Request, config: &Config) -> Option<String> {
    let (version, bits) = match client_address(request, config)? {
        IpAddr::V4(address) => ('4', u64::from(address.to_bits())),
        IpAddr::V6(address) => ('6', (address.to_bits() >> 64) as u64),
    };
    Some(address_hash(config, &format!("{version}/{bits:x}")))
}

/// Reads an address, which may have a port, brackets, quotes or a zone. An IPv4 address inside IPv6 is an IPv4 address.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let port = |rest: &str| rest.bytes().all(|b| b.is_ascii_digit());
    let bare = match (text.strip_prefix('[').and_then(|rest| rest.split_once(']')), text.split_once(':')) {
        (Some((inside, rest)), _) if inside.contains(':') && port(rest.trim_start_matches(':')) => inside,
        // With one colon it is an IPv4 address and a port.
        (None, Some((address, rest))) if port(rest) => address,
        _ => text,
    };
    let address: IpAddr = bare.split('%').next()?.parse().ok()?;
    Some(match address.to_canonical() {
        // Through NAT64 (RFC 6052, section 2.1).
        IpAddr::V6(inside) if inside.to_bits() >> 32 == 0x64_ff9b_0000_0000_0000_0000 => {
            IpAddr::V4((inside.to_bits() as u32).into())
        }
        address => address,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_address_is_read_in_each_of_its_spellings() {
        for (text, address) in [
            ("192.0.2.1", "192.0.2.1"),
            (" 192.0.2.1\t", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:C000:0201", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:443", "192.0.2.1"),
            ("64:ff9b::192.0.2.1", "192.0.2.1"),
            ("[64:FF9B::c000:201]:443", "192.0.2.1"),
            ("64:ff9b:1::c000:201", "64:ff9b:1::c000:201"),
            ("64:ff9b::1:c000:201", "64:ff9b::1:c000:201"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:0DB8:0000::0001", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%eth0]", "fe80::1"),
        ] {
            assert_eq!(read(text).map(|address| address.to_string()).as_deref(), Some(address), "{text}");
        }
        for text in [
            "",
            " ",
            "unknown",
            "_hidden",
            "localhost",
            "192.0.2",
            "192.0.2.256",
            "192.0.2.01",
            "192.0.2.1.",
            "0xc0000201",
            "3221225985",
            "192.0.2.1 198.51.100.1",
            "192.0.2.1;q=1",
            "for=192.0.2.1",
            "2001:db8::1::",
            "[192.0.2.1",
            "1:2:3:4:5:6:7:8:9",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
