use runsheet::lab::ios::{Line, feed, open};

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

#[test]
fn an_extended_timer_counts_from_its_extension() {
    let mut rack = armed();
    rack.wait(30);
    rack.exec(&["configure revert timer 5"]);
    // Past both the warning and the end that were set first.
    rack.wait(200);
    assert_eq!(rack.exec(&[]), "");
    assert_eq!(rack.chassis().running.hostname, "Locked-Out");
    rack.wait(41);
    let screen = rack.exec(&[""]);
    assert!(
        screen.starts_with("Rollback Confirmed Change: Rollback will begin in one minute.\n"),
        "{screen}"
    );
    rack.wait(60);
    assert_eq!(rack.chassis().running.hostname, "Switch");
}

#[test]
fn what_a_timer_does_is_logged() {
    let mut rack = Rack::new();
    rack.configure(&["archive", "path flash:archive"]);
    let screen = rack.exec(&["configure terminal revert timer 2", "hostname Gone", "end"]);
    let (_, after) = screen
        .split_once("current running config to ")
        .expect("a backup");
    let file = after.lines().next().expect("a name").to_owned();
    rack.wait(180);
    let log = rack.log();
    let start = log.find("%ARCHIVE_DIFF").expect("log lines");
    let lines: Vec<&str> = log[start..]
        .lines()
        .filter(|l| !l.contains("CONFIG_I"))
        .collect();
    let prefix = "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_";
    let expected = [
        format!("{prefix}BACKUP: Backing up current running config to {file}"),
        format!(
            "{prefix}START_ABSTIMER: User: console(Priv: 15, View: 0): \
             Scheduled to rollback to config {file} in 2 minutes"
        ),
        format!(
            "{prefix}WARNING_ABSTIMER: System will rollback to config {file} in one minute. \
             Enter \"configure confirm\" if you wish to keep what you've configured"
        ),
        format!("{prefix}ROLLBACK_START: Start rolling to: {file}"),
        "%SYS-5-CONFIG_R: Config Replace is Done ".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_terminal_that_set_the_timer_sees_what_is_taken_back() {
    let mut rack = armed();
    rack.wait(130);
    let screen = rack.exec(&[""]);
    let (_, dialogue) = screen
        .split_once("Rollback Confirmed Change: rolling to:flash:archive-")
        .expect("a dialogue");
    assert!(
        dialogue.contains(
            "\n\n!Pass 1\n!List of Rollback Commands:\nno hostname Locked-Out\n\
             hostname Switch\nend\n\n\nTotal number of passes: 1\nRollback Done\n"
        ),
        "{screen}"
    );
}

#[test]
fn a_confirmation_is_logged_with_its_user() {
    let mut rack = armed();
    rack.exec(&["configure confirm"]);
    assert!(rack.log().contains(
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: console(Priv: 15, View: 0): \
         Confirm the configuration change\n"
    ));
}

#[test]
fn only_who_set_the_timer_can_confirm() {
    let mut rack = Rack::new();
    rack.configure(&[
        "archive",
        "path flash:archive",
        "username ops privilege 15 secret Workshop-3650",
    ]);
    rack.exec(&[
        "configure terminal revert timer 2",
        "line console 0",
        "login local",
        "end",
    ]);
    let timer = rack.show("show archive config rollback timer");
    assert!(
        timer.contains("Timer type: absolute timer\nTimer value: 2 min\nUser: console\n"),
        "{timer}"
    );
    rack.exec(&["exit", "", "ops", "Workshop-3650"]);
    let screen = rack.exec(&["configure confirm"]);
    assert!(screen.contains("initiated by user console"), "{screen}");
    rack.wait(130);
    assert!(!rack.chassis().running.lines.contains_key("con 0"));
}

#[test]
fn an_idle_timer_runs_while_nobody_types() {
    let mut rack = Rack::new();
    rack.configure(&["archive", "path flash:archive"]);
    rack.exec(&[
        "configure terminal revert timer 10 idle 2",
        "hostname Idle",
        "end",
    ]);
    for _ in 0..3 {
        rack.wait(100);
        rack.exec(&[""]);
    }
    assert_eq!(rack.chassis().running.hostname, "Idle");
    rack.wait(130);
    assert_eq!(rack.chassis().running.hostname, "Switch");
}

#[test]
fn over_the_network_it_is_the_user_who_logged_in() {
    let mut rack = Rack::new();
    rack.configure(&[
        "username admin privilege 15 secret Workshop-3650",
        "archive",
        "path flash:archive",
    ]);
    let line = || Line::Vty {
        chassis: "sw1".to_owned(),
        user: "admin".to_owned(),
        from: "192.168.1.10".to_owned(),
    };
    let (first, second) = (open(&mut rack.world, line()), open(&mut rack.world, line()));
    feed(
        &mut rack.world,
        second,
        b"configure terminal revert timer 5\rend\r",
    );
    let log = rack.log();
    assert!(
        log.contains("START_ABSTIMER: User: admin(Priv: 15, View: 0): Scheduled"),
        "{log}"
    );
    assert!(
        log.ends_with("Configured from console by admin on vty1 (192.168.1.10)\n"),
        "{log}"
    );
    assert!(
        rack.show("show archive config rollback timer")
            .contains("User: admin\n")
    );
    // The same user may confirm from elsewhere.
    feed(&mut rack.world, first, b"configure confirm\r");
    rack.wait(600);
    assert!(rack.log().contains("CHG_CONFIRM: User: admin"));
}
