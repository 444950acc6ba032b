#![no_main]

#[path = "../../tests/property/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| markdown::holds(bytes));
