use std::fs::{self, File};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};

/// Writes a file, complete and on disk, or not at all: until then an older one stays.
pub(crate) fn write(path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    let draft = Utf8PathBuf::from(format!("{path}.new"));
    let mut file = File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty());
    File::open(folder.unwrap_or(Utf8Path::new(".")))?.sync_all()
}
