//! The secrets and settings of the deployment, parsed once. Nothing else reads a binding.
//!
//! A secret comes from the Worker's secrets (`wrangler secret put`) or from a Secrets Store, never from a plain variable.
//! `wrangler.toml` lists all bindings.

use crate::crypto::hpke::SealingKeys;
use crate::crypto::key_ring::{KeyRing, decode_key};
use latchkey_shared::Secret;
use std::fmt;

/// The secrets and settings of a deployment.
pub struct Config {
    /// Makes and checks the MACs of API keys and session tokens.
    pub route_key: [u8; 32],
    /// Wraps the data keys of credentials.
    pub key_ring: KeyRing,
    /// Opens the values that the form sealed.
    pub sealing_keys: SealingKeys,
    /// The key of `credentialsHash`. It does not rotate with the key ring.
    pub hash_root: [u8; 32],
    /// Authenticates the owner of the deployment.
    pub admin_token: Secret,
    /// The most requests of an API key in a minute.
    pub requests_per_minute: u32,
    /// The public URL of the deployment, such as `https://connect.example.com`. `None` is the origin of each request.
    pub public_url: Option<String>,
    /// The header in which the proxy in front of the Worker names the client's network address, in lower case. `None` if
    /// there is no such proxy: then all clients have one unknown address.
    pub client_address_header: Option<String>,
    /// How many requests one call of the Worker may make: 50 on the free plan.
    pub subrequests: u32,
    /// Whether webhooks of test mode may go to this machine, over `http` too: in a development run.
    pub local_webhooks: bool,
    /// Whom to tell about a weakness: a `mailto:` or `https:` address, for `/.well-known/security.txt` (RFC 9116). `None`: there is no such file.
    pub security_contact: Option<String>,
    /// Cloudflare Access in front of the console. `None`: people sign in with keys and links alone.
    pub access: Option<Access>,
}

/// The application of Cloudflare Access that protects the console.
#[derive(Clone, Debug)]
pub struct Access {
    /// The host name of the team, such as `example.cloudflareaccess.com`.
    pub team: String,
    /// The audience tag of the application.
    pub audience: String,
}

/// Where the host names of teams end.
const TEAMS: &str = ".cloudflareaccess.com";

/// Reads the two bindings of Cloudflare Access: both are set, or none.
fn access(team: Option<String>, audience: Option<String>) -> Result<Option<Access>, ConfigError> {
    let set = |text: Option<String>| text.filter(|text| !text.is_empty());
    match (set(team), set(audience)) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(ConfigError::Missing("ACCESS_TEAM_DOMAIN")),
        (Some(_), None) => Err(ConfigError::Missing("ACCESS_AUDIENCE")),
        (Some(team), Some(audience)) => {
            let team = team.to_ascii_lowercase();
            let label =
                |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !team.strip_suffix(TEAMS).is_some_and(label) {
                let must = "the host name of a team, such as example.cloudflareaccess.com";
                return Err(ConfigError::Malformed("ACCESS_TEAM_DOMAIN", must));
            }
            if audience.len() > 128 || !audience.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(ConfigError::Malformed("ACCESS_AUDIENCE", "the audience tag of the application"));
            }
            Ok(Some(Access { team, audience }))
        }
    }
}

/// A binding that is missing or malformed. It never repeats the value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It is missing.
    #[error("`{0}` is not set: bind it as edge/wrangler.toml says")]
    Missing(&'static str),
    /// It is malformed: its name, and what it must be.
    #[error("`{0}` is malformed: it must be {1}")]
    Malformed(&'static str, &'static str),
}

/// The most requests of an API key in a minute, if `REQUESTS_PER_MINUTE` is not set.
const REQUESTS_PER_MINUTE: u32 = 1_000;

/// The requests of one call of the Worker, if `SUBREQUESTS` is not set: those of the paid plan.
const SUBREQUESTS: u32 = 1_000;

/// The shortest admin token, in characters.
const ADMIN_TOKEN_MIN: usize = 32;

/// The header with the client's address, if `CLIENT_ADDRESS_HEADER` is not set. Cloudflare sets it, and replaces one that a
/// client sent.
const CLIENT_ADDRESS_HEADER: &str = "cf-connecting-ip";

/// Whether the text is the name of a header (RFC 9110, section 5.1). `Forwarded` has a grammar of its own (RFC 7239), which
/// nothing here reads.
fn is_contact(contact: &str) -> bool {
    let scheme = contact.starts_with("mailto:") || contact.starts_with("https://");
    scheme && contact.len() <= 200 && contact.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_header(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    !name.is_empty() && name.bytes().all(plain) && !name.eq_ignore_ascii_case("forwarded")
}

/// The origin, in lower case and without a slash at its end. A request is compared with its host name, so a wrong one would
/// make all requests unknown.
fn origin(url: &str) -> Option<String> {
    let url = url.trim_end_matches('/');
    let (scheme, host) = url.split_once("://")?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':' | b'[' | b']');
    let valid = matches!(scheme, "https" | "http") && !host.is_empty() && host.bytes().all(plain);
    valid.then(|| url.to_ascii_lowercase())
}

impl Config {
    /// All bindings that are read.
    pub const BINDINGS: [&str; 13] = [
        "ROUTE_KEY",
        "VAULT_KEYS",
        "SEALING_KEYS",
        "HASH_ROOT",
        "ADMIN_TOKEN",
        "REQUESTS_PER_MINUTE",
        "PUBLIC_URL",
        "CLIENT_ADDRESS_HEADER",
        "SUBREQUESTS",
        "LOCAL_WEBHOOKS",
        "SECURITY_CONTACT",
        "ACCESS_TEAM_DOMAIN",
        "ACCESS_AUDIENCE",
    ];

    /// Reads each binding through `binding`.
    ///
    /// # Errors
    /// Names the first binding that is missing or malformed.
    pub fn from_bindings(binding: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let secret = |name: &'static str| binding(name).map(Secret::new).ok_or(ConfigError::Missing(name));
        let key = |name: &'static str| -> Result<[u8; 32], ConfigError> {
            // Exposed to be decoded; the decoded key stays in this struct.
            decode_key(secret(name)?.expose()).ok_or(ConfigError::Malformed(name, "32 bytes in base64url"))
        };
        let admin_token = secret("ADMIN_TOKEN")?;
        if admin_token.len() < ADMIN_TOKEN_MIN {
            return Err(ConfigError::Malformed("ADMIN_TOKEN", "at least 32 characters long"));
        }
        Ok(Self {
            route_key: key("ROUTE_KEY")?,
            // Exposed to be parsed into keys.
            key_ring: KeyRing::parse(secret("VAULT_KEYS")?.expose())
                .map_err(|why| ConfigError::Malformed("VAULT_KEYS", why))?,
            // Exposed to be parsed into keys.
            sealing_keys: SealingKeys::parse(secret("SEALING_KEYS")?.expose())
                .map_err(|why| ConfigError::Malformed("SEALING_KEYS", why))?,
            hash_root: key("HASH_ROOT")?,
            admin_token,
            requests_per_minute: match binding("REQUESTS_PER_MINUTE").map(|text| text.parse()) {
                None => REQUESTS_PER_MINUTE,
                Some(Ok(number @ 1..)) => number,
                Some(_) => {
                    return Err(ConfigError::Malformed("REQUESTS_PER_MINUTE", "a whole number, 1 or larger"));
                }
            },
            subrequests: match binding("SUBREQUESTS").map(|text| text.parse()) {
                None => SUBREQUESTS,
                Some(Ok(number @ 50..)) => number,
                Some(_) => return Err(ConfigError::Malformed("SUBREQUESTS", "a whole number, 50 or larger")),
            },
            local_webhooks: match binding("LOCAL_WEBHOOKS").as_deref() {
                None | Some("" | "no") => false,
                Some("yes") => true,
                Some(_) => return Err(ConfigError::Malformed("LOCAL_WEBHOOKS", "yes or no")),
            },
            security_contact: match binding("SECURITY_CONTACT") {
                Some(contact) if contact.is_empty() => None,
                Some(contact) if is_contact(&contact) => Some(contact),
                Some(_) => {
                    return Err(ConfigError::Malformed(
                        "SECURITY_CONTACT",
                        "an address such as mailto:security@example.com or https://example.com/security",
                    ));
                }
                None => None,
            },
            access: access(binding("ACCESS_TEAM_DOMAIN"), binding("ACCESS_AUDIENCE"))?,
            public_url: match binding("PUBLIC_URL") {
                Some(url) if !url.is_empty() => Some(origin(&url).ok_or(ConfigError::Malformed(
                    "PUBLIC_URL",
                    "an origin such as https://connect.example.com, in ASCII",
                ))?),
                _ => None,
            },
            client_address_header: match binding("CLIENT_ADDRESS_HEADER") {
                None => Some(CLIENT_ADDRESS_HEADER.to_owned()),
                Some(name) if name == "none" => None,
                Some(name) if is_header(&name) => Some(name.to_ascii_lowercase()),
                Some(_) => {
                    return Err(ConfigError::Malformed(
                        "CLIENT_ADDRESS_HEADER",
                        "the name of a header that holds bare addresses, or none",
                    ));
                }
            },
        })
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("key_ring", &self.key_ring)
            .field("sealing_keys", &self.sealing_keys)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    fn binding(name: &str) -> Option<String> {
        let key = URL_SAFE_NO_PAD.encode([7; 32]);
        Some(match name {
            "ROUTE_KEY" | "HASH_ROOT" => key,
            "VAULT_KEYS" => format!("k1:{key}"),
            "SEALING_KEYS" => format!("s1:{key}"),
            "ADMIN_TOKEN" => "la_hunter2hunter2hunter2hunter2hunter2".into(),
            _ => return None,
        })
    }

    #[test]
    fn a_complete_config_is_read_and_debug_shows_no_secret() {
        let shown = format!("{:?}", Config::from_bindings(binding).unwrap());
        assert!(
            shown.contains("k1")
                && !shown.contains("hunter2")
                && !shown.contains("BwcH")
                && !shown.contains("[7, 7"),
            "{shown}"
        );
    }

    #[test]
    fn a_malformed_rate_limit_is_refused() {
        let with = |quota: &'static str| {
            Config::from_bindings(move |name| {
                if name == "REQUESTS_PER_MINUTE" { Some(quota.to_owned()) } else { binding(name) }
            })
        };
        assert_eq!(with("50").unwrap().requests_per_minute, 50);
        for wrong in ["0", "-1", "many", ""] {
            assert!(
                matches!(with(wrong).unwrap_err(), ConfigError::Malformed("REQUESTS_PER_MINUTE", _)),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_header_with_the_address_is_cloudflares_or_is_set() {
        let with = |set: Option<&'static str>| {
            let bindings = move |name: &str| match name {
                "CLIENT_ADDRESS_HEADER" => set.map(str::to_owned),
                _ => binding(name),
            };
            Config::from_bindings(bindings).map(|config| config.client_address_header)
        };
        for (set, header) in [
            (None, Some("cf-connecting-ip")),
            (Some("none"), None),
            (Some("X-Forwarded-For"), Some("x-forwarded-for")),
            (Some("x_real_ip"), Some("x_real_ip")),
        ] {
            assert_eq!(with(set).unwrap().as_deref(), header, "{set:?}");
        }
        for wrong in ["", "x-real-ip, x-forwarded-for", "Forwarded", "x-réal-ip", "x real", "x:y"] {
            assert!(
                matches!(with(Some(wrong)), Err(ConfigError::Malformed("CLIENT_ADDRESS_HEADER", _))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_public_url_is_an_origin() {
        let with = |set: &'static str| {
            Config::from_bindings(
                move |name| {
                    if name == "PUBLIC_URL" { Some(set.to_owned()) } else { binding(name) }
                },
            )
            .map(|config| config.public_url)
        };
        for (set, origin) in [
            ("", None),
            ("https://connect.example.com/", Some("https://connect.example.com")),
            ("https://Connect.Example.com", Some("https://connect.example.com")),
            ("http://127.0.0.1:8787", Some("http://127.0.0.1:8787")),
            ("http://[::1]:8787", Some("http://[::1]:8787")),
        ] {
            assert_eq!(with(set).unwrap().as_deref(), origin, "{set}");
        }
        for wrong in [
            "connect.example.com",
            "https://",
            "/",
            "ftp://example.com",
            "https://user@example.com",
            "https://example.com/connect",
            "https://example.com?x",
            "https://bücher.example",
            "https://example.com, https://example.org",
        ] {
            assert!(matches!(with(wrong), Err(ConfigError::Malformed("PUBLIC_URL", _))), "{wrong}");
        }
    }

    #[test]
    fn cloudflare_access_has_a_team_and_an_audience_or_is_left_out() {
        let with = |team: &'static str, audience: &'static str| {
            let bindings = move |name: &str| match name {
                "ACCESS_TEAM_DOMAIN" => Some(team.to_owned()),
                "ACCESS_AUDIENCE" => Some(audience.to_owned()),
                _ => binding(name),
            };
            Config::from_bindings(bindings).map(|config| config.access.map(|access| access.team))
        };
        assert_eq!(with("", "").unwrap(), None);
        let team = "example.cloudflareaccess.com";
        assert_eq!(with("Example.cloudflareaccess.com", "4714c1358e65").unwrap().as_deref(), Some(team));
        for (team, audience, wrong) in [
            (team, "", "ACCESS_AUDIENCE"),
            ("", "4714c1358e65", "ACCESS_TEAM_DOMAIN"),
            ("https://example.cloudflareaccess.com", "4714c1358e65", "ACCESS_TEAM_DOMAIN"),
            ("example.com", "4714c1358e65", "ACCESS_TEAM_DOMAIN"),
            ("evil.example/.cloudflareaccess.com", "4714c1358e65", "ACCESS_TEAM_DOMAIN"),
            (team, "a b", "ACCESS_AUDIENCE"),
        ] {
            let error = with(team, audience).unwrap_err();
            assert!(error.to_string().contains(wrong), "{team} {audience}: {error}");
        }
    }

    #[test]
    fn a_missing_or_malformed_secret_is_named() {
        for name in ["ROUTE_KEY", "VAULT_KEYS", "SEALING_KEYS", "HASH_ROOT", "ADMIN_TOKEN"] {
            let without = Config::from_bindings(|other| binding(other).filter(|_| other != name));
            assert_eq!(without.unwrap_err(), ConfigError::Missing(name));
            let wrong =
                Config::from_bindings(
                    |other| if other == name { Some("short".into()) } else { binding(other) },
                );
            assert!(matches!(wrong.unwrap_err(), ConfigError::Malformed(named, _) if named == name));
        }
    }
}
