//! While somebody approves: who was told that it is approved can rely on it, and what was not
//! written as a whole counts for nothing.

use super::{DISK, all_honest, five_files, keys, made};
use crate::desk::Desk;
use crate::kernel::{self, Struck};

const APPROVE: &str = "approve plan.txt --key bob";
const RUN: &str = "run -i inventory.yaml change.md --key alice --policy policy.yaml";

fn code(desk: &Desk, words: &str) -> Option<i32> {
    let output = desk.runsheet(words).output().expect("it starts");
    output.status.code()
}

fn is_honest(desk: &Desk, struck: &Struck) -> Option<&'static str> {
    let told = struck.output.status.code() == Some(0);
    if !told && struck.output.stderr.is_empty() {
        return Some("nobody was told");
    }
    // One that failed may be whole all the same: only its last sync did.
    match code(&desk.copy(), RUN) {
        Some(0) => {}
        Some(3) if !told => {}
        _ => return Some("what is there is neither an approval nor none"),
    }
    if code(desk, APPROVE) != Some(0) || code(desk, RUN) != Some(0) {
        return Some("it can't be approved any more");
    }
    (made(desk).len() != 5).then_some("it did not run")
}

#[test]
fn a_call_of_an_approval_fails() {
    if !kernel::is_here() {
        return;
    }
    let floor = five_files();
    keys(&floor);
    floor.file(
        "policy.yaml",
        "approvals: 1\nallowed-signers: allowed_signers\n",
    );
    floor.file("plan.txt", floor.said("plan -i inventory.yaml change.md"));
    assert_eq!(
        code(&floor, RUN),
        Some(3),
        "without an approval it does not run"
    );
    for class in DISK {
        all_honest(&floor, APPROVE, class, is_honest);
    }
}
