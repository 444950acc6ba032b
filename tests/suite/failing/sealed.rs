//! While a record is made: it is there, whole, or it is not there.

use super::{DISK, all_honest, five_files, is_authentic, keys, records};
use crate::desk::Desk;
use crate::kernel::{self, Struck};

const SEAL: &str = "seal -i inventory.yaml --key alice";

fn is_honest(desk: &Desk, struck: &Struck) -> Option<&'static str> {
    let found = records(desk);
    if !found.iter().all(|record| is_authentic(desk, record)) {
        return Some("a record looks whole and is not");
    }
    match struck.output.status.code() {
        Some(0) if found.len() != 1 => return Some("it was called a success"),
        Some(0) => {}
        _ if struck.output.stderr.is_empty() => return Some("nobody was told"),
        _ => {}
    }
    if !desk
        .runsheet(SEAL)
        .output()
        .expect("it starts")
        .status
        .success()
    {
        return Some("it can't be sealed any more");
    }
    match &records(desk)[..] {
        [record] if is_authentic(desk, record) => None,
        _ => Some("in the end there is not one record that is authentic"),
    }
}

#[test]
fn a_call_of_a_seal_fails() {
    if !kernel::is_here() {
        return;
    }
    let floor = five_files();
    keys(&floor);
    floor.call("run -i inventory.yaml change.md").success();
    for class in DISK {
        all_honest(&floor, SEAL, class, is_honest);
    }
}
