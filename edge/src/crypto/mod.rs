//! Cryptography on bytes and keys. It refuses to know providers, requests and storage.

pub mod aead;
pub mod digest;
pub mod ed25519;
pub mod entropy;
pub mod hpke;
pub mod key_ring;
