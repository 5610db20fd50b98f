//! Fuzz target: any bytes as a pattern and a text.
#![no_main]

use latchkey_fuzz::pattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| pattern(bytes));
