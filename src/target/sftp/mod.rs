//! Files to and from a machine: the lines of an `sftp` fence, one after the other.
//!
//! A file grows beside its place, under a name made of its content's digest, and takes its place
//! once all of it is there and was read back. So a transfer that breaks changes nothing, and the
//! next one goes on where it ended.

mod files;
mod get;
mod put;
mod sum;
mod trouble;

pub(super) use files::Files;
