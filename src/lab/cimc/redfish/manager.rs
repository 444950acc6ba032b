use serde_json::{Value, json};

use super::answer::{Told, done, told};
use super::service::collection;
use super::system::reset_type;
use super::{Asked, ROOT, not_allowed, read_only};
use crate::lab::cimc::VERSION;
use crate::lab::world::World;
use crate::lab::world::machine::Machine;

const MANAGER: &str = "/Managers/CIMC";
const RESET: &str = "/Managers/CIMC/Actions/Manager.Reset";
const RESETS: [&str; 2] = ["ForceRestart", "GracefulRestart"];
const CARDS: &str = "/Managers/CIMC/EthernetInterfaces";
const CARD: &str = "/Managers/CIMC/EthernetInterfaces/NICs";

pub(super) fn answer(world: &mut World, server: &str, inner: &str, asked: &Asked) -> Option<Told> {
    let machine = world.machine(server)?;
    Some(match inner {
        MANAGER => read_only(asked, || told(200, manager(machine))),
        CARDS => {
            let cards = collection(
                CARDS.trim_start_matches('/'),
                "EthernetInterface",
                &["NICs".to_owned()],
            );
            read_only(asked, || told(200, cards))
        }
        CARD => read_only(asked, || told(200, card(machine))),
        RESET if asked.method == "POST" => restart(world, server, asked),
        RESET => not_allowed(&asked.method),
        _ => return None,
    })
}

fn manager(machine: &Machine) -> Value {
    json!({
        "@odata.id": format!("{ROOT}{MANAGER}"),
        "@odata.type": "#Manager.v1_3_1.Manager",
        "Id": "CIMC",
        "Name": machine.controller.hostname,
        "ManagerType": "BMC",
        "FirmwareVersion": VERSION,
        "EthernetInterfaces": {"@odata.id": format!("{ROOT}{CARDS}")},
        "VirtualMedia": {"@odata.id": format!("{ROOT}{}", super::media::MEDIA)},
        "Actions": {"#Manager.Reset": {
            "target": format!("{ROOT}{RESET}"),
            "ResetType@Redfish.AllowableValues": RESETS,
        }},
        "Status": {"State": "Enabled", "Health": "OK"},
    })
}

fn card(machine: &Machine) -> Value {
    let controller = &machine.controller;
    let addresses = controller.address.map(|(ip, prefix)| {
        let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
        json!({
            "Address": ip,
            "SubnetMask": std::net::Ipv4Addr::from_bits(mask),
            "AddressOrigin": "Static",
            "Gateway": controller.gateway,
        })
    });
    json!({
        "@odata.id": format!("{ROOT}{CARD}"),
        "@odata.type": "#EthernetInterface.v1_4_1.EthernetInterface",
        "Id": "NICs",
        "Name": "Manager Ethernet Interface",
        "HostName": controller.hostname,
        "IPv4Addresses": addresses.into_iter().collect::<Vec<_>>(),
    })
}

/// The controller itself begins again; its host goes on.
fn restart(world: &mut World, server: &str, asked: &Asked) -> Told {
    if let Err(told) = reset_type(asked, "Manager.Reset", &RESETS) {
        return told;
    }
    world.restart_controller(server);
    done()
}
