#![no_main]

#[path = "../../tests/property/redactor.rs"]
mod redactor;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| redactor::holds(bytes));
