use super::{Installer, Screen};
use crate::lab::world::machine::{FILE_SERVER, Host};
use crate::lab::world::{Event, Node, Server, World};

/// What it says when it can't go on.
const UNRECOVERABLE: &str = "An unrecoverable error has occurred. The details of the error can be \
                             found in the log file, which has been written to /tmp/install-log";

impl World {
    /// The installer that a server shows.
    pub(in crate::lab::world) fn installer(&self, server: &str) -> Option<&Installer> {
        match &self.machine(server)?.host {
            Host::Installer(installer) => Some(installer),
            _ => None,
        }
    }

    pub(super) fn installer_mut(&mut self, server: &str) -> Option<&mut Installer> {
        match &mut self.machine_mut(server)?.host {
            Host::Installer(installer) => Some(installer),
            _ => None,
        }
    }

    /// From here on what was on the drive is lost, whatever happens.
    pub(super) fn begin_to_copy(&mut self, server: &str) {
        let Some(number) = self.installer(server).map(|i| i.answers.drive) else {
            return;
        };
        if let Some(machine) = self.machine_mut(server)
            && let Some(drive) = machine.drives.get_mut(&number)
        {
            drive.system = None;
        }
        *self
            .traces
            .installations
            .entry(server.to_owned())
            .or_default() += 1;
        let at = self.now() + self.state.settings.installation;
        self.schedule(at, Event::Copied(server.to_owned()));
    }

    /// All packages are on the drive, or the installer found out that they can't be.
    pub(in crate::lab::world) fn copied(&mut self, server: &str) {
        let sound = self.image_is_readable(server) && self.drive_is_there(server);
        let Some(installer) = self.installer_mut(server) else {
            return;
        };
        installer.screen = match sound {
            true => Screen::Packs,
            false => Screen::Stopped(UNRECOVERABLE.to_owned()),
        };
        // What it was going to be told was looked at when the technician began to wait.
        let _ = self.go_on(server);
    }

    /// Whether the image is still mapped, and its controller reads it from the file server.
    pub(super) fn image_is_readable(&self, server: &str) -> bool {
        let (Some(machine), Some(installer)) = (self.machine(server), self.installer(server))
        else {
            return false;
        };
        let mut mapped = machine.media.values();
        let mapped = mapped.any(|media| media.is_there() && media.file == installer.image);
        let controller = Node::Controller(server.to_owned());
        mapped && self.answers(&controller, FILE_SERVER, 576, false)
    }

    fn drive_is_there(&self, server: &str) -> bool {
        let number = self.installer(server).map(|i| i.answers.drive);
        let drives = self.machine(server).map(|machine| &machine.drives);
        drives
            .zip(number)
            .is_some_and(|(drives, number)| drives.contains_key(&number))
    }

    /// It writes down what it was told: from now on the drive boots.
    pub(super) fn complete(&mut self, server: &str) {
        let Some(answers) = self.installer(server).map(|i| i.answers.clone()) else {
            return;
        };
        let seed = self.state.seed;
        let Some(Server { machine, nics }) = self.state.servers.get_mut(server) else {
            return;
        };
        let sizes = answers
            .guests
            .iter()
            .filter_map(|number| machine.drives.get(number));
        let guests = sizes.map(|drive| drive.size).sum();
        if let Some(drive) = machine.drives.get_mut(&answers.drive) {
            drive.system = Some(answers.system());
            drive.set_up(seed, server, nics, guests);
        }
    }
}
