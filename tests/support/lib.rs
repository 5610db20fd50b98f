//! Shared by the host tests: a platform in memory, with the store on a real SQLite and faults at every step.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "support for tests: a surprise must fail the test"
)]
#![allow(async_fn_in_trait, reason = "as in the edge")]

pub mod audited;
pub mod console;
mod fake_provider;
pub mod languages;
mod memory;
mod planned;
mod platform;
mod scenario;
mod sealed;
mod sqlite;
pub mod told;

pub use fake_provider::{FakeProvider, Seen};
pub use memory::{Fault, Index, MemoryBlobs};
pub use planned::Planned;
pub use platform::{ADMIN_TOKEN, FixedClock, Recorder, SeededEntropy, TestPlatform};
pub use scenario::{Answer, Scenario};
pub use sealed::sealed_with;
pub use sqlite::Database;

/// Whether the run is a whole one, `cargo xtask test --matrix`. A short one goes a part of the longest tables.
#[must_use]
pub fn whole() -> bool {
    std::env::var_os("LATCHKEY_MATRIX").is_some()
}

/// The forms that a secret could have in a file, a log or a URL. `tests/harness/deployment.mjs` has the same list for workerd.
#[must_use]
pub fn disguises(secret: &str) -> Vec<String> {
    use base64::{Engine, engine::general_purpose as b64};
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut disguises = vec![
        secret.to_owned(),
        serde_json::to_string(secret).unwrap().trim_matches('"').to_owned(),
        percent,
        hex.to_uppercase(),
        hex,
    ];
    // Base64 depends on where in a text the secret begins, so all three alignments are searched, without their ends.
    for shift in 0..3 {
        let shifted = ["A".repeat(shift), secret.to_owned()].concat();
        for encoded in [b64::STANDARD_NO_PAD.encode(&shifted), b64::URL_SAFE_NO_PAD.encode(&shifted)] {
            let start = if shift == 0 { 0 } else { 4 };
            disguises.push(encoded.get(start..encoded.len() - 4).unwrap().to_owned());
        }
    }
    disguises
}
