use crate::lab::ios::archive;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::question::Question;

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
        "show archive config differences WORD WORD",
        "",
        archive::differences,
    ),
    Command::new(
        "configure terminal",
        "Configure from the terminal",
        configure,
    ),
    Command::new(
        "configure terminal revert timer <1-120>",
        "Time in minutes before reverting",
        archive::arm,
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
        archive::extend,
    ),
    Command::new(
        "configure replace WORD",
        "Replace the running-config with a new config file",
        |c| {
            let file = c.text(0);
            Flow::Ask(Question::Replace(file))
        },
    ),
    Command::new("configure replace WORD force", "", |c| {
        let file = c.text(0);
        archive::replace(c, &file)
    }),
    Command::new(
        "archive config",
        "Archive the configuration",
        archive::store,
    ),
];

fn configure(call: &mut Call<'_>) -> Flow {
    call.say("Enter configuration commands, one per line.  End with CNTL/Z.");
    call.enter(Mode::Global)
}
