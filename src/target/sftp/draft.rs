use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::OFlags;

/// A file of ours that grows beside its place on this machine: nobody else may read it, and
/// nobody else writes to it. What was not finished is removed, unless it can be continued.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) path: Utf8PathBuf,
    /// How much of it is there already.
    pub(super) begun: u64,
    is_kept: bool,
}

impl Draft {
    /// Makes the file, or takes it up if it is one of ours. `continues`: what is there may be a
    /// beginning.
    pub(super) fn open(path: Utf8PathBuf, continues: bool) -> io::Result<(Self, File)> {
        loop {
            let mut new = OpenOptions::new();
            new.read(true).write(true).create_new(true).mode(0o600);
            let (file, is_new) = match new.open(&path) {
                Ok(file) => (file, true),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => match ours(&path)? {
                    Some(file) => (file, false),
                    // A link, or somebody else's: nothing is written through it.
                    None => {
                        fs::remove_file(&path)?;
                        continue;
                    }
                },
                Err(error) => return Err(error),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::other("another transfer is at it"));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Whoever had it until now may have moved it to its place.
            if !is_at(&file, &path)? {
                continue;
            }
            if !continues && !is_new {
                file.set_len(0)?;
            }
            let begun = file.metadata()?.len();
            let is_kept = continues;
            let draft = Self {
                path,
                begun,
                is_kept,
            };
            return Ok((draft, file));
        }
    }

    /// It is no beginning of anything.
    pub(super) fn spoilt(&mut self) {
        self.is_kept = false;
    }

    /// Moves it to its place.
    pub(super) fn take(mut self, place: &Utf8Path) -> io::Result<()> {
        fs::rename(&self.path, place)?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_kept {
            // There is nobody to tell, and the next try removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The file at a path, if it is one that only we can have made and only we can read.
fn ours(path: &Utf8Path) -> io::Result<Option<File>> {
    let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    let mut old = OpenOptions::new();
    let opened = old.read(true).write(true).custom_flags(nofollow).open(path);
    let Ok(file) = opened else { return Ok(None) };
    let found = file.metadata()?;
    let is_ours = found.is_file()
        && found.uid() == rustix::process::geteuid().as_raw()
        && found.nlink() == 1
        && found.mode() & 0o077 == 0;
    Ok(is_ours.then_some(file))
}

fn is_at(file: &File, path: &Utf8Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(dir.path().join(".a.part")).expect("UTF-8");
        (dir, path)
    }

    #[test]
    fn it_is_private_and_gone_unless_it_took_its_place() {
        let (_dir, path) = folder();
        let (draft, file) = Draft::open(path.clone(), false).expect("a draft");
        assert_eq!(file.metadata().expect("a file").mode() & 0o777, 0o600);
        drop(draft);
        assert!(!path.exists());

        let place = path.with_file_name("a");
        let (draft, _file) = Draft::open(path.clone(), false).expect("a draft");
        draft.take(&place).expect("moved");
        assert!(place.exists() && !path.exists());
    }

    #[test]
    fn nothing_is_written_through_a_link_or_to_a_file_with_another_name() {
        let (_dir, path) = folder();
        let victim = path.with_file_name("victim");
        fs::write(&victim, "kept").expect("written");
        fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).expect("a mode");
        let links: [fn(&Utf8Path, &Utf8Path) -> io::Result<()>; 2] = [
            |to, from| symlink(to, from),
            |to, from| fs::hard_link(to, from),
        ];
        for link in links {
            link(&victim, &path).expect("a link");
            let (draft, file) = Draft::open(path.clone(), true).expect("a draft");
            assert_eq!(draft.begun, 0);
            assert!(!is_at(&file, &victim).expect("a file"));
            file.set_len(0).expect("empty");
            assert_eq!(fs::read(&victim).expect("a file"), b"kept");
            fs::remove_file(&path).expect("removed");
        }
    }

    #[test]
    fn two_transfers_never_write_the_same_one() {
        let (_dir, path) = folder();
        let one = Draft::open(path.clone(), true).expect("a draft");
        let two = Draft::open(path.clone(), true).expect_err("it is in use");
        assert_eq!(two.to_string(), "another transfer is at it");
        drop(one);
        assert!(Draft::open(path, true).is_ok());
    }

    #[test]
    fn what_can_be_continued_stays() {
        let (_dir, path) = folder();
        let (draft, file) = Draft::open(path.clone(), true).expect("a draft");
        file.set_len(3).expect("begun");
        drop((draft, file));
        let (mut draft, _file) = Draft::open(path.clone(), true).expect("a draft");
        assert_eq!(draft.begun, 3);
        draft.spoilt();
        drop(draft);
        assert!(!path.exists());
    }
}
