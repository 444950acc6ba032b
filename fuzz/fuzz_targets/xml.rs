#![no_main]

#[path = "../../tests/property/xml.rs"]
mod xml;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xml::holds(bytes));
