//! The chapter about the pool's networks, where something is not as it expects.

use std::net::Ipv4Addr;

use runsheet::event::{Ending, Verdict};
use runsheet::lab::world::switch::InterfaceName;
use runsheet::lab::world::{Node, Stage, World, difference};

use crate::room::{ALL, Room, virtually};

const XEN1: Ipv4Addr = Ipv4Addr::new(172, 16, 40, 13);

/// A floor from its boxes up to a chapter, and that one too.
async fn after(last: &str) -> Room {
    let room = Room::at(Stage::Unpacked, 1).approving();
    let until = ALL.iter().position(|chapter| *chapter == last);
    let chapters = &ALL[..=until.expect("a chapter")];
    let ran = room.run(&room.chapters(chapters)).await;
    assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
    room
}

fn is_reached(world: &World) -> bool {
    world.answers(&Node::Desk, XEN1, 100, true)
}

#[test]
fn no_bond_is_made_towards_a_switch_that_is_not_ready() {
    virtually(async {
        let room = after("pool").await;
        let forget = |world: &mut World| {
            world.configure(&"sw1".to_owned(), |config| {
                let port = InterfaceName::Gigabit(1, 13);
                let port = config.interfaces.get_mut(&port).expect("a port");
                port.channel_group = None;
            });
        };
        room.lab.with_world(forget).expect("a world");
        let ran = room.run(&room.chapters(&["pool-networks"])).await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert_eq!(
            ran.steps(Verdict::Stopped),
            ["bond-xen1s-two-cards"],
            "{}",
            ran.told()
        );
        let world = room.lab.world();
        let system = world.state.servers["xen1"].system().expect("a system");
        assert!(system.bonds.is_empty());
        assert!(is_reached(&world));
    });
}

#[test]
fn a_host_survives_a_cable_and_a_second_run_meanwhile_leaves_its_bond_alone() {
    virtually(async {
        let room = after("pool-networks").await;
        let done = room.lab.world();
        room.lab.perform("unplug xen1:nic1").expect("unplugged");
        assert!(is_reached(&room.lab.world()));
        let broken = room.lab.world();
        let chapter = room.chapters(&["pool-networks"]);
        let again = room.run(&chapter).await;
        assert_eq!(again.effects(), 0, "{}", again.told());
        assert_eq!(
            again.steps(Verdict::Stopped),
            ["bond-xen1s-two-cards"],
            "{}",
            again.told()
        );
        assert_eq!(difference(&broken, &room.lab.world()), "");

        room.lab
            .perform("plug xen1:nic1 sw1:13")
            .expect("plugged in again");
        room.lab.skip(60_000).expect("time to agree again");
        let mended = room.run(&chapter).await;
        assert_eq!(mended.ending, Ending::Done, "{}", mended.told());
        assert_eq!(mended.effects(), 0, "{}", mended.told());
        assert_eq!(difference(&done, &room.lab.world()), "");
    });
}
