//! Reads a web address: `https://host[:port]`, or `http://` on this machine, and what follows. It refuses user names, IPv6
//! addresses, and ports that are not written plainly.

/// The longest host name, in bytes.
const HOST_MAX: usize = 253;

/// The parts of an address that its users ask for.
pub(crate) struct WebAddress<'a> {
    /// Whether it is https.
    pub(crate) secure: bool,
    /// The host name, or an IPv4 address.
    pub(crate) host: &'a str,
    /// Path, query and fragment.
    pub(crate) rest: &'a str,
}

impl<'a> WebAddress<'a> {
    /// The address, if the text is one.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) =
            authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let label =
            |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let plain =
            |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port);
        let secure = match scheme {
            "https" => true,
            "http" if matches!(host, "localhost" | "127.0.0.1") => false,
            _ => return None,
        };
        let valid = host.len() <= HOST_MAX && host.split('.').all(label) && port.is_none_or(plain);
        valid.then_some(Self { secure, host, rest: rest.strip_prefix(authority)? })
    }
}
