use super::rack::Rack;

#[test]
fn what_was_not_saved_is_gone_after_a_restart() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Cisco-Stack"]);
    assert_eq!(rack.chassis().running.hostname, "Cisco-Stack");
    rack.order("power-cycle sw1");
    rack.wait(300);
    assert_eq!(rack.chassis().running.hostname, "Switch");
}

#[test]
fn what_was_saved_is_there_again() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Cisco-Stack"]);
    rack.exec(&["write memory"]);
    rack.order("power-cycle sw1");
    rack.wait(300);
    assert_eq!(rack.chassis().running.hostname, "Cisco-Stack");
}

#[test]
fn vlans_are_in_no_configuration_and_survive_all_the_same() {
    let mut rack = Rack::new();
    rack.configure(&["vlan 20", "name Storage-VLAN"]);
    assert!(!rack.show("show running-config").contains("vlan 20"));
    rack.order("power-cycle sw1");
    rack.wait(300);
    assert_eq!(rack.chassis().vlans.vlans[&20].name, "Storage-VLAN");
}

#[test]
fn priority_and_number_are_in_no_configuration_and_no_rollback_brings_them_back() {
    let mut rack = Rack::new();
    rack.configure(&["archive", "path flash:archive"]);
    let before = rack.show("show running-config | exclude ^!|^Current");
    rack.exec(&["configure terminal revert timer 1", "end"]);
    rack.exec(&["switch 1 priority 15", "yes", "switch 1 renumber 2", "yes"]);
    assert_eq!(
        rack.show("show running-config | exclude ^!|^Current"),
        before
    );
    rack.exec(&["configure revert now"]);
    rack.wait(60);
    let unit = &rack.world.state.units["sw1"];
    assert_eq!((unit.priority, unit.next_number), (15, 2));
}
