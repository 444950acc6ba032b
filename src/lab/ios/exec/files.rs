use crate::lab::ios::call::Flow;
use crate::lab::ios::files;
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::question::Question;

/// Files, and what is saved.
pub(super) const FILES: Table = &[
    Command::new("show flash:", "", files::dir),
    Command::new("dir", "List files on a filesystem", files::dir),
    Command::new("dir FILE", "", files::dir),
    Command::new("more FILE", "Display the contents of a file", files::more),
    Command::new("copy FILE FILE", "", files::copy),
    Command::new(
        "write",
        "Write running configuration to memory",
        files::write_memory,
    ),
    Command::new("write memory", "Write to NV memory", files::write_memory),
    Command::new("write erase", "Erase NV memory", |_| {
        Flow::Ask(Question::Erase)
    }),
    Command::new(
        "erase startup-config",
        "Erase contents of configuration memory",
        |_| Flow::Ask(Question::Erase),
    ),
    Command::new("delete FILE", "Delete a file", files::delete_asked),
    Command::new("delete /force FILE", "", |c| {
        let name = files::plain(&c.text(0));
        files::delete(c, &name)
    }),
];
