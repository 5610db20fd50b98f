//! The vault: a sealed value opens only in its own place.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_edge::crypto::key_ring::KeyRing;
use latchkey_edge::{
    ports::BlobKey,
    vault::{Binding, VaultError, open},
};
use latchkey_shared::{ConnectionId, Mode, ProjectId};
use latchkey_tests::Scenario;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn ring() -> KeyRing {
    KeyRing::parse(&format!("k1:{}", URL_SAFE_NO_PAD.encode([2; 32]))).unwrap()
}

/// A value as a deployment stores it, with its key.
fn stored() -> (BlobKey, String) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    let values = scenario.platform.blobs.values.borrow();
    let (name, value) = values.iter().next().unwrap();
    let parts: Vec<&str> = name.split('/').collect();
    let key = BlobKey {
        mode: Mode::parse(parts[1]).unwrap(),
        project: ProjectId::parse(parts[2]).unwrap(),
        connection: ConnectionId::parse(parts[3]).unwrap(),
        blob: parts[4].to_owned(),
    };
    assert_eq!((parts[0], parts.len(), key.to_string().as_str()), ("credential", 5, name.as_str()));
    (key, value.clone())
}

fn binding(key: &BlobKey) -> Binding<'_> {
    Binding { key, version: 1, provider: "okta" }
}

#[test]
fn what_was_sealed_opens() {
    let (key, value) = stored();
    let credential = open(&ring(), &binding(&key), &value).unwrap();
    assert_eq!(credential.value("apiToken").unwrap().expose(), TOKEN);
    assert_eq!(credential.value("instanceUrl").unwrap().expose(), "https://acme.okta.com");
}

/// Frozen: the first value ever sealed in format `lk1`. If this test fails, stored credentials no longer open.
#[test]
fn the_frozen_vector_of_format_lk1_opens_for_ever() {
    const KEY: (&str, &str, &str) = (
        "11111111-1111-4111-8111-111111111111",
        "22222222-2222-4222-8222-222222222222",
        "0000000000000000000003",
    );
    const VALUE: &str = include_str!("vectors/lk1.txt");
    let key = BlobKey {
        mode: Mode::Live,
        project: ProjectId::parse(KEY.0).unwrap(),
        connection: ConnectionId::parse(KEY.1).unwrap(),
        blob: KEY.2.to_owned(),
    };
    let credential = open(&ring(), &binding(&key), VALUE.trim()).unwrap();
    let values: Vec<_> = credential.values().map(|(id, value)| (id, value.expose())).collect();
    assert_eq!(values, [("apiToken", TOKEN), ("instanceUrl", "https://acme.okta.com")]);
}

#[test]
fn a_value_that_was_moved_does_not_open() {
    let (key, value) = stored();
    let other = |change: fn(&mut BlobKey)| {
        let mut moved = key.clone();
        change(&mut moved);
        open(&ring(), &binding(&moved), &value).unwrap_err()
    };
    assert_eq!(other(|key| key.mode = Mode::Test), VaultError::DoesNotOpen);
    assert_eq!(other(|key| key.project = ProjectId::from_random([9; 16])), VaultError::DoesNotOpen);
    assert_eq!(other(|key| key.connection = ConnectionId::from_random([9; 16])), VaultError::DoesNotOpen);
    assert_eq!(other(|key| key.blob.push('0')), VaultError::DoesNotOpen);
    let another_version = Binding { version: 2, ..binding(&key) };
    assert_eq!(open(&ring(), &another_version, &value).unwrap_err(), VaultError::DoesNotOpen);
    let another_provider = Binding { provider: "harness", ..binding(&key) };
    assert_eq!(open(&ring(), &another_provider, &value).unwrap_err(), VaultError::DoesNotOpen);
}

#[test]
fn an_altered_value_does_not_open() {
    let (key, value) = stored();
    // Every bit of every byte that is encoded.
    for part in [2, 3] {
        let parts: Vec<&str> = value.split('.').collect();
        let bytes = URL_SAFE_NO_PAD.decode(parts[part]).unwrap();
        assert!(bytes.len() >= 12 + 16 + 32);
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let altered = URL_SAFE_NO_PAD.encode(altered);
            let mut parts = parts.clone();
            parts[part] = &altered;
            assert_eq!(
                open(&ring(), &binding(&key), &parts.join(".")).unwrap_err(),
                VaultError::DoesNotOpen,
                "part {part}, bit {bit}"
            );
        }
    }
    // Every byte of the text, in each of the bits that leave it text: two texts never mean the same value.
    for at in 0..value.len() {
        for bit in 0..7 {
            let mut altered = value.clone().into_bytes();
            altered[at] ^= 1 << bit;
            let altered = String::from_utf8(altered).unwrap();
            assert!(open(&ring(), &binding(&key), &altered).is_err(), "byte {at}, bit {bit}");
        }
    }
    for more in ["=", ".", " ", "A", "AA", "\n"] {
        assert!(open(&ring(), &binding(&key), &format!("{value}{more}")).is_err(), "{more:?} behind it");
    }
    for end in 0..value.len() {
        let cut: String = value.chars().take(end).collect();
        assert!(open(&ring(), &binding(&key), &cut).is_err(), "cut at {end}");
    }
    assert_eq!(
        open(&ring(), &binding(&key), &value.replace("lk1.", "lk2.")).unwrap_err(),
        VaultError::Malformed
    );
}

#[test]
fn a_wrapping_key_is_chosen_by_id_and_never_by_trial() {
    let (key, value) = stored();
    let encoded = URL_SAFE_NO_PAD.encode([2; 32]);
    let renamed = KeyRing::parse(&format!("k9:{encoded}")).unwrap();
    assert_eq!(open(&renamed, &binding(&key), &value).unwrap_err(), VaultError::KeyMissing);
    let relabelled = value.replace(".k1.", ".k9.");
    assert_eq!(open(&renamed, &binding(&key), &relabelled).unwrap_err(), VaultError::DoesNotOpen);
    let rotated = KeyRing::parse(&format!("k2:{},k1:{encoded}", URL_SAFE_NO_PAD.encode([4; 32]))).unwrap();
    assert!(open(&rotated, &binding(&key), &value).is_ok());
}

#[test]
fn equal_credentials_are_sealed_differently() {
    let ((_, first), (_, second)) = (stored(), stored());
    // The same seed gives the same value; a different point of the stream never does.
    assert_eq!(first, second, "the support's randomness is not reproducible");
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    for _ in 0..2 {
        let session = scenario.session(&scenario.live_key);
        scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    }
    let values = scenario.platform.blobs.values.borrow();
    let parts: Vec<Vec<&str>> = values.values().map(|value| value.split('.').collect()).collect();
    assert!(parts[0][2] != parts[1][2] && parts[0][3] != parts[1][3]);
}
