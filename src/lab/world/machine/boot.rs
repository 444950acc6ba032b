use serde::{Deserialize, Serialize};

use super::{Host, Installer, Machine};

/// What a machine tries to boot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    /// The precision boot order: devices by their place in it. Empty: disks only.
    pub devices: Vec<BootDevice>,
    /// The name of the device that comes first the next time, and only then.
    pub once: Option<String>,
    /// What Redfish has it boot in place of its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Override>,
}

/// A kind of device that comes before everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What it boots.
    pub source: Source,
    /// The next time, and only then.
    pub once: bool,
}

/// `BootSourceOverrideTarget`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Source {
    Pxe,
    Floppy,
    Cd,
    Hdd,
    BiosSetup,
    Diags,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Pxe,
        Self::Floppy,
        Self::Cd,
        Self::Hdd,
        Self::BiosSetup,
        Self::Diags,
    ];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pxe => "Pxe",
            Self::Floppy => "Floppy",
            Self::Cd => "Cd",
            Self::Hdd => "Hdd",
            Self::BiosSetup => "BiosSetup",
            Self::Diags => "Diags",
        }
    }
}

/// An entry of the boot order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootDevice {
    /// Its name.
    pub name: String,
    /// Its place, from 1.
    pub order: u8,
    /// What it is.
    pub kind: BootKind,
    /// Whether it counts.
    pub enabled: bool,
}

/// What can be booted from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BootKind {
    /// A virtual drive.
    Disk,
    /// An image: its subtype, `cimc-mapped-dvd` for one that the controller maps.
    Media(String),
}

impl Boot {
    /// The volume, and an image only when asked: as the runbooks have it.
    pub(super) fn volume_first() -> Self {
        let device = |name: &str, order, kind| BootDevice {
            name: name.to_owned(),
            order,
            kind,
            enabled: true,
        };
        let dvd = BootKind::Media("cimc-mapped-dvd".to_owned());
        Self {
            devices: vec![device("volume", 1, BootKind::Disk), device("dvd", 2, dvd)],
            once: None,
            instead: None,
        }
    }
}

impl Machine {
    /// What it boots now: the choice for once, which is used up, then its order, and what can't
    /// be booted is passed over.
    pub(super) fn boots(&mut self) -> Host {
        let once = self.boot.once.take();
        let instead = self.boot.instead;
        self.boot.instead = instead.filter(|instead| !instead.once);
        let first = instead.and_then(|instead| match instead.source {
            // There is no boot server and no floppy.
            Source::Pxe | Source::Floppy => None,
            Source::Cd => self.bootable(&BootKind::Media("cimc-mapped-dvd".to_owned())),
            Source::Hdd => self.bootable(&BootKind::Disk),
            // There it waits for somebody.
            Source::BiosSetup | Source::Diags => Some(Host::Idle),
        });
        if let Some(host) = first {
            return host;
        }
        let mut devices = self.boot.devices.clone();
        devices.retain(|device| device.enabled);
        devices.sort_by_key(|device| (Some(&device.name) != once.as_ref(), device.order));
        let kinds = devices.into_iter().map(|device| device.kind);
        let mut kinds: Vec<BootKind> = kinds.collect();
        if kinds.is_empty() {
            kinds.push(BootKind::Disk);
        }
        let found = kinds.iter().find_map(|kind| self.bootable(kind));
        found.unwrap_or(Host::Idle)
    }

    fn bootable(&self, kind: &BootKind) -> Option<Host> {
        match kind {
            BootKind::Disk => {
                let number = self.boot_drive?;
                let drive = self.drives.get(&number)?;
                drive.system.as_ref().map(|_| Host::Running(number))
            }
            BootKind::Media(subtype) if subtype == "cimc-mapped-dvd" => {
                let mut images = self.media.values();
                let image = images.find(|media| media.is_there())?;
                Some(Host::Installer(Box::new(Installer::on(&image.file)?)))
            }
            // Nobody maps an image in a KVM window here.
            BootKind::Media(_) => None,
        }
    }
}
