use super::disks::{Seen, disks, find, fits};
use super::network::are_near;
use super::{Installer, Product, Screen};
use crate::lab::world::World;
use crate::lab::world::technician::{ip, with_prefix};

/// The shortest password, in characters.
const SHORTEST_PASSWORD: usize = 6;
/// Layouts of keyboards that it offers.
const KEYMAPS: [&str; 10] = [
    "us",
    "uk",
    "de",
    "fr",
    "es",
    "it",
    "no",
    "pt-latin1",
    "sv-latin1",
    "jp106",
];
/// Parts of the world that it offers.
const REGIONS: [&str; 9] = [
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

const NO_DISKS: &str = "This host does not appear to have any hard disks. If hard disks are \
                        present you may need to load a device driver on the previous screen for \
                        them to be detected.";
const NO_DRIVER: &str = "No Drives Found: An error has occurred - no valid devices were found on \
                         which to create new file systems. Please check your hardware for the \
                         cause of this problem.";
const TOO_SMALL: &str = "No disk with sufficient space to install XenServer on was found.";
const NO_MEDIA: &str = "Your installation media could not be found. Please ensure it is inserted \
                        into the drive and try again.";
const NO_LOCATION: &str = "Setup was unable to access the location you specified - please check \
                           and try again.";

impl World {
    /// Fills in the screen and goes on to the next one. Returns what it remarked, or why the
    /// screen stays.
    pub(super) fn tell(
        &mut self,
        server: &str,
        told: &[(String, String)],
    ) -> Result<Vec<String>, String> {
        let has_media = self.image_is_readable(server);
        let Some(machine) = self.machine(server) else {
            return Ok(Vec::new());
        };
        let disks = disks(machine);
        let Some(installer) = self.installer_mut(server) else {
            return Ok(Vec::new());
        };
        for (key, value) in told {
            installer.is_told(key, value, &disks, has_media)?;
        }
        let screen = installer.screen.clone();
        let mut remarks = Vec::new();
        match screen {
            Screen::Interface if !self.has_card(server) => {
                return Err("there is no such network interface".to_owned());
            }
            Screen::Address => remarks.extend(self.looks_for_gateway(server)),
            Screen::Confirm => self.begin_to_copy(server),
            Screen::Packs => self.complete(server),
            Screen::Complete => {
                self.reset_host(server);
            }
            _ => {}
        }
        if let Some(installer) = self.installer_mut(server) {
            installer.screen = installer.next(&disks);
        }
        Ok(remarks)
    }

    fn has_card(&self, server: &str) -> bool {
        let chosen = self.installer(server).map(|i| i.answers.interface.as_str());
        let cards = self.state.servers.get(server).map(|server| &server.nics);
        cards
            .zip(chosen)
            .is_some_and(|(cards, nic)| cards.contains_key(nic))
    }

    /// It asks the gateway for a sign of life, and says so if there is none.
    fn looks_for_gateway(&self, server: &str) -> Option<String> {
        let answers = &self.installer(server)?.answers;
        let (own, prefix) = answers.address?;
        let gateway = answers.gateway?;
        let answers =
            are_near(own, gateway, prefix) && self.is_next_to(server, &answers.interface, gateway);
        (!answers).then(|| format!("warning: the gateway {gateway} does not answer"))
    }
}

impl Installer {
    fn is_told(
        &mut self,
        key: &str,
        value: &str,
        disks: &[Seen],
        has_media: bool,
    ) -> Result<(), String> {
        let answers = &mut self.answers;
        let only = |wanted: &str, else_: &str| match value == wanted {
            true => Ok(()),
            false => Err(else_.to_owned()),
        };
        match key {
            "keymap" if KEYMAPS.contains(&value) => value.clone_into(&mut answers.keymap),
            "keymap" => return Err(format!("`{value}` is not in its list of keymaps")),
            "welcome" if disks.is_empty() => return Err(NO_DISKS.to_owned()),
            "welcome" => only("ok", "the screen has only `ok`")?,
            "eula" => only(
                "accept",
                "You must select 'Accept EULA' in order to install this product.",
            )?,
            "action" => only("clean", "the screen offers `clean`, a clean installation")?,
            "disk" => answers.drive = find(disks, value)?,
            "guests" if value == "none" => answers.guests.clear(),
            "guests" => {
                let found = value.split(',').map(|name| find(disks, name));
                answers.guests = found.collect::<Result<_, _>>()?;
            }
            "source" => match value {
                "local" if has_media => {}
                "local" => return Err(NO_MEDIA.to_owned()),
                _ => return Err(NO_LOCATION.to_owned()),
            },
            "verify" => match value {
                "skip" => {}
                "yes" if has_media => {}
                "yes" => return Err(NO_MEDIA.to_owned()),
                _ => return Err("the screen offers `skip` and `yes`".to_owned()),
            },
            "password" if value.chars().count() < SHORTEST_PASSWORD => {
                return Err(format!(
                    "The password has to be {SHORTEST_PASSWORD} characters or longer."
                ));
            }
            "password" => value.clone_into(&mut answers.password),
            "interface" => answers.interface = card(value),
            "address" => answers.address = Some(with_prefix(value)?),
            "gateway" => answers.gateway = Some(ip(value)?),
            "hostname" if is_hostname(value) => value.clone_into(&mut answers.hostname),
            "hostname" => return Err("The hostname you entered was not valid.".to_owned()),
            "dns" if value == "none" => {}
            "dns" => answers.name_servers = value.split(',').map(ip).collect::<Result<_, _>>()?,
            "timezone" if is_timezone(value) => value.clone_into(&mut answers.timezone),
            "timezone" => return Err(format!("`{value}` is not in its list of time zones")),
            "time" if matches!(value, "ntp" | "manual") => {}
            "time" => return Err("the screen offers `ntp` and `manual`".to_owned()),
            "ntp" => answers.time_servers = value.split(',').map(str::to_owned).collect(),
            "confirm" => only("install", "the screen offers `install`")?,
            "packs" => only("no", "there is no other image with a pack on it")?,
            "reboot" => only("ok", "the screen has only `ok`")?,
            _ => return Err(format!("the screen does not ask for `{key}=`")),
        }
        Ok(())
    }

    /// The screen after this one.
    fn next(&mut self, disks: &[Seen]) -> Screen {
        if self.product == Product::OpenFiler {
            // Its kernel is older than the RAID controller.
            return Screen::Stopped(NO_DRIVER.to_owned());
        }
        match &self.screen {
            Screen::Keymap => Screen::Welcome,
            Screen::Welcome => Screen::Eula,
            Screen::Eula if disks.iter().any(|disk| disk.has_system) => Screen::Action,
            Screen::Eula | Screen::Action => {
                let mut fit = disks.iter().filter(|disk| fits(disk));
                match (fit.next(), fit.next()) {
                    (None, _) => Screen::Stopped(TOO_SMALL.to_owned()),
                    (Some(only), None) => {
                        self.answers.drive = only.number;
                        Screen::Guests
                    }
                    (Some(_), Some(_)) => Screen::Disk,
                }
            }
            Screen::Disk => Screen::Guests,
            Screen::Guests => Screen::Source,
            Screen::Source => Screen::Verify,
            Screen::Verify => Screen::Password,
            Screen::Password => Screen::Interface,
            Screen::Interface => Screen::Address,
            Screen::Address => Screen::Names,
            Screen::Names => Screen::TimeZone,
            Screen::TimeZone => Screen::Time,
            Screen::Time => Screen::Confirm,
            Screen::Confirm => Screen::Copying,
            Screen::Copying => Screen::Packs,
            Screen::Packs => Screen::Complete,
            Screen::Complete | Screen::Stopped(_) => self.screen.clone(),
        }
    }
}

/// Linux counts from 0 what the lab's racks count from 1.
fn card(name: &str) -> String {
    let number = name.strip_prefix("eth").and_then(|n| n.parse::<u8>().ok());
    match number {
        Some(number) => format!("nic{}", u16::from(number) + 1),
        None => name.to_owned(),
    }
}

fn is_hostname(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let part = |part: &str| {
        !part.is_empty() && part.chars().all(fine) && !part.starts_with('-') && !part.ends_with('-')
    };
    text.len() <= 63 && text.split('.').all(part)
}

fn is_timezone(text: &str) -> bool {
    let parts = text.split_once('/');
    parts.is_some_and(|(region, city)| REGIONS.contains(&region) && !city.is_empty())
}
