//! Which mode takes a line, and which line leaves a mode.

use super::rack::Rack;

#[test]
fn a_command_of_the_whole_switch_is_taken_inside_a_mode_that_knows_its_first_word() {
    let mut rack = Rack::new();
    let screen = rack.configure(&[
        "interface GigabitEthernet1/0/2",
        "ip routing",
        "line vty 0 4",
        "logging console",
        "interface GigabitEthernet1/0/2",
        "switch 2 provision ws-c3650-24ts",
        "interface GigabitEthernet1/0/2",
        "spanning-tree mode rapid-pvst",
    ]);
    assert!(rack.chassis().running.ip_routing);
    assert!(rack.chassis().running.logging_console);
    assert!(rack.chassis().running.provisioned.contains_key(&2));
    assert_eq!(rack.chassis().running.spanning_tree.mode, "rapid-pvst");
    // Each of them left the mode it was typed in.
    assert_eq!(screen.matches("Switch(config)#").count(), 4, "{screen}");
}

#[test]
fn a_line_that_no_mode_takes_is_refused_where_it_stopped_making_sense() {
    let mut rack = Rack::new();
    rack.exec(&["configure terminal", "interface GigabitEthernet1/0/2"]);
    let screen = rack.exec(&["ip routing nonsense"]);
    assert_eq!(
        screen,
        "ip routing nonsense\n                             ^\n\
         % Invalid input detected at '^' marker.\n\nSwitch(config-if)#"
    );
}
