use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// An interface as the configuration names it. The order is the order of running-config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum InterfaceName {
    /// `Port-channel1`.
    PortChannel(u16),
    /// `GigabitEthernet0/0`, the management port in its own VRF.
    Management,
    /// `GigabitEthernet1/0/13`: switch number and port 1 to 24; module 0.
    Gigabit(u8, u8),
    /// `GigabitEthernet1/1/2`: switch number and uplink 1 to 4; module 1.
    Uplink(u8, u8),
    /// `Vlan5`.
    Vlan(u16),
}

/// `switchport mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SwitchportMode {
    /// The default: `dynamic auto`; an access port unless the peer asks for a trunk.
    #[default]
    DynamicAuto,
    /// `dynamic desirable`.
    DynamicDesirable,
    /// `access`.
    Access,
    /// `trunk`.
    Trunk,
}

/// A trunk's allowed list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VlanSet {
    /// 1 to 4094.
    #[default]
    All,
    /// Only these; may be empty (`none`).
    Only(BTreeSet<u16>),
}

/// How a member of a channel group negotiates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LacpMode {
    /// LACP, speaks first.
    Active,
    /// LACP, answers.
    Passive,
    /// No negotiation.
    On,
    /// PAgP, asks.
    Desirable,
    /// PAgP, answers.
    Auto,
}

/// `channel-group N mode M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelGroup {
    /// The port-channel's number.
    pub group: u16,
    /// How it negotiates.
    pub mode: LacpMode,
}

/// What is configured on one interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceConfig {
    /// `description`.
    pub description: Option<String>,
    /// `shutdown`.
    pub shutdown: bool,
    /// `switchport mode`.
    pub mode: SwitchportMode,
    /// `switchport access vlan`.
    pub access_vlan: u16,
    /// `switchport trunk native vlan`.
    pub native_vlan: u16,
    /// `switchport trunk allowed vlan`.
    pub allowed: VlanSet,
    /// `switchport nonegotiate`.
    pub nonegotiate: bool,
    /// `channel-group`.
    pub channel_group: Option<ChannelGroup>,
    /// `channel-protocol lacp`.
    pub channel_protocol_lacp: bool,
    /// On a port-channel: `port-channel standalone-disable`, the default on this platform.
    pub standalone_disable: bool,
    /// `spanning-tree portfast`.
    pub portfast: bool,
    /// On an SVI or the management port: `ip address A M`, as (address, prefix length).
    pub ip: Option<(Ipv4Addr, u8)>,
    /// On an SVI: `ip mtu`.
    pub ip_mtu: Option<u16>,
}

impl Default for InterfaceConfig {
    fn default() -> Self {
        Self {
            description: None,
            shutdown: false,
            mode: SwitchportMode::default(),
            access_vlan: 1,
            native_vlan: 1,
            allowed: VlanSet::All,
            nonegotiate: false,
            channel_group: None,
            channel_protocol_lacp: false,
            standalone_disable: true,
            portfast: false,
            ip: None,
            ip_mtu: None,
        }
    }
}
