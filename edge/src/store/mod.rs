//! What a caller hears of the store: refusals in words, and what is left of its quota.

pub mod quota;
pub mod refusals;
