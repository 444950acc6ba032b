//! Files to and from a machine: the lines of an `sftp` fence, one after the other.
//!
//! A file grows beside its place, private and under a hidden name, and takes its place once all of
//! it is there and was read back. So a transfer that breaks changes nothing that anybody looks at,
//! and the next one goes on where it ended.

mod draft;
mod files;
mod get;
mod part;
mod place;
mod put;
mod same;
mod sum;
mod trouble;
mod watch;

pub(super) use files::Files;
