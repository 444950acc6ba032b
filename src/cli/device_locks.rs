use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::thread;
use std::time::{Duration, Instant};

use super::Exit;
use super::args::Common;
use super::runs;
use super::site::Site;
use crate::journal::RunFolder;
use crate::plan::Plan;
use crate::text::escape;

/// What has as good as ended is given this long.
const ENDS_WITHIN: Duration = Duration::from_secs(2);
/// How often it is looked at.
const TICK: Duration = Duration::from_millis(50);

/// The devices that a run changes are nobody else's while this is kept: two runs at once would
/// each judge what the other is about to change. The kernel lets go of them, however it ends.
pub(crate) struct DeviceLocks(Vec<File>);

impl DeviceLocks {
    /// Takes all devices that the plan's effects and their undo are sent to, before anything is
    /// looked at. The lab is open to one process only, so that nobody else is there.
    pub(crate) fn take(common: &Common, site: &Site, plan: &Plan) -> Result<Self, Exit> {
        let targets = plan.acted_on();
        if site.lab.is_some() {
            nothing_runs_at(common, &targets)?;
            return Ok(Self(Vec::new()));
        }
        let devices: BTreeSet<&str> = targets
            .iter()
            .filter_map(|target| site.inventory.targets.get(target))
            .map(|spec| spec.device.as_str())
            .collect();
        let locks = devices.into_iter().map(|device| take(common, device));
        let locks = Self(locks.collect::<Result<_, _>>()?);
        nothing_runs_at(common, &targets)?;
        locks.tell("a run that begins");
        Ok(locks)
    }

    /// Says which run has them, for whoever else wants one.
    pub(crate) fn of_run(&self, id: &str) {
        self.tell(&format!("run {id}"));
    }

    fn tell(&self, who: &str) {
        let told = format!("{who} (process {})\n", std::process::id());
        for mut file in &self.0 {
            // That it is locked is what counts; who has it is a courtesy.
            let _ = file
                .rewind()
                .and_then(|()| file.set_len(0))
                .and_then(|()| file.write_all(told.as_bytes()));
        }
    }
}

/// What a run began on this machine may outlive it. Until it has ended nobody can tell what came of
/// it, whatever is looked at.
fn nothing_runs_at(common: &Common, targets: &BTreeSet<String>) -> Result<(), Exit> {
    for id in runs::all(common)? {
        let folder = RunFolder::new(common.state(), &id);
        let running = || {
            let mut running = folder.running().into_iter();
            running.find(|process| targets.contains(&process.target))
        };
        let since = Instant::now();
        let mut last = running();
        while last.is_some() && since.elapsed() < ENDS_WITHIN {
            thread::sleep(TICK);
            last = running();
        }
        let Some(process) = last else { continue };
        complain!(
            "error: run {id} was killed while `{}` did its work on `{}`, and that still goes on \
             (process {group}); nothing was sent\n\
             help: wait for its end, or end it: kill -- -{group}",
            escape(&process.place.to_string()),
            escape(&process.target),
            group = process.group,
        );
        return Err(Exit::Stuck);
    }
    Ok(())
}

fn take(common: &Common, device: &str) -> Result<File, Exit> {
    let folder = common.state().join("locks");
    let failed = |error: io::Error| {
        complain!(
            "error: failed to lock the device `{}` in {folder}: {error}\nnothing was sent",
            escape(device)
        );
        Exit::Failed
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join(file_name(device)))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::Error(error)) => Err(failed(error)),
        Err(fs::TryLockError::WouldBlock) => {
            let mut told = String::new();
            let who = match file.read_to_string(&mut told) {
                Ok(1..) => escape(told.trim()),
                _ => "another process".into(),
            };
            complain!(
                "error: {who} works on the device `{}`; nothing was sent\n\
                 help: wait for it, or stop it",
                escape(device)
            );
            Err(Exit::Stuck)
        }
    }
}

/// A device's name as that of a file; no two have the same.
fn file_name(device: &str) -> String {
    let each = device.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_device_s_lock_lies_elsewhere_or_is_another_s() {
        assert_eq!(file_name("sw-1_a"), "sw-1_a");
        assert_eq!(file_name("../x"), "%2e%2e%2fx");
        assert_ne!(file_name("a%2e"), file_name("a."));
    }
}
