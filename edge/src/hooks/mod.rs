//! Push channels: what a provider sends us. It owns the proof of a delivery (`proof.rs`) and the meaning of its events
//! (`delivery.rs`), both by the provider's file. It refuses to change an account: the store does that.

pub mod delivery;
pub mod proof;
