//! The installer on a server's screen: what it asks, what it refuses, and what it leaves.

use runsheet::lab::world::World;
use runsheet::lab::world::machine::installer::Screen;
use runsheet::lab::world::machine::{BootDevice, BootKind};
use runsheet::lab::world::machine::{Drive, Host, Mapping, Media, MediaStatus, RaidLevel};

/// All that is asked for xen1, in order.
const ALL: &str = "keymap=us welcome=ok eula=accept guests=sda source=local verify=skip \
                   password=Workshop-3650 interface=eth0 address=172.16.40.13/24 \
                   gateway=172.16.40.254 hostname=xen1 timezone=Asia/Kathmandu time=manual \
                   confirm=install packs=no reboot=ok";

/// xen1 with its cords in and its controller at an address, a volume, and an image in its drive.
struct Bench {
    world: World,
}

impl Bench {
    /// The image boots once; else the volume.
    fn new(image: &str) -> Self {
        let mut bench = Self::with(image, 571_250);
        bench.machine().boot.once = Some("dvd".to_owned());
        bench.restart();
        bench
    }

    fn with(image: &str, size: u64) -> Self {
        let mut world = World::unpacked(1);
        let orders = "plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24";
        world
            .technician(orders)
            .expect("orders that can be carried out");
        let mut bench = Self { world };
        // The controller starts.
        bench.wait(60);
        let drive = Drive {
            name: "XS".to_owned(),
            level: RaidLevel::Raid1,
            size,
            spans: vec![vec![1, 2]],
            strip: "64k".to_owned(),
            system: None,
        };
        let device = |name: &str, order, kind| BootDevice {
            name: name.to_owned(),
            order,
            kind,
            enabled: true,
        };
        let machine = bench.machine();
        machine.drives = [(0, drive)].into();
        machine.boot_drive = Some(0);
        machine.media_enabled = true;
        machine.boot.devices = vec![
            device("hdd", 1, BootKind::Disk),
            device("dvd", 2, BootKind::Media("cimc-mapped-dvd".to_owned())),
        ];
        bench.map(image);
        bench
    }

    fn map(&mut self, image: &str) {
        let media = Media {
            mapping: Mapping::Www,
            share: "http://192.168.1.30/iso/".to_owned(),
            file: image.to_owned(),
            options: "noauto".to_owned(),
            status: MediaStatus::InProgress,
        };
        self.world.map_media("xen1", "iso", media);
        self.wait(10);
        assert_eq!(self.machine().media["iso"].status, MediaStatus::Ok);
    }

    fn machine(&mut self) -> &mut runsheet::lab::world::machine::Machine {
        self.world.machine_mut("xen1").expect("xen1")
    }

    fn wait(&mut self, seconds: u64) {
        self.world.advance_to(self.world.now() + seconds * 1000);
    }

    fn restart(&mut self) {
        assert!(self.world.reset_host("xen1"));
        self.wait(100);
    }

    /// Types at its screen; returns what the technician tells.
    fn kvm(&mut self, keys: &str) -> Result<String, String> {
        self.world.technician(&format!("kvm xen1 {keys}"))
    }

    fn refusal(&mut self, keys: &str) -> String {
        self.kvm(keys).expect_err("a refusal")
    }

    fn screen(&mut self) -> Screen {
        match &self.machine().host {
            Host::Installer(installer) => installer.screen.clone(),
            other => panic!("no installer: {other:?}"),
        }
    }

    /// Answers everything up to a screen.
    fn up_to(&mut self, key: &str) {
        let keys = ALL
            .split_whitespace()
            .take_while(|word| !word.starts_with(key));
        self.kvm(&keys.collect::<Vec<_>>().join(" "))
            .expect("answers that it takes");
    }
}

#[test]
fn all_answers_in_order_leave_a_host_that_boots_from_its_volume() {
    let mut bench = Bench::new("xenserver.iso");
    let said = bench.kvm(ALL).expect("answers that it takes");
    assert!(said.ends_with("packages are being copied"), "{said}");
    bench.wait(599);
    assert_eq!(bench.screen(), Screen::Copying);
    bench.wait(1);
    assert_eq!(
        bench.machine().host,
        Host::Posting,
        "it was told to restart"
    );
    bench.wait(100);
    assert_eq!(bench.machine().host, Host::Running(0));
    let installed = World::installed(1);
    assert_eq!(
        bench.world.state.servers["xen1"].system(),
        installed.state.servers["xen1"].system(),
        "the stage `installed` is what an installer leaves"
    );
}

#[test]
fn it_can_be_answered_screen_by_screen() {
    let mut bench = Bench::new("xenserver.iso");
    for word in ["keymap=us", "welcome=ok", "eula=accept"] {
        bench.kvm(word).expect("an answer that it takes");
    }
    assert_eq!(
        bench.kvm("guests=sda"),
        Ok("xen1: it shows `Select Installation Source`".to_owned())
    );
}

#[test]
fn an_answer_for_another_screen_is_refused_and_those_before_it_stay() {
    let mut bench = Bench::new("xenserver.iso");
    assert_eq!(
        bench.refusal("keymap=us welcome=ok password=Workshop-3650"),
        "xen1: the screen shows `End User License Agreement`, which asks for `eula=`, not for \
         `password=`"
    );
    assert_eq!(bench.screen(), Screen::Eula);
    bench.kvm("eula=accept").expect("it goes on where it was");
}

#[test]
fn answers_that_the_real_one_refuses_are_refused_in_its_words() {
    for (answer, words) in [
        ("keymap=klingon", "`klingon` is not in its list of keymaps"),
        (
            "eula=later",
            "You must select 'Accept EULA' in order to install this product.",
        ),
        ("guests=sdb", "`sdb` is not in its list of disks"),
        (
            "source=http://192.168.1.30/xs/",
            "Setup was unable to access the location you specified - please check and try again.",
        ),
        (
            "password=short",
            "The password has to be 6 characters or longer.",
        ),
        ("interface=eth7", "there is no such network interface"),
        (
            "address=172.16.40.13",
            "`172.16.40.13` is no address with a prefix length",
        ),
        ("hostname=xen_1", "The hostname you entered was not valid."),
        (
            "timezone=Kathmandu",
            "`Kathmandu` is not in its list of time zones",
        ),
    ] {
        let key = answer.split('=').next().expect("a key");
        let mut bench = Bench::new("xenserver.iso");
        bench.up_to(key);
        assert_eq!(bench.refusal(answer), format!("xen1: {words}"));
        let good = ALL.split_whitespace().find(|word| word.starts_with(key));
        let good = good.expect("an answer that it takes");
        bench.kvm(good).expect("the screen is still there");
    }
    let mut bench = Bench::new("xenserver.iso");
    assert_eq!(
        bench.refusal("colour=red"),
        "`colour=red` is nothing that an installer asks for; write its answers in the order of \
         its screens: keymap= welcome= eula= action= disk= guests= source= verify= password= \
         interface= address= hostname= timezone= time= confirm= packs= reboot="
    );
}

#[test]
fn a_gateway_that_does_not_answer_is_remarked_and_no_reason_to_stop() {
    let mut bench = Bench::new("xenserver.iso");
    bench.up_to("address");
    let said = bench.kvm("address=172.16.40.13/24 gateway=172.16.40.254");
    assert_eq!(
        said,
        Ok(
            "xen1: warning: the gateway 172.16.40.254 does not answer; it shows `Hostname and DNS \
            Configuration`"
                .to_owned()
        )
    );
}

#[test]
fn without_a_volume_there_is_nothing_to_install_on() {
    let mut bench = Bench::new("xenserver.iso");
    bench.machine().drives.clear();
    let words = bench.refusal("keymap=us welcome=ok");
    assert!(
        words.contains("This host does not appear to have any hard disks."),
        "{words}"
    );
    assert_eq!(bench.screen(), Screen::Welcome);
}

#[test]
fn a_volume_that_is_too_small_is_not_offered() {
    let mut bench = Bench::with("xenserver.iso", 40 * 1024);
    bench.machine().boot.once = Some("dvd".to_owned());
    bench.restart();
    let words = bench.refusal("keymap=us welcome=ok eula=accept guests=sda");
    assert_eq!(
        words,
        "xen1: No disk with sufficient space to install XenServer on was found."
    );
}

#[test]
fn an_image_that_goes_away_ends_the_installation_and_the_old_system_is_gone_all_the_same() {
    let mut bench = Bench::new("xenserver.iso");
    bench.kvm(ALL).expect("answers that it takes");
    bench.wait(700);
    assert_eq!(bench.machine().host, Host::Running(0));

    bench.machine().boot.once = Some("dvd".to_owned());
    bench.restart();
    let again = ALL.replace("eula=accept", "eula=accept action=clean");
    bench.kvm(&again).expect("answers that it takes");
    bench.wait(60);
    bench.machine().media.clear();
    bench.wait(600);
    assert!(matches!(bench.screen(), Screen::Stopped(why) if why.contains("/tmp/install-log")));
    bench.restart();
    assert_eq!(bench.machine().host, Host::Idle);
}

#[test]
fn who_waits_while_packages_are_copied_is_told_what_comes_then() {
    let mut bench = Bench::new("xenserver.iso");
    bench.up_to("packs");
    bench.kvm("packs=no").expect("an answer that can wait");
    assert_eq!(
        bench.refusal("eula=accept"),
        "xen1: packages are being copied; then it asks for `packs=no` and `reboot=ok`, not for \
         `eula=accept`"
    );
    bench.wait(600);
    assert_eq!(bench.screen(), Screen::Complete, "what waited was told");
    assert_eq!(bench.kvm("reboot=ok"), Ok("xen1: it restarts".to_owned()));
}

#[test]
fn the_image_is_read_from_the_file_server_until_the_end() {
    let mut bench = Bench::new("xenserver.iso");
    bench.kvm(ALL).expect("answers that it takes");
    bench.wait(60);
    bench
        .world
        .technician("unplug xen1:cimc")
        .expect("an order that can be carried out");
    bench.wait(600);
    assert!(matches!(bench.screen(), Screen::Stopped(_)));
}

#[test]
fn a_restart_in_the_middle_leaves_a_volume_that_does_not_boot() {
    let mut bench = Bench::new("xenserver.iso");
    bench.kvm(ALL).expect("answers that it takes");
    bench.wait(300);
    bench.restart();
    bench.wait(1000);
    assert_eq!(bench.machine().drives[&0].system, None);
    assert_eq!(
        bench.screen(),
        Screen::Keymap,
        "there is no system on the volume, so the next in the order is booted"
    );
}

#[test]
fn an_image_that_comes_first_in_the_order_is_booted_again_and_again() {
    let mut bench = Bench::with("xenserver.iso", 571_250);
    bench.machine().boot.devices[1].order = 0;
    bench.restart();
    bench.kvm(ALL).expect("answers that it takes");
    bench.wait(700);
    assert_eq!(
        bench.screen(),
        Screen::Keymap,
        "the installer, from its beginning"
    );
    bench.machine().media.clear();
    bench.restart();
    assert_eq!(
        bench.machine().host,
        Host::Running(0),
        "nothing else was wrong"
    );
}

#[test]
fn an_installation_goes_with_its_volume() {
    let mut bench = Bench::new("xenserver.iso");
    bench.kvm(ALL).expect("answers that it takes");
    bench.wait(700);
    bench.machine().drives.clear();
    assert_eq!(bench.world.state.servers["xen1"].addresses(), []);
    bench.machine().media.clear();
    bench.restart();
    assert_eq!(bench.machine().host, Host::Idle);
}

#[test]
fn openfiler_sees_no_disk_on_this_controller() {
    let mut bench = Bench::new("openfiler.iso");
    let words = bench.refusal("keymap=us");
    assert!(
        words.contains("no valid devices were found on which to create new file systems"),
        "{words}"
    );
}

#[test]
fn an_image_with_an_answerfile_asks_nobody_anything() {
    let mut bench = Bench::new("xenserver-xen1.iso");
    assert_eq!(bench.screen(), Screen::Copying);
    assert_eq!(
        bench.kvm("keymap=de"),
        Err(
            "xen1 follows its answerfile and asks nothing; it shows `Installing XenServer`"
                .to_owned()
        )
    );
    bench.wait(700);
    assert_eq!(bench.machine().host, Host::Running(0));
    assert_eq!(
        bench.world.state.servers["xen1"].system(),
        World::installed(1).state.servers["xen1"].system()
    );
}

#[test]
fn an_unattended_image_that_comes_first_installs_again_and_again() {
    let mut bench = Bench::with("xenserver-xen1.iso", 571_250);
    bench.machine().boot.devices[1].order = 0;
    bench.restart();
    for _ in 0..3 {
        assert_eq!(bench.screen(), Screen::Copying);
        assert_eq!(bench.machine().drives[&0].system, None);
        bench.wait(690);
    }
}

#[test]
fn an_unattended_installation_gives_up_where_a_person_would_be_asked_again() {
    let mut bench = Bench::with("xenserver-xen1.iso", 40 * 1024);
    bench.machine().boot.once = Some("dvd".to_owned());
    bench.restart();
    assert_eq!(
        bench.screen(),
        Screen::Stopped("`sda` is not in its list of disks".to_owned())
    );
}

#[test]
fn there_is_nobody_to_answer_where_no_installer_is() {
    let mut world = World::unpacked(1);
    let order = "kvm xen1 keymap=us";
    let refusal = |world: &mut World| world.technician(order).expect_err("a refusal");
    assert_eq!(refusal(&mut world), "the screen of xen1 is dark");
    world.technician("power-on xen1").expect("power");
    assert_eq!(refusal(&mut world), "xen1 still tests itself");
    world.advance_to(world.now() + 100_000);
    assert_eq!(refusal(&mut world), "xen1 found nothing to boot");
    let mut world = World::installed(1);
    assert_eq!(refusal(&mut world), "xen1 runs what is installed on it");
}

#[test]
fn an_image_that_nobody_can_fetch_boots_nothing() {
    let mut bench = Bench::with("xenserver.iso", 571_250);
    bench.machine().boot.once = Some("dvd".to_owned());
    bench.machine().media.clear();
    bench.restart();
    assert_eq!(bench.machine().host, Host::Idle);
}
