//! The deployment's secrets and settings, parsed once. Nothing else reads a binding.
//!
//! All secrets arrive as Worker secrets (`wrangler secret put`), never as plain variables; `wrangler.toml` lists them.

use crate::crypto::hpke::SealingKeys;
use crate::crypto::key_ring::{KeyRing, decode_key};
use latchkey_shared::Secret;
use std::fmt;

/// Everything a deployment is set up with.
pub struct Config {
    /// Makes and checks the macs of ids that route.
    pub route_key: [u8; 32],
    /// Wraps the data keys of credentials.
    pub key_ring: KeyRing,
    /// Opens what the form sealed.
    pub sealing_keys: SealingKeys,
    /// The root of `credentialsHash`; does not rotate with the key ring.
    pub hash_root: [u8; 32],
    /// Lets the deployment's owner make projects.
    pub admin_token: Secret,
    /// How many requests an API key may make in a minute.
    pub requests_per_minute: u32,
    /// Where this deployment is reached, if not at the address of each request: `https://connect.example.com`.
    pub public_url: Option<String>,
}

/// A binding that is missing or wrong. Never repeats its value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It is not there.
    #[error("secret `{0}` is missing")]
    Missing(&'static str),
    /// It is there, in another shape.
    #[error("secret `{0}` is not {1}")]
    Malformed(&'static str, &'static str),
}

/// How many requests an API key may make in a minute when nothing is said.
const REQUESTS_PER_MINUTE: u32 = 1_000;

/// The shortest admin token that is taken.
const ADMIN_TOKEN_MIN: usize = 32;

impl Config {
    /// Every binding that is read.
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
    /// Names the first binding that is missing or wrong.
    pub fn from_bindings(binding: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let secret = |name: &'static str| binding(name).map(Secret::new).ok_or(ConfigError::Missing(name));
        let key = |name: &'static str| -> Result<[u8; 32], ConfigError> {
            // Exposed to be decoded; the decoded key stays in this struct.
            decode_key(secret(name)?.expose())
                .ok_or(ConfigError::Malformed(name, "the base64url of 32 bytes"))
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
                    return Err(ConfigError::Malformed("REQUESTS_PER_MINUTE", "a whole number from 1 on"));
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
    fn a_complete_set_is_taken_and_debug_shows_no_secret() {
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
    fn a_quota_that_is_none_is_refused() {
        let with = |quota: &'static str| {
            Config::from_bindings(move |asked| {
                if asked == "REQUESTS_PER_MINUTE" { Some(quota.to_owned()) } else { binding(asked) }
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
            let without = Config::from_bindings(|asked| binding(asked).filter(|_| asked != name));
            assert_eq!(without.unwrap_err(), ConfigError::Missing(name));
            let wrong =
                Config::from_bindings(
                    |asked| if asked == name { Some("short".into()) } else { binding(asked) },
                );
            assert!(matches!(wrong.unwrap_err(), ConfigError::Malformed(told, _) if told == name));
        }
    }
}
