//! What the bare-metal chapters can meet: each refusal of a controller, a server or an installer
//! reaches whoever runs a runbook, in the device's own words.

mod boot;
mod floor;
mod installer;
mod login;
mod media;
mod share;
mod volumes;
