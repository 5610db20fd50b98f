//! Host names: labels, IP addresses, public names, and letters outside ASCII.

/// The longest label, in bytes (RFC 1035, section 2.3.4).
const LABEL_MAX: usize = 63;
/// The longest name without the trailing dot, in bytes (RFC 1035, section 2.3.4).
const NAME_MAX: usize = 253;

/// Top-level labels without public hosts: those of RFC 6761, 6762, 7686, 8375 and 9476, and those of home and company networks.
const PRIVATE: [&str; 15] = [
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
    is_name(host) && host.contains('.') && top && !PRIVATE.contains(&last)
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
        for host in ["a.local", "intranet", "a.internal", "a.1", "a.b-c", "x.test", "-a.com", "a..com", "a.c"]
        {
            assert!(!is_public(host), "{host}");
        }
        for host in ["login.acme.com", "a.xn--p1ai", "sso.acme.co.uk"] {
            assert!(is_public(host), "{host}");
        }
    }
}
