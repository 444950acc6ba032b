use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{SwitchConfig, VlanDatabase};

/// A switch as a box in the rack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Serial number.
    pub serial: String,
    /// Base MAC address, `04bd.9715.5140`.
    pub mac: String,
    /// `WS-C3650-24TS`.
    pub model: String,
    /// What it is doing.
    pub power: Power,
    /// Its number in a stack, from the boot environment.
    pub number: u8,
    /// The number it will have after its next start.
    pub next_number: u8,
    /// Its priority in elections, from the boot environment.
    pub priority: u8,
    /// Files that people put on its flash.
    pub flash: BTreeMap<String, String>,
    /// What is saved. `None`: as from the factory.
    pub startup: Option<SwitchConfig>,
    /// `vlan.dat`.
    pub vlans: VlanDatabase,
    /// The size of its RSA key in bits; it follows from the seed and the unit.
    pub rsa_key: Option<u16>,
}

/// What a unit is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Power {
    /// Without power.
    Off,
    /// Not there yet.
    Booting,
    /// Part of a running chassis.
    Running,
}
