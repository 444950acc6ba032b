//! The chapters that begin with servers in their boxes.

use runsheet::event::{Ending, Verdict};
use runsheet::lab::world::{Stage, World};

use super::room::{Room, folder, virtually};

const CHAPTERS: [&str; 2] = ["cimc", "raid"];

fn plan(room: &Room, wanted: &[&str]) -> runsheet::plan::Plan {
    room.plan(&folder("fixtures/bare-metal"), wanted)
}

#[test]
fn from_the_box_to_a_volume_and_twice() {
    virtually(async {
        let room = Room::at(Stage::Unpacked, 1);
        let plan = plan(&room, &CHAPTERS);
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
        let ran = room.run(&plan(&room, &["cimc"])).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.journal);
        let back = room.undo(&plan(&room, &["cimc"]), &ran).await;
        assert_eq!(back.ending, Ending::Done, "{}", back.journal);
        assert!(room.lab.world() == World::unpacked(1));
    });
}
