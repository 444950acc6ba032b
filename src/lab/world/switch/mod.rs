//! Catalyst 3650s: boxes that become one switch when they are stacked.

mod config;
mod interface;
mod vlan;

pub use config::{Archive, SwitchConfig, User, VtpMode};
pub use interface::{
    ChannelGroup, InterfaceConfig, InterfaceName, LacpMode, SwitchportMode, VlanSet,
};
pub use vlan::{Vlan, VlanDatabase};
