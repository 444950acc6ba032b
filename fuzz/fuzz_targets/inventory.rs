#![no_main]

#[path = "../../tests/property/inventory.rs"]
mod inventory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| inventory::holds(bytes));
