use russh_sftp::protocol::FileAttributes;

/// What a server tells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteStat {
    /// Bytes.
    pub size: u64,
    /// Permissions, without the file's kind.
    pub mode: u32,
    /// User and group by number, where it says.
    pub owner: Option<(u32, u32)>,
    /// Seconds since 1970, where it says.
    pub modified: Option<u32>,
    /// What it is.
    pub kind: RemoteKind,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteKind {
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
    /// A folder, a device, whatever else.
    Other,
}

impl RemoteStat {
    pub(super) fn of(attributes: &FileAttributes) -> Self {
        // The file's kind, as POSIX has it; a server that doesn't tell means a file.
        let kind = match attributes.permissions.map(|mode| mode & 0o170_000) {
            None | Some(0o100_000) => RemoteKind::File,
            Some(0o120_000) => RemoteKind::Link,
            Some(_) => RemoteKind::Other,
        };
        Self {
            size: attributes.size.unwrap_or_default(),
            mode: attributes.permissions.unwrap_or(0o644) & 0o7777,
            owner: attributes.uid.zip(attributes.gid),
            modified: attributes.mtime,
            kind,
        }
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == RemoteKind::File
    }
}
