//! How long what people name may be. Each limit stands here once, for all who check it.

/// The longest name of a connection, in characters.
pub const NAME_MAX: usize = 64;

/// The longest description, in characters.
pub const DESCRIPTION_MAX: usize = 256;
