//! Bits that are flipped, one at a time.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use runsheet::record::{
    APPROVALS, AllowedSigners, Bundle, JOURNAL, PLAN, RUNBOOKS, SIGNATURE, SUMS, verify,
};

use super::super::bench::{Bench, succeeded};
use super::{Alice, bundles, trusted, utf8, with};

pub(crate) fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// Flips every `step`-th bit of a bundle, one at a time, and demands that `verify` finds each.
fn every_flip_is_found(bundle: &Bundle, trusted: &AllowedSigners, step: usize) {
    let now = Timestamp::now();
    verify(bundle, trusted, now).expect("it is authentic as it is");
    let files: Vec<(&str, &[u8])> = bundle.files().collect();
    let bits: usize = files.iter().map(|(_, bytes)| bytes.len() * 8).sum();
    let tried = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (files, tried) = (&files, &tried);
            scope.spawn(move || {
                let mut next = thread * step;
                for (name, bytes) in files {
                    while next < bytes.len() * 8 {
                        let changed = with(bundle, name, &flipped(bytes, next));
                        let found = verify(&changed, trusted, now);
                        assert!(found.is_err(), "bit {next} of {name}");
                        tried.fetch_add(1, Ordering::Relaxed);
                        next += threads * step;
                    }
                    next -= bytes.len() * 8;
                }
            });
        }
    });
    let tried = tried.into_inner();
    assert_eq!(tried, bits.div_ceil(step));
    println!(
        "verify: {tried} of {tried} flipped bits found, in {} bytes",
        bits / 8
    );
}

/// How many a variable asks for.
pub(crate) fn wanted(variable: &str, default: usize) -> usize {
    let set = std::env::var(variable).ok();
    set.and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// So that about `wanted` bits are flipped. Odd, so that every place in a byte has its turn.
fn step_of(bundle: &Bundle, wanted: usize) -> usize {
    let bits: usize = bundle.files().map(|(_, bytes)| bytes.len() * 8).sum();
    (bits / wanted).max(1) | 1
}

#[test]
fn every_flipped_bit_of_a_record_is_found() {
    let bench = Bench::new();
    let bundle = bundles::bare(&bench, &bench.sealed());
    let size: usize = bundle.files().map(|(_, bytes)| bytes.len()).sum();
    assert!(size <= 16 * 1024, "{size} bytes");
    every_flip_is_found(&bundle, &trusted(&bench), 1);
}

#[test]
fn every_flipped_bit_of_a_record_with_approvals_and_evidence_is_found() {
    let bench = Bench::new();
    let bundle = bundles::bare(&bench, &bundles::approved(&bench));
    let size: usize = bundle.files().map(|(_, bytes)| bytes.len()).sum();
    assert!(size <= 16 * 1024, "{size} bytes");
    every_flip_is_found(&bundle, &trusted(&bench), 1);
}

/// `RUNSHEET_FLIPS` says how many.
#[test]
fn flipped_bits_of_the_chapters_record_are_found() {
    let bench = Bench::new();
    let runbooks = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
    succeeded(&bench.runsheet(&format!("run --key alice {runbooks}")));
    let record = bench.path(".runsheet/records/lab-1-0001");
    succeeded(&bench.verify(&record));
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    let step = step_of(&bundle, wanted("RUNSHEET_FLIPS", 500));
    every_flip_is_found(&bundle, &trusted(&bench), step);
}

/// What the holder of the key seals again with one bit flipped: in every file whose hash the
/// journal has, that contradicts it. `RUNSHEET_SEALED_FLIPS` says how many in each file.
#[test]
fn flipped_bits_that_were_sealed_contradict_the_journal() {
    let wanted = wanted("RUNSHEET_SEALED_FLIPS", 60);
    for make in [bundles::approved, bundles::emergency, bundles::torn] {
        let bench = Bench::new();
        let bundle = bundles::bare(&bench, &make(&bench));
        let alice = Alice::of(&bench);
        alice.tries(&bundle).expect("it is authentic as it is");
        let (mut files, mut tried) = (0, 0);
        for (name, bytes) in bundle.files().filter(|(name, _)| is_hashed(name)) {
            files += 1;
            for bit in (0..bytes.len() * 8).step_by((bytes.len() * 8 / wanted).max(1) | 1) {
                let said = alice.tries(&with(&bundle, name, &flipped(bytes, bit)));
                let said = said.expect_err(name);
                let wanted = "it was sealed like this, but contradicts itself: ";
                assert!(said.starts_with(wanted), "bit {bit} of {name}: {said}");
                tried += 1;
            }
        }
        println!(
            "verify: {tried} of {tried} bits that were flipped before sealing, in {files} files"
        );
        assert!(files > 3 && tried > 100, "{tried} bits in {files} files");
    }
}

/// Whether the journal has the hash of a file, or is it.
fn is_hashed(name: &str) -> bool {
    let folders = [RUNBOOKS, APPROVALS, "evidence/", "journal.torn-"];
    [JOURNAL, PLAN].contains(&name) || folders.iter().any(|folder| name.starts_with(folder))
}

/// `RUNSHEET_STOCK_FLIPS` says how many. A tenth of them is shown to the second verifier, too.
#[test]
fn flipped_bits_are_found_by_the_tools_that_auditors_have() {
    let wanted = wanted("RUNSHEET_STOCK_FLIPS", 200);
    let bench = Bench::new();
    let record = bundles::approved(&bench);
    assert!(bench.stock_tools(&record));
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    let step = step_of(&bundle, wanted);
    let (mut tried, mut overlooked, mut next) = (0, 0, 0);
    let mut copies: Vec<PathBuf> = Vec::new();
    for (name, bytes) in bundle.files() {
        while next < bytes.len() * 8 {
            let path = record.join(name);
            fs::write(&path, flipped(bytes, next)).expect("written");
            // The signature stands as long as neither it nor the sums change.
            let found = if name == SUMS || name == SIGNATURE {
                !bench.signature_holds(&record)
            } else {
                !bench.sums_hold(&record)
            };
            fs::write(&path, bytes).expect("written");
            if tried % 10 == 0 {
                let copy = bench.path(&format!("flipped-{tried}"));
                let changed = with(&bundle, name, &flipped(bytes, next));
                changed.write(utf8(&copy)).expect("it can be written");
                copies.push(copy);
            }
            tried += 1;
            if !found {
                overlooked += 1;
                assert_eq!(name, SIGNATURE, "bit {next} is overlooked");
            }
            next += step;
        }
        next -= bytes.len() * 8;
    }
    assert_eq!(bench.judge(&copies), vec![false; copies.len()]);
    println!(
        "ssh-keygen and sha256sum: {} of {tried} flipped bits found; \
         {overlooked} overlooked in the signature's armour; \
         the second verifier: {1} of {1}",
        tried - overlooked,
        copies.len()
    );
    assert!(tried * 2 > wanted, "{tried} flips");
    assert!(
        overlooked * 20 < tried,
        "{overlooked} of {tried} overlooked"
    );
}
