//! Restarts that are asked for: now, later, of one member.

use super::rack::Rack;

#[test]
fn a_restart_can_be_put_off_and_takes_what_was_not_saved() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Unsaved"]);
    let screen = rack.exec(&["reload in 10", "no", ""]);
    assert!(
        screen.contains("System configuration has been modified. Save? [yes/no]: no\n"),
        "{screen}"
    );
    assert!(screen.contains("Reload scheduled for 09:11:"), "{screen}");
    assert!(
        screen.contains("(in 10 minutes) by console\nReload reason: Reload Command\n"),
        "{screen}"
    );
    assert!(
        screen.contains("Proceed with reload? [confirm]"),
        "{screen}"
    );
    assert!(
        screen.contains("***\n*** --- SHUTDOWN in 0:10:00 ---\n***\n"),
        "{screen}"
    );
    rack.wait(310);
    let warning = rack.exec(&[""]);
    assert!(
        warning.starts_with("\n\n\n***\n*** --- SHUTDOWN in 0:05:00 ---\n"),
        "{warning}"
    );
    assert!(rack.show("show reload").contains("(in 5 minutes)"));
    rack.wait(600);
    assert_eq!(rack.chassis().running.hostname, "Switch");
}

#[test]
fn a_restart_that_was_put_off_can_be_called_off() {
    let mut rack = Rack::new();
    rack.configure(&["hostname Unsaved"]);
    rack.exec(&["reload in 0:02 for the new image", "n", ""]);
    assert!(
        rack.show("show reload")
            .contains("Reload reason: for the new image")
    );
    let screen = rack.exec(&["reload cancel"]);
    assert!(screen.contains("*** --- SHUTDOWN ABORTED ---"), "{screen}");
    rack.wait(600);
    assert_eq!(rack.chassis().running.hostname, "Unsaved");
    assert!(rack.log().contains("%SYS-5-SCHEDULED_RELOAD_CANCELLED:"));
}

#[test]
fn a_member_restarts_alone() {
    let mut rack = Rack::stacked();
    rack.exec(&["reload slot 2", ""]);
    rack.wait(1);
    assert_eq!(rack.chassis().members.len(), 1);
    rack.wait(300);
    assert_eq!(rack.chassis().members.len(), 2);
    assert!(
        rack.exec(&["reload slot 7"])
            .contains("% Switch 7 is not present in the stack")
    );
}

#[test]
fn pings_take_their_options_in_any_order() {
    let mut rack = Rack::with_a_channel(&[]);
    rack.bond_xen1();
    for line in [
        "ping 172.16.40.13 repeat 80 size 500",
        "ping 172.16.40.13 size 500 repeat 80",
    ] {
        rack.exec(&[line]);
        rack.wait(1);
        let screen = rack.exec(&[""]);
        assert!(
            screen.contains("Success rate is 100 percent (80/80)"),
            "{screen}"
        );
    }
    let screen = rack.exec(&["ping 172.16.40.13 size 20"]);
    assert!(
        screen.contains("\n                              ^\n% Invalid input"),
        "{screen}"
    );
    rack.exec(&["ping 172.16.40.99 repeat 2 timeout 1"]);
    rack.wait(3);
    assert!(rack.exec(&[""]).contains("Success rate is 0 percent (0/2)"));
}
