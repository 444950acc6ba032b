use super::scope::{STORE, Scope, VMEDIA};
use crate::lab::cimc::object::{UNIT, dn};
use crate::wire::xml::Element;

/// A heading, the class it shows, and its lines: name and attribute.
struct Table {
    heading: &'static str,
    class: &'static str,
    within: &'static str,
    lines: &'static [(&'static str, &'static str)],
}

const CHASSIS: Table = Table {
    heading: "Chassis:",
    class: "computeRackUnit",
    within: UNIT,
    lines: &[
        ("Power", "operPower"),
        ("Serial Number", "serial"),
        ("Product Name", "name"),
        ("PID", "model"),
        ("UUID", "uuid"),
        ("Description", "usrLbl"),
    ],
};

const CIMC: Table = Table {
    heading: "Cisco IMC:",
    class: "firmwareRunning",
    within: UNIT,
    lines: &[("Firmware Version", "version")],
};

const NETWORK: Table = Table {
    heading: "Network Setting:",
    class: "mgmtIf",
    within: UNIT,
    lines: &[
        ("IPv4 Address", "extIp"),
        ("IPv4 Netmask", "extMask"),
        ("IPv4 Gateway", "extGw"),
        ("DHCP Enabled", "dhcpEnable"),
        ("Hostname", "hostname"),
        ("MAC Address", "mac"),
        ("NIC Mode", "nicMode"),
        ("NIC Redundancy", "nicRedundancy"),
    ],
};

const ADAPTER: Table = Table {
    heading: "PCI Slot SLOT-HBA:",
    class: "storageController",
    within: STORE,
    lines: &[("Product Name", "model"), ("Vendor", "vendor")],
};

const PHYSICAL_DRIVE: Table = Table {
    heading: "Physical Drive",
    class: "storageLocalDisk",
    within: STORE,
    lines: &[
        ("Status", "pdStatus"),
        ("Health", "health"),
        ("Coerced Size", "coercedSize"),
        ("Type", "mediaType"),
    ],
};

const VIRTUAL_DRIVE: Table = Table {
    heading: "Virtual Drive",
    class: "storageVirtualDrive",
    within: STORE,
    lines: &[
        ("Name", "name"),
        ("Size", "size"),
        ("RAID Level", "raidLevel"),
        ("Boot Drive", "bootDrive"),
        ("Health", "health"),
        ("Status", "vdStatus"),
    ],
};

const MAPPINGS: Table = Table {
    heading: "Volume",
    class: "commVMediaMap",
    within: VMEDIA,
    lines: &[
        ("Map-Status", "mappingStatus"),
        ("Drive-Type", "driveType"),
        ("remote-share", "remoteShare"),
        ("remote-file", "remoteFile"),
        ("mount-type", "map"),
    ],
};

const MEDIA: Table = Table {
    heading: "vMedia Settings:",
    class: "commVMedia",
    within: VMEDIA,
    lines: &[("Enabled", "adminState")],
};

const USER: Table = Table {
    heading: "User",
    class: "aaaUser",
    within: "sys/user-ext",
    lines: &[
        ("Name", "name"),
        ("Role", "priv"),
        ("Status", "accountStatus"),
    ],
};

/// What `show WORDS` prints. `detail` is the only form there is.
pub(super) fn answer(scope: &[Scope], words: &[&str], objects: &[Element]) -> String {
    let words: Vec<&str> = words.iter().copied().filter(|w| *w != "detail").collect();
    let here = scope.last();
    let table = match (here, words.as_slice()) {
        (None, ["chassis"]) | (Some(Scope::Chassis), []) => CHASSIS,
        (None, ["cimc"]) | (Some(Scope::Cimc), []) => CIMC,
        (Some(Scope::Cimc), ["network"]) | (Some(Scope::Network), []) => NETWORK,
        (Some(Scope::Chassis), ["storageadapter"]) | (Some(Scope::StorageAdapter), []) => ADAPTER,
        (Some(Scope::StorageAdapter), ["physical-drive"]) | (Some(Scope::PhysicalDrive(_)), []) => {
            PHYSICAL_DRIVE
        }
        (Some(Scope::StorageAdapter), ["virtual-drive"]) | (Some(Scope::VirtualDrive(_)), []) => {
            VIRTUAL_DRIVE
        }
        (None, ["vmedia"]) | (Some(Scope::Vmedia), []) => MEDIA,
        (Some(Scope::Vmedia), ["mappings"]) => MAPPINGS,
        (None, ["user"]) | (Some(Scope::User(_)), []) => USER,
        _ => return format!("Error: invalid command: show {}\n", words.join(" ")),
    };
    // A scope about one of many shows that one.
    let own = here.filter(|_| words.is_empty()).map(Scope::object);
    let mut text = String::new();
    for object in objects {
        let listed = object.name == table.class
            && dn(object).starts_with(table.within)
            && own
                .as_ref()
                .is_none_or(|own| own.name != table.class || dn(own) == dn(object));
        // A slot of which nobody has taken possession is no user.
        let taken = table.class != "aaaUser" || object.attribute("name") != Some("");
        if listed && (taken || own.is_some()) {
            block(&table, object, &mut text);
        }
    }
    text
}

fn block(table: &Table, object: &Element, text: &mut String) {
    let value = |name| object.attribute(name).unwrap_or_default();
    match table.class {
        "storageLocalDisk" | "storageVirtualDrive" | "aaaUser" => {
            text.push_str(&format!("{} {}:\n", table.heading, value("id")));
        }
        "commVMediaMap" => {
            text.push_str(&format!("{} {}:\n", table.heading, value("volumeName")));
        }
        _ => {
            text.push_str(table.heading);
            text.push('\n');
        }
    }
    for (name, attribute) in table.lines {
        text.push_str(&format!("    {name}: {}\n", value(attribute)));
    }
}
