//! `show` commands: one file a subject, each in the device's own layout.

mod boot;
mod cdp;
mod config;
mod counters;
mod etherchannel;
mod interfaces;
mod inventory;
mod ip;
mod lacp;
mod ports;
mod routes;
mod session;
mod spanning_tree;
mod stations;
mod status;
mod switch;
mod switchport;
mod trunk;
mod version;
mod vlan;

pub(super) use boot::boot;
pub(super) use cdp::{cdp_neighbors, cdp_neighbors_detail};
pub(super) use config::{logging, running_config, running_interface, startup_config, system_mtu};
pub(super) use counters::{interface_counters, interfaces_counters};
pub(super) use etherchannel::{etherchannel_group, etherchannel_summary};
pub(super) use interfaces::{interface, interfaces};
pub(super) use inventory::inventory;
pub(super) use ip::{ip_interface_brief, ip_ssh};
pub(super) use lacp::{lacp_internal, lacp_neighbor, lacp_sys_id};
pub(super) use routes::ip_route;
pub(super) use session::{clock, history, privilege, users};
pub(super) use spanning_tree::{spanning_tree, spanning_tree_summary, spanning_tree_vlan};
pub(super) use stations::{
    arp, clear_mac_address_table, mac_address_table, mac_of_address, mac_of_interface, mac_of_vlan,
};
pub(super) use status::{
    interface_description, interface_status, interfaces_description, interfaces_status,
};
pub(super) use switch::{stack_ports, stack_ports_summary, stack_ring, switch, switch_detail};
pub(super) use switchport::{interface_switchport, interfaces_switchport};
pub(super) use trunk::{interface_trunk, interfaces_trunk};
pub(super) use version::version;
pub(super) use vlan::{vlan, vlan_brief, vlan_id, vtp_status};
