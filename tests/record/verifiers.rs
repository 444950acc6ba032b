//! The two verifiers: the program's, and `verifier.py`, which was written from the book's page
//! alone. A crate whose tests seal records includes this file, and has every record judged by
//! both before its folder goes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use camino::Utf8Path;
use jiff::Timestamp;
use runsheet::record::{AllowedSigners, verify_folder};

/// Whether each of these records is authentic, which both must say alike.
pub(crate) fn verdicts(allowed_signers: &Path, records: &[PathBuf]) -> Vec<bool> {
    if records.is_empty() {
        return Vec::new();
    }
    let list = fs::read_to_string(allowed_signers).expect("a list of signers");
    let trusted = AllowedSigners::parse(&list).expect("it can be read");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/record/verifier.py");
    let second = Command::new("python3")
        .args([
            "-B".as_ref(),
            script.as_os_str(),
            allowed_signers.as_os_str(),
        ])
        .args(records)
        .output()
        .expect("python3 is there");
    assert!(second.status.success(), "{second:?}");
    let second = String::from_utf8_lossy(&second.stdout).into_owned();
    let lines: Vec<&str> = second.lines().collect();
    assert_eq!(lines.len(), records.len(), "{second}");

    let both = records.iter().zip(lines).map(|(record, said)| {
        let folder = Utf8Path::from_path(record).expect("the path is UTF-8");
        let first = verify_folder(folder, &trusted, Timestamp::now());
        let authentic = said.ends_with(": authentic");
        assert!(authentic || said.contains(": forged: "), "{said}");
        assert_eq!(first.is_ok(), authentic, "{first:?}, and {said}");
        authentic
    });
    both.collect()
}

/// Has both verifiers judge all records that were sealed at a desk, and those that a test forged,
/// by its `allowed_signers`. Gives those that are authentic.
pub(crate) fn judge_all(desk: &Path) -> Vec<PathBuf> {
    let folders = [".runsheet/records", "forged"].map(|name| desk.join(name));
    let entries = folders.iter().flat_map(fs::read_dir).flatten();
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let records: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    let verdicts = verdicts(&desk.join("allowed_signers"), &records);
    let judged = records.into_iter().zip(verdicts);
    judged
        .filter_map(|(record, authentic)| authentic.then_some(record))
        .collect()
}
