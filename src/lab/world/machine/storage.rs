use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lab::world::System;
use crate::lab::world::xapi::{Database, Facts, PoolRole};

/// A disk behind the RAID controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// What the controller makes of it.
    pub state: DiskState,
    /// Its size in MB, as the controller rounds it.
    pub size: u64,
}

/// What the controller makes of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiskState {
    /// It can be used.
    Good,
    /// It carries the configuration of another controller.
    Foreign,
    /// It is part of a virtual drive.
    Online,
    /// The host sees it as it is.
    Jbod,
}

impl Default for Disk {
    fn default() -> Self {
        Self {
            state: DiskState::Good,
            size: 571_250,
        }
    }
}

impl DiskState {
    /// `pdStatus`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "Unconfigured Good",
            Self::Foreign => "Foreign Configuration",
            Self::Online => "Online",
            Self::Jbod => "JBOD",
        }
    }
}

/// A virtual drive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drive {
    /// Its name; may be empty.
    pub name: String,
    /// How its disks are used.
    pub level: RaidLevel,
    /// Its size in MB.
    pub size: u64,
    /// The slots of its disks, span by span.
    pub spans: Vec<Vec<u8>>,
    /// Its strip size, `64k`.
    pub strip: String,
    /// The operating system on it, which goes where the drive goes.
    pub system: Option<System>,
}

impl Drive {
    /// One volume over all disks, as the runbooks make it: a mirror of two, RAID 5 of more.
    pub(super) fn over_all(disks: &BTreeMap<u8, Disk>, system: System) -> Self {
        let (name, level) = match disks.len() {
            0..=2 => ("XS", RaidLevel::Raid1),
            _ => ("STORE", RaidLevel::Raid5),
        };
        let slots: Vec<u8> = disks.keys().copied().collect();
        let smallest = disks.values().map(|disk| disk.size).min();
        Self {
            name: name.to_owned(),
            level,
            size: level.capacity(&[slots.len()], smallest.unwrap_or_default()),
            spans: vec![slots],
            strip: "64k".to_owned(),
            system: Some(system),
        }
    }

    /// The toolstack of what was installed on it starts for the first time; `guests` MB of all
    /// drives are for virtual machines.
    pub fn set_up(
        &mut self,
        seed: u64,
        server: &str,
        nics: &BTreeMap<String, String>,
        guests: u64,
    ) {
        let Some(system) = &mut self.system else {
            return;
        };
        let own = guests.saturating_sub(OWN) * 1024 * 1024;
        let own = i64::try_from(own).ok().filter(|bytes| *bytes > 0);
        system.set_up(seed, server, nics, own);
    }
}

impl System {
    /// Its toolstack starts as if for the first time, with so many bytes for virtual machines.
    pub fn set_up(
        &mut self,
        seed: u64,
        server: &str,
        nics: &BTreeMap<String, String>,
        guest_storage: Option<i64>,
    ) {
        self.role = PoolRole::Master;
        self.take_apart();
        // What the installer was told comes first; others were given later.
        self.addresses.truncate(1);
        self.xapi = Database::installed(&Facts {
            seed,
            server,
            nics,
            system: self,
            guest_storage,
        });
        let host = self.xapi.of("host").next();
        let uuid = host.and_then(|(_, host)| host.get("uuid")?.text());
        self.installation = uuid.unwrap_or_default().to_owned();
    }
}

/// What the installer keeps for the host, in MB: its root, and another one for the next upgrade.
const OWN: u64 = 2 * 4096;

/// RAID levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum RaidLevel {
    Raid0,
    Raid1,
    Raid5,
    Raid6,
    Raid10,
    Raid50,
    Raid60,
}

impl RaidLevel {
    /// Reads `1`, `10` …
    pub fn read(text: &str) -> Option<Self> {
        Some(match text {
            "0" => Self::Raid0,
            "1" => Self::Raid1,
            "5" => Self::Raid5,
            "6" => Self::Raid6,
            "10" => Self::Raid10,
            "50" => Self::Raid50,
            "60" => Self::Raid60,
            _ => return None,
        })
    }

    /// `RAID 1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Raid0 => "RAID 0",
            Self::Raid1 => "RAID 1",
            Self::Raid5 => "RAID 5",
            Self::Raid6 => "RAID 6",
            Self::Raid10 => "RAID 10",
            Self::Raid50 => "RAID 50",
            Self::Raid60 => "RAID 60",
        }
    }

    /// How many disks a span needs at least.
    pub fn least(self) -> usize {
        match self {
            Self::Raid0 => 1,
            Self::Raid1 | Self::Raid10 => 2,
            Self::Raid5 | Self::Raid50 => 3,
            Self::Raid6 | Self::Raid60 => 3,
        }
    }

    /// Whether its disks are in several spans.
    pub fn has_spans(self) -> bool {
        matches!(self, Self::Raid10 | Self::Raid50 | Self::Raid60)
    }

    /// Whether spans of these sizes make a drive of this level.
    pub fn takes(self, spans: &[usize]) -> bool {
        let mirrored = matches!(self, Self::Raid1 | Self::Raid10);
        let alike = spans.windows(2).all(|pair| pair[0] == pair[1]);
        let count = if self.has_spans() {
            spans.len() > 1
        } else {
            spans.len() == 1
        };
        count
            && alike
            && spans
                .iter()
                .all(|disks| *disks >= self.least() && (!mirrored || disks % 2 == 0))
    }

    /// The most that a drive of this level holds in MB, over spans of so many disks of a size.
    pub fn capacity(self, spans: &[usize], disk: u64) -> u64 {
        let of_span = |disks: usize| match self {
            Self::Raid0 => disks,
            Self::Raid1 | Self::Raid10 => disks / 2,
            Self::Raid5 | Self::Raid50 => disks.saturating_sub(1),
            Self::Raid6 | Self::Raid60 => disks.saturating_sub(2),
        };
        let disks: usize = spans.iter().copied().map(of_span).sum();
        disks as u64 * disk
    }
}
