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

/// The shortest admin token, in characters.
const ADMIN_TOKEN_MIN: usize = 32;

impl Config {
    /// All bindings that are read.
    pub const BINDINGS: [&str; 7] = [
        "ROUTE_KEY",
        "VAULT_KEYS",
        "SEALING_KEYS",
        "HASH_ROOT",
        "ADMIN_TOKEN",
        "REQUESTS_PER_MINUTE",
        "PUBLIC_URL",
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
            public_url: binding("PUBLIC_URL")
                .map(|url| url.trim_end_matches('/').to_owned())
                .filter(|url| !url.is_empty()),
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
