//! Signs with Ed25519 (RFC 8032). It refuses to choose a key, and to know what is signed.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

/// A key pair.
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// The key pair of a seed: the private key of RFC 8032, section 5.1.5.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The signature of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeyPair").field(&self.public_key()).finish()
    }
}

/// Whether a signature is that of a message by a public key. It accepts only the one form of each signature.
#[must_use]
pub fn is_signed(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    VerifyingKey::from_bytes(public_key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{KeyPair, is_signed};
    use crate::crypto::digest::hex;

    /// RFC 8032, section 7.1, tests 1 and 2.
    #[test]
    fn the_vectors_of_rfc_8032_are_signed_alike() {
        let seed = |text: &str| -> [u8; 32] {
            let mut bytes = [0; 32];
            assert!(base16ct::lower::decode(text, &mut bytes).is_ok());
            bytes
        };
        for (secret, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                &[][..],
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                &[0x72][..],
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
        ] {
            let pair = KeyPair::from_seed(&seed(secret));
            let signed = pair.sign(message);
            assert_eq!((hex(&pair.public_key()), hex(&signed)), (public.to_owned(), signature.to_owned()));
            assert!(is_signed(&pair.public_key(), message, &signed));
            assert!(!is_signed(&pair.public_key(), b"another", &signed));
        }
    }
}
