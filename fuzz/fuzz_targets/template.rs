#![no_main]

#[path = "../../tests/property/template.rs"]
mod template;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| template::holds(bytes));
