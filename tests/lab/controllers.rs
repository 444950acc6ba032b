//! The servers' management controllers, document by document: what they refuse, and when.

use runsheet::event::Ending;
use runsheet::lab::cimc::answer;
use runsheet::lab::world::World;
use runsheet::lab::world::machine::Host;
use runsheet::text::Source;
use runsheet::wire::xml::Element;

use crate::room::{Room, virtually};

const STORE: &str = "sys/rack-unit-1/board/storage-SAS-SLOT-HBA";
const SERVICE: &str = "sys/svc-ext/vmedia-svc";

/// A server fresh from its box with its cords in and its controller at an address, and somebody
/// who has logged in.
struct Bench {
    world: World,
    cookie: String,
}

impl Bench {
    fn new() -> Self {
        let mut world = World::unpacked(1);
        let orders = "plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24";
        world
            .technician(orders)
            .expect("orders that can be carried out");
        world.advance_to(world.now() + 120_000);
        let mut bench = Self {
            world,
            cookie: String::new(),
        };
        bench.log_in();
        bench
    }

    fn post(&mut self, text: &str) -> Element {
        let told = answer(&mut self.world, "xen1", text);
        Element::parse(&told).expect("an answer is a document")
    }

    fn log_in(&mut self) {
        let told = self.post("<aaaLogin inName='admin' inPassword='password'/>");
        self.cookie = told.attribute("outCookie").expect("a cookie").to_owned();
    }

    /// Changes an object; `Err` is the controller's code and text.
    fn change(&mut self, dn: &str, object: &str) -> Result<Element, String> {
        let cookie = &self.cookie;
        let text = format!(
            "<configConfMo cookie=\"{cookie}\" dn=\"{dn}\"><inConfig>{object}</inConfig></configConfMo>"
        );
        let told = self.post(&text);
        match told.attribute("errorCode") {
            None => Ok(told.child("outConfig").expect("a config").children[0].clone()),
            Some(code) => Err(format!(
                "{code} {}",
                told.attribute("errorDescr").unwrap_or_default().trim()
            )),
        }
    }

    fn look(&mut self, dn: &str) -> Option<Element> {
        let cookie = &self.cookie;
        let text = format!("<configResolveDn cookie=\"{cookie}\" dn=\"{dn}\"/>");
        let told = self.post(&text);
        told.child("outConfig")?.children.first().cloned()
    }

    fn value(&mut self, dn: &str, name: &str) -> String {
        let object = self.look(dn).expect("an object");
        object.attribute(name).unwrap_or_default().to_owned()
    }

    fn mirror(&mut self) -> Result<Element, String> {
        self.create("[1,2]", "1", "571250 MB")
    }

    fn create(&mut self, group: &str, level: &str, size: &str) -> Result<Element, String> {
        self.change(
            &format!("{STORE}/virtual-drive-create"),
            &format!(
                "<storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState='trigger' \
                 driveGroup='{group}' raidLevel='{level}' size='{size}' virtualDriveName='XS'/>"
            ),
        )
    }

    fn power(&mut self, word: &str) {
        let object = format!("<computeRackUnit adminPower='{word}'/>");
        self.change("sys/rack-unit-1", &object).expect("power");
    }

    fn wait(&mut self, seconds: u64) {
        self.world.advance_to(self.world.now() + seconds * 1000);
    }

    fn host(&self) -> &Host {
        &self.world.state.servers["xen1"].machine.host
    }

    fn map(&mut self, share: &str, file: &str) -> String {
        self.change(SERVICE, "<commVMedia adminState='enabled'/>")
            .expect("a service");
        let object = format!(
            "<commVMediaMap volumeName='xs' map='www' remoteShare='{share}' remoteFile='{file}'/>"
        );
        self.change(&format!("{SERVICE}/vmmap-xs"), &object)
            .expect("a mapping");
        let at_once = self.value(&format!("{SERVICE}/vmmap-xs"), "mappingStatus");
        assert_eq!(at_once, "In Progress");
        self.wait(10);
        self.value(&format!("{SERVICE}/vmmap-xs"), "mappingStatus")
    }
}

#[test]
fn a_wrong_password_is_told_by_its_code() {
    let told = Bench::new().post("<aaaLogin inName='admin' inPassword='x'/>");
    assert_eq!(told.attribute("errorCode"), Some("551"));
    assert_eq!(told.attribute("outCookie"), None);
}

#[test]
fn there_is_room_for_four_and_logging_out_makes_room() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        bench.log_in();
    }
    let login = "<aaaLogin inName='admin' inPassword='password'/>";
    assert!(bench.post(login).attribute("errorCode").is_some());
    let logout = format!("<aaaLogout inCookie='{}'/>", bench.cookie);
    assert_eq!(bench.post(&logout).attribute("outStatus"), Some("success"));
    assert_eq!(bench.post(&logout).attribute("errorCode"), Some("552"));
    bench.log_in();
}

#[test]
fn a_cookie_runs_out_unless_it_is_refreshed_and_then_the_old_one_is_worth_nothing() {
    let mut bench = Bench::new();
    bench.wait(599);
    let old = bench.cookie.clone();
    let told = bench.post(&format!(
        "<aaaRefresh inName='admin' inPassword='password' inCookie='{old}'/>"
    ));
    bench.cookie = told.attribute("outCookie").expect("a cookie").to_owned();
    assert_ne!(bench.cookie, old);
    assert!(bench.look("sys").is_some());
    let told = bench.post(&format!("<configResolveDn cookie='{old}' dn='sys'/>"));
    assert_eq!(told.attribute("errorCode"), Some("552"));
    bench.wait(601);
    let new = bench.cookie.clone();
    let told = bench.post(&format!("<configResolveDn cookie='{new}' dn='sys'/>"));
    assert_eq!(told.attribute("errorCode"), Some("552"));
}

#[test]
fn what_the_schema_does_not_know_is_refused_with_its_name() {
    let mut bench = Bench::new();
    assert_eq!(
        bench.change("sys/rack-unit-1", "<computeRackUnit admin_Power='up'/>"),
        Err(
            "ERR-xml-parse-error XML PARSING ERROR: Element 'computeRackUnit', attribute \
             'admin_Power': The attribute 'admin_Power' is not allowed."
                .to_owned()
        )
    );
    for broken in ["", "<", "<aaaLogin", "<nothing/>", "words"] {
        let told = bench.post(broken);
        assert_eq!(told.name, "error", "{broken}");
        assert_eq!(told.attribute("errorCode"), Some("ERR-xml-parse-error"));
    }
}

#[test]
fn what_there_is_not_is_no_error_to_ask_for() {
    assert_eq!(Bench::new().look("sys/rack-unit-9"), None);
}

#[test]
fn a_label_is_kept_and_shown() {
    let mut bench = Bench::new();
    let unit = "sys/rack-unit-1";
    bench
        .change(unit, "<computeRackUnit usrLbl='rack 2, unit 7'/>")
        .expect("a label");
    assert_eq!(bench.value(unit, "usrLbl"), "rack 2, unit 7");
    bench
        .change(unit, "<computeRackUnit adminPower='up'/>")
        .expect("another change");
    assert_eq!(bench.value(unit, "usrLbl"), "rack 2, unit 7");
    let long = format!("<computeRackUnit usrLbl='{}'/>", "x".repeat(65));
    let told = bench.change(unit, &long).expect_err("a refusal");
    assert!(told.contains("attribute 'usrLbl'"), "{told}");
}

#[test]
fn every_change_says_modified() {
    let mut bench = Bench::new();
    for _ in 0..2 {
        let told = bench.change("sys/rack-unit-1", "<computeRackUnit adminPower='up'/>");
        let told = told.expect("a change");
        assert_eq!(told.attribute("status"), Some("modified"));
    }
}

#[test]
fn the_raid_controller_sleeps_while_the_host_is_off_and_wakes_slowly() {
    let mut bench = Bench::new();
    let asleep = Err("2003 Operation failed. storage subsystem not ready yet".to_owned());
    bench.power("down");
    assert_eq!(bench.mirror(), asleep);
    bench.power("up");
    bench.wait(30);
    assert_eq!(bench.mirror(), asleep);
    bench.wait(11);
    assert!(bench.mirror().is_ok());
}

#[test]
fn a_virtual_drive_takes_disks_that_fit_its_level() {
    let mut bench = Bench::new();
    let failed = |why: &str| Err(format!("2003 Operation failed. {why}"));
    assert_eq!(
        bench.create("[1]", "1", "571250 MB"),
        failed("Invalid number of physical drives for RAID 1")
    );
    assert_eq!(
        bench.create("[1,2]", "5", "571250 MB"),
        failed("Invalid number of physical drives for RAID 5")
    );
    assert_eq!(
        bench.create("[1,9]", "1", "571250 MB"),
        failed("Physical drive 9 does not exist")
    );
    assert_eq!(
        bench.create("[1,2]", "1", "1 TB"),
        failed("The maximum size is 571250 MB")
    );
    for group in ["[1, 2]", "1,2", "[1,1]", "[]", "[1,2"] {
        let told = bench
            .create(group, "1", "571250 MB")
            .expect_err("a refusal");
        assert!(told.contains("attribute 'driveGroup'"), "{group}: {told}");
    }
    bench.mirror().expect("a mirror");
    assert_eq!(bench.value(&format!("{STORE}/vd-0"), "raidLevel"), "RAID 1");
    assert_eq!(bench.value(&format!("{STORE}/pd-1"), "pdStatus"), "Online");
    assert_eq!(bench.mirror(), failed("Physical drive 1 is Online"));
}

#[test]
fn a_boot_drive_is_not_deleted_until_it_is_none() {
    let mut bench = Bench::new();
    bench.mirror().expect("a mirror");
    let drive = format!("{STORE}/vd-0");
    let boots = "<storageVirtualDrive adminAction='set-boot-drive'/>";
    bench.change(&drive, boots).expect("a boot drive");
    assert_eq!(
        bench.change(&drive, "<storageVirtualDrive status='deleted'/>"),
        Err(
            "2003 Operation failed. The Virtual Drive 0 is an OS Drive. This virtual drive cannot \
             be deleted"
                .to_owned()
        )
    );
    let clears = "<storageController adminAction='clear-boot-drive'/>";
    bench.change(STORE, clears).expect("no boot drive");
    bench
        .change(&drive, "<storageVirtualDrive status='deleted'/>")
        .expect("a deletion");
    assert_eq!(bench.look(&drive), None);
    assert_eq!(
        bench.value(&format!("{STORE}/pd-1"), "pdStatus"),
        "Unconfigured Good"
    );
}

#[test]
fn an_image_is_fetched_or_the_reason_is_told() {
    let share = "http://192.168.1.30/iso/";
    assert_eq!(Bench::new().map(share, "xenserver.iso"), "OK");
    assert_eq!(
        Bench::new().map(share, "windows.iso"),
        "ERROR: file not found"
    );
    assert_eq!(
        Bench::new().map("http://192.168.1.99/iso/", "xenserver.iso"),
        "ERROR: server not reachable"
    );
    let mut cut_off = Bench::new();
    cut_off
        .world
        .technician("unplug xen1:cimc")
        .expect("a cable");
    assert_eq!(
        cut_off.map(share, "xenserver.iso"),
        "ERROR: server not reachable"
    );
}

#[test]
fn the_choice_for_once_comes_first_and_is_used_up() {
    let mut bench = Bench::new();
    bench.map("http://192.168.1.30/iso/", "xenserver.iso");
    let once = "sys/rack-unit-1/one-time-precision-boot";
    let choice = "<oneTimePrecisionBootDevice device='cd'/>";
    assert_eq!(
        bench.change(once, choice),
        Err("2003 Operation failed. The boot device does not exist in the boot order".to_owned())
    );
    let order = "sys/rack-unit-1/boot-precision";
    let disk = "<lsbootHdd name='hdd' order='1' state='Enabled' type='LOCALHDD'/>";
    bench
        .change(&format!("{order}/hdd-hdd"), disk)
        .expect("a disk");
    let dvd = "<lsbootVMedia name='cd' order='2' state='Disabled' subtype='cimc-mapped-dvd' type='VMEDIA'/>";
    bench
        .change(&format!("{order}/vm-cd"), dvd)
        .expect("a drive");
    bench.power("cycle-immediate");
    bench.wait(100);
    assert_eq!(
        *bench.host(),
        Host::Idle,
        "a disabled device does not count"
    );

    let dvd = dvd.replace("Disabled", "Enabled");
    bench
        .change(&format!("{order}/vm-cd"), &dvd)
        .expect("a drive");
    bench.change(once, choice).expect("a choice");
    bench.power("cycle-immediate");
    assert_eq!(bench.value("sys/rack-unit-1", "biosPostState"), "pending");
    bench.wait(100);
    let Host::Installer(installer) = bench.host() else {
        panic!("{:?}", bench.host());
    };
    assert_eq!(installer.image, "xenserver.iso");
    assert_eq!(bench.value(once, "device"), "", "it is used up");
}

#[test]
fn a_new_address_counts_at_once_and_ends_all_sessions() {
    let mut bench = Bench::new();
    bench
        .change(
            "sys/rack-unit-1/mgmt/if-1",
            "<mgmtIf extIp='192.168.1.29' extMask='255.255.255.0'/>",
        )
        .expect("a change");
    assert_eq!(bench.look("sys"), None);
    let old = "192.168.1.21".parse().expect("an address");
    let new = "192.168.1.29".parse().expect("an address");
    assert!(bench.world.tcp_path(old).is_none());
    assert!(bench.world.tcp_path(new).is_some());
}

#[test]
fn the_configuration_utility_wants_a_server_that_tests_itself() {
    let mut world = World::unpacked(1);
    let order = "f8 xen1 address=192.168.1.21/24";
    assert_eq!(
        world.technician(order),
        Err("the screen of xen1 is dark".to_owned())
    );
    let mut world = World::installed(1);
    assert_eq!(
        world.technician(order),
        Err("xen1 has booted; F8 counts while it tests itself".to_owned())
    );
    assert_eq!(
        world.technician("f8 xen1 ip=1"),
        Err(
            "`ip=1` is no field: write `address=A/PREFIX gateway=G`, or `factory-default`"
                .to_owned()
        )
    );
}

#[test]
fn a_controller_takes_a_minute_from_its_cords_to_an_answer() {
    let mut world = World::unpacked(1);
    let orders = "plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24";
    world
        .technician(orders)
        .expect("orders that can be carried out");
    let address = "192.168.1.21".parse().expect("an address");
    world.advance_to(59_999);
    assert!(world.tcp_path(address).is_none());
    world.advance_to(60_000);
    assert!(world.tcp_path(address).is_some());
}

#[test]
fn a_controller_that_restarts_forgets_its_sessions_and_its_host_goes_on() {
    let mut bench = Bench::new();
    let before = bench.host().clone();
    let address = "192.168.1.21".parse().expect("an address");
    bench.world.restart_controller("xen1");
    assert!(bench.world.tcp_path(address).is_some(), "it answers first");
    bench.wait(2);
    assert!(bench.world.tcp_path(address).is_none());
    bench.wait(60);
    assert!(bench.world.tcp_path(address).is_some());
    assert_eq!(bench.look("sys"), None, "the cookie is worth nothing now");
    bench.log_in();
    assert!(bench.look("sys").is_some());
    assert_eq!(*bench.host(), before);
}

#[test]
fn a_controller_that_is_told_to_restart_answers_first_and_is_away_for_a_minute() {
    const RESTART: &str = "# Restart\n\n## Restart xen1's controller\n\n\
        ```http run on=xen1-redfish always undo=none reason=\"it comes back by itself\"\n\
        POST /redfish/v1/Managers/CIMC/Actions/Manager.Reset\n\
        Content-Type: application/json\n\n\
        {\"ResetType\": \"ForceRestart\"}\n```\n\n\
        ```http check on=xen1-redfish within=3m\nGET /redfish/v1/Managers/CIMC\n```\n\n\
        ```assert\njson.Status.State == \"Enabled\"\n```\n";
    virtually(async {
        let room = Room::new(1);
        let source = Source::new("restart.md", RESTART.to_owned());
        let ran = room.run(&room.plan_of(vec![source], &["restart"])).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert!(ran.journal.contains("204"), "{}", ran.journal);
        let address = "192.168.1.21".parse().expect("an address");
        let is_there = || room.lab.world().tcp_path(address).is_some();
        room.lab.skip(2_000).expect("time");
        assert!(!is_there());
        room.lab.skip(60_000).expect("time");
        assert!(is_there());
    });
}
