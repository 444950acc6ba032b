//! Devices and the drivers that speak to them.
//!
//! The engine sees a [`Session`]: it can look (changes nothing) and apply (an effect). What a
//! device answers, an error included, is a [`Reply`]; no answer is a [`Failure`], which says
//! whether bytes of the request may have left.

mod cimc;
mod connector;
mod http;
mod https;
pub mod inventory;
mod ios;
mod local;
mod manual;
mod posix;
mod reach;
mod reply;
mod request;
mod secret;
mod secret_command;
mod session;
mod sftp;
mod ssh;
mod vault;
mod wrapping;
mod xapi;

pub use connector::Connector;
pub use reply::{
    ConfigDiff, DeviceError, Failure, FailureKind, LineFate, Refused, Reply, SentLine,
};
pub use request::{Options, Progress, Request, Silent, StreamKind};
pub use session::{Identity, Session, Technician};
pub use vault::Vault;
pub use wrapping::wrapping;

pub use crate::wire::{Clock, Sent};
