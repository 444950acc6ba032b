#![no_main]

#[path = "../../tests/property/assertion.rs"]
mod assertion;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| assertion::holds(bytes));
