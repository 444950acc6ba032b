//! The creator of volumes: an object that makes one each time it is triggered.

use super::change::{Change, Class};
use super::fault::Fault;
use crate::lab::world::machine::{NewVolume, RaidLevel};

/// The creator's class.
pub(super) const CREATOR: &str = "storageVirtualDriveCreatorUsingUnusedPhysicalDrive";

pub(super) const CLASS: Class = Class {
    name: CREATOR,
    attributes: &[
        "accessPolicy",
        "adminState",
        "cachePolicy",
        "diskCachePolicy",
        "driveGroup",
        "raidLevel",
        "readPolicy",
        "size",
        "stripSize",
        "virtualDriveName",
        "writePolicy",
    ],
    apply: create,
};

fn create(change: &mut Change<'_>) -> Result<(), Fault> {
    let invalid = |name: &str, value: &str| {
        Fault::parse(&format!(
            "Element '{CREATOR}', attribute '{name}': '{value}' is not a valid value. "
        ))
    };
    let new = |name: &str| change.wanted(name).unwrap_or_default().to_owned();
    if new("adminState") != "trigger" {
        return Ok(());
    }
    let (level, group, size) = (new("raidLevel"), new("driveGroup"), new("size"));
    let level = RaidLevel::read(&level).ok_or_else(|| invalid("raidLevel", &level))?;
    let spans = spans(&group).ok_or_else(|| invalid("driveGroup", &group))?;
    let size = megabytes(&size).ok_or_else(|| invalid("size", &size))?;
    let name = new("virtualDriveName");
    if name.len() > NewVolume::NAME {
        return Err(invalid("virtualDriveName", &name));
    }
    let strip = Some(new("stripSize")).filter(|strip| !strip.is_empty());
    let volume = NewVolume {
        name,
        level,
        spans,
        size: Some(size),
        strip: strip.unwrap_or_else(|| NewVolume::STRIP.to_owned()),
    };
    change.world.make_volume(change.server, volume)?;
    Ok(())
}

/// `[1,2]`, `[1,2][3,4]`: no blanks, no disk twice.
fn spans(text: &str) -> Option<Vec<Vec<u8>>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let spans: Vec<Vec<u8>> = inner
        .split("][")
        .map(|span| span.split(',').map(|slot| slot.parse().ok()).collect())
        .collect::<Option<_>>()?;
    let mut all: Vec<u8> = spans.concat();
    all.sort_unstable();
    let once = all.windows(2).all(|pair| pair[0] != pair[1]);
    once.then_some(spans)
}

/// `571250 MB`, `400 GB`, `1 TB`; a bare number is megabytes.
pub(super) fn megabytes(text: &str) -> Option<u64> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "" | "MB" => 1,
        "GB" => 1024,
        "TB" => 1024 * 1024,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}
