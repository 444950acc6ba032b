//! Configurations as files: what is added, what replaces, what is refused.

use super::rack::Rack;

impl Rack {
    /// Puts a file on the flash.
    fn write(&mut self, name: &str, text: &str) {
        let unit = self.world.state.units.get_mut("sw1").expect("sw1");
        unit.flash.insert(name.to_owned(), text.to_owned());
    }
}

#[test]
fn a_file_is_added_to_the_running_configuration() {
    let mut rack = Rack::new();
    rack.configure(&[
        "hostname Cisco-Stack",
        "interface GigabitEthernet1/0/2",
        "description printer",
        "switchport access vlan 1",
    ]);
    rack.write(
        "patch.cfg",
        "! what the printer needs\nip routing\ninterface GigabitEthernet1/0/2\n shutdown\nend\nnonsense\n",
    );
    let screen = rack.exec(&["copy flash:patch.cfg running-config", ""]);
    assert!(
        screen.contains("Destination filename [running-config]? "),
        "{screen}"
    );
    assert!(!screen.contains('%'), "{screen}");
    let running = &rack.chassis().running;
    assert_eq!(running.hostname, "Cisco-Stack");
    assert!(running.ip_routing);
    let port = rack.interface("Gi1/0/2");
    assert_eq!(port.description.as_deref(), Some("printer"));
    assert!(port.shutdown);
}

#[test]
fn a_line_of_a_file_that_is_no_command_is_shown_and_the_others_count() {
    let mut rack = Rack::new();
    rack.write(
        "patch.cfg",
        "ip rooting\ninterface GigabitEthernet7/0/1\n shutdown\nhostname Still-Here\n",
    );
    rack.exec(&["configure terminal", "file prompt quiet", "end"]);
    let screen = rack.exec(&["copy flash:patch.cfg running-config"]);
    let refusals = "ip rooting\n   ^\n% Invalid input detected at '^' marker.\n\n\
                    %Invalid interface type and number\n\n \
                    shutdown\n ^\n% Invalid input detected at '^' marker.\n\n";
    assert!(screen.contains(refusals), "{screen}");
    assert_eq!(rack.chassis().running.hostname, "Still-Here");
}

#[test]
fn what_the_switch_wrote_it_takes_back_without_a_word() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.configure(&[
        "no ip domain-lookup",
        "ip domain-name workshop.example",
        "username admin privilege 15 secret Workshop-3650",
        "ip ssh version 2",
        "vtp mode transparent",
        "service timestamps log datetime msec",
        "archive",
        "path flash:archive",
        "line vty 0 4",
        "login local",
        "exec-timeout 5",
    ]);
    let before = rack.chassis().running.clone();
    rack.exec(&["copy running-config flash:now.cfg", ""]);
    let screen = rack.exec(&["copy flash:now.cfg running-config", ""]);
    assert!(!screen.contains('%'), "{screen}");
    assert_eq!(rack.chassis().running, before);
}

#[test]
fn what_is_saved_comes_on_top_of_what_runs() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Saved"]);
    rack.exec(&["write memory"]);
    rack.configure(&["hostname Later", "ip routing"]);
    rack.exec(&["copy startup-config running-config", ""]);
    assert_eq!(rack.chassis().running.hostname, "Saved");
    assert!(rack.chassis().running.ip_routing);
}

/// The running configuration as a file, with something changed in it.
fn altered(rack: &mut Rack, from: &str, to: &str) -> String {
    rack.exec(&["copy running-config flash:whole.cfg", "", ""]);
    let whole = rack.world.state.units["sw1"].flash["whole.cfg"].replace(from, to);
    rack.write("altered.cfg", &whole);
    whole
}

#[test]
fn a_configuration_is_replaced_as_a_whole() {
    let mut rack = Rack::new();
    rack.configure(&["ip routing", "interface Vlan20", "no shutdown"]);
    altered(&mut rack, "ip routing\n", "");
    rack.configure(&["hostname Later", "interface Vlan30", "no shutdown"]);
    let screen = rack.exec(&["configure replace flash:altered.cfg list", "y"]);
    assert!(screen.contains("Enter Y if you are sure you want to proceed. ? [no]: "));
    assert!(
        screen.contains(
            "!Pass 1\n!List of Rollback Commands:\nno hostname Later\nno ip routing\n\
             no interface Vlan30\nhostname Switch\nend\n\n\n\
             Total number of passes: 1\nRollback Done\n"
        ),
        "{screen}"
    );
    assert_eq!(rack.chassis().running.hostname, "Switch");
    assert!(!rack.chassis().running.ip_routing);
    let screen = rack.exec(&["configure replace flash:altered.cfg force"]);
    assert!(
        screen.contains("Total number of passes: 0\nRollback Done"),
        "{screen}"
    );
}

#[test]
fn a_file_that_is_no_configuration_replaces_nothing() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Mine"]);
    let before = rack.chassis().clone();
    rack.write("notes.txt", "call the office\n");
    let whole = altered(&mut rack, "", "");
    rack.write("torn.cfg", whole.trim_end().trim_end_matches("end"));
    for file in ["notes.txt", "torn.cfg"] {
        let screen = rack.exec(&[&format!("configure replace flash:{file} force")]);
        assert!(
            screen.contains("%The input file is not a valid config file.\n"),
            "{screen}"
        );
    }
    let screen = rack.exec(&["configure replace flash:absent.cfg force"]);
    assert!(
        screen.contains("%Error opening flash:absent.cfg (No such file or directory)"),
        "{screen}"
    );
    assert_eq!(*rack.chassis(), before);
}

#[test]
fn a_line_that_the_switch_does_not_take_is_told_after_five_passes() {
    let mut rack = Rack::new();
    altered(
        &mut rack,
        "hostname Switch\n",
        "hostname Replaced\nip rooting\n",
    );
    let screen = rack.exec(&["configure replace flash:altered.cfg force"]);
    assert!(
        screen.contains(
            "Rollback aborted after 5 passes\n\
             The following commands are failed to apply to the IOS image.\n\
             ********\nip rooting\n********\n"
        ),
        "{screen}"
    );
    assert_eq!(rack.chassis().running.hostname, "Replaced");
}

#[test]
fn with_the_error_trigger_it_is_all_or_nothing() {
    let mut rack = Rack::new();
    rack.configure(&["archive", "path flash:archive"]);
    altered(
        &mut rack,
        "hostname Switch\n",
        "hostname Replaced\nip rooting\n",
    );
    let screen = rack.exec(&["configure replace flash:altered.cfg force revert trigger error"]);
    assert!(
        screen.contains("Failed to apply command ip rooting\nAborting Rollback.\n"),
        "{screen}"
    );
    assert_eq!(rack.chassis().running.hostname, "Switch");
}

#[test]
fn a_replacement_can_be_under_a_timer() {
    let mut rack = Rack::new();
    altered(&mut rack, "hostname Switch\n", "hostname Replaced\n");
    let screen = rack.exec(&["configure replace flash:altered.cfg force time 2"]);
    assert!(screen.contains("Turn config archive on"), "{screen}");
    rack.configure(&["archive", "path flash:archive"]);
    rack.exec(&["configure replace flash:altered.cfg force time 2"]);
    assert_eq!(rack.chassis().running.hostname, "Replaced");
    rack.wait(121);
    assert_eq!(rack.chassis().running.hostname, "Switch");
    assert!(rack.chassis().running.archive.is_some());
}

#[test]
fn vlans_are_in_the_configuration_of_a_switch_that_is_no_vtp_server() {
    let mut rack = Rack::new();
    rack.configure(&[
        "vtp mode transparent",
        "vlan 5",
        "name MGMT",
        "mtu 9000",
        "vlan 10",
    ]);
    let shown = rack.show("show running-config");
    assert!(
        shown.contains("!\nvlan 5\n name MGMT\n mtu 9000\n!\nvlan 10\n!\n"),
        "{shown}"
    );
    altered(&mut rack, "vlan 10\n!\n", "vlan 20\n state suspend\n!\n");
    rack.exec(&["configure replace flash:altered.cfg force"]);
    let vlans = &rack.chassis().vlans.vlans;
    assert_eq!(vlans[&5].name, "MGMT");
    assert!(!vlans.contains_key(&10));
    assert!(!vlans[&20].active);
}

#[test]
fn saving_puts_a_copy_into_the_archive_and_the_copy_is_a_file() {
    let mut rack = Rack::new();
    rack.configure(&[
        "username admin privilege 15 secret Workshop-3650",
        "archive",
        "path flash:archive",
        "write-memory",
    ]);
    rack.exec(&["copy running-config startup-config", ""]);
    rack.configure(&["hostname Later"]);
    rack.exec(&["write memory"]);
    let shown = rack.show("show archive");
    // The switch pads the day of the month with a blank and makes dashes of blanks.
    let names: Vec<&str> = shown
        .lines()
        .filter_map(|line| {
            line.split_whitespace()
                .find(|word| word.starts_with("flash:archive-Jan--5-09-"))
        })
        .collect();
    assert_eq!(names.len(), 2, "{shown}");
    assert!(shown.contains("There are currently 2 archive configurations saved.\n"));
    assert!(
        shown.contains(&format!("   2        {} <- Most Recent\n", names[1])),
        "{shown}"
    );
    let first = names[0];
    let plain = first.trim_start_matches("flash:");
    assert!(rack.show("dir").contains(plain));
    assert!(
        rack.show(&format!("more {first}"))
            .contains("hostname Switch\n")
    );
    rack.exec(&[&format!("copy {first} flash:mine.cfg"), ""]);
    assert!(rack.world.state.units["sw1"].flash["mine.cfg"].contains("hostname Switch\n"));
    rack.exec(&[&format!("configure replace {first} force")]);
    assert_eq!(rack.chassis().running.hostname, "Switch");
    rack.exec(&[&format!("delete /force {first}")]);
    assert!(!rack.show("dir").contains(plain));
}

#[test]
fn the_header_names_who_changed_and_saved() {
    let mut rack = Rack::new();
    rack.configure(&[
        "username ops privilege 15 secret Workshop-3650",
        "line console 0",
        "login local",
    ]);
    rack.exec(&["exit", "", "ops", "Workshop-3650", "terminal length 0"]);
    rack.configure(&["hostname Theirs"]);
    rack.exec(&["write memory"]);
    let shown = rack.show("show running-config");
    for line in [
        "! Last configuration change at ",
        "! NVRAM config last updated at ",
    ] {
        let line = shown
            .lines()
            .find(|l| l.starts_with(line))
            .expect("a header");
        assert!(line.ends_with(" by ops"), "{line}");
    }
}

#[test]
fn differences_name_the_section_that_a_line_is_in() {
    let mut rack = Rack::new();
    altered(&mut rack, "", "");
    rack.configure(&[
        "hostname Later",
        "interface GigabitEthernet1/0/2",
        "description printer",
        "interface Vlan20",
    ]);
    let shown = rack.show("show archive config differences flash:whole.cfg system:running-config");
    assert_eq!(
        shown,
        "!Contextual Config Diffs:\n+hostname Later\ninterface GigabitEthernet1/0/2\n \
         +description printer\n+interface Vlan20\n +no ip address\n-hostname Switch\n\n"
    );
    let shown = rack.show("show archive config incremental-diffs flash:whole.cfg");
    assert_eq!(shown, "!List of Commands:\nhostname Switch\nend\n\n");
}
