//! `show` commands: one file a subject, each in the device's own layout.

mod config;
mod etherchannel;
mod interfaces;
mod inventory;
mod ip;
mod neighbors;
mod ports;
mod session;
mod status;
mod switch;
mod switchport;
mod trunk;
mod version;
mod vlan;

pub(super) use config::{logging, running_config, running_interface, startup_config, system_mtu};
pub(super) use etherchannel::{etherchannel_group, etherchannel_summary, lacp_neighbor};
pub(super) use interfaces::{interface, interfaces};
pub(super) use inventory::inventory;
pub(super) use ip::{ip_interface_brief, ip_route, ip_ssh};
pub(super) use neighbors::{cdp_neighbors, mac_address_table, spanning_tree_summary};
pub(super) use session::{clock, history, privilege, users};
pub(super) use status::{
    interface_description, interface_status, interfaces_description, interfaces_status,
};
pub(super) use switch::{stack_ports, stack_ports_summary, stack_ring, switch, switch_detail};
pub(super) use switchport::{interface_switchport, interfaces_switchport};
pub(super) use trunk::{interface_trunk, interfaces_trunk};
pub(super) use version::version;
pub(super) use vlan::{vlan, vlan_brief, vlan_id, vtp_status};
