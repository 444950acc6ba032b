//! Whatever is done to a record is noticed: by `verify` always, and by the auditor's own tools
//! but for the armour around the signature. What the holder of the key seals again is noticed
//! where it contradicts the journal.

mod bundles;
mod embellished;
mod files;
mod flips;
mod journals;
mod sealed_again;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use camino::Utf8Path;
use jiff::Timestamp;
use runsheet::record::{AllowedSigners, Bundle, RECORD, SIGNATURE, SUMS, Signer, Verified, verify};
use sha2::{Digest, Sha256};

use super::bench::Bench;

pub(crate) use flips::{flipped, wanted};

pub(crate) fn utf8(path: &Path) -> &Utf8Path {
    Utf8Path::from_path(path).expect("the path is UTF-8")
}

fn trusted(bench: &Bench) -> AllowedSigners {
    AllowedSigners::parse(&bench.read("allowed_signers")).expect("it can be read")
}

/// The bundle with other bytes in one file.
pub(crate) fn with(bundle: &Bundle, name: &str, bytes: &[u8]) -> Bundle {
    assert!(bundle.get(name).is_some(), "there is a `{name}`");
    let mut changed = Bundle::default();
    for (known, old) in bundle.files() {
        let bytes = if known == name { bytes } else { old };
        changed.add(known, bytes).expect("a plain name");
    }
    changed
}

/// The bundle without some of its files.
fn without(bundle: &Bundle, unwanted: impl Fn(&str) -> bool) -> Bundle {
    let mut left = Bundle::default();
    for (name, bytes) in bundle.files().filter(|(name, _)| !unwanted(name)) {
        left.add(name, bytes).expect("a plain name");
    }
    left
}

/// The bundle with one more file.
fn and(bundle: &Bundle, name: &str, bytes: &[u8]) -> Bundle {
    let mut more = bundle.clone();
    more.add(name, bytes).expect("a name that is not taken");
    more
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Alice's hand, with which she may seal whatever she likes.
struct Alice {
    signer: Signer,
    runtime: tokio::runtime::Runtime,
    trusted: AllowedSigners,
}

impl Alice {
    fn of(bench: &Bench) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Self {
            signer: Signer::open(utf8(&bench.path("alice"))).expect("a key"),
            runtime: runtime.expect("a runtime"),
            trusted: trusted(bench),
        }
    }

    /// The bundle with sums and a signature that fit it.
    fn seals(&self, forged: &Bundle) -> Bundle {
        let mut bundle = without(forged, |name| name == SUMS || name == SIGNATURE);
        let sums = bundle
            .files()
            .fold(String::new(), |mut sums, (name, bytes)| {
                let _ = writeln!(sums, "{}  {name}", hex(bytes));
                sums
            });
        let signed = self.signer.sign(RECORD, sums.as_bytes());
        let signature = self.runtime.block_on(signed).expect("it can be signed");
        bundle.add(SIGNATURE, signature).expect("a plain name");
        bundle.add(SUMS, sums).expect("a plain name");
        bundle
    }

    /// What `verify` says of a bundle that she sealed.
    fn tries(&self, forged: &Bundle) -> Result<Verified, String> {
        let found = verify(&self.seals(forged), &self.trusted, Timestamp::now());
        found.map_err(|rejection| rejection.to_string())
    }
}

/// Writes a bundle as Alice sealed it. The bench has both verifiers judge it.
pub(crate) fn resealed(bench: &Bench, forged: &Bundle) -> Bundle {
    let sealed = Alice::of(bench).seals(forged);
    fs::create_dir_all(bench.path("forged")).expect("a folder");
    let number = fs::read_dir(bench.path("forged")).expect("listed").count();
    let folder = bench.path(&format!("forged/{number}"));
    sealed.write(utf8(&folder)).expect("it can be written");
    sealed
}

/// Why a bundle is rejected although it was sealed again with Alice's key.
pub(crate) fn rejected(bench: &Bench, forged: &Bundle) -> String {
    let sealed = resealed(bench, forged);
    let rejected = verify(&sealed, &trusted(bench), Timestamp::now());
    rejected.expect_err("it is forged").to_string()
}
