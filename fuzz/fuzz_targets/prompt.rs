#![no_main]

#[path = "../../tests/property/prompt.rs"]
mod prompt;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| prompt::holds(bytes));
