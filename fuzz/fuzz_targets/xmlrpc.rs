#![no_main]

#[path = "../../tests/property/xmlrpc.rs"]
mod xmlrpc;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmlrpc::holds(bytes));
