//! Whatever is done to a record is noticed: by `verify` always, and by the auditor's own tools
//! but for the armour around the signature.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use camino::Utf8Path;
use jiff::Timestamp;
use runsheet::record::{
    AllowedSigners, Bundle, JOURNAL, RECORD_FILE, SIGNATURE, SUMS, Signer, seal, verify,
};
use runsheet::redact::Redactor;

use super::bench::{Bench, refused, succeeded};

pub(crate) fn utf8(path: &Path) -> &Utf8Path {
    Utf8Path::from_path(path).expect("the path is UTF-8")
}

fn trusted(bench: &Bench) -> AllowedSigners {
    AllowedSigners::parse(&bench.read("allowed_signers")).expect("it can be read")
}

/// The bundle with other bytes in one file.
pub(crate) fn with(bundle: &Bundle, name: &str, bytes: &[u8]) -> Bundle {
    let mut changed = Bundle::default();
    for (known, old) in bundle.files() {
        let bytes = if known == name { bytes } else { old };
        changed.add(known, bytes).expect("a plain name");
    }
    changed
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
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

#[test]
fn every_flipped_bit_of_a_record_is_found() {
    let bench = Bench::new();
    let mut bundle = Bundle::default();
    // The reports and recordings are files like others, and a page's style alone is half as long
    // again.
    let pages = ["report.", "player.", "casts/"];
    for (name, bytes) in Bundle::read(utf8(&bench.sealed()))
        .expect("a record")
        .files()
    {
        if !pages.iter().any(|page| name.starts_with(page)) {
            bundle.add(name, bytes).expect("a plain name");
        }
    }
    let bundle = resealed(&bench, &bundle, 0);
    let size: usize = bundle.files().map(|(_, bytes)| bytes.len()).sum();
    assert!(size <= 16 * 1024, "{size} bytes");
    every_flip_is_found(&bundle, &trusted(&bench), 1);
}

/// `RUNSHEET_FLIPS` says how many.
#[test]
fn flipped_bits_of_the_chapters_record_are_found() {
    let wanted = wanted("RUNSHEET_FLIPS", 500);
    let bench = Bench::new();
    let runbooks = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
    succeeded(&bench.runsheet(&format!("run --key alice {runbooks}")));
    let record = bench.path(".runsheet/records/lab-1-0001");
    succeeded(&bench.verify(&record));
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    let bits: usize = bundle.files().map(|(_, bytes)| bytes.len() * 8).sum();
    // Odd, so that every place in a byte has its turn.
    every_flip_is_found(&bundle, &trusted(&bench), (bits / wanted).max(1) | 1);
}

fn wanted(variable: &str, default: usize) -> usize {
    let set = std::env::var(variable).ok();
    set.and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// `RUNSHEET_STOCK_FLIPS` says how many.
#[test]
fn flipped_bits_are_found_by_the_tools_that_auditors_have() {
    let wanted = wanted("RUNSHEET_STOCK_FLIPS", 200);
    let bench = Bench::new();
    let record = bench.sealed();
    assert!(bench.stock_tools(&record));
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    let bits: usize = bundle.files().map(|(_, bytes)| bytes.len() * 8).sum();
    let step = (bits / wanted).max(1) | 1;
    let (mut tried, mut overlooked, mut next) = (0, 0, 0);
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
            tried += 1;
            if !found {
                overlooked += 1;
                assert_eq!(name, SIGNATURE, "bit {next} is overlooked");
            }
            next += step;
        }
        next -= bytes.len() * 8;
    }
    println!(
        "ssh-keygen and sha256sum: {} of {tried} flipped bits found; \
         {overlooked} overlooked in the signature's armour",
        tried - overlooked
    );
    assert!(tried * 2 > wanted, "{tried} flips");
    assert!(
        overlooked * 20 < tried,
        "{overlooked} of {tried} overlooked"
    );
}

#[test]
fn a_file_more_less_renamed_or_linked_is_found() {
    let bench = Bench::new();
    let record = bench.sealed();
    let said = |change: &str| {
        let script = format!("cp -a '{}' copy && cd copy && {change}", record.display());
        let done = Command::new("sh")
            .args(["-ec", &script])
            .current_dir(bench.path(""))
            .output()
            .expect("a shell");
        succeeded(&done);
        let said = refused(&bench.verify(&bench.path("copy")), 4);
        fs::remove_dir_all(bench.path("copy")).expect("removed");
        said.lines().nth(1).expect("a reason").trim().to_owned()
    };
    assert_eq!(said("touch zzz"), "`zzz` was not sealed");
    assert_eq!(said("cp plan.txt .hidden"), "`.hidden` was not sealed");
    assert_eq!(said("rm plan.txt"), "`plan.txt` is missing");
    assert_eq!(said("mv plan.txt Plan.txt"), "`plan.txt` is missing");
    assert_eq!(said("rm SHA256SUMS"), "`SHA256SUMS` is missing");
    assert_eq!(said("rm SHA256SUMS.sig"), "`SHA256SUMS.sig` is missing");
    assert!(said("mkdir empty").ends_with("empty is an empty folder, not a file"));
    let linked = said("mv plan.txt ../plan && ln -s ../plan plan.txt");
    assert!(
        linked.ends_with("plan.txt is a link, not a file"),
        "{linked}"
    );
    let swapped = said("mv plan.txt x && mv VERIFY.txt plan.txt && mv x VERIFY.txt");
    assert_eq!(swapped, "`VERIFY.txt` is not what was sealed");
    let resorted = said("sort -r SHA256SUMS > x && mv x SHA256SUMS");
    assert_eq!(
        resorted,
        "`SHA256SUMS.sig` is no good: it does not match the text"
    );
    let after = said("echo >> SHA256SUMS.sig");
    assert!(
        after.starts_with("`SHA256SUMS.sig` is no good: it"),
        "{after}"
    );
    let other = "ssh-keygen -q -Y sign -n file -f ../alice SHA256SUMS 2>/dev/null";
    assert_eq!(
        said(&format!("rm SHA256SUMS.sig && {other}")),
        "`SHA256SUMS.sig` is no good: it was made for `file`, not for `runsheet-record@v1`"
    );
    let bob = "ssh-keygen -q -Y sign -n runsheet-record@v1 -f ../bob SHA256SUMS 2>/dev/null";
    let said = said(&format!("rm SHA256SUMS.sig && {bob}"));
    assert!(
        said.ends_with("bob@example.org may not sign for `runsheet-record@v1`"),
        "{said}"
    );
}

/// What the holder of the key could do: change the journal and seal it again.
#[test]
fn a_journal_that_was_changed_before_it_was_sealed_again_contradicts_itself() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    succeeded(&bench.runsheet("undo -i inventory.yaml"));
    let other = Bundle::read(utf8(&bench.sealed())).expect("another record");
    let lines = |bundle: &Bundle| -> Vec<Vec<u8>> {
        let journal = bundle.get(JOURNAL).expect("a journal");
        journal
            .split_inclusive(|b| *b == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (own, foreign) = (lines(&bundle), lines(&other));
    let mut forgeries = vec![bundle.get(JOURNAL).expect("a journal")[..100].to_vec()];
    for at in 0..own.len() {
        let mut deleted = own.clone();
        deleted.remove(at);
        let mut doubled = own.clone();
        doubled.insert(at, own[at].clone());
        let mut spliced = own.clone();
        spliced[at] = foreign[at].clone();
        forgeries.extend([deleted.concat(), doubled.concat(), spliced.concat()]);
        forgeries.push(own[..at].concat());
        for with in at + 1..own.len() {
            let mut swapped = own.clone();
            swapped.swap(at, with);
            forgeries.push(swapped.concat());
        }
    }
    for (number, journal) in forgeries.iter().enumerate() {
        let said = rejected(&bench, &with(&bundle, JOURNAL, journal), number);
        assert!(
            said.starts_with("it was sealed like this, but contradicts itself"),
            "{said}"
        );
    }
    println!("verify: {0} of {0} forged journals found", forgeries.len());
}

#[test]
fn a_change_record_that_was_embellished_contradicts_the_journal() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    let text = String::from_utf8(bundle.get(RECORD_FILE).expect("there").to_vec()).expect("JSON");
    for (number, (old, new, field)) in [
        ("\"risk\": \"low\"", "\"risk\": \"high\"", "risk"),
        ("\"within_s\": null", "\"within_s\": 9", "steps"),
        (
            "\"on_failure\": \"undo\"",
            "\"on_failure\": \"stop\"",
            "steps",
        ),
        ("\"outcome_sha256\": \"", "\"outcome_sha256\": \"0", "steps"),
        (
            "\"description\": []",
            "\"description\": [\"x\"]",
            "description",
        ),
        ("\"requester\": []", "\"requester\": [\"me\"]", "requester"),
        (
            "\"security_impact\": []",
            "\"security_impact\": [\"none\"]",
            "security_impact",
        ),
        (
            "\"retention\": []",
            "\"retention\": [\"a day\"]",
            "retention",
        ),
        (
            "\"until\": null",
            "\"until\": \"2030-01-01T00:00:00Z\"",
            "window",
        ),
        ("\"user\": \"", "\"user\": \"not-", "implementer"),
        ("\"utc_offset\": \"+", "\"utc_offset\": \"-", "clock"),
        ("\"address\": null", "\"address\": \"192.0.2.1\"", "devices"),
        ("\"ticket\": null", "\"ticket\": \"CHG1\"", "ticket"),
        ("\"lab\": false", "\"lab\": true", "lab"),
        (
            "\"lab\": false,",
            "\"lab\": false, \"witness\": \"me\",",
            "witness",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let embellished = text.replacen(old, new, 1);
        assert_ne!(embellished, text);
        let forged = with(&bundle, RECORD_FILE, embellished.as_bytes());
        let said = rejected(&bench, &forged, number);
        let wanted = format!(": `{field}` in `record.json` does not follow from the journal");
        assert!(said.ends_with(&wanted), "{said}");
    }
}

#[test]
fn a_record_of_another_version_is_named_as_such() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    let text = String::from_utf8(bundle.get(RECORD_FILE).expect("there").to_vec()).expect("JSON");
    let older = text.replacen("\"format\": \"2.0\"", "\"format\": \"1.0\"", 1);
    assert_ne!(older, text);
    let said = rejected(&bench, &with(&bundle, RECORD_FILE, older.as_bytes()), 0);
    assert_eq!(
        said,
        "`record.json` has the format 1.0; this program knows 2.0"
    );
}

/// Seals a bundle again with Alice's key.
fn resealed(bench: &Bench, forged: &Bundle, number: usize) -> Bundle {
    let mut bundle = Bundle::default();
    for (name, bytes) in forged.files() {
        if name != SUMS && name != SIGNATURE {
            bundle.add(name, bytes).expect("a plain name");
        }
    }
    let signer = Signer::open(utf8(&bench.path("alice"))).expect("a key");
    let folder = bench.path(&format!("forged-{number}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime
        .block_on(seal(bundle, &Redactor::new(), Some(&signer), utf8(&folder)))
        .expect("it can be sealed");
    Bundle::read(utf8(&folder)).expect("a record")
}

/// Why a bundle is rejected although it was sealed again with Alice's key.
pub(crate) fn rejected(bench: &Bench, forged: &Bundle, number: usize) -> String {
    let sealed = resealed(bench, forged, number);
    let rejected = verify(&sealed, &trusted(bench), Timestamp::now());
    rejected.expect_err("it is forged").to_string()
}
