#![no_main]

#[path = "../../tests/property/excerpt.rs"]
mod excerpt;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| excerpt::holds(bytes));
