use crate::lab::cimc::object::{UNIT, dn, object};
use crate::wire::xml::Element;

/// The RAID controller's name in the tree.
pub(super) const STORE: &str = "sys/rack-unit-1/board/storage-SAS-SLOT-HBA";
/// The name of what maps images.
pub(super) const VMEDIA: &str = "sys/svc-ext/vmedia-svc";

/// Where a user stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Cimc,
    Network,
    Chassis,
    StorageAdapter,
    PhysicalDrive(u8),
    VirtualDrive(u8),
    Vmedia,
    User(u8),
}

impl Scope {
    /// What `scope WORDS` means here.
    pub(super) fn find(here: Option<&Self>, words: &[&str]) -> Option<Self> {
        match (here, words) {
            (None, ["cimc"]) => Some(Self::Cimc),
            (None, ["chassis"]) => Some(Self::Chassis),
            (None, ["vmedia"]) => Some(Self::Vmedia),
            (None, ["user", slot]) => slot.parse().ok().map(Self::User),
            (Some(Self::Cimc), ["network"]) => Some(Self::Network),
            (Some(Self::Chassis), ["storageadapter", "SLOT-HBA"]) => Some(Self::StorageAdapter),
            (Some(Self::StorageAdapter), ["physical-drive", slot]) => {
                slot.parse().ok().map(Self::PhysicalDrive)
            }
            (Some(Self::StorageAdapter), ["virtual-drive", number]) => {
                number.parse().ok().map(Self::VirtualDrive)
            }
            _ => None,
        }
    }

    /// Its part of the prompt.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Cimc => "cimc",
            Self::Network => "network",
            Self::Chassis => "chassis",
            Self::StorageAdapter => "storageadapter",
            Self::PhysicalDrive(_) => "physical-drive",
            Self::VirtualDrive(_) => "virtual-drive",
            Self::Vmedia => "vmedia",
            Self::User(_) => "user",
        }
    }

    /// The object that it is about, empty but for its name.
    pub(super) fn object(&self) -> Element {
        match self {
            Self::Cimc => object("topSystem", "sys"),
            Self::Network => object("mgmtIf", format!("{UNIT}/mgmt/if-1")),
            Self::Chassis => object("computeRackUnit", UNIT),
            Self::StorageAdapter => object("storageController", STORE),
            Self::PhysicalDrive(slot) => object("storageLocalDisk", format!("{STORE}/pd-{slot}")),
            Self::VirtualDrive(number) => {
                object("storageVirtualDrive", format!("{STORE}/vd-{number}"))
            }
            Self::Vmedia => object("commVMedia", VMEDIA),
            Self::User(slot) => object("aaaUser", format!("sys/user-ext/user-{slot}")),
        }
    }

    /// Whether there is such an object.
    pub(super) fn is_there(&self, objects: &[Element]) -> bool {
        let wanted = self.object();
        objects.iter().any(|object| dn(object) == dn(&wanted))
    }

    /// What `set NAME VALUE` means here: an attribute of its object, and the value in its words.
    pub(super) fn property(&self, name: &str, value: &str) -> Option<(&'static str, String)> {
        let enabled = || match value {
            "yes" => Some("enabled".to_owned()),
            "no" => Some("disabled".to_owned()),
            _ => None,
        };
        let plain = |attribute| Some((attribute, value.to_owned()));
        match (self, name) {
            (Self::Network, "v4-addr") => plain("extIp"),
            (Self::Network, "v4-netmask") => plain("extMask"),
            (Self::Network, "v4-gateway") => plain("extGw"),
            (Self::Network, "dhcp-enabled") => plain("dhcpEnable"),
            (Self::Network, "hostname") => plain("hostname"),
            (Self::Network, "mode") => plain("nicMode"),
            (Self::Network, "redundancy") => plain("nicRedundancy"),
            (Self::Chassis, "description") => plain("usrLbl"),
            (Self::Vmedia, "enabled") => Some(("adminState", enabled()?)),
            (Self::User(_), "name") => plain("name"),
            (Self::User(_), "role") => plain("priv"),
            (Self::User(_), "enabled") => {
                let status = if enabled()? == "enabled" {
                    "active"
                } else {
                    "inactive"
                };
                Some(("accountStatus", status.to_owned()))
            }
            _ => None,
        }
    }
}
