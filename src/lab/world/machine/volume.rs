use thiserror::Error;

use super::{Disk, DiskState, Drive, Machine, RaidLevel};
use crate::lab::world::World;

/// A volume that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVolume {
    /// What it is to be called; may be empty.
    pub name: String,
    /// How its disks are used.
    pub level: RaidLevel,
    /// The slots of its disks, span by span.
    pub spans: Vec<Vec<u8>>,
    /// Its size in MB; without one it takes all that its disks have.
    pub size: Option<u64>,
    /// Its strip size, `64k`.
    pub strip: String,
}

/// Why a RAID controller does not do what it is told. All ways to tell it have the same reasons.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VolumeRefusal {
    /// The host has no power, or has not had it for long.
    #[error("storage subsystem not ready yet")]
    Asleep,
    /// The level wants another number of disks.
    #[error("Invalid number of physical drives for {}", .0.word())]
    Count(RaidLevel),
    /// There is no disk in this slot.
    #[error("Physical drive {0} does not exist")]
    NoDisk(u8),
    /// The disk can't be used as it is.
    #[error("Physical drive {slot} is {}", .state.word())]
    DiskIs {
        /// Its slot.
        slot: u8,
        /// What the controller makes of it.
        state: DiskState,
    },
    /// The disk is named more than once.
    #[error("Physical drive {0} is given twice")]
    Twice(u8),
    /// The disks don't have so much; this is what they have, in MB.
    #[error("The maximum size is {0} MB")]
    Size(u64),
    /// The host boots from it.
    #[error("The Virtual Drive {0} is an OS Drive. This virtual drive cannot be deleted")]
    BootsFromIt(u8),
    /// There is no volume of this number.
    #[error("Virtual drive {0} does not exist")]
    NoVolume(u8),
}

impl NewVolume {
    /// The most characters that its name may have.
    pub const NAME: usize = 15;

    /// The strip size where nobody says one.
    pub const STRIP: &'static str = "64k";
}

impl World {
    /// Whether a server's RAID controller takes orders: only while the host has power, and not
    /// at once.
    ///
    /// # Errors
    ///
    /// It does not.
    pub fn raid_is_awake(&self, server: &str) -> Result<(), VolumeRefusal> {
        let warm = self.state.settings.storage_warmup;
        let ready = self
            .on_since(server)
            .is_none_or(|since| self.now() >= since + warm);
        let on = self
            .machine(server)
            .is_some_and(|machine| machine.host.is_on());
        match on && ready {
            true => Ok(()),
            false => Err(VolumeRefusal::Asleep),
        }
    }

    /// Makes a volume; returns its number.
    ///
    /// # Errors
    ///
    /// The controller does not take orders, or the disks don't make such a volume.
    pub fn make_volume(&mut self, server: &str, new: NewVolume) -> Result<u8, VolumeRefusal> {
        let machine = self.awake(server)?;
        let counts: Vec<usize> = new.spans.iter().map(Vec::len).collect();
        if !new.level.takes(&counts) {
            return Err(VolumeRefusal::Count(new.level));
        }
        let slots: Vec<u8> = new.spans.concat();
        let mut smallest = u64::MAX;
        for (index, slot) in slots.iter().enumerate() {
            if slots[..index].contains(slot) {
                return Err(VolumeRefusal::Twice(*slot));
            }
            smallest = smallest.min(usable(machine, *slot)?.size);
        }
        let most = new.level.capacity(&counts, smallest);
        let size = new.size.unwrap_or(most);
        if size == 0 || size > most {
            return Err(VolumeRefusal::Size(most));
        }
        let number = (0..=u8::MAX).find(|number| !machine.drives.contains_key(number));
        let number = number.unwrap_or_default();
        machine.become_all(&slots, DiskState::Online);
        let drive = Drive {
            name: new.name,
            level: new.level,
            size,
            spans: new.spans,
            strip: new.strip,
            system: None,
        };
        machine.drives.insert(number, drive);
        Ok(number)
    }

    /// Deletes a volume, and what is on it; its disks can be used again.
    ///
    /// # Errors
    ///
    /// The controller does not take orders, or the volume has to stay.
    pub fn delete_volume(&mut self, server: &str, number: u8) -> Result<(), VolumeRefusal> {
        let machine = self.awake(server)?;
        let Some(drive) = machine.drives.get(&number) else {
            return Err(VolumeRefusal::NoVolume(number));
        };
        if machine.boot_drive == Some(number) {
            return Err(VolumeRefusal::BootsFromIt(number));
        }
        let slots = drive.spans.concat();
        machine.become_all(&slots, DiskState::Good);
        machine.drives.remove(&number);
        Ok(())
    }

    fn awake(&mut self, server: &str) -> Result<&mut Machine, VolumeRefusal> {
        self.raid_is_awake(server)?;
        self.machine_mut(server).ok_or(VolumeRefusal::Asleep)
    }
}

impl Machine {
    fn become_all(&mut self, slots: &[u8], state: DiskState) {
        for slot in slots {
            if let Some(disk) = self.disks.get_mut(slot) {
                disk.state = state;
            }
        }
    }
}

fn usable(machine: &Machine, slot: u8) -> Result<&Disk, VolumeRefusal> {
    let disk = machine.disks.get(&slot);
    let disk = disk.ok_or(VolumeRefusal::NoDisk(slot))?;
    match disk.state {
        DiskState::Good => Ok(disk),
        state => Err(VolumeRefusal::DiskIs { slot, state }),
    }
}
