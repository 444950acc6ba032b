use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};

use camino::Utf8Path;
use sha2::{Digest, Sha256};

use super::bundle::is_plain;
use super::{Bundle, SIGNATURE, SUMS};
use crate::journal::hex;

/// More bytes than this are not taken into memory before it is known that they were sealed.
pub(crate) const LARGE: u64 = 16 << 20;

/// SHA-256, hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of all that can be read, hex; never all of it in memory.
pub(crate) fn sha256_of(mut file: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            len => hash.update(&piece[..len]),
        }
    }
}

/// `SHA256SUMS` of a bundle: one line for each file but itself and its signature, sorted by
/// name, as `sha256sum` writes and checks it.
pub(crate) fn sums(bundle: &Bundle) -> String {
    let mut out = String::new();
    for (name, bytes) in bundle.files().filter(|(name, _)| is_listed(name)) {
        let _ = writeln!(out, "{}  {name}", sha256(bytes));
    }
    out
}

/// What is wrong with a bundle when compared with its `SHA256SUMS`; the signature must have
/// been verified before.
pub(crate) fn compare(bundle: &Bundle, sums: &[u8]) -> Result<(), String> {
    let found: BTreeSet<&str> = bundle.files().map(|(name, _)| name).collect();
    for (name, hash) in all_listed(&found, sums)? {
        if bundle.get(name).map(sha256).as_deref() != Some(hash) {
            return Err(changed(name));
        }
    }
    Ok(())
}

/// The same of a folder of which nothing was read yet but `sums`, as far as it can be told without
/// keeping much in memory: a file that is not listed is not read, and a large one is in pieces.
pub(crate) fn compare_folder(
    folder: &Utf8Path,
    sizes: &BTreeMap<String, u64>,
    sums: &[u8],
) -> Result<(), String> {
    let found: BTreeSet<&str> = sizes.keys().map(String::as_str).collect();
    for (name, hash) in all_listed(&found, sums)? {
        if sizes.get(name).is_some_and(|size| *size > LARGE) {
            let path = folder.join(name);
            let digest = File::open(&path).and_then(sha256_of);
            let digest = digest.map_err(|e| format!("failed to read {path}: {e}"))?;
            if digest != hash {
                return Err(changed(name));
            }
        }
    }
    Ok(())
}

/// Names and hashes, if there are the files that are listed, and no others.
fn all_listed<'s>(
    found: &BTreeSet<&str>,
    sums: &'s [u8],
) -> Result<Vec<(&'s str, &'s str)>, String> {
    let listed = parse(sums)?;
    if let Some((name, _)) = listed.iter().find(|(name, _)| !found.contains(name)) {
        return Err(format!("`{name}` is missing"));
    }
    let known: BTreeSet<&str> = listed.iter().map(|(name, _)| *name).collect();
    let mut extra = found.iter().filter(|name| is_listed(name));
    match extra.find(|name| !known.contains(*name)) {
        Some(name) => Err(format!("`{name}` was not sealed")),
        None => Ok(listed),
    }
}

fn changed(name: &str) -> String {
    format!("`{name}` is not what was sealed")
}

fn is_listed(name: &str) -> bool {
    name != SUMS && name != SIGNATURE
}

/// Reads only what [`sums`] writes.
fn parse(sums: &[u8]) -> Result<Vec<(&str, &str)>, String> {
    let text = std::str::from_utf8(sums).map_err(|_| format!("`{SUMS}` is no text"))?;
    let mut listed: Vec<(&str, &str)> = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let wrong = |what: &str| format!("line {} of `{SUMS}` {what}", index + 1);
        let (hash, name) = line
            .strip_suffix('\n')
            .and_then(|line| line.split_once("  "))
            .ok_or_else(|| wrong("is not `HASH  NAME`"))?;
        let is_hex = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
        if hash.len() != 64 || !hash.bytes().all(is_hex) {
            return Err(wrong("has no SHA-256"));
        }
        if !is_plain(name) || !is_listed(name) {
            return Err(wrong("names a file that a record does not list"));
        }
        if listed.last().is_some_and(|(before, _)| *before >= name) {
            return Err(wrong("is out of order"));
        }
        listed.push((name, hash));
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Bundle {
        let mut bundle = Bundle::default();
        bundle.add("b/c", "2").expect("plain");
        bundle.add("a", "1").expect("plain");
        bundle.add(SUMS, "not listed").expect("plain");
        bundle
    }

    #[test]
    fn what_is_written_holds() {
        let sums = sums(&bundle());
        assert_eq!(
            sums,
            "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a\n\
             d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  b/c\n"
        );
        assert_eq!(compare(&bundle(), sums.as_bytes()), Ok(()));
    }

    #[test]
    fn a_file_more_or_less_or_other_is_named() {
        let sums = sums(&bundle());
        let wrong = |files: &[(&str, &str)]| {
            let mut changed = Bundle::default();
            for (name, bytes) in files {
                changed.add(name, *bytes).expect("plain");
            }
            compare(&changed, sums.as_bytes()).expect_err("it is another bundle")
        };
        let more = wrong(&[("a", "1"), ("b/c", "2"), ("z", "")]);
        assert_eq!(more, "`z` was not sealed");
        assert_eq!(wrong(&[("b/c", "2")]), "`a` is missing");
        let other = wrong(&[("a", "1"), ("b/c", "3")]);
        assert_eq!(other, "`b/c` is not what was sealed");
    }

    #[test]
    fn another_spelling_is_refused() {
        let sums = sums(&bundle());
        for other in [
            sums.replace("  ", " *"),
            sums.replace('\n', "\r\n"),
            sums.to_uppercase(),
            sums.trim_end().to_owned(),
            format!("{sums}\n"),
            format!("{sums}{sums}"),
            sums.lines().rev().fold(String::new(), |s, l| s + l + "\n"),
            sums.replace("  a", "  ../a"),
        ] {
            compare(&bundle(), other.as_bytes()).expect_err(&other);
        }
    }
}
