use super::answerfile::Answerfile;
use super::disks::{disks, find};
use super::{Installer, Screen};
use crate::lab::world::World;

impl World {
    /// An installer with an answerfile does what that says. Where a person would be asked again
    /// it gives up.
    pub(in crate::lab::world) fn start_unattended(&mut self, server: &str) {
        let file = self.installer(server).and_then(|i| i.answerfile.clone());
        let Some(file) = file else {
            return;
        };
        let followed = self.follow(server, &file);
        let Some(installer) = self.installer_mut(server) else {
            return;
        };
        match followed {
            // `atexit=reboot`, as it is unless the kernel's line says otherwise.
            Ok(()) => installer.waiting = [("packs", "no"), ("reboot", "ok")].map(owned).into(),
            Err(why) => installer.screen = Screen::Stopped(why),
        }
    }

    fn follow(&mut self, server: &str, file: &str) -> Result<(), String> {
        let file = Answerfile::read(file)?;
        if let Some(machine) = self.machine(server) {
            find(&disks(machine), file.disk())?;
        }
        while let Some(installer) = self.installer(server) {
            match &installer.screen {
                Screen::Copying => break,
                Screen::Stopped(why) => return Err(why.clone()),
                screen => {
                    let told = file.answers(screen);
                    self.tell(server, &told)?;
                }
            }
        }
        Ok(())
    }
}

impl Installer {
    /// Whether it asks nobody anything.
    pub(super) fn is_unattended(&self) -> bool {
        self.answerfile.is_some()
    }
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}
