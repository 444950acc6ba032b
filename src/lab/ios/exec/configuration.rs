use crate::lab::ios::archive;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;

/// Configuring, and taking it back.
pub(super) const CONFIGURATION: Table = &[
    Command::new("show archive", "Archive functions", archive::show),
    Command::new(
        "show archive config rollback timer",
        "Status of the rollback timer",
        archive::show_timer,
    ),
    Command::new("show archive config differences", "", archive::differences),
    Command::new(
        "show archive config differences FILE",
        "First file path",
        archive::differences,
    ),
    Command::new(
        "show archive config differences FILE FILE",
        "",
        archive::differences,
    ),
    Command::new(
        "show archive config incremental-diffs FILE",
        "Incremental diffs between a file and the running-config",
        archive::incremental,
    ),
    Command::new(
        "configure terminal",
        "Configure from the terminal",
        configure,
    ),
    Command::new(
        "configure terminal revert timer <1-120>",
        "Time in minutes before reverting",
        |c| archive::arm(c, minutes(c, 0), None),
    ),
    Command::new(
        "configure terminal revert timer <1-120> idle <1-120>",
        "Time in minutes of no activity before reverting",
        |c| archive::arm(c, minutes(c, 0), minutes(c, 1)),
    ),
    Command::new(
        "configure terminal revert idle <1-120>",
        "Time in minutes of no activity before reverting",
        |c| archive::arm(c, None, minutes(c, 0)),
    ),
    Command::new(
        "configure confirm",
        "Confirm replacement of running-config with a new config file",
        archive::confirm,
    ),
    Command::new(
        "configure revert now",
        "Cancel the timer and revert immediately",
        archive::revert_now,
    ),
    Command::new(
        "configure revert timer <1-120>",
        "Time in minutes before reverting",
        |c| archive::extend(c, minutes(c, 0), None),
    ),
    Command::new(
        "configure revert timer <1-120> idle <1-120>",
        "Time in minutes of no activity before reverting",
        |c| archive::extend(c, minutes(c, 0), minutes(c, 1)),
    ),
    Command::new(
        "configure revert timer idle <1-120>",
        "Time in minutes of no activity before reverting",
        |c| archive::extend(c, None, minutes(c, 0)),
    ),
    Command::new(
        "configure replace FILE",
        "Replace the running-config with a new config file",
        archive::replace_asked,
    ),
    Command::new("configure replace FILE LINE", "", archive::replace_asked),
    Command::new(
        "archive config",
        "Archive the configuration",
        archive::store,
    ),
];

fn minutes(call: &Call<'_>, index: usize) -> Option<u64> {
    call.text(index).parse().ok()
}

fn configure(call: &mut Call<'_>) -> Flow {
    call.say("Enter configuration commands, one per line.  End with CNTL/Z.");
    call.enter(Mode::Global)
}
