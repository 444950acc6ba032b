use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

/// The files of a record by name, with `/` between folders. Names are plain: relative, without
/// `.` and `..`, control characters and backslashes, so that `sha256sum` reads them as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
}

/// A folder that can't be read as a record, or a record that can't be written.
#[derive(Debug, Error)]
pub enum BundleError {
    /// A name that a record can't hold.
    #[error("a record can't hold a file named `{}`", .0.escape_debug())]
    Name(String),
    /// Two files of one name.
    #[error("there are two files named `{0}`")]
    Twice(String),
    /// Something that is neither a file nor a folder with files in it.
    #[error("{path} is {found}, not a file")]
    Stray {
        /// Where.
        path: Utf8PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// The disk said no.
    #[error("failed to {doing} {path}: {source}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: Utf8PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Bundle {
    /// Adds a file.
    ///
    /// # Errors
    /// The name is not plain, or taken.
    pub fn add(&mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Result<(), BundleError> {
        if !is_plain(name) {
            return Err(BundleError::Name(name.to_owned()));
        }
        match self.files.insert(name.to_owned(), bytes.into()) {
            None => Ok(()),
            Some(_) => Err(BundleError::Twice(name.to_owned())),
        }
    }

    /// A file's bytes.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// All files, sorted by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// The files of one of its folders, by their names in it.
    pub(super) fn within(&self, folder: &str) -> Self {
        let files = self.files.iter().filter_map(|(name, bytes)| {
            let name = name.strip_prefix(folder)?;
            Some((name.to_owned(), bytes.clone()))
        });
        Self {
            files: files.collect(),
        }
    }

    /// Reads a folder. Follows no link.
    ///
    /// # Errors
    /// It can't be read, or holds what no record holds.
    pub fn read(folder: &Utf8Path) -> Result<Self, BundleError> {
        let found = Self::sizes(folder)?;
        Self::read_of(folder, found.keys().map(String::as_str))
    }

    /// Reads some files of a folder.
    pub(super) fn read_of<'n>(
        folder: &Utf8Path,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, BundleError> {
        let mut bundle = Self::default();
        for name in names {
            let path = folder.join(name);
            let bytes = fs::read(&path).map_err(|e| BundleError::disk("read", &path, e))?;
            bundle.add(name, bytes)?;
        }
        Ok(bundle)
    }

    /// The names of all files in a folder, and how many bytes each has: none is read.
    pub(super) fn sizes(folder: &Utf8Path) -> Result<BTreeMap<String, u64>, BundleError> {
        let mut found = BTreeMap::new();
        list_into(&mut found, folder, "")?;
        Ok(found)
    }
    /// Writes all files under a name that does not exist yet: complete and on disk, or not at
    /// all.
    ///
    /// # Errors
    /// The disk says no. What was written by then is removed again.
    pub fn write(&self, folder: &Utf8Path) -> Result<(), BundleError> {
        let parent = folder.parent().unwrap_or(Utf8Path::new("."));
        let name = folder.file_name().unwrap_or("record");
        fs::create_dir_all(parent).map_err(|e| BundleError::disk("make", parent, e))?;
        let unfinished = parent.join(format!(".{name}.{}", std::process::id()));
        let written = self
            .write_files(&unfinished)
            .and_then(|()| rename_new(&unfinished, folder))
            .and_then(|()| sync_folder(parent));
        if written.is_err() {
            // Nothing more can be done about a disk that refuses this too.
            let _ = fs::remove_dir_all(&unfinished);
        }
        written
    }

    fn write_files(&self, folder: &Utf8Path) -> Result<(), BundleError> {
        fs::create_dir(folder).map_err(|e| BundleError::disk("make", folder, e))?;
        let mut folders = vec![folder.to_owned()];
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            if let Some(parent) = path.parent()
                && !folders.iter().any(|known| known == parent)
            {
                fs::create_dir_all(parent).map_err(|e| BundleError::disk("make", parent, e))?;
                folders.push(parent.to_owned());
            }
            File::create_new(&path)
                .and_then(|mut file| {
                    file.write_all(bytes)?;
                    file.sync_all()
                })
                .map_err(|e| BundleError::disk("write", &path, e))?;
        }
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }
}

fn list_into(
    found: &mut BTreeMap<String, u64>,
    folder: &Utf8Path,
    prefix: &str,
) -> Result<(), BundleError> {
    let failed = |source| BundleError::disk("list", folder, source);
    let mut empty = true;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        empty = false;
        let Ok(name) = entry.file_name().into_string() else {
            let shown = entry.file_name().to_string_lossy().into_owned();
            return Err(BundleError::Name(shown));
        };
        let path = folder.join(&name);
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            list_into(found, &path, &format!("{prefix}{name}/"))?;
        } else if kind.is_file() {
            let name = format!("{prefix}{name}");
            if !is_plain(&name) {
                return Err(BundleError::Name(name));
            }
            found.insert(name, entry.metadata().map_err(failed)?.len());
        } else {
            let found = if kind.is_symlink() {
                "a link"
            } else {
                "a device or a pipe"
            };
            return Err(BundleError::Stray { path, found });
        }
    }
    if empty && !prefix.is_empty() {
        return Err(BundleError::Stray {
            path: folder.to_owned(),
            found: "an empty folder",
        });
    }
    Ok(())
}

impl BundleError {
    fn disk(doing: &'static str, path: &Utf8Path, source: io::Error) -> Self {
        Self::Disk {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

/// Renames a folder, never over another one: an earlier record is evidence.
fn rename_new(from: &Utf8Path, to: &Utf8Path) -> Result<(), BundleError> {
    if to.exists() {
        let taken = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(BundleError::disk("make", to, taken));
    }
    fs::rename(from, to).map_err(|e| BundleError::disk("make", to, e))
}

/// A file's name is durable only once its folder is.
fn sync_folder(folder: &Utf8Path) -> Result<(), BundleError> {
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(|e| BundleError::disk("sync", folder, e))
}

/// Whether a record may hold a file of this name.
pub(crate) fn is_plain(name: &str) -> bool {
    let bad = |c: char| c.is_control() || c == '\\';
    !name.contains(bad)
        && !name.starts_with([' ', '-', '*'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "",
            "/etc/passwd",
            "../up",
            "a/../b",
            "a//b",
            "./a",
            "a\nb",
            "a\\b",
            "a/",
            "-c",
            "a\r",
        ] {
            assert!(!is_plain(name), "{name:?}");
        }
        for name in ["journal.jsonl", "runbooks/04-größe 2.md", "a/.hidden"] {
            assert!(is_plain(name), "{name:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_back_and_never_overwritten() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = Utf8Path::from_path(dir.path())
            .expect("UTF-8")
            .join("record");
        let mut bundle = Bundle::default();
        bundle.add("runbooks/a.md", "# A\n").expect("a plain name");
        bundle.add("plan.txt", "").expect("a plain name");
        bundle.write(&at).expect("it can be written");
        assert_eq!(Bundle::read(&at).expect("it can be read"), bundle);

        bundle.write(&at).expect_err("it is taken");
        let left = fs::read_dir(dir.path()).expect("listed").count();
        assert_eq!(left, 1, "nothing unfinished stays behind");
    }

    #[test]
    fn links_and_empty_folders_are_no_part_of_a_record() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = Utf8Path::from_path(dir.path()).expect("UTF-8");
        fs::create_dir(at.join("empty")).expect("made");
        let error = Bundle::read(at).expect_err("an empty folder");
        assert!(
            error
                .to_string()
                .ends_with("empty is an empty folder, not a file")
        );
        fs::remove_dir(at.join("empty")).expect("removed");
        std::os::unix::fs::symlink("/etc/hostname", at.join("plan.txt")).expect("linked");
        let error = Bundle::read(at).expect_err("a link");
        assert!(
            error
                .to_string()
                .ends_with("plan.txt is a link, not a file")
        );
    }
}
