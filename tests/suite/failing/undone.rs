//! While a run is taken back: what is not on record as taken back was not touched.

use runsheet::event::Ending;

use super::{DISK, all_honest, ending, five_files, intended, journals, made};
use crate::desk::Desk;
use crate::kernel::{self, Struck};

const UNDO: &str = "undo -i inventory.yaml";

fn is_honest(desk: &Desk, struck: &Struck) -> Option<&'static str> {
    let said = String::from_utf8_lossy(&struck.output.stderr);
    let undo = journals(desk).into_iter().nth(1);
    let taken_back = undo.as_ref().map(|journal| intended(journal, true));
    let gone = 5 - made(desk).len();
    if gone > taken_back.unwrap_or_default().len() {
        return Some("something was taken back that is not on record");
    }
    let ended = undo.as_ref().and_then(ending);
    let code = struck.output.status.code();
    if code == Some(0) && (gone < 5 || ended != Some(Ending::Done)) {
        return Some("it was called a success");
    }
    let of_journal = struck.call.contains("journal.jsonl");
    if of_journal && (code == Some(0) || !said.contains("journal")) {
        return Some("the journal failed, and nobody was told");
    }
    if ended.is_none() {
        let begun = undo.is_some_and(|journal| !journal.entries.is_empty());
        let words = if begun {
            "resume -i inventory.yaml"
        } else {
            UNDO
        };
        if !desk
            .runsheet(words)
            .output()
            .expect("it starts")
            .status
            .success()
        {
            return Some("it can't go on");
        }
        if !made(desk).is_empty() {
            return Some("something is left");
        }
    }
    None
}

#[test]
fn a_call_of_an_undo_fails() {
    if !kernel::is_here() {
        return;
    }
    let floor = five_files();
    floor.call("run -i inventory.yaml change.md").success();
    for class in DISK {
        all_honest(&floor, UNDO, class, is_honest);
    }
}
