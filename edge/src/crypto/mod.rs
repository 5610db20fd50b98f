//! Bytes and keys: the ground floor. Knows nothing of providers, requests or storage.

pub mod digest;
pub mod entropy;
