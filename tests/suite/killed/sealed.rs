//! It is killed while it makes a record. What is there then is a whole record or none, and the
//! next try makes it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::one_in;
use crate::desk::Desk;
use crate::failing::{five_files, is_authentic, keys, made, records};
use crate::kernel::{self, Blow, Call};

const CALLS: &str = "write,fsync,fdatasync,rename,mkdir";
const RUN: &str = "run -i inventory.yaml change.md";
const SEAL: &str = "seal -i inventory.yaml --key alice";

/// Every folder among the records, also one that is not finished, whose name begins with a dot.
fn folders(desk: &Desk) -> Vec<PathBuf> {
    let entries = desk.path(".runsheet/records").read_dir();
    let paths = entries.into_iter().flatten();
    paths.map(|entry| entry.expect("an entry").path()).collect()
}

/// What is wrong after a kill at this call, and after what is called next.
fn survives(floor: &Desk, words: &str, call: &Call) -> Option<String> {
    let desk = floor.copy();
    let struck = kernel::strike(&desk, words, call, Blow::Kill);
    let wrong = |what: String| Some(format!("killed at {call:?}: {what}"));
    if struck.output.status.code().is_some() {
        return wrong(format!("it lived on: {:?}", struck.output));
    }
    if let Some(record) = records(&desk).iter().find(|r| !is_authentic(&desk, r)) {
        return wrong(format!("{} looks whole and is not", record.display()));
    }
    let left: BTreeMap<PathBuf, bool> = folders(&desk)
        .into_iter()
        .map(|folder| (folder.clone(), is_authentic(&desk, &folder)))
        .collect();
    // A run that has ended is only sealed.
    let resume = "resume -i inventory.yaml --key alice";
    let next = match desk.runsheet(resume).output().expect("it starts") {
        output if output.status.code() == Some(2) => desk.runsheet(SEAL).output(),
        output => Ok(output),
    };
    let next = next.expect("it starts");
    if !next.status.success() {
        return wrong(format!("it is not sealed: {next:?}"));
    }
    let [record] = &records(&desk)[..] else {
        return wrong(format!("{:?} are there", records(&desk)));
    };
    if !is_authentic(&desk, record) {
        return wrong("the record is not authentic".to_owned());
    }
    let sums = |folder: &PathBuf| std::fs::read(folder.join("SHA256SUMS")).ok();
    let whole = left.iter().filter(|(_, is_authentic)| **is_authentic);
    for (folder, _) in whole.filter(|(folder, _)| folder.exists()) {
        if sums(folder) != sums(record) {
            return wrong(format!("{} passes for another record", folder.display()));
        }
    }
    let twice = (1..=5).filter(|n| desk.read(&format!("f{n}")).lines().count() != 1);
    if made(&desk).len() != 5 || twice.count() > 0 {
        return wrong("something was done twice, or not at all".to_owned());
    }
    None
}

fn survives_all(floor: &Desk, words: &str, calls: &[Call], sample: usize) {
    let struck: Vec<&Call> = calls.iter().step_by(sample).collect();
    let wrong: Vec<String> = struck
        .iter()
        .filter_map(|call| survives(floor, words, call))
        .collect();
    println!("{words}: {} kills, {} wrong", struck.len(), wrong.len());
    assert!(!struck.is_empty());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_seal_that_is_killed_leaves_a_whole_record_or_none() {
    if !kernel::is_here() {
        return;
    }
    let floor = five_files();
    keys(&floor);
    floor.call(RUN).success();
    let calls = kernel::calls(&floor.copy(), SEAL, CALLS, 0);
    survives_all(&floor, SEAL, &calls, one_in(1, 7));
}

#[test]
fn a_run_that_is_killed_while_it_is_sealed_leaves_a_whole_record_or_none() {
    if !kernel::is_here() {
        return;
    }
    let floor = five_files();
    keys(&floor);
    let sealing = format!("{RUN} --key alice");
    // What it does beyond the same run without a key.
    let plain = kernel::calls(&floor.copy(), RUN, CALLS, 0);
    let mut calls = kernel::calls(&floor.copy(), &sealing, CALLS, 0);
    calls.retain(|call| !plain.contains(call));
    survives_all(&floor, &sealing, &calls, one_in(1, 7));
}
