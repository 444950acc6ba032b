//! What the screen shows while somebody types.

use super::rack::Rack;

#[test]
fn a_question_mark_lists_what_can_come_next_and_leaves_the_line() {
    let mut rack = Rack::new();
    let screen = rack.press("sw1", "show lacp ?");
    assert_eq!(
        screen,
        "show lacp ?\n  internal  Internal information\n  neighbor  Neighbor information\n  \
         sys-id    LACP System ID\n\nSwitch#show lacp "
    );
    let screen = rack.press("sw1", "sys-id ?");
    assert_eq!(screen, "sys-id ?\n  <cr>\n\nSwitch#show lacp sys-id ");
    let screen = rack.press("sw1", "\u{15}conf?");
    assert!(
        screen.ends_with("conf?\nconfigure\n\nSwitch#conf"),
        "{screen}"
    );
    let screen = rack.press("sw1", "\u{15}?");
    assert!(screen.contains("?\nExec commands:\n  archive"), "{screen}");
    assert!(
        screen.contains("\n  show       Show running system information\n"),
        "{screen}"
    );
}

#[test]
fn help_inside_a_mode_knows_the_commands_around_it() {
    let mut rack = Rack::new();
    rack.exec(&["configure terminal", "interface GigabitEthernet1/0/2"]);
    let screen = rack.press("sw1", "?");
    assert!(
        screen.starts_with("?\nInterface configuration commands:\n"),
        "{screen}"
    );
    assert!(screen.contains("\n  switchport "), "{screen}");
    let screen = rack.press("sw1", "vtp mode ?");
    assert!(
        screen.contains("\n  transparent  Set the device to transparent mode.\n"),
        "{screen}"
    );
}

#[test]
fn help_for_nonsense_points_at_it() {
    let mut rack = Rack::new();
    let screen = rack.press("sw1", "show nonsense ?");
    assert_eq!(
        screen,
        "show nonsense ?\n            ^\n% Invalid input detected at '^' marker.\n\n\
         Switch#show nonsense "
    );
}

#[test]
fn a_tab_completes_a_word_that_can_only_become_one() {
    let mut rack = Rack::new();
    assert_eq!(rack.press("sw1", "sh\t"), "sh\nSwitch#show ");
    assert_eq!(rack.press("sw1", "i\t"), "i\nSwitch#show i");
    let screen = rack.press("sw1", "nv\t\r");
    assert!(
        screen.starts_with("nv\nSwitch#show inventory \nNAME: "),
        "{screen}"
    );
}

#[test]
fn an_unknown_word_may_be_a_host_and_that_takes_a_while() {
    let mut rack = Rack::new();
    let screen = rack.exec(&["shwo"]);
    assert_eq!(
        screen,
        "shwo\nTranslating \"shwo\"...domain server (255.255.255.255)\n"
    );
    // What is typed meanwhile has to wait.
    assert_eq!(rack.exec(&["show privilege"]), "");
    rack.wait(10);
    let answer = "% Unknown command or computer name, or unable to find computer address\n\n";
    assert_eq!(
        rack.exec(&[]) + &rack.press("sw1", ""),
        format!("{answer}Switch#show privilege\nCurrent privilege level is 15\nSwitch#")
    );
    rack.configure(&["no ip domain-lookup"]);
    let screen = rack.exec(&["shwo"]);
    assert!(screen.ends_with(&format!("{answer}Switch#")), "{screen}");
    let screen = rack.exec(&["shwo version"]);
    assert!(screen.contains("% Invalid input detected"), "{screen}");
}

#[test]
fn output_can_go_into_a_file() {
    let mut rack = Rack::new();
    assert_eq!(
        rack.exec(&["show privilege | redirect flash:level"]),
        "show privilege | redirect flash:level\nSwitch#"
    );
    assert_eq!(
        rack.show("more flash:level"),
        "Current privilege level is 15\n\n"
    );
    let screen = rack.exec(&["show vlan brief | tee flash:level"]);
    assert!(screen.contains("1    default"), "{screen}");
    rack.exec(&["show privilege | append flash:level"]);
    let kept = &rack.world.state.units["sw1"].flash["level"];
    assert!(kept.contains("1    default"));
    assert!(kept.ends_with("Current privilege level is 15\n"));
}

#[test]
fn log_lines_don_t_tear_a_line_that_is_synchronous() {
    let mut rack = Rack::new();
    rack.configure(&["logging console", "line console 0", "logging synchronous"]);
    rack.exec(&[""]);
    rack.press("sw1", "show cl");
    rack.order("unplug office:1");
    let screen = rack.press("sw1", "ock");
    assert!(
        screen.contains("Interface GigabitEthernet1/0/1, changed state to down\nSwitch#show cl"),
        "{screen}"
    );
    assert!(screen.ends_with("Switch#show clock"), "{screen}");
}

#[test]
fn the_console_of_the_standby_says_so_and_configures_nothing() {
    let mut rack = Rack::stacked();
    assert!(rack.press("sw2", "\r").ends_with("Switch-standby>"));
    let screen = rack.press("sw2", "enable\rshow privilege\r");
    assert_eq!(
        screen,
        "enable\nSwitch-standby#show privilege\nCurrent privilege level is 15\nSwitch-standby#"
    );
    let screen = rack.press("sw2", "configure terminal\r");
    assert!(
        screen.ends_with("% Invalid input detected at '^' marker.\n\nSwitch-standby#"),
        "{screen}"
    );
    rack.order("power-off sw1");
    let screen = rack.press("sw2", "\r");
    assert!(screen.ends_with("Switch#"), "{screen}");
}

#[test]
fn vlans_can_be_made_as_a_list() {
    let mut rack = Rack::new();
    rack.configure(&["vlan 5,10,20-22", "state suspend", "vlan 5", "name MGMT"]);
    let vlans = &rack.chassis().vlans.vlans;
    for id in [5, 10, 20, 21, 22] {
        assert!(!vlans[&id].active, "{id}");
    }
    rack.exec(&["configure terminal"]);
    let screen = rack.exec(&["vlan 10", "name MGMT"]);
    assert!(
        screen.contains("% VLAN #10 and #5 have an identical name: MGMT\n"),
        "{screen}"
    );
    let screen = rack.exec(&["vlan 2000"]);
    assert!(
        screen.contains("Extended VLAN(s) not allowed in current VTP mode.\n"),
        "{screen}"
    );
    let screen = rack.exec(&["vlan 5000"]);
    assert!(screen.contains("% Invalid input detected"), "{screen}");
    assert!(!rack.chassis().vlans.vlans.contains_key(&2000));
}

#[test]
fn a_user_without_a_privilege_has_the_least() {
    let mut rack = Rack::new();
    rack.configure(&["username guest secret Workshop-3650"]);
    assert_eq!(rack.chassis().running.users["guest"].privilege, 1);
    rack.configure(&[
        "username guest privilege 15",
        "username guest secret Other-3650",
    ]);
    assert_eq!(rack.chassis().running.users["guest"].privilege, 15);
}

#[test]
fn a_range_over_all_terminal_lines_is_one_for_each_section() {
    let mut rack = Rack::new();
    rack.configure(&["line vty 0 15", "login local"]);
    let shown = rack.show("show running-config | section line vty");
    assert_eq!(
        shown,
        "line vty 0 4\n login local\nline vty 5 15\n login local\n"
    );
}

#[test]
fn help_tells_files_and_interfaces_apart_from_words() {
    let mut rack = Rack::new();
    let screen = rack.press("sw1", "copy ?");
    assert_eq!(
        screen,
        "copy ?\n  flash:          flash: file system\n  \
         running-config  Current operating configuration\n  \
         startup-config  Contents of startup configuration\n\nSwitch#copy "
    );
    let screen = rack.press("sw1", "\u{15}show ip ?");
    assert!(
        screen.contains("\n  interface  IP interface status and configuration\n"),
        "{screen}"
    );
}
