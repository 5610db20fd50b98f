//! The longest names, descriptions and lists. Every check uses these constants.

/// The longest name of a connection, in characters.
pub const NAME_MAX: usize = 64;

/// The longest description, in characters.
pub const DESCRIPTION_MAX: usize = 256;

/// The most ranges of addresses that an API key may be bound to.
pub const ADDRESSES_MAX: usize = 20;
