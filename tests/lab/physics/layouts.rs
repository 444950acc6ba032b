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
