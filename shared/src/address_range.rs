//! Ranges of network addresses: one IPv4 or IPv6 address, a range in CIDR notation (RFC 4632, RFC 4291), or two addresses with a hyphen
//! between them.
//!
//! It owns how a range is written and what it contains. It refuses every text that has more than one reading: a range with
//! bits behind its prefix, a prefix with a sign or a leading zero, a port, brackets or a zone, and two addresses in the wrong order or of
//! two versions.

use std::net::IpAddr;

/// A range of addresses. IPv4 addresses are the IPv6 addresses that map them (RFC 4291, section 2.5.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: u128,
    last: u128,
}

impl AddressRange {
    /// Reads a range: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`, `203.0.113.7-203.0.113.20`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (Self::of(first)?, Self::of(last)?);
            let ordered = first.first <= last.last && first.is_ipv4() == last.is_ipv4();
            return ordered.then_some(Self { first: first.first, last: last.last });
        }
        let (address, prefix) = text.split_once('/').map_or((text, None), |(one, other)| (one, Some(other)));
        let one = Self::of(address)?;
        let Some(prefix) = prefix else { return Some(one) };
        let longest = if address.contains(':') { 128 } else { 32 };
        let plain = prefix == "0" || !prefix.starts_with(['0', '+', '-']);
        let prefix = prefix.parse::<u32>().ok().filter(|prefix| plain && *prefix <= longest)?;
        let behind = u128::MAX.checked_shr(prefix + 128 - longest).unwrap_or(0);
        (one.first & behind == 0).then_some(Self { first: one.first, last: one.first | behind })
    }

    /// The range of one address, without a prefix.
    fn of(address: &str) -> Option<Self> {
        let address = match address.parse().ok()? {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        };
        Some(Self { first: address.to_bits(), last: address.to_bits() })
    }

    /// Whether an address is in the range. A text that is no address is in none.
    #[must_use]
    pub fn contains(self, address: &str) -> bool {
        Self::of(address).is_some_and(|address| self.covers(address))
    }

    /// Whether the other range is a part of this one. A range of IPv6 covers no IPv4 address, not even `::/0`.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last && self.is_ipv4() == other.is_ipv4()
    }

    fn is_ipv4(self) -> bool {
        self.first >> 32 == 0xffff && self.last >> 32 == 0xffff
    }
}
