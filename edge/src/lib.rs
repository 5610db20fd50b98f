//! The edge of Latchkey: verifies a customer's key with its provider, stores it encrypted, and lists it.
//!
//! In reading order: [`ports`] is all the core asks of the outside; [`http`] turns a request into a call of one function
//! in [`api`], and errors into problem details; [`connect`] and [`create`] are the two ways to store an account, by
//! [`verify`], [`vault`] and [`ledger`] (what a project's Durable Object does). Only `platform` names the runtime.
#![allow(async_fn_in_trait, reason = "one thread per isolate: no future needs to be Send")]

#[macro_use]
mod listed;

pub mod aead;
pub mod answers;
pub mod api;
pub mod brand;
pub mod change;
pub mod config;
pub mod connect;
pub mod connections;
pub mod create;
pub mod credential;
pub mod credentials_hash;
pub mod crypto;
pub mod domain;
pub mod error;
pub mod http;
pub mod index;
pub mod key_ring;
pub mod language;
pub mod ledger;
pub mod meter;
#[cfg(feature = "schema")]
pub mod openapi;
pub mod ports;
pub mod retrieve;
pub mod rewrap;
pub mod rotation;
pub mod route_mac;
pub mod sealing;
pub mod simulator;
pub mod store;
pub mod time;
pub mod vault;
pub mod verify;

/// The page's inlined parts, from `build.rs`.
mod page {
    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}

#[cfg(target_arch = "wasm32")]
mod platform;
