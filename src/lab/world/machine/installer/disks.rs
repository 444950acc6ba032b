use crate::lab::world::machine::Machine;

/// The least that it installs on, in MB.
const SMALLEST: u64 = 46 * 1024;
/// A disk as an installer sees it: a virtual drive.
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) number: u8,
    pub(super) size: u64,
    pub(super) has_system: bool,
}

/// The disks that a kernel with the controller's driver sees.
pub(super) fn disks(machine: &Machine) -> Vec<Seen> {
    let letters = 'a'..='z';
    let drives = machine.drives.iter().zip(letters);
    drives
        .map(|((number, drive), letter)| Seen {
            name: format!("sd{letter}"),
            number: *number,
            size: drive.size,
            has_system: drive.system.is_some(),
        })
        .collect()
}

/// Whether it is large enough to be offered.
pub(super) fn fits(disk: &Seen) -> bool {
    disk.size >= SMALLEST
}

/// The virtual drive behind a disk that is large enough.
pub(super) fn find(disks: &[Seen], name: &str) -> Result<u8, String> {
    let mut disks = disks.iter().filter(|disk| fits(disk));
    let found = disks.find(|disk| disk.name == name);
    found
        .map(|disk| disk.number)
        .ok_or_else(|| format!("`{name}` is not in its list of disks"))
}
