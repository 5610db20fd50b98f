//! Webhooks as single requests: which addresses they may go to, how they are signed, and how an answer counts. It refuses to know
//! which event goes where and when (`store/operations/webhook_sending.rs`).

pub mod address;
pub mod request;
pub mod signing;
