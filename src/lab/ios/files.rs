use super::archive::Memory;
use super::call::{Call, Flow};
use super::question::Question;
use super::{archive, config_text, configure, running_text};
use crate::lab::world::switch::{SwitchConfig, VlanDatabase};

/// The size of the flash, in bytes.
const FLASH: usize = 1_621_966_848;
/// The size of the list of the installed packages.
const PACKAGES: usize = 1_214;
/// The size of the VLAN database.
const VLAN_DAT: usize = 3_096;

/// A place a configuration is copied from or to.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Running,
    Startup,
    Flash(String),
}

/// A file's name without its file system.
pub(super) fn plain(name: &str) -> String {
    name.trim_start_matches("flash:")
        .trim_start_matches('/')
        .to_owned()
}

fn place(word: &str) -> Option<Place> {
    let is = |full: &str| word.len() >= 3 && full.starts_with(word);
    match word {
        _ if is("running-config") || word == "system:running-config" => Some(Place::Running),
        _ if is("startup-config") || word == "nvram:startup-config" => Some(Place::Startup),
        _ if word.starts_with("flash:") => Some(Place::Flash(plain(word))),
        _ => None,
    }
}

/// `copy FROM TO`: asks for the name it goes to.
pub(super) fn copy(call: &mut Call<'_>) -> Flow {
    let (from, to) = (call.text(0), call.text(1));
    let Some((_, there)) = place(&from).zip(place(&to)) else {
        call.say(format!("%Error opening {from} (No such file or directory)"));
        return Flow::Done;
    };
    let name = match there {
        Place::Running => "running-config".to_owned(),
        Place::Startup => "startup-config".to_owned(),
        Place::Flash(name) if name.is_empty() => match place(&from) {
            Some(Place::Flash(own)) => own,
            Some(Place::Startup) => "startup-config".to_owned(),
            _ => "running-config".to_owned(),
        },
        Place::Flash(name) => name,
    };
    let to = if to.starts_with("flash:") {
        format!("flash:{name}")
    } else {
        to
    };
    if call.running().file_prompt_quiet {
        return copy_now(call, &from, &to);
    }
    Flow::Ask(Question::CopyTo {
        from: format!("{from} {to}"),
        to: name,
    })
}

/// The name was given; a file that is there is not overwritten without a word.
pub(super) fn copy_named(call: &mut Call<'_>, from_to: String, name: String) -> Flow {
    let (from, to) = from_to.split_once(' ').unwrap_or((&from_to, ""));
    let to = if to.starts_with("flash:") {
        format!("flash:{}", plain(&name))
    } else {
        to.to_owned()
    };
    let exists = match place(&to) {
        Some(Place::Flash(name)) => flash(call).contains_key(&name),
        _ => false,
    };
    if exists {
        return Flow::Ask(Question::CopyOver {
            from: from.to_owned(),
            to,
        });
    }
    copy_now(call, from, &to)
}

pub(super) fn copy_now(call: &mut Call<'_>, from: &str, to: &str) -> Flow {
    let Some((source, sink)) = place(from).zip(place(to)) else {
        return Flow::Done;
    };
    let text = text(call, from);
    let Some(text) = text else {
        if source == Place::Startup {
            call.say("%% Non-volatile configuration memory is not present");
        } else {
            call.say(format!("%Error opening {from} (No such file or directory)"));
        }
        return Flow::Done;
    };
    let bytes = text.len();
    match sink {
        Place::Startup => {
            if source == Place::Running {
                return write_memory(call);
            }
            let reading = configure::read(call.world, &call.owner, &text);
            save_config(call, reading.config);
            call.say(format!("[OK]\n{bytes} bytes copied in 0.742 secs"));
        }
        Place::Running => {
            configure::merge(call, &text);
            let (owner, who) = (call.owner.clone(), call.who());
            let who = who.trim_start_matches("console ");
            call.world.syslog(
                &owner,
                format!("%SYS-5-CONFIG_I: Configured from {from} {who}"),
            );
            archive::touch(call);
            call.say(format!("{bytes} bytes copied in 0.742 secs"));
        }
        Place::Flash(name) => {
            on_flash(call, |files| drop(files.insert(name.clone(), text.clone())));
            call.say(format!("{bytes} bytes copied in 0.742 secs"));
        }
    }
    Flow::Done
}

pub(super) fn write_memory(call: &mut Call<'_>) -> Flow {
    call.say("Building configuration...");
    save(call);
    call.say("[OK]");
    Flow::Done
}

/// Saves the running configuration: on every member.
pub(super) fn save(call: &mut Call<'_>) {
    let running = call.running();
    save_config(call, running);
    archive::saved(call);
}

fn save_config(call: &mut Call<'_>, config: SwitchConfig) {
    for label in members(call) {
        if let Some(unit) = call.world.state.units.get_mut(&label) {
            unit.startup = Some(config.clone());
        }
    }
}

pub(super) fn erase(call: &mut Call<'_>) -> Flow {
    for label in members(call) {
        if let Some(unit) = call.world.state.units.get_mut(&label) {
            unit.startup = None;
        }
    }
    call.say("[OK]\nErase of nvram: complete");
    let owner = call.owner.clone();
    call.world.syslog(
        &owner,
        "%SYS-7-NV_BLOCK_INIT: Initialized the geometry of nvram",
    );
    Flow::Done
}

pub(super) fn delete_asked(call: &mut Call<'_>) -> Flow {
    Flow::Ask(Question::DeleteName(plain(&call.text(0))))
}

/// Deletes a file; `vlan.dat` is one.
pub(super) fn delete(call: &mut Call<'_>, name: &str) -> Flow {
    let name = plain(name);
    if name == "vlan.dat" {
        for label in members(call) {
            if let Some(unit) = call.world.state.units.get_mut(&label) {
                unit.vlans = Default::default();
            }
        }
        return Flow::Done;
    }
    let copies = call.world.traces.command_lines.get_mut(&call.owner);
    if copies.is_some_and(|memory| memory.delete(&name)) {
        return Flow::Done;
    }
    if !flash(call).contains_key(&name) {
        call.say(format!(
            "%Error deleting flash:/{name} (No such file or directory)"
        ));
        return Flow::Done;
    }
    on_flash(call, |files| drop(files.remove(&name)));
    Flow::Done
}

/// `dir`: what the system keeps there, and what people put there.
pub(super) fn dir(call: &mut Call<'_>) -> Flow {
    let mut rows = vec![("packages.conf".to_owned(), PACKAGES)];
    let has_vlans = |vlans: &VlanDatabase| *vlans != VlanDatabase::default();
    if call
        .chassis()
        .is_some_and(|chassis| has_vlans(&chassis.vlans))
    {
        rows.push(("vlan.dat".to_owned(), VLAN_DAT));
    }
    rows.extend(
        flash(call)
            .into_iter()
            .map(|(name, text)| (name, text.len())),
    );
    let wanted = plain(&call.text(0));
    if !wanted.is_empty() {
        rows.retain(|(name, _)| *name == wanted);
        if rows.is_empty() {
            call.say(format!(
                "%Error opening flash:/{wanted} (No such file or directory)"
            ));
            return Flow::Done;
        }
    }
    call.say(format!("Directory of flash:/{wanted}\n"));
    let mut used = 0;
    for (number, (name, size)) in (30_001..).zip(rows) {
        used += size;
        call.say(format!(
            "{number:>5}  -rw-  {size:>11}   Jan 5 2026 09:00:00 +00:00  {name}"
        ));
    }
    let free = FLASH.saturating_sub(used);
    call.say(format!("\n{FLASH} bytes total ({free} bytes free)"));
    Flow::Done
}

pub(super) fn more(call: &mut Call<'_>) -> Flow {
    let name = plain(&call.text(0));
    match flash(call).remove(&name) {
        Some(text) => call.say(text),
        None => call.say(format!(
            "%Error opening flash:/{name} (No such file or directory)"
        )),
    }
    Flow::Done
}

/// Writes output to a file instead of the terminal; what is wrong with that.
pub(super) fn redirect(
    call: &mut Call<'_>,
    name: &str,
    append: bool,
    text: &str,
) -> Result<(), String> {
    let Some(Place::Flash(plain)) = place(name) else {
        return Err(format!("%Error opening {name} (Invalid argument)\n"));
    };
    on_flash(call, |files| {
        let file = files.entry(plain).or_default();
        if !append {
            file.clear();
        }
        file.push_str(text);
    });
    Ok(())
}

/// What stands in a file, or in a configuration that is named like one.
pub(super) fn text(call: &Call<'_>, name: &str) -> Option<String> {
    match place(name)? {
        Place::Running => call.chassis().map(running_text),
        Place::Startup => startup(call).map(|config| config_text(&config)),
        Place::Flash(name) => flash(call).remove(&name),
    }
}

pub(super) fn startup(call: &Call<'_>) -> Option<SwitchConfig> {
    call.world
        .state
        .units
        .get(call.chassis()?.active_unit())?
        .startup
        .clone()
}

fn members(call: &Call<'_>) -> Vec<String> {
    call.chassis()
        .map(|c| c.members.values().cloned().collect())
        .unwrap_or_default()
}

type Files = std::collections::BTreeMap<String, String>;

/// The flash of the member that leads, the archive's copies included.
fn flash(call: &Call<'_>) -> Files {
    let unit = call.chassis().map(|c| c.active_unit().to_owned());
    let unit = unit.and_then(|label| call.world.state.units.get(&label));
    let mut files = unit.map(|unit| unit.flash.clone()).unwrap_or_default();
    let memory = call.world.traces.command_lines.get(&call.owner);
    files.extend(memory.into_iter().flat_map(Memory::files));
    files
}

fn on_flash(call: &mut Call<'_>, change: impl FnOnce(&mut Files)) {
    let Some(unit) = call.chassis().map(|c| c.active_unit().to_owned()) else {
        return;
    };
    if let Some(unit) = call.world.state.units.get_mut(&unit) {
        change(&mut unit.flash);
    }
}
