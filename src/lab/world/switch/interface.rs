use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// An interface as the configuration names it. The order is the order of running-config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
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

impl InterfaceName {
    /// As tables and log lines abbreviate it: `Gi1/0/13`, `Po1`, `Vl5`.
    pub fn short(self) -> String {
        match self {
            Self::PortChannel(n) => format!("Po{n}"),
            Self::Management => "Gi0/0".to_owned(),
            Self::Gigabit(member, port) => format!("Gi{member}/0/{port}"),
            Self::Uplink(member, port) => format!("Gi{member}/1/{port}"),
            Self::Vlan(n) => format!("Vl{n}"),
        }
    }

    /// Whether it can carry VLANs: a physical port or a port-channel.
    pub fn is_switchport(self) -> bool {
        matches!(
            self,
            Self::Gigabit(..) | Self::Uplink(..) | Self::PortChannel(_)
        )
    }
}

impl fmt::Display for InterfaceName {
    /// As the configuration writes it: `GigabitEthernet1/0/13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortChannel(n) => write!(f, "Port-channel{n}"),
            Self::Management => f.write_str("GigabitEthernet0/0"),
            Self::Gigabit(member, port) => write!(f, "GigabitEthernet{member}/0/{port}"),
            Self::Uplink(member, port) => write!(f, "GigabitEthernet{member}/1/{port}"),
            Self::Vlan(n) => write!(f, "Vlan{n}"),
        }
    }
}

impl From<InterfaceName> for String {
    fn from(name: InterfaceName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for InterfaceName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is no interface"))
    }
}

impl InterfaceName {
    /// Reads a name, its type abbreviated or not: `Gi1/0/13`, `port-channel 1`, `Vlan5`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (kind, numbers) = text.split_at(digits);
        let kind = kind.trim().to_ascii_lowercase();
        let is = |long: &str, least: usize| kind.len() >= least && long.starts_with(&kind);
        let numbers: Vec<u16> = numbers
            .split('/')
            .map(|n| n.trim().parse().ok())
            .collect::<Option<_>>()?;
        let small = |n: u16| u8::try_from(n).ok();
        match numbers[..] {
            [0, 0] if is("gigabitethernet", 1) => Some(Self::Management),
            [member, 0, port] if is("gigabitethernet", 1) => {
                Some(Self::Gigabit(small(member)?, small(port)?))
            }
            [member, 1, port] if is("gigabitethernet", 1) => {
                Some(Self::Uplink(small(member)?, small(port)?))
            }
            [n] if is("port-channel", 2) => Some(Self::PortChannel(n)),
            [n] if is("vlan", 1) => Some(Self::Vlan(n)),
            _ => None,
        }
    }
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

impl SwitchportMode {
    /// Whether it leaves it to DTP what the port becomes.
    pub fn is_dynamic(self) -> bool {
        matches!(self, Self::DynamicAuto | Self::DynamicDesirable)
    }
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

/// `spanning-tree portfast`: whether a port forwards frames without listening first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Portfast {
    /// As `spanning-tree portfast default` says, for access ports.
    #[default]
    Unset,
    /// `portfast`: as an access port.
    Access,
    /// `portfast trunk`: as a trunk too.
    Trunk,
    /// `portfast disable`.
    Disabled,
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

impl LacpMode {
    /// Whether it speaks LACP.
    pub fn is_lacp(self) -> bool {
        matches!(self, Self::Active | Self::Passive)
    }

    /// Whether two ends come to an agreement: the same protocol, and one speaks first.
    pub fn negotiates(self, peer: Self) -> bool {
        matches!(
            (self, peer),
            (Self::Active, Self::Active | Self::Passive)
                | (Self::Passive, Self::Active)
                | (Self::Desirable, Self::Desirable | Self::Auto)
                | (Self::Auto, Self::Desirable)
        )
    }
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
    pub portfast: Portfast,
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
            portfast: Portfast::default(),
            ip: None,
            ip_mtu: None,
        }
    }
}

impl InterfaceConfig {
    /// Whether it is configured as a trunk.
    pub fn is_trunk(&self) -> bool {
        self.mode == SwitchportMode::Trunk
    }

    /// Whether it agrees on a trunk with what is configured at the other end (DTP): one must
    /// ask for it, and both must speak.
    pub fn negotiates_trunk(&self, peer: &Self) -> bool {
        let asks = |config: &Self| {
            config.mode == SwitchportMode::DynamicDesirable
                || (config.is_trunk() && !config.nonegotiate)
        };
        self.mode.is_dynamic()
            && (asks(peer) || (asks(self) && peer.mode == SwitchportMode::DynamicAuto))
    }

    /// The same as a trunk.
    pub fn as_trunk(&self) -> Self {
        Self {
            mode: SwitchportMode::Trunk,
            ..self.clone()
        }
    }

    /// The VLAN that a frame with this tag belongs to when it comes in here; `None`: dropped.
    pub fn admits(&self, tag: Option<u16>) -> Option<u16> {
        if self.mode != SwitchportMode::Trunk {
            return tag.is_none().then_some(self.access_vlan);
        }
        let vlan = tag.unwrap_or(self.native_vlan);
        self.allowed.contains(vlan).then_some(vlan)
    }

    /// The VLAN of what leaves without a tag.
    pub fn untagged(&self) -> u16 {
        if self.is_trunk() {
            self.native_vlan
        } else {
            self.access_vlan
        }
    }

    /// The tag that a frame of this VLAN leaves with; the outer `None`: it does not leave.
    pub fn emits(&self, vlan: u16) -> Option<Option<u16>> {
        if self.mode != SwitchportMode::Trunk {
            return (vlan == self.access_vlan).then_some(None);
        }
        let tag = (vlan != self.native_vlan).then_some(vlan);
        self.allowed.contains(vlan).then_some(tag)
    }

    /// Whether frames of this VLAN pass here.
    pub fn is_in(&self, vlan: u16) -> bool {
        self.emits(vlan).is_some()
    }

    /// Whether it forwards frames without listening first; `default` is what
    /// `spanning-tree portfast default` says.
    pub fn is_edge(&self, default: bool) -> bool {
        match self.portfast {
            Portfast::Unset => default && self.mode != SwitchportMode::Trunk,
            Portfast::Access => self.mode != SwitchportMode::Trunk,
            Portfast::Trunk => true,
            Portfast::Disabled => false,
        }
    }

    /// Takes over what a port-channel and its members must agree on.
    pub fn copy_switchport(&mut self, from: &Self) {
        self.mode = from.mode;
        self.access_vlan = from.access_vlan;
        self.native_vlan = from.native_vlan;
        self.allowed.clone_from(&from.allowed);
        self.nonegotiate = from.nonegotiate;
    }
}
