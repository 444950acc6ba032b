//! The chapters that begin with servers in their boxes.

use runsheet::event::{Ending, Verdict};
use runsheet::lab::world::{Stage, World, difference};

use super::room::{ALL, Room, virtually};

const CHAPTERS: [&str; 2] = ["cimc", "raid"];

/// The chapters that lead from the boxes to hosts that can be logged in to.
const TO_THE_HOSTS: [&str; 5] = ["cimc", "raid", "switch-stack", "vlans", "install-xenserver"];

#[test]
fn from_the_box_to_a_volume_and_twice() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1);
        let plan = room.chapters(&CHAPTERS);
        let ran = room.run(&plan).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.journal);
        assert!(
            !ran.journal.contains("outCookie=\"1"),
            "a cookie is a secret"
        );
        let world = room.lab.world();
        let drives = |server: &str| world.state.servers[server].machine.drives[&0].clone();
        assert_eq!(drives("xen1").size, 571_250);
        assert_eq!(drives("storage").spans, [[1, 2, 3, 4]]);

        let again = room.run(&plan).await;
        assert_eq!(again.ending, Ending::Done);
        assert_eq!(again.steps(Verdict::Already).len(), 16);
        assert_eq!(again.effects(), 0);
        assert!(room.lab.world() == world);
    });
}

#[test]
fn the_first_chapter_is_taken_back_to_the_box() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1);
        let ran = room.run(&room.chapters(&["cimc"])).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.journal);
        let back = room.undo(&room.chapters(&["cimc"]), &ran).await;
        assert_eq!(back.ending, Ending::Done, "{}", back.journal);
        assert!(room.lab.world() == World::unpacked(1));
    });
}

#[test]
fn from_the_box_to_hosts_that_let_us_in_and_twice() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1).approving();
        // Before they are a pool.
        let ran = room.run(&room.chapters(&ALL[..6])).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        let as_installed = difference(&World::installed(1), &room.lab.world());
        let servers = as_installed
            .lines()
            .filter(|line| line.starts_with("servers."));
        let servers: Vec<_> = servers.collect();
        assert!(servers.is_empty(), "{}", servers.join("\n"));
        // No inventory can know a key that the installation made.
        for host in ["xen1", "xen2", "storage"] {
            assert_eq!(
                ran.trusted_by(host),
                Some(format!(
                    "read at the device in `install-xenserver#install-{host}`"
                ))
            );
        }

        let all = room.run(&room.chapters(&ALL)).await;
        assert_eq!(all.ending, Ending::Done, "{}", all.told());
        let world = room.lab.world();
        let again = room.run(&room.chapters(&ALL)).await;
        assert_eq!(again.ending, Ending::Done, "{}", again.told());
        assert_eq!(again.effects(), 0, "{}", again.told());
        assert_eq!(again.steps(Verdict::Already).len(), again.verdicts().len());
        assert!(room.lab.world() == world, "nobody was installed twice");
    });
}

#[test]
fn a_host_that_lost_its_system_is_installed_again_and_no_other_is_touched() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1).approving();
        let ran = room.run(&room.chapters(&TO_THE_HOSTS)).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        let installed = room.lab.world();
        let lose = |world: &mut World| {
            let machine = world.machine_mut("xen2").expect("xen2");
            machine.drives.get_mut(&0).expect("a volume").system = None;
            world.reset_host("xen2");
        };
        room.lab.with_world(lose).expect("a world");
        room.lab.skip(100_000).expect("time for its self-test");

        let again = room.run(&room.chapters(&["install-xenserver"])).await;
        assert_eq!(again.ending, Ending::Done, "{}", again.told());
        assert_eq!(
            again.steps(Verdict::Passed),
            [
                "put-the-installer-into-xen2s-drive",
                "have-xen2-boot-it-once",
                "restart-xen2",
                "install-xen2",
                "take-the-installer-out-of-the-drives",
            ]
        );
        assert_eq!(difference(&installed, &room.lab.world()), "");
    });
}

#[test]
fn an_installation_is_not_taken_back_and_says_so_before_anything_is_sent() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1).approving();
        let chapters = room.chapters(&TO_THE_HOSTS);
        let ran = room.run(&chapters).await;
        let installed = room.lab.world();
        let unattended = room.unattended();
        let back = unattended.undo(&chapters, &ran).await;
        assert_eq!(back.ending, Ending::Stuck);
        assert_eq!(back.effects(), 0);
        let told = back.told();
        assert!(
            told.contains("4 steps can't be taken back; nothing was sent"),
            "{told}"
        );
        assert_eq!(difference(&installed, &unattended.lab.world()), "");
    });
}

#[test]
fn all_that_has_an_undo_is_taken_back_up_to_the_box() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1).approving();
        let before = room.lab.world();
        let chapters = room.chapters(&ALL);
        let ran = room.run(&chapters).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        let back = room.undo(&chapters, &ran).await;
        assert_eq!(back.ending, Ending::Done, "{}", back.told());
        assert_eq!(
            back.steps(Verdict::Kept),
            [
                "install-storage",
                "install-xen2",
                "install-xen1",
                "clear-what-other-controllers-left"
            ]
        );
        // What the disks held before they were cleared is all that nothing brings back.
        assert_eq!(
            difference(&before, &room.lab.world()),
            [1, 2, 3, 4]
                .map(|disk| format!(
                    r#"servers.storage.machine.disks.{disk}.state: "Foreign" -> "Good""#
                ))
                .join("\n")
        );
    });
}

#[test]
fn nobody_is_installed_without_an_approval() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1);
        let ran = room.run(&room.chapters(&TO_THE_HOSTS)).await;
        assert_eq!(ran.ending, Ending::Stuck, "{}", ran.told());
        for server in room.lab.world().state.servers.values() {
            assert_eq!(server.machine.drives[&0].system, None);
        }
    });
}

#[test]
fn a_volume_that_somebody_else_made_is_in_the_way_and_stays() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1);
        let ran = room.run(&room.chapters(&["cimc"])).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        let made = World::installed(1).state.servers["xen1"].machine.clone();
        let theirs = |world: &mut World| {
            let xen1 = world.machine_mut("xen1").expect("xen1");
            xen1.disks = made.disks.clone();
            xen1.drives = made.drives.clone();
            "DATA".clone_into(&mut xen1.drives.get_mut(&0).expect("a volume").name);
        };
        room.lab.with_world(theirs).expect("a world");

        let ran = room.run(&room.chapters(&["raid"])).await;
        // The foreign configuration that the step before cleared does not come back.
        assert_eq!(ran.ending, Ending::Stuck);
        let told = ran.told();
        assert!(
            told.contains("error 2003: Operation failed. Physical drive 1 is Online"),
            "{told}"
        );
        let after = room.lab.world();
        assert_eq!(after.state.servers["xen1"].machine.drives[&0].name, "DATA");
    });
}
