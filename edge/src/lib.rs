//! The edge of Latchkey: verifies a customer's key with its provider, stores it encrypted, and lists it.
//!
//! From the ground up: [`crypto`], [`ports`] (all the core asks of the outside), [`http`], [`credential`], [`verify`],
//! [`procedures`], [`vault`], [`health`], [`store`], [`access`], [`hooks`],
//! [`webhooks`], [`connections`] (the use cases), [`jobs`], [`api`], [`pages`], [`router`]. An import
//! never runs upward; ARCHITECTURE lists the floors. Only `platform` names the runtime.
#![allow(async_fn_in_trait, reason = "one thread per isolate: no future needs to be Send")]

#[macro_use]
mod positional;

pub mod access;
pub mod api;
pub mod brand;
pub mod config;
pub mod connections;
pub mod credential;
pub mod crypto;
pub mod error;
pub mod health;
pub mod hooks;
pub mod http;
pub mod jobs;
#[cfg(feature = "schema")]
pub mod openapi;
pub mod pages;
pub mod ports;
pub mod procedures;
pub mod router;
pub mod store;
pub mod time;
pub mod vault;
pub mod verify;
pub mod webhooks;

#[cfg(target_arch = "wasm32")]
mod platform;
