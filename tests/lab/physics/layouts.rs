//! Tables to the column, as captures from real devices have them.

use super::rack::Rack;

#[test]
fn a_port_channel_in_the_summary() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    let shown = rack.show("show etherchannel summary");
    let rows = "\
Group  Port-channel  Protocol    Ports
------+-------------+-----------+-----------------------------------------------
1      Po1(SU)         LACP        Gi1/0/13(P)     Gi2/0/13(P)     
";
    assert!(shown.contains(rows), "{shown}");
}

#[test]
fn members_of_a_stack() {
    let mut rack = Rack::stacked();
    let shown = rack.show("show switch");
    let head = "\
                                             H/W   Current
Switch#   Role    Mac Address     Priority Version  State 
-------------------------------------------------------------------------------------
*1       Active   04bd.9715.5150     1      V02     Ready                               
 2       Standby  04bd.977f.f410     1      V02     Ready                               
";
    assert!(shown.contains(head), "{shown}");
}

#[test]
fn stack_ports() {
    let mut rack = Rack::stacked();
    let rows = "\
Switch#   Port1     Port2
----------------------------
1         OK        OK   
2         OK        OK   
";
    let shown = rack.show("show switch stack-ports");
    assert!(shown.contains(rows), "{shown}");
}

#[test]
fn vlans_with_four_ports_a_line() {
    let mut rack = Rack::new();
    let shown = rack.show("show vlan brief");
    let rows = "\
VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/1, Gi1/0/2, Gi1/0/3, Gi1/0/4
                                                Gi1/0/5, Gi1/0/6, Gi1/0/7, Gi1/0/8
";
    assert!(shown.contains(rows), "{shown}");
    assert!(
        shown.contains("1002 fddi-default                     act/unsup \n"),
        "{shown}"
    );
}

#[test]
fn ports_and_their_status() {
    let mut rack = Rack::with_a_channel(&["no port-channel standalone-disable"]);
    let shown = rack.show("show interfaces status");
    for row in [
        "Port      Name               Status       Vlan       Duplex  Speed Type\n",
        "Gi1/0/1                      connected    1          a-full a-1000 10/100/1000BaseTX\n",
        "Gi1/0/2                      notconnect   1            auto   auto 10/100/1000BaseTX\n",
        "Gi1/0/13                     connected    trunk      a-full a-1000 10/100/1000BaseTX\n",
    ] {
        assert!(shown.contains(row), "{row}\n{shown}");
    }
}

#[test]
fn addresses() {
    let mut rack = Rack::with_a_channel(&[]);
    let shown = rack.show("show ip interface brief");
    for row in [
        "Interface              IP-Address      OK? Method Status                Protocol\n",
        "Vlan1                  unassigned      YES unset  administratively down down    \n",
        "Vlan5                  172.16.40.254   YES manual down                  down    \n",
    ] {
        assert!(shown.contains(row), "{row}\n{shown}");
    }
}

#[test]
fn trunks() {
    let mut rack = Rack::with_a_channel(&["switchport trunk allowed vlan 5,10,20"]);
    rack.bond_xen1();
    let shown = rack.show("show interfaces trunk");
    let rows = "\
Port        Mode             Encapsulation  Status        Native vlan
Po1         on               802.1q         trunking      5

Port        Vlans allowed on trunk
Po1         5,10,20

Port        Vlans allowed and active in management domain
Po1         5
";
    assert!(shown.contains(rows), "{shown}");
}

#[test]
fn lacp_as_both_sides_see_it() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    let flags = "\
Flags:  S - Device is requesting Slow LACPDUs 
        F - Device is requesting Fast LACPDUs
        A - Device is in Active mode       P - Device is in Passive mode     
";
    assert_eq!(
        rack.show("show lacp neighbor"),
        format!(
            "{flags}
Channel group 1 neighbors

                  LACP port                        Admin  Oper   Port    Port
Port      Flags   Priority  Dev ID          Age    key    Key    Number  State
Gi1/0/13  SA      255       0cc4.7a12.3411  25s    0x0    0x9    0x1     0x3D  
Gi2/0/13  SA      255       0cc4.7a12.3411  25s    0x0    0x9    0x2     0x3D  
"
        )
    );
    assert_eq!(
        rack.show("show lacp internal"),
        format!(
            "{flags}
Channel group 1
                            LACP port     Admin     Oper    Port        Port
Port      Flags   State     Priority      Key       Key     Number      State
Gi1/0/13  SA      bndl      32768         0x1       0x1     0x10E       0x3D 
Gi2/0/13  SA      bndl      32768         0x1       0x1     0x20E       0x3D 
"
        )
    );
    assert_eq!(rack.show("show lacp sys-id"), "32768, 04bd.9715.5150\n");
}

#[test]
fn a_port_without_a_partner_is_suspended_in_the_eyes_of_lacp() {
    let mut rack = Rack::with_a_channel(&[]);
    let shown = rack.show("show lacp internal | include Gi1/0/13");
    assert_eq!(
        shown,
        "Gi1/0/13  SA      susp      32768         0x1       0x1     0x10E       0x7D \n"
    );
}

#[test]
fn neighbours_that_speak_cdp() {
    let mut rack = Rack::new();
    assert_eq!(
        rack.show("show cdp neighbors"),
        "\
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge
                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, 
                  D - Remote, C - CVTA, M - Two-port Mac Relay 

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
office-sw        Gig 1/0/1         150              S I   WS-C2960X Gig 1/0/1

Total cdp entries displayed : 1
"
    );
    let shown = rack.show("show cdp neighbors detail");
    let head = "\
-------------------------
Device ID: office-sw
Entry address(es): 
Platform: cisco WS-C2960X-48TS-L,  Capabilities: Switch IGMP 
Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): GigabitEthernet1/0/1
Holdtime : 150 sec

Version :
Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(2)E7, RELEASE SOFTWARE (fc3)
";
    assert!(shown.starts_with(head), "{shown}");
}

#[test]
fn addresses_of_stations_until_they_are_cleared() {
    let mut rack = Rack::new();
    let head = "          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
";
    let rows = "   1    0011.2233.4401    DYNAMIC     Gi1/0/1
   1    0011.2233.4410    DYNAMIC     Gi1/0/1
   1    0011.2233.4420    DYNAMIC     Gi1/0/1
   1    0cc4.7a12.3411    DYNAMIC     Gi1/0/13
   1    0cc4.7a12.3421    DYNAMIC     Gi1/0/14
   1    0cc4.7a12.3431    DYNAMIC     Gi1/0/24
Total Mac Addresses for this criterion: 6
";
    assert_eq!(rack.show("show mac address-table"), format!("{head}{rows}"));
    let one = "   1    0cc4.7a12.3411    DYNAMIC     Gi1/0/13
Total Mac Addresses for this criterion: 1
";
    assert_eq!(
        rack.show("show mac address-table interface Gi1/0/13"),
        format!("{head}{one}")
    );
    assert_eq!(
        rack.show("show mac address-table address 0cc4.7a12.3411"),
        format!("{head}{one}")
    );
    rack.exec(&["clear mac address-table dynamic"]);
    let none = "Total Mac Addresses for this criterion: 0\n";
    assert_eq!(rack.show("show mac address-table"), format!("{head}{none}"));
    rack.wait(10);
    assert_eq!(
        rack.show("show mac address-table vlan 1"),
        format!("{head}{rows}")
    );
}

#[test]
fn neighbours_that_answer_are_in_the_arp_table() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    rack.configure(&[
        "interface Vlan1",
        "ip address 192.168.1.254 255.255.255.0",
        "no shutdown",
    ]);
    let table = "\
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  172.16.40.13            0   0cc4.7a12.3411  ARPA   Vlan5
Internet  172.16.40.254           -   04bd.9715.5150  ARPA   Vlan5
Internet  192.168.1.10            0   0011.2233.4410  ARPA   Vlan1
Internet  192.168.1.20            0   0011.2233.4420  ARPA   Vlan1
Internet  192.168.1.254           -   04bd.9715.5150  ARPA   Vlan1
";
    assert_eq!(rack.show("show arp"), table);
    assert_eq!(rack.show("show ip arp"), table);
}

#[test]
fn counters_of_ports() {
    let mut rack = Rack::new();
    assert_eq!(
        rack.show("show interfaces GigabitEthernet1/0/13 counters"),
        "
Port            InOctets    InUcastPkts    InMcastPkts    InBcastPkts 
Gi1/0/13               0              0              0              0 

Port           OutOctets   OutUcastPkts   OutMcastPkts   OutBcastPkts 
Gi1/0/13               0              0              0              0 
"
    );
}

#[test]
fn what_members_boot() {
    let mut rack = Rack::stacked();
    let member = |number| {
        format!(
            "\
---------------------------
Switch {number}
---------------------------
Current Boot Variables:
BOOT variable = flash:packages.conf;

Boot Variables on next reload:
BOOT variable = flash:packages.conf;
Manual Boot = no
Enable Break = no

"
        )
    };
    assert_eq!(rack.show("show boot"), member(1) + &member(2));
}

#[test]
fn the_version_of_every_member() {
    let mut rack = Rack::stacked();
    let shown = rack.show("show version");
    let first = "Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software (CAT3K_CAA-UNIVERSALK9-M), Version 03.06.07E RELEASE SOFTWARE (fc3)\n";
    assert!(shown.starts_with(first), "{shown}");
    let table = "\
Switch Ports Model              SW Version        SW Image              Mode   
------ ----- -----              ----------        ----------            ----   
*    1 28    WS-C3650-24TS      03.06.07E         cat3k_caa-universalk9 INSTALL
     2 28    WS-C3650-24TS      03.06.07E         cat3k_caa-universalk9 INSTALL


Switch 02
---------
Switch uptime                      : ";
    assert!(shown.contains(table), "{shown}");
    for line in [
        "Processor board ID FDO2001A0S1\n",
        "56 Gigabit Ethernet interfaces\n",
        "Base Ethernet MAC Address          : 04:bd:97:15:51:50\n",
        "System Serial Number               : FDO2001A0S2\n",
        "\nConfiguration register is 0x102\n",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn a_bundled_trunk_as_a_switchport() {
    let mut rack = Rack::with_a_channel(&["switchport trunk allowed vlan 5,10,20-22"]);
    rack.bond_xen1();
    let shown = rack.show("show interfaces GigabitEthernet1/0/13 switchport");
    let head = "\
Name: Gi1/0/13
Switchport: Enabled
Administrative Mode: trunk
Operational Mode: trunk (member of bundle Po1)
Administrative Trunking Encapsulation: dot1q
Operational Trunking Encapsulation: dot1q
Negotiation of Trunking: On
Access Mode VLAN: 1 (default)
Trunking Native Mode VLAN: 5 (VLAN0005)
Administrative Native VLAN tagging: enabled
Voice VLAN: none
";
    assert!(shown.starts_with(head), "{shown}");
    assert!(
        shown.contains("\nTrunking VLANs Enabled: 5,10,20-22\nPruning VLANs Enabled: 2-1001\n"),
        "{shown}"
    );
}

#[test]
fn the_archive_and_what_it_keeps() {
    let mut rack = Rack::new();
    assert_eq!(rack.show("show archive"), " Archive feature not enabled\n");
    rack.configure(&["archive", "path flash:archive", "maximum 3"]);
    assert_eq!(
        rack.show("show archive"),
        "\
The maximum archive configurations allowed is 3.
The next archive file will be named flash:archive-<timestamp>-0
 Archive #  Name
   1        
   2        
   3        
"
    );
    rack.exec(&["archive config"]);
    let shown = rack.show("show archive");
    let head = "\
The maximum archive configurations allowed is 3.
There are currently 1 archive configurations saved.
The next archive file will be named flash:archive-<timestamp>-1
 Archive #  Name
   1        flash:archive-Jan--5-09-01-";
    assert!(shown.starts_with(head), "{shown}");
    assert!(
        shown.contains("-0 <- Most Recent\n   2        \n"),
        "{shown}"
    );
}

#[test]
fn routes_in_the_classes_of_their_networks() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    assert!(
        rack.show("show ip route")
            .starts_with("Default gateway is not set\n")
    );
    rack.configure(&[
        "interface Vlan1",
        "ip address 192.168.1.254 255.255.255.0",
        "no shutdown",
        "ip routing",
        "ip route 0.0.0.0 0.0.0.0 192.168.1.1",
        "ip route 10.9.0.0 255.255.0.0 172.16.40.13",
        "ip route 10.8.0.0 255.255.0.0 203.0.113.1",
    ]);
    let shown = rack.show("show ip route | begin Gateway");
    assert_eq!(
        shown,
        "\
Gateway of last resort is 192.168.1.1 to network 0.0.0.0

S*    0.0.0.0/0 [1/0] via 192.168.1.1
      10.0.0.0/16 is subnetted, 1 subnets
S        10.9.0.0/16 [1/0] via 172.16.40.13
      172.16.0.0/16 is variably subnetted, 2 subnets, 2 masks
C        172.16.40.0/24 is directly connected, Vlan5
L        172.16.40.254/32 is directly connected, Vlan5
      192.168.1.0/24 is variably subnetted, 2 subnets, 2 masks
C        192.168.1.0/24 is directly connected, Vlan1
L        192.168.1.254/32 is directly connected, Vlan1
"
    );
}

#[test]
fn files_on_the_flash() {
    let mut rack = Rack::new();
    rack.configure(&["vlan 5"]);
    rack.exec(&["show privilege | redirect flash:level"]);
    let head = "\
Directory of flash:/

30001  -rw-         1214   Jan 5 2026 09:00:00 +00:00  packages.conf
30002  -rw-         3096   Jan 5 2026 09:00:00 +00:00  vlan.dat
30003  -rw-           30   Jan 5 2026 09:00:00 +00:00  level

1621966848 bytes total (1621962508 bytes free)
";
    assert_eq!(rack.show("dir"), head);
    let screen = rack.show("dir flash:absent");
    assert_eq!(
        screen,
        "%Error opening flash:/absent (No such file or directory)\n"
    );
}
