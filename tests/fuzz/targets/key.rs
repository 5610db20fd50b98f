//! Fuzz target: any bytes as the value of a field of the kind `key`.
#![no_main]

use latchkey_fuzz::answer;
use latchkey_shared::field::ParseKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| answer(ParseKind::Key, bytes));
