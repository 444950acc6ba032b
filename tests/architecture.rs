//! The house's import arrows (design, section 9): who may use whom.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A module and the modules that it may name. `cli` may use all and is not listed.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("event", &[]),
    ("redact", &[]),
    ("value", &["text"]),
    ("wire", &["text"]),
    ("check", &["value", "text"]),
    ("runbook", &["text", "value", "check"]),
    ("target", &["wire", "value", "text", "redact"]),
    ("journal", &["event", "redact"]),
    ("plan", &["runbook", "value", "target", "text", "event"]),
    (
        "engine",
        &[
            "plan", "target", "check", "journal", "value", "event", "redact", "runbook", "text",
        ],
    ),
    (
        "record",
        // A key file is read in one way, for a login and for a signature.
        &[
            "event", "journal", "runbook", "text", "redact", "report", "wire",
        ],
    ),
    ("report", &["event", "journal", "runbook", "text", "redact"]),
    ("lab", &["wire", "text"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
    files
}

/// The top-level modules that a file names after `crate::`.
fn used(text: &str) -> Vec<String> {
    text.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list
                .split('}')
                .next()
                .unwrap_or_default()
                .split(',')
                .collect(),
            None => vec![rest],
        })
        .map(|path| {
            path.trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn modules_use_only_what_the_design_lets_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, allowed) in &arrows {
        for file in sources(&src.join(module)) {
            let text = fs::read_to_string(&file).expect("a readable file");
            for name in used(&text) {
                let known = arrows.contains_key(name.as_str()) || name == "cli";
                if known && name != *module && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} uses {name}", file.display()));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_arrows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).expect("a readable folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a UTF-8 name");
        if entry.path().is_dir() && name != "cli" {
            assert!(
                ARROWS.iter().any(|(module, _)| *module == name),
                "`{name}` has no arrows"
            );
        }
    }
}

/// What seals a record in a test is `--key`, a verb of the command line, or the library itself.
#[test]
fn every_test_that_seals_has_its_records_judged_by_both_verifiers() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut crates = 0;
    for entry in fs::read_dir(tests).expect("a readable folder") {
        let folder = entry.expect("an entry").path();
        let files = if folder.is_dir() {
            sources(&folder)
        } else {
            Vec::new()
        };
        let texts = files
            .iter()
            .map(|file| fs::read_to_string(file).expect("a readable file"));
        let text: String = texts.collect();
        if ["--key ", "seal(bundle"]
            .iter()
            .any(|way| text.contains(way))
        {
            crates += 1;
            let judged = text.contains("mod verifiers;") && text.contains("verifiers::judge_all(");
            assert!(judged, "{} seals, and nobody judges it", folder.display());
        }
    }
    assert_eq!(crates, 2, "tests/record and tests/suite seal");
}

/// The standard library's macros panic where nobody reads any more, or where the disk under a log
/// is full: then a run would end in the middle, and a refusal would not be one.
#[test]
fn nothing_breaks_because_nobody_listens() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in sources(&src) {
        let text = fs::read_to_string(&file).expect("a readable file");
        for name in ["print", "println", "eprint", "eprintln"] {
            let call = format!("{name}!(");
            let is_call = |(at, _): (usize, &str)| !text[..at].ends_with(char::is_alphabetic);
            if text.match_indices(&call).any(is_call) {
                wrong.push(format!("{} uses {name}!", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
