//! Which files a path on the command line stands for.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::Exit;

/// A file, or the runbooks in a folder, by name.
pub(super) fn expand(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Exit> {
    let path = &short(path);
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error: std::io::Error| {
        complain!("error: failed to list the folder {path}: {error}");
        Exit::Usage
    };
    let mut files = Vec::new();
    for entry in path.read_dir_utf8().map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path().to_owned();
        if file.extension() == Some("md") && file.file_stem() != Some("README") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        complain!("error: there is no runbook in the folder {path}");
        return Err(Exit::Usage);
    }
    Ok(files)
}

/// One way to write a path: the plan's digest must not hang on `./`.
fn short(path: &Utf8Path) -> Utf8PathBuf {
    let parts = path.components();
    let short: Utf8PathBuf = parts
        .filter(|part| *part != Utf8Component::CurDir)
        .collect();
    if short.as_str().is_empty() {
        return Utf8PathBuf::from(".");
    }
    short
}

/// Whether a file is the runbook of that name, with or without its leading number.
pub(super) fn is_called(file: &Utf8Path, name: &str) -> bool {
    let stem = file.file_stem().unwrap_or_default();
    let bare = stem
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches('-');
    stem == name || bare == name
}
