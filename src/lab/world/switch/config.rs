use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{InterfaceConfig, InterfaceName};

/// `vtp mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VtpMode {
    /// The default: VLANs are in `vlan.dat` only.
    #[default]
    Server,
    /// VLANs are in running-config too.
    Transparent,
    /// As transparent, and no VTP frames are forwarded.
    Off,
}

/// `spanning-tree` of the whole switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanningTree {
    /// `mode`: `pvst`, `rapid-pvst` or `mst`.
    pub mode: String,
    /// `portfast default`.
    pub portfast_default: bool,
}

/// `username NAME privilege P secret …`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// 0 to 15.
    pub privilege: u8,
    /// The hash of the password, as the configuration shows it.
    pub secret: String,
}

/// The `archive` section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// `path`.
    pub path: Option<String>,
    /// `maximum`, default 10.
    pub maximum: Option<u8>,
    /// `write-memory`.
    pub write_memory: bool,
    /// `time-period` in minutes.
    pub time_period: Option<u32>,
}

/// running-config as a model; its text is made from it, and a text is read back into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchConfig {
    /// `hostname`.
    pub hostname: String,
    /// `enable secret`.
    pub enable_secret: Option<String>,
    /// `username`.
    pub users: BTreeMap<String, User>,
    /// `ip domain-name`.
    pub domain_name: Option<String>,
    /// `ip routing`.
    pub ip_routing: bool,
    /// `no ip domain-lookup` clears it.
    pub domain_lookup: bool,
    /// `system mtu`.
    pub system_mtu: u16,
    /// `vtp mode`.
    pub vtp_mode: VtpMode,
    /// `spanning-tree`.
    pub spanning_tree: SpanningTree,
    /// `switch N provision MODEL`.
    pub provisioned: BTreeMap<u8, String>,
    /// All interfaces that exist, provisioned ones included.
    pub interfaces: BTreeMap<InterfaceName, InterfaceConfig>,
    /// `ip default-gateway`.
    pub default_gateway: Option<Ipv4Addr>,
    /// `ip route NETWORK MASK NEXT-HOP`, as (network, prefix length) to next hop.
    #[serde(with = "crate::lab::world::pairs")]
    pub routes: BTreeMap<(Ipv4Addr, u8), Ipv4Addr>,
    /// `archive`.
    pub archive: Option<Archive>,
    /// `banner motd`, without its delimiters.
    pub banner_motd: Option<String>,
    /// `no logging console` clears it.
    pub logging_console: bool,
    /// `file prompt quiet`.
    pub file_prompt_quiet: bool,
    /// `line con 0` / `line vty 0 4` / `line vty 5 15`: their lines as written
    /// (`login local`, `transport input ssh`, `exec-timeout 0 0`, `logging synchronous`).
    pub lines: BTreeMap<String, Vec<String>>,
    /// VLANs as `vtp mode transparent` keeps them in running-config are made from the VLAN
    /// database, not stored here. Anything else that is accepted and kept, as written.
    pub other: Vec<String>,
}
