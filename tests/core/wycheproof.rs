//! Wycheproof's test vectors, against the functions and crates that the edge uses: AES-256-GCM as the vault calls it, HKDF and HMAC
//! as `credentialsHash` does, and X25519 by opening sealed values.
//!
//! Each test counts its vectors, so that an empty set or a missing size fails.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use latchkey_edge::crypto::aead::{decrypt, encrypt};
use latchkey_edge::crypto::entropy::Entropy;
use latchkey_edge::crypto::hpke::{Sealed, SealingKeys};
use latchkey_shared::Mode;
use latchkey_shared::sealing::Context;
use sha2::Sha256;
use wycheproof::{TestResult, aead, hkdf as kdf, mac, xdh};

/// Randomness that is a vector's nonce.
struct Nonce<'a>(&'a [u8]);

impl Entropy for Nonce<'_> {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.copy_from_slice(self.0);
    }
}

#[test]
fn aes_256_gcm_with_nonces_of_96_bits_and_tags_of_128() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let ours =
        |group: &&aead::TestGroup| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128);
    let (mut valid, mut invalid) = (0, 0);
    for case in set.test_groups.iter().filter(ours).flat_map(|group| &group.tests) {
        let key: [u8; 32] = case.key[..].try_into().unwrap();
        let value = [&case.nonce[..], &case.ct, &case.tag].concat();
        let opened = decrypt(&key, &value, &case.aad);
        if case.result == TestResult::Valid {
            valid += 1;
            assert_eq!(opened.unwrap(), case.pt[..], "case {}", case.tc_id);
            assert_eq!(encrypt(&key, &Nonce(&case.nonce), &case.pt, &case.aad).unwrap(), value);
        } else {
            invalid += 1;
            assert!(opened.is_err(), "case {}: {}", case.tc_id, case.comment);
        }
    }
    assert_eq!((valid, invalid), (39, 27));
}

#[test]
fn hkdf_sha_256() {
    let set = kdf::TestSet::load(kdf::TestName::HkdfSha256).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut output = vec![0; case.size];
        let done = Hkdf::<Sha256>::new(Some(&case.salt), &case.ikm).expand(&case.info, &mut output);
        if case.result == TestResult::Invalid {
            invalid += 1;
            assert!(done.is_err(), "case {}: {}", case.tc_id, case.comment);
        } else {
            valid += 1;
            assert!(done.is_ok() && output == case.okm[..], "case {}", case.tc_id);
        }
    }
    assert_eq!((valid, invalid), (83, 3));
}

#[test]
fn hmac_sha_256() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&case.key).unwrap();
        hmac.update(&case.msg);
        // Half of the set has tags of 128 bits.
        let accepted = hmac.verify_truncated_left(&case.tag).is_ok();
        if case.result == TestResult::Valid {
            valid += 1
        } else {
            invalid += 1
        }
        assert_eq!(accepted, case.result == TestResult::Valid, "case {}: {}", case.tc_id, case.comment);
    }
    assert_eq!((valid, invalid), (66, 108));
}

/// Each vector's private key is the deployment's, and its public key what a sender encapsulated. What is sealed here from the
/// vector's shared secret opens if, and only if, the edge comes to the same secret; none opens whose secret is all zeros, as RFC
/// 9180 demands in section 7.1.4.
#[test]
fn x25519_by_opening_what_was_sealed_with_each_shared_secret() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let context = Context {
        kid: "s1",
        mode: Mode::Live,
        session: "P.r.m",
        attempt: "attempt-1",
        app: "okta",
        clear: &["instanceUrl", "acme.okta.com"],
        field: "apiToken",
    };
    let (mut opened, mut refused) = (0, 0);
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let Ok(enc) = <[u8; 32]>::try_from(&case.public_key[..]) else { continue };
        let keys =
            SealingKeys::parse(&format!("s1:{}", URL_SAFE_NO_PAD.encode(&case.private_key[..]))).unwrap();
        let recipient = URL_SAFE_NO_PAD.decode(keys.current().unwrap().public_key).unwrap();
        let ct = seal(&case.shared_secret, &enc, &recipient, &context);
        let secret = keys.open(&context, &Sealed { kid: "s1".to_owned(), enc, ct });
        let zero = case.shared_secret.iter().all(|byte| *byte == 0);
        if zero {
            refused += 1
        } else {
            opened += 1
        }
        let text = secret.as_ref().map(latchkey_shared::Secret::expose);
        assert_eq!(text, (!zero).then_some("a secret"), "case {}: {}", case.tc_id, case.comment);
    }
    assert_eq!((opened, refused), (487, 31));
}

/// The sender of RFC 9180 in base mode, after its Diffie-Hellman step.
fn seal(shared: &[u8], enc: &[u8], recipient: &[u8], context: &Context<'_>) -> Vec<u8> {
    let kem = Suite(b"KEM\x00\x20");
    let hpke = Suite(b"HPKE\x00\x20\x00\x01\x00\x02");
    let secret =
        kem.expand(&kem.extract(b"", b"eae_prk", shared), b"shared_secret", &[enc, recipient].concat(), 32);
    let hashes = [hpke.extract(b"", b"psk_id_hash", b""), hpke.extract(b"", b"info_hash", &context.info())];
    let schedule = [&[0][..], &hashes[0], &hashes[1]].concat();
    let secret = hpke.extract(&secret, b"secret", b"");
    let key: [u8; 32] = hpke.expand(&secret, b"key", &schedule, 32).try_into().unwrap();
    let nonce = hpke.expand(&secret, b"base_nonce", &schedule, 12);
    encrypt(&key, &Nonce(&nonce), b"a secret", &context.associated_data()).unwrap().split_off(12)
}

/// `LabeledExtract` and `LabeledExpand` of RFC 9180, section 4.
struct Suite(&'static [u8]);

impl Suite {
    fn extract(&self, salt: &[u8], label: &[u8], input: &[u8]) -> Vec<u8> {
        let input = [b"HPKE-v1", self.0, label, input].concat();
        Hkdf::<Sha256>::extract(Some(salt), &input).0.to_vec()
    }

    fn expand(&self, key: &[u8], label: &[u8], info: &[u8], length: u16) -> Vec<u8> {
        let info = [&length.to_be_bytes(), &b"HPKE-v1"[..], self.0, label, info].concat();
        let mut output = vec![0; usize::from(length)];
        Hkdf::<Sha256>::from_prk(key).unwrap().expand(&info, &mut output).unwrap();
        output
    }
}
