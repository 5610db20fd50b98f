//! Makes API keys, session tokens, tokens and links of the console, and ids of push channels, and checks their MACs.
//!
//! An id contains its project's id and a MAC. So a request finds its project's Durable Object without a lookup, and a
//! stranger cannot create objects. It refuses to check a secret: the store does that.

use crate::config::Config;
use crate::crypto::digest::hex;
use crate::crypto::entropy::Entropy;
use hmac::{Hmac, KeyInit, Mac};
use latchkey_shared::token::{RoutedId, TokenSecret};
use latchkey_shared::{ApiKey, ConsoleLink, ConsoleToken, Mode, ProjectId, Secret, SessionToken, base62};
use sha2::Sha256;

/// The kind of an id. A MAC of one kind is not valid for another.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Session,
    ApiKey(Mode),
    Console(Mode),
    ConsoleLink(Mode),
    Guide,
    Hook,
    HookSecret,
}

impl Kind {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"session",
            Self::Guide => b"guide",
            Self::Hook => b"hook",
            Self::HookSecret => b"hook-secret",
            Self::Console(Mode::Test) => b"console/test",
            Self::Console(Mode::Live) => b"console/live",
            Self::ConsoleLink(Mode::Test) => b"console-link/test",
            Self::ConsoleLink(Mode::Live) => b"console-link/live",
            Self::ApiKey(Mode::Test) => b"api-key/test",
            Self::ApiKey(Mode::Live) => b"api-key/live",
        }
    }
}

/// HMAC-SHA-256 over the length-prefixed label, project and random part.
fn whole_mac(config: &Config, kind: Kind, project: ProjectId, random: u128) -> [u8; 32] {
    // HMAC takes a key of any length (RFC 2104, section 2), so this never happens.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(&config.route_key) else { return [0; 32] };
    for part in [kind.label(), project.to_base62().as_bytes(), &random.to_be_bytes()] {
        hmac.update(&(part.len() as u64).to_be_bytes());
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

/// The first 128 bits of it.
fn mac(config: &Config, kind: Kind, project: ProjectId, random: u128) -> u128 {
    let bytes = whole_mac(config, kind, project, random);
    bytes.iter().take(16).fold(0, |number, &byte| number << 8 | u128::from(byte))
}

fn genuine(config: &Config, kind: Kind, id: &RoutedId) -> bool {
    use subtle::ConstantTimeEq;
    mac(config, kind, id.project, id.random).to_be_bytes().ct_eq(&id.mac.to_be_bytes()).into()
}

fn routed_id(config: &Config, entropy: &impl Entropy, kind: Kind, project: ProjectId) -> RoutedId {
    let random = u128::from_be_bytes(entropy.bytes16());
    RoutedId { project, random, mac: mac(config, kind, project, random) }
}

/// The id of a session, from its random part.
#[must_use]
pub fn session_id(config: &Config, project: ProjectId, random: u128) -> RoutedId {
    RoutedId { project, random, mac: mac(config, Kind::Session, project, random) }
}

/// The id of an API key, from its random part.
#[must_use]
pub fn api_key_id(config: &Config, project: ProjectId, mode: Mode, random: u128) -> RoutedId {
    RoutedId { project, random, mac: mac(config, Kind::ApiKey(mode), project, random) }
}

/// Makes a session token.
pub fn make_session_token(
    config: &Config,
    entropy: &impl Entropy,
    mode: Mode,
    project: ProjectId,
) -> SessionToken {
    let id = routed_id(config, entropy, Kind::Session, project);
    SessionToken { mode, id, secret: TokenSecret::from_random(entropy.bytes32()) }
}

/// Makes an API key.
pub fn make_api_key(config: &Config, entropy: &impl Entropy, mode: Mode, project: ProjectId) -> ApiKey {
    let id = routed_id(config, entropy, Kind::ApiKey(mode), project);
    ApiKey { mode, id, secret: TokenSecret::from_random(entropy.bytes32()) }
}

/// Makes the token of a console session.
pub fn make_console_token(
    config: &Config,
    entropy: &impl Entropy,
    mode: Mode,
    project: ProjectId,
) -> ConsoleToken {
    let id = routed_id(config, entropy, Kind::Console(mode), project);
    ConsoleToken { mode, id, secret: TokenSecret::from_random(entropy.bytes32()) }
}

/// Makes a link that signs in to the console.
pub fn make_console_link(
    config: &Config,
    entropy: &impl Entropy,
    mode: Mode,
    project: ProjectId,
) -> ConsoleLink {
    let id = routed_id(config, entropy, Kind::ConsoleLink(mode), project);
    ConsoleLink { mode, id, secret: TokenSecret::from_random(entropy.bytes32()) }
}

/// Whether this deployment made the id of the console session, for the token's mode. It does not check the secret.
#[must_use]
pub fn is_our_console_token(config: &Config, token: &ConsoleToken) -> bool {
    genuine(config, Kind::Console(token.mode), &token.id)
}

/// Whether this deployment made the id of the sign-in link, for the link's mode. It does not check the secret.
#[must_use]
pub fn is_our_console_link(config: &Config, link: &ConsoleLink) -> bool {
    genuine(config, Kind::ConsoleLink(link.mode), &link.id)
}

/// Whether this deployment made the session id. It does not check the session's secret or state.
#[must_use]
pub fn is_our_session(config: &Config, id: &RoutedId) -> bool {
    genuine(config, Kind::Session, id)
}

/// Whether this deployment made the key's id, for the key's mode. It does not check the secret.
#[must_use]
pub fn is_our_api_key(config: &Config, key: &ApiKey) -> bool {
    genuine(config, Kind::ApiKey(key.mode), &key.id)
}

/// The id of a push channel, from its random part.
#[must_use]
pub fn hook_id(config: &Config, project: ProjectId, random: u128) -> RoutedId {
    RoutedId { project, random, mac: mac(config, Kind::Hook, project, random) }
}

/// Whether this deployment made the id of a push channel.
#[must_use]
pub fn is_our_hook(config: &Config, id: &RoutedId) -> bool {
    genuine(config, Kind::Hook, id)
}

/// The secret that the provider and we share for a push channel: 256 bits in base62. It is derived from the id under the
/// deployment's route key, so that no row and no message has it, and so that we can check signatures that are made with it.
#[must_use]
pub fn hook_secret(config: &Config, id: &RoutedId) -> Secret {
    let bytes = whole_mac(config, Kind::HookSecret, id.project, id.random);
    let half = |bytes: &[u8]| bytes.iter().fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
    let (first, second) = bytes.split_at(16);
    Secret::new([base62::encode(half(first)), base62::encode(half(second))].concat())
}

/// The id of a project in the links of its guides: `P.<mac>`. It permits nothing but to see the project's name and look.
#[must_use]
pub fn guide_id(config: &Config, project: ProjectId) -> String {
    format!("{}.{}", project.to_base62(), base62::encode(mac(config, Kind::Guide, project, 0)))
}

/// The project of such an id. `None` if this deployment did not make it.
#[must_use]
pub fn project_of_guide(config: &Config, id: &str) -> Option<ProjectId> {
    let (project, mac) = id.split_once('.')?;
    let project = ProjectId::from_base62(project).ok()?;
    genuine(config, Kind::Guide, &RoutedId { project, random: 0, mac: base62::decode(mac)? })
        .then_some(project)
}

/// Makes another token of a session, with its own secret.
#[must_use]
pub fn another_session_token(
    entropy: &impl Entropy,
    mode: Mode,
    id: latchkey_shared::SessionId,
) -> SessionToken {
    SessionToken { mode, id, secret: TokenSecret::from_random(entropy.bytes32()) }
}

/// The token of a session that was made by itself. It follows from the session's id and the deployment's key, so nothing has to
/// keep it.
#[must_use]
pub fn derived_session_token(config: &Config, mode: Mode, id: latchkey_shared::SessionId) -> SessionToken {
    let mut secret = [0; 32];
    // HMAC takes a key of any length (RFC 2104, section 2), so this never fails.
    if let Ok(hmac) = Hmac::<Sha256>::new_from_slice(&config.route_key) {
        let derived = hmac.chain_update(b"session-by-itself/").chain_update(id.to_string()).finalize();
        secret.copy_from_slice(&derived.into_bytes());
    }
    SessionToken { mode, id, secret: TokenSecret::from_random(secret) }
}

/// The stored form of a network address. It is a keyed hash, because all addresses could be tried.
#[must_use]
pub fn address_hash(config: &Config, address: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(&config.route_key) {
        Ok(hmac) => hex(&hmac.chain_update(b"address/").chain_update(address).finalize().into_bytes()),
        // HMAC takes a key of any length (RFC 2104, section 2), so this never happens.
        Err(_) => String::new(),
    }
}
