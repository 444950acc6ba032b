#![no_main]

#[path = "../../tests/property/info_string.rs"]
mod info_string;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| info_string::holds(bytes));
