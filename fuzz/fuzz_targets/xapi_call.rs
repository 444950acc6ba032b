#![no_main]

#[path = "../../tests/property/xapi_call.rs"]
mod xapi_call;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xapi_call::holds(bytes));
