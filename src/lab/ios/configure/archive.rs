use super::edit;
use crate::lab::ios::archive;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::world::switch::Archive;

/// The archive of configurations.
pub(super) const ARCHIVES: Table = &[
    Command::new("archive", "Archive the configuration", |c| {
        edit(c, |g| {
            g.archive.get_or_insert_default();
        });
        c.enter(Mode::Archive)
    }),
    Command::new("no archive", "", |c| edit(c, |g| g.archive = None)),
];

/// Commands in `(config-archive)#`.
pub(super) const ARCHIVE: Table = &[
    Command::new("path LINE", "Path for backups", |c| {
        let path = c.text(0);
        archive_edit(c, |a| a.path = Some(path))
    }),
    Command::new("no path", "", |c| archive_edit(c, |a| a.path = None)),
    Command::new("no path LINE", "", |c| archive_edit(c, |a| a.path = None)),
    Command::new("maximum <1-14>", "maximum number of backup copies", |c| {
        let n = c.number(0);
        archive_edit(c, |a| a.maximum = Some(n))
    }),
    Command::new("no maximum", "", |c| archive_edit(c, |a| a.maximum = None)),
    Command::new(
        "write-memory",
        "Enable automatic backup generation during write memory",
        |c| archive_edit(c, |a| a.write_memory = true),
    ),
    Command::new("no write-memory", "", |c| {
        archive_edit(c, |a| a.write_memory = false)
    }),
    Command::new(
        "time-period <1-525600>",
        "Number of minutes to wait between archive creation",
        |c| {
            let n = c.number(0);
            archive_edit(c, |a| a.time_period = Some(n))
        },
    ),
    Command::new("no time-period", "", |c| {
        archive_edit(c, |a| a.time_period = None)
    }),
];

fn archive_edit(call: &mut Call<'_>, change: impl FnOnce(&mut Archive)) -> Flow {
    call.configure(|config| {
        let archive = config.archive.get_or_insert_default();
        change(archive);
        // An `archive` section with nothing in it is none.
        if *archive == Archive::default() {
            config.archive = None;
        }
    });
    archive::touch(call);
    Flow::Done
}
