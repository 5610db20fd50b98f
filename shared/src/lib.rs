#![doc = include_str!("../README.md")]

#[macro_use]
mod wire;

#[cfg(feature = "serde")]
pub mod address_range;
pub mod audit;
pub mod base62;
#[cfg(feature = "browser")]
pub mod browser;
pub mod code;
pub mod collect;
pub mod color;
#[cfg(feature = "serde")]
pub mod compact;
pub mod connect;
pub mod connection;
pub mod console;
pub mod deep_link;
pub mod event;
pub mod field;
pub mod guide;
#[cfg(feature = "serde")]
pub mod hook;
pub mod i18n;
pub mod id;
pub mod key_scope;
pub mod limits;
pub mod mode;
#[cfg(feature = "serde")]
pub mod probe;
pub mod problem;
#[cfg(feature = "serde")]
pub mod procedure;
#[cfg(feature = "serde")]
pub mod project_provider;
#[cfg(feature = "serde")]
pub mod provider;
pub mod report;
pub mod sealing;
pub mod secret;
pub mod session;
pub mod shown;
#[cfg(feature = "serde")]
pub mod simulation;
#[cfg(feature = "serde")]
pub mod template;
#[cfg(feature = "serde")]
mod test_values;
pub mod token;
pub mod verification_step;
pub mod webhook;

pub use code::ErrorCode;
pub use id::{ConnectionId, FieldId, ProjectId, ProviderId};
pub use key_scope::KeyScope;
pub use mode::Mode;
pub use problem::{Choice, FieldError, Problem};
pub use secret::Secret;
pub use token::{ApiKey, ConsoleLink, ConsoleToken, SessionId, SessionToken};
