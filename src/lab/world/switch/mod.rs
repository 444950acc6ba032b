//! Catalyst 3650s: boxes that become one switch when they are stacked.

mod chassis;
mod config;
mod factory;
mod interface;
mod unit;
mod vlan;

pub use chassis::{Chassis, ChassisId};
pub use config::{Archive, SpanningTree, SwitchConfig, User, VtpMode};
pub use interface::{
    ChannelGroup, InterfaceConfig, InterfaceName, LacpMode, Portfast, SwitchportMode, VlanSet,
};
pub use unit::{Power, Unit};
pub use vlan::{Vlan, VlanDatabase};
