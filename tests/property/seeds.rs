//! Real inputs.

use std::fs;
use std::path::Path;

/// The runbooks of the repository, those with mistakes in them too.
pub(crate) fn runbooks() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for folder in ["runbooks", "fixtures/as-written"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                all.push(fs::read(path).expect("it can be read"));
            }
        }
    }
    assert!(all.len() > 5, "the runbooks are there");
    all
}

/// What stands in the fences of the runbooks whose info string begins so.
pub(crate) fn fences(info: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for runbook in runbooks() {
        let text = String::from_utf8(runbook).expect("runbooks are UTF-8");
        for fence in text.split("\n```").skip(1).step_by(2) {
            let (first, body) = fence.split_once('\n').unwrap_or((fence, ""));
            if first.starts_with(info) {
                all.push(body.as_bytes().to_vec());
            }
        }
    }
    assert!(!all.is_empty(), "there are fences with `{info}`");
    all
}

/// Texts as bytes.
pub(crate) fn texts<const N: usize>(texts: [&str; N]) -> Vec<Vec<u8>> {
    texts.map(|text| text.as_bytes().to_vec()).into()
}
