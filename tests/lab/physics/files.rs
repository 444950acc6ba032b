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
