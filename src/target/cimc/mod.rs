//! The XML API of a Cisco Integrated Management Controller: one document there, one back.

mod answer;
mod document;
mod session;

pub(super) use session::open;
