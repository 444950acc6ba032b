//! Web servers and management controllers that answer anything but what they should, over real
//! sockets and real TLS: what a run does then, says, and keeps to itself.

mod answers;
mod effects;
mod gateway;
mod renewed_login;
mod server;
mod trust;
