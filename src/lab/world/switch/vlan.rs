use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One entry of the VLAN database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vlan {
    /// Its name, `VLAN0010` unless given.
    pub name: String,
    /// `state active` or `suspend`.
    pub active: bool,
    /// The database's MTU attribute. It changes no port.
    pub mtu: u32,
}

/// `vlan.dat`: in VTP server mode VLANs 1 to 1005 live here and not in running-config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VlanDatabase {
    /// By number. 1 and 1002 to 1005 are always there.
    pub vlans: BTreeMap<u16, Vlan>,
}
