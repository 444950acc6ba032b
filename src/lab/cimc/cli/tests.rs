mod forced;
mod volume;

use super::Cli;
use crate::lab::PASSWORD;
use crate::lab::cimc;
use crate::lab::world::World;
use crate::lab::world::machine::MediaStatus;

/// Somebody at the command line of a controller.
struct Bench {
    world: World,
    server: &'static str,
    cli: Cli,
}

impl Bench {
    /// At xen1's, at the stage `installed`.
    fn new() -> Self {
        Self::at(World::installed(1), "xen1")
    }

    fn at(world: World, server: &'static str) -> Self {
        Self {
            world,
            server,
            cli: Cli::new("C220-FCH2017V24J"),
        }
    }

    /// Types lines, and shows the screen: each line behind its prompt.
    fn types(&mut self, lines: &str) -> String {
        let mut screen = String::new();
        for line in lines.lines() {
            let typed = if self.cli.hides() { "" } else { line };
            screen.push_str(&format!("{}{typed}\n", self.cli.prompt().replace('\r', "")));
            let objects = cimc::objects(&self.world, self.server);
            let step = self.cli.enter(line, &objects);
            screen.push_str(&step.text);
            if let Some(object) = step.change {
                let refused = cimc::order(&mut self.world, self.server, &object.to_string());
                self.cli.came_to(refused.is_some());
                screen.push_str(&refused.unwrap_or_default());
            }
        }
        screen.push_str(&self.cli.prompt());
        screen
    }

    fn wait(&mut self, seconds: u64) {
        self.world.advance_to(self.world.now() + seconds * 1000);
    }
}

#[test]
fn the_prompt_says_where_one_stands_and_what_is_not_committed() {
    let mut bench = Bench::new();
    let screen = bench.types(
        "scope chassis\nshow detail\nset description Rack-4\nexit\ncommit\nshow detail\ntop",
    );
    assert_eq!(
        screen,
        "\
C220-FCH2017V24J# scope chassis
C220-FCH2017V24J /chassis # show detail
Chassis:
    Power: on
    Serial Number: FCH2017V24J
    Product Name: UCS C220 M4S
    PID: UCSC-C220-M4S
    UUID: 4C4C4544-0051-3610-8052-000000010001
    Description: 
C220-FCH2017V24J /chassis # set description Rack-4
C220-FCH2017V24J /chassis *# exit
Please commit or discard your changes first.
C220-FCH2017V24J /chassis *# commit
C220-FCH2017V24J /chassis # show detail
Chassis:
    Power: on
    Serial Number: FCH2017V24J
    Product Name: UCS C220 M4S
    PID: UCSC-C220-M4S
    UUID: 4C4C4544-0051-3610-8052-000000010001
    Description: Rack-4
C220-FCH2017V24J /chassis # top
C220-FCH2017V24J# "
    );
    assert_eq!(bench.world.machine("xen1").expect("xen1").label, "Rack-4");
}

#[test]
fn power_asks_first_and_only_y_is_yes() {
    let mut bench = Bench::new();
    let on = |bench: &Bench| bench.world.machine("xen1").is_some_and(|m| m.host.is_on());
    let screen = bench.types("scope chassis\npower off\nn");
    assert!(
        screen.contains("Do you want to continue?[y|N]n\n"),
        "{screen}"
    );
    assert!(on(&bench));
    bench.types("power off\ny");
    assert!(!on(&bench));
    let screen = bench.types("power cycle\ny");
    assert!(
        screen.contains("Error: Operation failed. The server is powered off"),
        "{screen}"
    );
}

#[test]
fn an_image_is_mapped_and_unmapped() {
    let mut bench = Bench::new();
    bench.types("scope vmedia\nmap-www xs http://192.168.1.30/iso/ xenserver.iso\n\n\n");
    let screen = bench.types("show mappings detail");
    assert!(screen.contains("Map-Status: In Progress"), "{screen}");
    bench.wait(30);
    let screen = bench.types("show mappings detail");
    assert!(
        screen.contains("Volume xs:\n    Map-Status: OK"),
        "{screen}"
    );
    let media = &bench.world.machine("xen1").expect("xen1").media["xs"];
    assert_eq!(media.status, MediaStatus::Ok);
    let screen = bench.types("unmap xs\nperhaps\nno\nshow mappings detail");
    assert!(screen.contains("Save mapping?"), "{screen}");
    assert_eq!(bench.world.machine("xen1").expect("xen1").media.len(), 0);
}

#[test]
fn a_password_is_typed_twice_unseen_and_counts_once_it_is_committed() {
    let mut bench = Bench::new();
    let screen = bench.types("scope user 1\nset password\nAnother-3650\nAnother-3651");
    assert!(screen.contains("Passwords do not match"), "{screen}");
    let lets_in = |bench: &Bench, password: &str| {
        let machine = bench.world.machine("xen1").expect("xen1");
        machine.controller.login("admin", password).is_some()
    };
    let screen = bench.types("set password\nAnother-3650\nAnother-3650");
    assert!(
        screen.ends_with("/user *# ") && !screen.contains("3650"),
        "{screen}"
    );
    assert!(lets_in(&bench, PASSWORD));
    bench.types("commit");
    assert!(lets_in(&bench, "Another-3650") && !lets_in(&bench, PASSWORD));
}

#[test]
fn a_new_address_is_asked_about_and_counts_at_once() {
    let mut bench = Bench::new();
    let screen =
        bench.types("scope cimc\nscope network\nset v4-addr 192.168.1.99\ncommit\ny\nshow detail");
    assert!(
        screen.contains("Do you wish to continue? [y/N] y\n"),
        "{screen}"
    );
    assert!(
        screen.contains("    IPv4 Address: 192.168.1.99\n"),
        "{screen}"
    );
    let screen = bench.types("set v4-addr nonsense\ncommit\ny");
    assert!(
        screen.contains("'nonsense' is not a valid value"),
        "{screen}"
    );
}

#[test]
fn a_volume_is_shown_and_a_boot_drive_stays() {
    let mut bench = Bench::new();
    let screen = bench.types(
        "scope chassis\nscope storageadapter SLOT-HBA\nshow virtual-drive detail\n\
         scope virtual-drive 0\ndelete-virtual-drive\nyes",
    );
    assert!(
        screen.contains("Virtual Drive 0:\n    Name: XS\n    Size: 571250 MB\n"),
        "{screen}"
    );
    assert!(screen.contains("OS Drive"), "{screen}");
    bench.types("exit\nclear-boot-drive\nyes\nscope virtual-drive 0\ndelete-virtual-drive\nyes");
    assert_eq!(bench.world.machine("xen1").expect("xen1").drives.len(), 0);
    let screen = bench.types("exit\nscope virtual-drive 0");
    assert!(
        screen.contains("Error: virtual-drive does not exist"),
        "{screen}"
    );
}

#[test]
fn what_it_does_not_know_is_refused_by_name() {
    let screen = Bench::new().types("reload\nscope nowhere\nset a b\nshow everything");
    for words in ["reload", "scope nowhere", "set a", "show everything"] {
        assert!(
            screen.contains(&format!("Error: invalid command: {words}\n")),
            "{screen}"
        );
    }
}
