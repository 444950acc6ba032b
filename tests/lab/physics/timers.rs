use super::rack::Rack;

fn armed() -> Rack {
    let mut rack = Rack::new();
    rack.configure(&["archive", "path flash:archive"]);
    rack.exec(&[
        "configure terminal revert timer 2",
        "hostname Locked-Out",
        "end",
    ]);
    assert_eq!(rack.chassis().running.hostname, "Locked-Out");
    rack
}

#[test]
fn a_change_that_nobody_confirms_is_taken_back_when_its_time_is_up() {
    let mut rack = armed();
    rack.wait(100);
    assert_eq!(rack.chassis().running.hostname, "Locked-Out");
    rack.wait(60);
    assert_eq!(rack.chassis().running.hostname, "Switch");
    let timer = rack.show("show archive config rollback timer");
    assert!(
        timer.contains("No Rollback Confirmed Change pending"),
        "{timer}"
    );
}

#[test]
fn a_change_that_is_confirmed_stays() {
    let mut rack = armed();
    rack.exec(&["configure confirm"]);
    rack.wait(600);
    assert_eq!(rack.chassis().running.hostname, "Locked-Out");
}

#[test]
fn a_change_can_be_taken_back_at_once() {
    let mut rack = armed();
    rack.exec(&["configure revert now"]);
    rack.wait(5);
    assert_eq!(rack.chassis().running.hostname, "Switch");
}

#[test]
fn without_an_archive_there_is_no_timer() {
    let mut rack = Rack::new();
    let screen = rack.exec(&["configure terminal revert timer 2"]);
    assert!(
        screen.to_lowercase().contains("turn config archive on"),
        "{screen}"
    );
}
