//! A rack server as a machine: cords, disks, what it boots, and its management controller.

mod boot;
mod controller;
mod host;
pub mod installer;
mod media;
mod storage;
mod volume;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

pub use boot::{Boot, BootDevice, BootKind, Override, Source};
pub use controller::{Account, Controller, FACTORY_PASSWORD};
pub use host::Host;
pub use installer::Installer;
pub use media::{FILE_SERVER, FILES, Mapping, Media, MediaStatus};
pub use storage::{Disk, DiskState, Drive, RaidLevel};
pub use volume::{NewVolume, VolumeRefusal};

use super::System;

/// A Cisco UCS C220 M4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Serial number.
    pub serial: String,
    /// Its SMBIOS UUID.
    pub uuid: String,
    /// What its owner calls it, for the controller to show.
    #[serde(default)]
    pub label: String,
    /// Its power cords are in: the management controller runs, whatever the host does.
    pub corded: bool,
    /// What the host does.
    pub host: Host,
    /// Its disks, by slot.
    pub disks: BTreeMap<u8, Disk>,
    /// Its virtual drives, by number.
    pub drives: BTreeMap<u8, Drive>,
    /// The virtual drive that it boots.
    pub boot_drive: Option<u8>,
    /// What it tries to boot.
    pub boot: Boot,
    /// Whether images can be mapped.
    pub media_enabled: bool,
    /// Images that are mapped, by the name of their volume.
    pub media: BTreeMap<String, Media>,
    /// Its management controller's own settings.
    pub controller: Controller,
}

/// Its model, as the controller tells it.
pub const MODEL: &str = "UCSC-C220-M4S";
/// Sockets.
pub const CPUS: u8 = 2;
/// Cores of all its processors.
pub const CORES: u8 = 16;
/// Its memory in MB.
pub const MEMORY: u32 = 16_384;

impl Machine {
    /// As it comes out of its box; `disks` of the usual size are in it.
    pub fn unpacked(serial: &str, uuid: String, disks: u8) -> Self {
        Self {
            serial: serial.to_owned(),
            uuid,
            label: String::new(),
            corded: false,
            host: Host::Off,
            disks: (1..=disks).map(|slot| (slot, Disk::default())).collect(),
            drives: BTreeMap::new(),
            boot_drive: None,
            boot: Boot::default(),
            media_enabled: false,
            media: BTreeMap::new(),
            controller: Controller::factory(),
        }
    }

    /// The same as the runbooks leave it: one volume over all its disks, a system on it, and its
    /// controller at an address with a password of our own.
    pub fn installed(mut self, system: System, address: Ipv4Addr) -> Self {
        let mut controller = Controller::factory();
        controller.address = Some((address, 24));
        controller.gateway = Some(Ipv4Addr::new(192, 168, 1, 254));
        "dedicated".clone_into(&mut controller.nic_mode);
        for user in controller.users.values_mut() {
            crate::lab::PASSWORD.clone_into(&mut user.password);
        }
        for disk in self.disks.values_mut() {
            disk.state = DiskState::Online;
        }
        self.drives = [(0, Drive::over_all(&self.disks, system))].into();
        self.boot_drive = Some(0);
        self.boot = Boot::volume_first();
        self.media_enabled = true;
        self.corded = true;
        self.host = Host::Running(0);
        self.controller = controller;
        self
    }
    /// Whether an operating system was installed on one of its volumes.
    pub fn has_system(&self) -> bool {
        self.drives.values().any(|drive| drive.system.is_some())
    }
}
