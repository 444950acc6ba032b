use crate::lab::ios::call::Flow;
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::show;

/// What everybody may see.
pub(super) const SHOW: Table = &[
    Command::new(
        "show version",
        "System hardware and software status",
        show::version,
    ),
    Command::new("show switch", "Switch stack information", show::switch),
    Command::new(
        "show switch detail",
        "Show detailed information about the stack ring",
        show::switch_detail,
    ),
    Command::new(
        "show switch stack-ports",
        "Show stack port status",
        show::stack_ports,
    ),
    Command::new(
        "show switch stack-ports summary",
        "Show stack port summary",
        show::stack_ports_summary,
    ),
    Command::new(
        "show switch stack-ring speed",
        "Show stack ring speed",
        show::stack_ring,
    ),
    Command::new("show vlan", "VTP VLAN status", show::vlan),
    Command::new(
        "show vlan brief",
        "VTP all VLAN status in brief",
        show::vlan_brief,
    ),
    Command::new(
        "show vlan id <1-4094>",
        "VTP VLAN status by VLAN id",
        show::vlan_id,
    ),
    Command::new(
        "show interfaces",
        "Interface status and configuration",
        show::interfaces,
    ),
    Command::new("show interfaces IFACE", "", show::interface),
    Command::new(
        "show interfaces status",
        "Show interface line status",
        show::interfaces_status,
    ),
    Command::new(
        "show interfaces IFACE status",
        "Show interface line status",
        show::interface_status,
    ),
    Command::new(
        "show interfaces trunk",
        "Show interface trunk information",
        show::interfaces_trunk,
    ),
    Command::new(
        "show interfaces IFACE trunk",
        "Show interface trunk information",
        show::interface_trunk,
    ),
    Command::new(
        "show interfaces switchport",
        "Show interface switchport information",
        show::interfaces_switchport,
    ),
    Command::new(
        "show interfaces IFACE switchport",
        "Show interface switchport information",
        show::interface_switchport,
    ),
    Command::new(
        "show interfaces description",
        "Show interface description",
        show::interfaces_description,
    ),
    Command::new(
        "show interfaces IFACE description",
        "Show interface description",
        show::interface_description,
    ),
    Command::new(
        "show etherchannel summary",
        "One-line summary per channel-group",
        show::etherchannel_summary,
    ),
    Command::new(
        "show etherchannel <1-128> summary",
        "One-line summary per channel-group",
        show::etherchannel_group,
    ),
    Command::new(
        "show lacp neighbor",
        "Neighbor information",
        show::lacp_neighbor,
    ),
    Command::new(
        "show ip interface brief",
        "Brief summary of IP status and configuration",
        show::ip_interface_brief,
    ),
    Command::new("show ip route", "IP routing table", show::ip_route),
    Command::new("show ip ssh", "Information on SSH", show::ip_ssh),
    Command::new(
        "show cdp neighbors",
        "CDP neighbor entries",
        show::cdp_neighbors,
    ),
    Command::new(
        "show mac address-table",
        "MAC forwarding table",
        show::mac_address_table,
    ),
    Command::new("show clock", "Display the system clock", show::clock),
    Command::new(
        "show history",
        "Display the session command history",
        show::history,
    ),
    Command::new(
        "show privilege",
        "Show current privilege level",
        show::privilege,
    ),
    Command::new(
        "show users",
        "Display information about terminal lines",
        show::users,
    ),
    Command::new("show system mtu", "Global MTU", show::system_mtu),
    Command::new("show vtp status", "VTP domain status", show::vtp_status),
    Command::new(
        "show inventory",
        "Show the physical inventory",
        show::inventory,
    ),
    Command::new(
        "show spanning-tree",
        "Spanning tree topology",
        show::spanning_tree,
    ),
    Command::new(
        "show spanning-tree vlan <1-4094>",
        "VLAN Switch Spanning Trees",
        show::spanning_tree_vlan,
    ),
    Command::new(
        "show spanning-tree summary",
        "Summary of port states",
        show::spanning_tree_summary,
    ),
    Command::new(
        "show lacp internal",
        "Internal information",
        show::lacp_internal,
    ),
    Command::new("show lacp sys-id", "LACP System ID", show::lacp_sys_id),
    Command::new("show arp", "ARP table", show::arp),
    Command::new("show ip arp", "IP ARP table", show::arp),
    Command::new("show boot", "show boot attributes", show::boot),
    Command::new(
        "show interfaces counters",
        "Show interface counters",
        show::interfaces_counters,
    ),
    Command::new(
        "show interfaces IFACE counters",
        "Show interface counters",
        show::interface_counters,
    ),
    Command::new(
        "show cdp neighbors detail",
        "Show detailed information",
        show::cdp_neighbors_detail,
    ),
    Command::new(
        "show mac address-table dynamic",
        "dynamic entry type",
        show::mac_address_table,
    ),
    Command::new(
        "show mac address-table interface IFACE",
        "",
        show::mac_of_interface,
    ),
    Command::new(
        "show mac address-table vlan <1-4094>",
        "Vlan interface number",
        show::mac_of_vlan,
    ),
    Command::new(
        "show mac address-table address WORD",
        "48 bit mac address",
        show::mac_of_address,
    ),
];

/// What only level 15 may see.
pub(super) const SHOW_PRIVILEGED: Table = &[
    Command::new(
        "show running-config",
        "Current operating configuration",
        show::running_config,
    ),
    Command::new(
        "show running-config interface IFACE",
        "",
        show::running_interface,
    ),
    Command::new(
        "show startup-config",
        "Contents of startup configuration",
        show::startup_config,
    ),
    Command::new(
        "show logging",
        "Show the contents of logging buffers",
        show::logging,
    ),
    Command::new("show configuration lock", "Configuration lock", |c| {
        c.say("Parser Configure Lock\n---------------------\nOwner PID             : -1");
        Flow::Done
    }),
];

/// What the console of a member shows that does not lead.
pub(super) const SHOW_STANDBY: Table = &[
    Command::new("show clock", "Display the system clock", show::clock),
    Command::new(
        "show history",
        "Display the session command history",
        show::history,
    ),
    Command::new(
        "show privilege",
        "Show current privilege level",
        show::privilege,
    ),
    Command::new("show switch", "Switch stack information", show::switch),
    Command::new(
        "show version",
        "System hardware and software status",
        show::version,
    ),
];
