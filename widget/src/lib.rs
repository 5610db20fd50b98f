#![doc = include_str!("../README.md")]

mod form;
#[cfg(feature = "hydrate")]
pub mod hydrate;
#[cfg(feature = "ssr")]
pub mod ssr;
mod words;
