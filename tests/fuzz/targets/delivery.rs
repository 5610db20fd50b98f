//! Fuzz target: any bytes as a delivery to a push channel, and as its proof.
#![no_main]

use latchkey_fuzz::delivery;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| delivery(bytes));
