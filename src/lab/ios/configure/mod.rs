//! Configuration mode: a file for every thing that is configured, with the commands for it.

mod access;
mod address;
mod archive;
mod channel;
mod file;
mod interface;
mod ip;
mod line;
mod spanning_tree;
mod switchport;
mod system;
mod vlan;

use super::call::{Call, Flow};
use super::grammar::{self, Command, Refusal, Table};
use super::mode::Mode;
use crate::lab::world::switch::SwitchConfig;

pub(super) use access::zeroize_now;
pub(super) use file::{Reading, merge, read};

/// Runs a line in the session's configuration mode. What the mode itself does not take may be
/// a command of `(config)#`, which leaves the mode.
pub(super) fn run(call: &mut Call<'_>, line: &str) -> Result<Flow, Refusal> {
    let mode = call.mode();
    match grammar::run(call, tables(&mode), line) {
        Err(own) if mode != Mode::Global => {
            grammar::run(call, GLOBAL, line).map_err(|outer| own.or_further(outer))
        }
        result => result,
    }
}

/// The commands of a configuration mode, and those of the mode around it.
pub(super) fn all_tables(mode: &Mode) -> Vec<&'static [Table]> {
    match mode {
        Mode::Global => vec![GLOBAL],
        _ => vec![tables(mode), GLOBAL],
    }
}

/// The commands of a configuration mode itself.
fn tables(mode: &Mode) -> &'static [Table] {
    match mode {
        Mode::Interface { .. } => &[
            interface::INTERFACE,
            switchport::SWITCHPORT,
            channel::CHANNEL,
            address::ADDRESS,
            spanning_tree::PORT,
            COMMON,
        ],
        Mode::Vlan(_) => &[vlan::VLAN, COMMON],
        Mode::Archive => &[archive::ARCHIVE, COMMON],
        Mode::Line(_) => &[line::LINE, COMMON],
        Mode::User | Mode::Privileged | Mode::Global => GLOBAL,
    }
}

/// Commands in `(config)#`, and in every mode inside it.
const GLOBAL: &[Table] = &[
    system::SYSTEM,
    access::ACCESS,
    ip::IP,
    vlan::VLANS,
    spanning_tree::SPANNING_TREE,
    interface::INTERFACES,
    archive::ARCHIVES,
    line::LINES,
    COMMON,
];

/// Commands of every configuration mode.
const COMMON: Table = &[
    Command::new("do LINE", "To run exec commands in config mode", |_| {
        Flow::Done
    }),
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
