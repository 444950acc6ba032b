//! Configuration mode: a file for every thing that is configured, with the commands for it.

mod access;
mod address;
mod archive;
mod channel;
mod interface;
mod ip;
mod line;
mod switchport;
mod system;
mod vlan;

use super::call::{Call, Flow};
use super::grammar::{Command, Table};
use super::mode::Mode;
use crate::lab::world::switch::SwitchConfig;

pub(super) use access::zeroize_now;

/// The commands of a configuration mode itself.
pub(super) fn tables(mode: &Mode) -> &'static [Table] {
    match mode {
        Mode::Interface { .. } => &[
            interface::INTERFACE,
            switchport::SWITCHPORT,
            channel::CHANNEL,
            address::ADDRESS,
            COMMON,
        ],
        Mode::Vlan(_) => &[vlan::VLAN, COMMON],
        Mode::Archive => &[archive::ARCHIVE, COMMON],
        Mode::Line(_) => &[line::LINE, COMMON],
        Mode::User | Mode::Privileged | Mode::Global => GLOBAL,
    }
}

/// Commands in `(config)#`, and in every mode inside it.
pub(super) const GLOBAL: &[Table] = &[
    system::SYSTEM,
    access::ACCESS,
    ip::IP,
    vlan::VLANS,
    interface::INTERFACES,
    archive::ARCHIVES,
    line::LINES,
    COMMON,
];

/// Commands of every configuration mode.
const COMMON: Table = &[
    Command::new("end", "Exit from configure mode", end),
    Command::new("exit", "Exit from the current mode", exit),
];

fn edit(call: &mut Call<'_>, change: impl FnOnce(&mut SwitchConfig)) -> Flow {
    call.configure(change);
    // A global command typed in a sub-mode leaves it.
    call.enter(Mode::Global)
}

fn end(call: &mut Call<'_>) -> Flow {
    call.end_configuration();
    Flow::Done
}

fn exit(call: &mut Call<'_>) -> Flow {
    match call.mode().outer() {
        Some(Mode::Privileged) => end(call),
        Some(outer) => call.enter(outer),
        None => Flow::Close,
    }
}
