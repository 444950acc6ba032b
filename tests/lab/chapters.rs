//! The chapters as a visitor runs them: once, again, and back.

use runsheet::event::{Ending, Verdict};
use runsheet::lab::world::difference;

use crate::room::{CHAPTERS, Room, virtually};

#[test]
fn all_chapters_pass() {
    virtually(async {
        let room = Room::new(1);
        let plan = room.chapters(&CHAPTERS);
        let ran = room.run(&plan).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert_eq!(ran.steps(Verdict::Passed).len(), 20, "{}", ran.told());
    });
}

#[test]
fn a_second_run_finds_everything_done_and_sends_nothing() {
    virtually(async {
        let room = Room::new(1);
        let plan = room.chapters(&CHAPTERS);
        room.run(&plan).await;
        let done = room.lab.world();
        let again = room.run(&plan).await;
        assert_eq!(again.ending, Ending::Done, "{}", again.told());
        assert_eq!(again.effects(), 0, "{}", again.told());
        assert_eq!(again.steps(Verdict::Already).len(), again.verdicts().len());
        assert_eq!(difference(&done, &room.lab.world()), "");
        // What it did not do, its undo does not take back.
        let undone = room.undo(&plan, &again).await;
        assert_eq!(undone.ending, Ending::Done);
        assert_eq!(undone.verdicts(), Vec::<String>::new());
        assert_eq!(difference(&done, &room.lab.world()), "");
    });
}

#[test]
fn undo_brings_back_exactly_the_world_there_was() {
    virtually(async {
        let room = Room::new(1);
        let before = room.lab.world();
        let plan = room.chapters(&CHAPTERS);
        let ran = room.run(&plan).await;
        assert_ne!(difference(&before, &room.lab.world()), "");
        let undone = room.undo(&plan, &ran).await;
        assert_eq!(undone.ending, Ending::Done, "{}", undone.told());
        let mut newest_first = ran.steps(Verdict::Passed);
        newest_first.reverse();
        assert_eq!(undone.steps(Verdict::Undone), newest_first);
        assert_eq!(difference(&before, &room.lab.world()), "");
        assert!(before == room.lab.world());
    });
}

#[test]
fn what_was_taken_back_can_be_done_again() {
    virtually(async {
        let room = Room::new(1);
        let plan = room.chapters(&CHAPTERS);
        let first = room.run(&plan).await;
        let done = room.lab.world();
        room.undo(&plan, &first).await;
        let second = room.run(&plan).await;
        assert_eq!(second.ending, Ending::Done, "{}", second.told());
        assert_eq!(difference(&done, &room.lab.world()), "");
    });
}
