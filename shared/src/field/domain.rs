//! Host names: labels, IP addresses, public names, and letters outside ASCII.

#[cfg(not(feature = "browser"))]
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest label, in bytes (RFC 1035, section 2.3.4).
const LABEL_MAX: usize = 63;
/// The longest name without the trailing dot, in bytes (RFC 1035, section 2.3.4).
const NAME_MAX: usize = 253;

/// Last labels without public hosts: those of RFC 6761, 6762, 7686, 8375 and 9476, those of home and company networks, and
/// those that clusters and containers resolve by themselves.
const PRIVATE: &[&str] = &[
    "local",
    "localhost",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "test",
    "example",
    "invalid",
    "onion",
    "arpa",
    "alt",
    "svc",
    "pod",
    "cluster",
    "consul",
    "docker",
    "kubernetes",
];

/// Public domains whose names lead to private machines. Some spell an address in front (`10.0.0.1.nip.io`), others always lead
/// to the machine that asks (`localtest.me`). Add a domain here when it is found; nothing else depends on the list.
#[cfg(not(feature = "browser"))]
const LEADS_INSIDE: &[&str] = &[
    "nip.io",
    "sslip.io",
    "xip.io",
    "xip.name",
    "ip6.name",
    "1u.ms",
    "rbndr.us",
    "traefik.me",
    "local-ip.co",
    "local-ip.sh",
    "plex.direct",
    "ipv6-literal.net",
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "local.gd",
    "localho.st",
    "lacolhost.com",
    "fuf.me",
    "fritz.box",
];

/// Whether the text is a valid label of a host name.
pub(super) fn is_label(label: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = label.as_bytes();
    bytes.len() <= LABEL_MAX
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

/// Whether the text is a valid host name.
pub(super) fn is_name(host: &str) -> bool {
    host.len() <= NAME_MAX && host.split('.').all(is_label)
}

/// Whether the host is an IPv4 address in any spelling, an IPv6 address, or `localhost`.
pub(super) fn is_address(host: &str) -> bool {
    let numeric = |label: &str| {
        let hex = label.strip_prefix("0x").or(label.strip_prefix("0X"));
        label.bytes().all(|b| b.is_ascii_digit()) && !label.is_empty()
            || hex.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains(':') || host.starts_with('[') || numeric(last) || last.eq_ignore_ascii_case("localhost")
}

/// Whether the name can belong to a host on the public network.
pub(super) fn is_public(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let top = last.starts_with("xn--") || last.len() > 1 && last.bytes().all(|b| b.is_ascii_alphabetic());
    is_name(host) && host.contains('.') && top && !PRIVATE.contains(&last) && !leads_inside(host)
}

/// The form leaves this to the edge, to stay small.
#[cfg(feature = "browser")]
fn leads_inside(_: &str) -> bool {
    false
}

/// Whether the name is known to lead to a private machine, or spells a private address: in four numbers with dots or hyphens
/// between them, in eight hexadecimal digits, or as an IPv6 address with hyphens for colons.
#[cfg(not(feature = "browser"))]
fn leads_inside(host: &str) -> bool {
    let listed =
        |domain: &&str| host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let words: Vec<&str> = host.split(['.', '-']).collect();
    let numbers = words.windows(4).filter_map(|four| {
        let byte = |bits: u32, word: &&str| Some(bits << 8 | u32::from(word.parse::<u8>().ok()?));
        four.iter().try_fold(0, byte)
    });
    let hexadecimal = words.iter().filter(|word| word.len() == 8);
    let hexadecimal = hexadecimal.filter_map(|word| u32::from_str_radix(word, 16).ok());
    let v6 = host
        .split('.')
        .filter(|label| label.contains('-'))
        .filter_map(|label| label.replace('-', ":").parse().ok());
    LEADS_INSIDE.iter().any(listed)
        || numbers.chain(hexadecimal).any(|bits| is_private_v4(Ipv4Addr::from_bits(bits)))
        || v6.into_iter().any(is_private_v6)
}

/// Whether no host of the public network has the address (the IANA registries of special-purpose addresses).
#[cfg(not(feature = "browser"))]
fn is_private_v4(address: Ipv4Addr) -> bool {
    matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [192, 0, 0, _]
            | [198, 18..=19, ..]
    )
}

/// As [`is_private_v4`]: public addresses begin with the bits 001. One that has an IPv4 address inside is as that one.
#[cfg(not(feature = "browser"))]
fn is_private_v6(address: Ipv6Addr) -> bool {
    match address.to_ipv4() {
        Some(inside) => is_private_v4(inside),
        None => address.segments()[0] >> 13 != 1,
    }
}

/// The name in lower case with ASCII dots. Labels outside ASCII get their `xn--` form; `None` if one has no such form.
pub(super) fn to_ascii(host: &str) -> Option<String> {
    if host.is_ascii() { Some(host.to_ascii_lowercase()) } else { beyond_ascii(host) }
}

/// The browser has the tables for this, which would add five kilobytes to the widget. The edge reads the name again anyway.
#[cfg(feature = "browser")]
fn beyond_ascii(host: &str) -> Option<String> {
    // A browser also accepts other characters, such as `%2e`. Allow only letters outside ASCII and the characters of names.
    let allowed = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    crate::browser::host_in_ascii(host).filter(|_| host.chars().all(allowed))
}

/// It only maps letters to lower case. Names that need more of IDNA's mapping become names that do not exist.
#[cfg(not(feature = "browser"))]
fn beyond_ascii(host: &str) -> Option<String> {
    let labels = host.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']);
    let ascii = labels.map(|label| {
        if label.is_ascii() {
            return Some(label.to_ascii_lowercase());
        }
        // A label longer than this has no ASCII form that is a label, and the encoding takes quadratic time.
        let lower: Vec<char> = label.chars().flat_map(char::to_lowercase).take(LABEL_MAX + 1).collect();
        let letters = |c: &char| c.is_alphanumeric() || *c == '-';
        let encoded = (lower.len() <= LABEL_MAX && lower.iter().all(letters)).then(|| punycode(&lower))??;
        Some(["xn--", &encoded].concat())
    });
    Some(ascii.collect::<Option<Vec<_>>>()?.join("."))
}

/// Encodes a label as Punycode (RFC 3492, section 6.3, with the parameters of section 5).
#[cfg(not(feature = "browser"))]
fn punycode(label: &[char]) -> Option<String> {
    let mut out: String = label.iter().filter(|c| c.is_ascii()).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72_u32, basic);
    while (handled as usize) < label.len() {
        let least = label.iter().map(|&c| u32::from(c)).filter(|&c| c >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(handled + 1)?)?;
        next = least;
        for &c in label {
            let c = u32::from(c);
            if c < next {
                delta = delta.checked_add(1)?;
            }
            if c == next {
                push_number(&mut out, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        next += 1;
    }
    Some(out)
}

#[cfg(not(feature = "browser"))]
fn push_number(out: &mut String, mut number: u32, bias: u32) {
    let digit =
        |digit: u32| char::from(if digit < 26 { b'a' + digit as u8 } else { b'0' + (digit - 26) as u8 });
    let mut k = 36;
    loop {
        let threshold = k.max(bias + 1).min(bias + 26) - bias;
        if number < threshold {
            break out.push(digit(number));
        }
        out.push(digit(threshold + (number - threshold) % (36 - threshold)));
        number = (number - threshold) / (36 - threshold);
        k += 36;
    }
}

#[cfg(not(feature = "browser"))]
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_become_punycode() {
        // The labels of RFC 3492, section 7.1, and of everyday names.
        for (label, ascii) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("Bücher.Example", "xn--bcher-kva.example"),
            ("münchen。de", "xn--mnchen-3ya.de"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("acme.okta.com", "acme.okta.com"),
        ] {
            assert_eq!(to_ascii(label).as_deref(), Some(ascii), "{label}");
        }
        assert_eq!(to_ascii("a b\u{fc}"), None);
        assert_eq!(to_ascii(&"ü".repeat(5000)), None);
    }

    #[test]
    fn private_names_are_not_public() {
        for host in [
            "a.local",
            "intranet",
            "a.internal",
            "a.1",
            "a.b-c",
            "x.test",
            "-a.com",
            "a..com",
            "a.c",
            "kubernetes.default.svc",
            "a.svc.cluster.local",
            "vault.service.consul",
            "db.docker",
            "host.docker.internal",
            "metadata.google.internal",
            "router.home.arpa",
            "a.localhost",
            "a.example",
            "a.invalid",
            "a.onion",
            "a.0x7f",
            "10.0.0.1",
            "localhost",
        ] {
            assert!(!is_public(host), "{host}");
        }
    }

    #[test]
    #[cfg(not(feature = "browser"))]
    fn names_that_lead_to_private_machines_are_not_public() {
        for host in [
            "169.254.169.254.nip.io",
            "nip.io",
            "app.8.8.8.8.sslip.io",
            "localtest.me",
            "a.b.lvh.me",
            "10.0.0.1.evil.com",
            "www.10.0.0.1.evil.com",
            "127-0-0-1.evil.com",
            "app-192-168-1-10-x.evil.com",
            "a.172.31.255.1.evil.com",
            "172-16-0-1.evil.com",
            "100.64.0.1.evil.com",
            "0.0.0.0.evil.com",
            "7f000001.evil.com",
            "a-c0a80001-b.evil.com",
            "0a000001.c0a80001.evil.com",
            "--1.evil.com",
            "fd00--1.evil.com",
            "fe80-0-0-0-0-0-0-1.evil.com",
            "--ffff-10-0-0-1.evil.com",
        ] {
            assert!(!is_public(host), "{host}");
        }
    }

    #[test]
    fn names_of_customers_are_public() {
        for host in [
            "login.acme.com",
            "a.xn--p1ai",
            "sso.acme.co.uk",
            "xn--bcher-kva.acme.com",
            "notnip.io",
            "nip.io.acme.com",
            "svc.acme.com",
            "docker.acme.com",
            "consul.acme.com",
            "ec2-52-1-2-3.compute.acme.com",
            "1.2.3.acme.com",
            "10-0-0.acme.com",
            "10.0.0.acme.com",
            "v1-2-3-400.acme.com",
            "deadbeef.acme.com",
            "a1b2c3d4.acme.com",
            "2026-11-27.acme.com",
            "2001-4860--8888.acme.com",
        ] {
            assert!(is_public(host), "{host}");
        }
    }
}
