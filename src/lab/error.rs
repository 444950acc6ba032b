use std::io;

use camino::Utf8PathBuf;

/// Why the lab can't do something. Fits "failed to open the lab: …".
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// Another process owns the lab.
    #[error("the lab in {dir} is in use by process {holder}")]
    InUse {
        /// The lab's directory.
        dir: Utf8PathBuf,
        /// What the lock file says of its holder: a process id.
        holder: String,
    },
    /// A file of the lab can't be used.
    #[error("{doing} {path}: {source}")]
    File {
        /// What was being done: `reading`, `writing`.
        doing: &'static str,
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the lab holds something else than it should.
    #[error("{path} {found}")]
    Broken {
        /// The file.
        path: Utf8PathBuf,
        /// What is wrong with it.
        found: String,
    },
    /// The world doesn't allow it: `sw1:stack1 already holds a cable to sw2:stack2`.
    #[error("{0}")]
    Refused(String),
}

impl LabError {
    /// What to do about it, where there is something.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::InUse { dir, .. } => Some(format!(
                "one process at a time owns a lab; while `lab up` serves it, run against it with \
                 `--inventory {dir}/inventory.yaml`, and `lab show`, `diff`, `wait`, `break` and \
                 `mend` reach it"
            )),
            Self::Broken { .. } => {
                Some("`runsheet lab reset` starts again with a fresh floor".to_owned())
            }
            Self::File { .. } | Self::Refused(_) => None,
        }
    }

    pub(crate) fn file(
        doing: &'static str,
        path: impl Into<Utf8PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            doing,
            path,
            source,
        }
    }
}
