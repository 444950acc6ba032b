use super::dialog::Dialog;
use super::scope::{STORE, Scope, VMEDIA};
use super::volume::Volume;
use super::{Cli, Step, invalid};
use crate::lab::cimc::object::{UNIT, object};
use crate::wire::xml::Element;

/// Orders that are neither looks nor settings: what they ask first, or what they change.
pub(super) fn give(cli: &mut Cli, words: &[&str], objects: &[Element]) -> Step {
    let asks = match (cli.scope.last(), words) {
        (Some(Scope::Chassis), ["power", how]) => power(how).map(Dialog::Power),
        (Some(Scope::StorageAdapter), ["clear-foreign-config"]) => {
            Some(Dialog::Confirm(adapter("clear-foreign-config")))
        }
        (Some(Scope::StorageAdapter), ["clear-boot-drive"]) => {
            Some(Dialog::Confirm(adapter("clear-boot-drive")))
        }
        (Some(Scope::StorageAdapter), ["create-virtual-drive"]) => {
            Some(Dialog::Volume(Box::new(Volume::new(objects))))
        }
        (Some(scope @ Scope::PhysicalDrive(_)), ["make-unconfigured-good"]) => Some(
            Dialog::Confirm(scope.object().with("adminAction", "make-unconfigured-good")),
        ),
        (Some(scope @ Scope::VirtualDrive(_)), ["delete-virtual-drive"]) => {
            Some(Dialog::Confirm(scope.object().with("status", "deleted")))
        }
        (Some(scope @ Scope::VirtualDrive(_)), ["set-boot-drive"]) => Some(Dialog::Confirm(
            scope.object().with("adminAction", "set-boot-drive"),
        )),
        (Some(Scope::Vmedia), ["map-www", volume, share, file]) => {
            Some(Dialog::ShareUser(mapping("www", volume, share, file)))
        }
        (Some(Scope::Vmedia), ["map-cifs", volume, share, file]) => {
            Some(Dialog::ShareUser(mapping("cifs", volume, share, file)))
        }
        (Some(Scope::Vmedia), ["map-nfs", volume, share, file]) => {
            return Step::change(mapping("nfs", volume, share, file));
        }
        (Some(Scope::Vmedia), ["unmap", volume]) => {
            Some(Dialog::SaveMapping(map(volume).with("status", "deleted")))
        }
        _ => None,
    };
    match asks {
        Some(dialog) => {
            cli.dialog = Some(dialog);
            Step::default()
        }
        None => invalid(&words.join(" ")),
    }
}

fn power(how: &str) -> Option<Element> {
    let word = match how {
        "on" => "up",
        "off" => "down",
        "shutdown" => "soft-shut-down",
        "cycle" => "cycle-immediate",
        "hard-reset" => "hard-reset-immediate",
        _ => return None,
    };
    Some(object("computeRackUnit", UNIT).with("adminPower", word))
}

fn adapter(action: &str) -> Element {
    object("storageController", STORE).with("adminAction", action)
}

fn map(volume: &str) -> Element {
    object("commVMediaMap", format!("{VMEDIA}/vmmap-{volume}"))
}

fn mapping(kind: &str, volume: &str, share: &str, file: &str) -> Element {
    map(volume)
        .with("volumeName", volume)
        .with("map", kind)
        .with("remoteShare", share)
        .with("remoteFile", file)
}
