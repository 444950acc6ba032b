//! An SSH client over any byte stream: strict about host keys, sparing with logins, and with a
//! deadline on everything.
//!
//! The library's own helpers for `known_hosts` accept what OpenSSH would refuse (they skip
//! `@revoked` and patterns), so that policy is here.

mod algorithms;
mod authenticate;
mod connect;
mod connection;
mod error;
mod execution;
mod host_keys;
mod known_hosts;
mod options;
mod private_key;
mod sftp;

pub use connect::connect;
pub use connection::{Peer, SshConnection};
pub use error::{Attempt, SshError};
pub use execution::{ExecEvent, ExecExit, Execution};
pub use host_keys::{HostKeyProblem, HostKeys, KnownKey};
pub use options::SshOptions;
pub use private_key::private_key;
pub use sftp::{Reading, RemoteKind, RemoteStat, Sftp, SftpError, Writing};
