//! Bytes and keys: the ground floor. Knows nothing of providers, requests or storage.

pub mod aead;
pub mod digest;
pub mod entropy;
pub mod hpke;
pub mod key_ring;
