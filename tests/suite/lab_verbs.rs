//! The verbs of `runsheet lab`, and what each says where it can't.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;
use super::served::Served;

/// What a verb that must be refused says.
fn refused(desk: &Desk, words: &str) -> String {
    let called = desk.call(words).stdout_eq(str![""]);
    let output = called.get_output();
    let code = output.status.code().unwrap_or_default();
    format!("{}exit {code}\n", String::from_utf8_lossy(&output.stderr))
}

#[test]
fn show_and_diff() {
    let desk = Desk::new();
    desk.call("lab show").success().stdout_eq(str![[r#"
2026-01-05T09:00:00Z, seed 1
sw1: WS-C3650-24TS FDO2001A0S1, number 1, leads Switch
sw2: WS-C3650-24TS FDO2001A0S2, number 1, leads Switch
storage: off
xen1: off
xen2: off
cable: office:1 to sw1:1
cable: storage:nic1 to sw1:24
cable: storage:nic2 to sw2:24
cable: sw1:13 to xen1:nic1
cable: sw1:14 to xen2:nic1
cable: sw2:13 to xen1:nic2
cable: sw2:14 to xen2:nic2
setting: join_inherits true
setting: mtu_needs_reload false
setting: forward_delay 30000
setting: lacp_negotiation 3000
setting: boot 180000
setting: controller_boot 60000
setting: post 90000
setting: storage_warmup 40000
setting: media 8000
setting: installation 600000
setting: toolstack 20000
setting: task 2000
setting: election 120000

"#]]);
    desk.call("lab diff").success().stdout_eq(str![""]);
    desk.said("lab technician power-off sw1");
    desk.call("lab diff").success().stdout_eq(str![[r#"
chassis.sw1: {"members":{"1":"sw1"},"active":1,"standby":null,"running":{"hostname":"Switch","enable_secret":null,"users":{},"domain_… -> null
units.sw1.power: "Running" -> "Off"

"#]]);
    desk.call("lab reset").success().stdout_eq(str![""]);
    desk.call("lab diff").success().stdout_eq(str![""]);
}

#[test]
fn runs_of_a_floor_that_was_reset_keep_their_names() {
    let desk = Desk::with_runbooks();
    desk.file(
        "change.md",
        "# Look\n\n## Once\n\n```ios check on=sw1-console\nshow clock\n```\n",
    );
    desk.call("run change.md").success();
    desk.call("lab reset").success();
    let said = desk.said("run change.md");
    assert!(said.ends_with("run: .runsheet/runs/lab-1-0002\n"), "{said}");
}

#[test]
fn the_technician_has_hands() {
    let desk = Desk::new();
    desk.call("lab technician unplug sw1:13; plug xen1:nic1 sw1:13; power-off sw2")
        .success()
        .stdout_eq(str![[r#"
took the cable between sw1:13 and xen1:nic1 out
plugged a cable from xen1:nic1 to sw1:13
power-off sw2: done

"#]]);
    let mut said = String::new();
    for orders in [
        "dance",
        "plug sw1:13",
        "plug sw1:13 floor",
        "plug sw1:13 sw2:13",
        "plug sw1:99 sw2:99",
        "unplug",
        "unplug sw1:99",
        "power-on",
        "power-on sw9",
        "power-off sw2",
        "unplug sw1:13; plug sw1:13 sw1:14",
        "unplug sw1:14; dance",
    ] {
        said += &refused(&desk, &format!("lab technician {orders}"));
    }
    assert_data_eq!(
        said,
        str![[r#"
error: the technician does not know how to `dance`; orders are plug, unplug, power-on, power-off, power-cycle, f8, kvm, read and fingerprint
exit 1
error: a cable has two ends: `plug A:port B:port`
exit 1
error: `floor` is no jack; write it as device:port
exit 1
error: sw1:13 already holds a cable to xen1:nic1
exit 1
error: there is no jack sw1:99
exit 1
error: say which cable: `unplug A:port`
exit 1
error: there is no cable in sw1:99
exit 1
error: say which device: `power-on DEVICE`
exit 1
error: there is no device sw9 with a power cord
exit 1
error: sw2 is off already
exit 1
error: sw1:14 already holds a cable to xen2:nic1; done before that: took the cable between sw1:13 and xen1:nic1 out
exit 1
error: the technician does not know how to `dance`; orders are plug, unplug, power-on, power-off, power-cycle, f8, kvm, read and fingerprint
exit 1

"#]]
    );
    let floor = desk.said("lab show");
    assert!(floor.contains("sw1:14 to xen2:nic1"), "nothing was begun");
}

#[test]
fn faults_come_and_go() {
    let desk = Desk::new();
    for fault in [
        "silence stack after 120",
        "reset sw1-console",
        "power-cycle sw1 on sw2-console",
        "reset stack after 120 shown",
        "slow 10.10.0.1 300ms",
        "password stack",
    ] {
        desk.call(&format!("lab break {fault}"))
            .success()
            .stdout_eq(str![""]);
    }
    let faults = |desk: &Desk| {
        let floor = desk.said("lab show");
        let faults = floor.lines().filter(|line| line.starts_with("fault: "));
        faults.map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_data_eq!(
        faults(&desk),
        str![[r#"
fault: silence stack after 120
fault: reset sw1-console after 0
fault: power-cycle sw1 on sw2-console after 0
fault: reset stack after 120 shown
fault: slow 10.10.0.1 300ms
fault: password stack

"#]]
    );
    desk.call("lab mend stack").success().stdout_eq(str![""]);
    assert_data_eq!(
        faults(&desk),
        str![[r#"
fault: reset sw1-console after 0
fault: power-cycle sw1 on sw2-console after 0
fault: slow 10.10.0.1 300ms

"#]]
    );
    desk.call("lab mend").success().stdout_eq(str![""]);
    assert_data_eq!(faults(&desk), str![""]);

    let mut said = String::new();
    for words in [
        "break burn stack",
        "break silence stak",
        "break silence stack after lunch",
        "break slow stack 3",
        "break power-cycle sw9 on stack",
        "mend everything",
    ] {
        said += &refused(&desk, &format!("lab {words}"));
    }
    assert_data_eq!(
        said,
        str![[r#"
error: `burn stack` is no fault; write `silence TARGET`, `reset TARGET`, `power-cycle UNIT on TARGET` or `restart SERVER on TARGET`, each with `after BYTES` or `after BYTES shown`, or `slow TARGET 300ms`, or `password TARGET`
exit 1
error: the lab has no target `stak`; did you mean `stack`?
exit 1
error: `lunch` is no number of bytes after `after`
exit 1
error: `3` is no time; write it as `300ms`
exit 1
error: the lab has no device `sw9`; did you mean `sw1`?
exit 1
error: the lab has no target `everything`; it has stack, sw1-console, sw2-console, storage-cimc, xen1-cimc, xen2-cimc, storage, xen1 and xen2
exit 1

"#]]
    );
}

#[test]
fn time_passes_when_it_is_told_to() {
    let desk = Desk::new();
    desk.call("lab wait 10m").success().stdout_eq(str![[r#"
2026-01-05T09:10:00Z

"#]]);
    desk.call("lab technician power-cycle sw1").success();
    desk.call("lab step").success().stdout_eq(str![[r#"
2026-01-05T09:13:00Z

"#]]);
    while !desk.said("lab step").contains("nothing") {}
    desk.call("lab diff").success().stdout_eq(str![""]);
    let mut said = refused(&desk, "lab wait soon");
    said += &refused(&desk, "lab wait -- -1h");
    assert_data_eq!(
        said,
        str![[r#"
error: invalid value 'soon' for '<DURATION>': write it as `90s`, `10m` or `1h 30m`

For more information, try '--help'.
exit 2
error: time doesn't run backwards
exit 1

"#]]
    );
}

#[test]
fn a_served_lab_is_reached_through_its_socket() {
    let desk = Desk::with_runbooks();
    let served = Served::start(&desk);
    assert!(served.said.contains("192.168.1.254:22 is at 127.0.0.1:"));
    desk.call("lab break slow stack 10ms").success();
    let floor = desk.said("lab show");
    assert!(floor.contains("fault: slow stack 10ms"), "{floor}");
    desk.call("lab mend").success();
    desk.call("lab technician unplug sw1:13").success();
    let diff = desk.said("lab diff");
    assert!(diff.starts_with("cables: - "), "{diff}");
    desk.call("lab wait 1h").success();
    let mut said = refused(&desk, "lab technician dance");
    said += &refused(&desk, "lab break silence nobody");
    said += &refused(&desk, "lab up");
    said += &refused(&desk, "run runbooks/04-switch-stack.md");
    let said: Vec<&str> = said
        .lines()
        .map(|line| line.split(" by process").next().unwrap_or(line))
        .collect();
    assert_data_eq!(
        said.join("\n"),
        str![[r#"
error: the technician does not know how to `dance`; orders are plug, unplug, power-on, power-off, power-cycle, f8, kvm, read and fingerprint
exit 1
error: the lab has no target `nobody`; it has stack, sw1-console, sw2-console, storage-cimc, xen1-cimc, xen2-cimc, storage, xen1 and xen2
exit 1
error: the lab in .runsheet/lab is in use
help: one process at a time owns a lab; while `lab up` serves it, run against it with `--inventory .runsheet/lab/inventory.yaml`, and `lab show`, `diff`, `wait`, `break` and `mend` reach it
exit 2
error: the lab in .runsheet/lab is in use
help: one process at a time owns a lab; while `lab up` serves it, run against it with `--inventory .runsheet/lab/inventory.yaml`, and `lab show`, `diff`, `wait`, `break` and `mend` reach it
exit 2
"#]]
    );
    drop(served);
    assert!(
        desk.said("lab diff").starts_with("cables: - "),
        "the world outlives it"
    );
}

#[test]
fn a_port_that_is_none_and_one_that_is_taken() {
    let desk = Desk::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let mut said = refused(&desk, "lab up --port 70000");
    said += &refused(&desk, "lab up --port 65535");
    said += &refused(&desk, "lab up --speed 0");
    said += &refused(&desk, &format!("lab up --port {port}"));
    assert_data_eq!(
        said.replace(&port.to_string(), "PORT"),
        str![[r#"
error: invalid value '70000' for '--port <PORT>': 70000 is not in 0..=65535

For more information, try '--help'.
exit 2
error: there are too few ports behind 65535
exit 1
error: invalid value '0' for '--speed <SPEED>': a speed is a number above 0, up to 10000

For more information, try '--help'.
exit 2
error: listening on 127.0.0.1:PORT: Address already in use (os error 98)
exit 2

"#]]
    );
}

#[test]
fn a_lab_whose_files_are_broken_can_be_reset() {
    let desk = Desk::new();
    desk.said("lab show");
    let lab = desk.path(".runsheet/lab");
    for entry in lab.read_dir().expect("the lab's folder") {
        let file = entry.expect("a file").path();
        if file.extension().is_some_and(|ext| ext == "json") {
            std::fs::write(file, "garbage").expect("it is written");
        }
    }
    let said = refused(&desk, "lab show") + &refused(&desk, "run nothing.md");
    assert_data_eq!(
        said,
        str![[r#"
error: .runsheet/lab/world-2.json is no snapshot of a lab: expected value at line 1 column 1
help: `runsheet lab reset` starts again with a fresh floor
exit 2
error: failed to read `nothing.md`: No such file or directory (os error 2)
exit 2

"#]]
    );
    desk.call("lab reset").success();
    desk.call("lab diff").success().stdout_eq(str![""]);
}
