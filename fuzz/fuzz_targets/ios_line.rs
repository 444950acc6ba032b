#![no_main]

#[path = "../../tests/property/ios_line.rs"]
mod ios_line;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ios_line::holds(bytes));
