#![no_main]

#[path = "../../tests/property/known_hosts.rs"]
mod known_hosts;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| known_hosts::holds(bytes));
