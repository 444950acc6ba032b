//! The journal of a chapter ends at any byte, as power goes, while the devices have all that was
//! done. What is whole is used, what is torn is set aside, and nothing is done a second time.
//!
//! A release build cuts at every byte; others at one of so many.

use camino::Utf8Path;
use runsheet::event::{Ending, Event};
use runsheet::journal;
use runsheet::lab::world::World;

use crate::mortal::Mortal;
use crate::sabotage::{Sabotage, Way};
use crate::scene::{Scene, change, head};

const EVERY: usize = if cfg!(debug_assertions) { 997 } else { 1 };
/// A run is resumed from one of so many lines, unless its journal is short.
const LINES: usize = if cfg!(debug_assertions) { 17 } else { 1 };
const SHORT: usize = 40;

/// Reads the journal as it is when cut at each byte: all whole lines are used, and no more.
fn reads_what_is_whole(whole: &str) {
    let path = Utf8Path::new("journal.jsonl");
    let mut cuts = 0;
    for cut in (0..=whole.len()).step_by(EVERY) {
        cuts += 1;
        let bytes = &whole.as_bytes()[..cut];
        let journal = journal::parse(path, bytes).expect("only its end is torn");
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(journal.entries.len(), lines, "cut at {cut}");
        let torn = journal.torn.map_or(0, |torn| torn.len());
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        assert_eq!(torn, cut - end.map_or(0, |at| at + 1), "cut at {cut}");
    }
    println!("{cuts} cuts of a journal of {} bytes", whole.len());
}

const BACKING_OUT: &str = "\"event\":\"backing-out\"";

impl Scene {
    /// The run, spoiled in this way, is resumed from each line of its journal and half of the
    /// next, on a floor where all of it was done.
    fn resumes_from_every_line(&self, sabotage: &dyn Fn() -> Sabotage) {
        let whole = self.play(&sabotage()).0.journal;
        reads_what_is_whole(&whole);

        let mut ends = whole.match_indices('\n').map(|(at, _)| at + 1);
        let first = ends.next().expect("a line");
        let ends: Vec<usize> = std::iter::once(first).chain(ends).collect();
        let mut wrong = Vec::new();
        let every = if ends.len() < SHORT { 1 } else { LINES };
        let cuts = ends.windows(2).step_by(every);
        let tried = cuts.len();
        for cut in cuts {
            let cut = (cut[0] + cut[1]) / 2;
            let (resumed, world) = self.on_a_copy(async |room| {
                let plan = self.plan(&room);
                room.run_sabotaged(&plan, &sabotage()).await;
                let bytes = whole.as_bytes()[..cut].to_vec();
                let resumed = room.resume(&plan, bytes, &Mortal::immortal()).await;
                (resumed.expect("it lives"), room.lab.world())
            });
            let expected = match resumed.ending {
                Ending::Done => &self.after,
                _ => &self.before,
            };
            let left = head(&change(expected, &world));
            let is_once = |event: &&Event| matches!(event, Event::Intent { once: true, .. });
            let repeated = resumed.events.iter().filter(is_once).count();
            let over = matches!(resumed.ending, Ending::Done | Ending::Failed);
            // An intent is on disk before anything is sent. So a journal without a word of
            // backing out, on a floor where all was taken back, has lost more than power can
            // take: then nothing must be repeated, and the rest is for the checks to find.
            let backed_out = whole.contains(BACKING_OUT);
            let possible = !backed_out || whole[..cut].contains(BACKING_OUT);
            let wrongly_left = possible && !left.is_empty();
            if !over || wrongly_left || repeated > 0 {
                let (ending, told) = (resumed.ending, resumed.told());
                wrong.push(format!(
                    "cut at {cut}: {ending:?}, {repeated} repeated\n{told}\nleft: {left}"
                ));
            }
        }
        println!("{}: {tried} resumed, {} wrong", self.chapter, wrong.len());
        assert!(tried > 0);
        assert!(
            wrong.is_empty(),
            "{}\n\n{} of {tried}",
            wrong.join("\n\n"),
            wrong.len()
        );
    }
}

#[test]
fn stack_truncated_anywhere() {
    Scene::before("switch-stack").resumes_from_every_line(&Sabotage::none);
}

#[test]
fn links_truncated_anywhere() {
    Scene::before("link-aggregation").resumes_from_every_line(&Sabotage::none);
}

#[test]
fn pool_truncated_anywhere() {
    Scene::unpacked_before("pool").resumes_from_every_line(&Sabotage::none);
}

#[test]
fn bonds_truncated_anywhere() {
    Scene::unpacked_before("pool-networks").resumes_from_every_line(&Sabotage::none);
}

#[test]
fn vlans_taken_back_truncated_anywhere() {
    let scene = Scene::before("vlans");
    let last = scene.effects.len();
    scene.resumes_from_every_line(&|| Sabotage::of(last, Way::Useless));
}

/// One effect on three controllers at once: their lanes take turns in the journal.
const GROUP: &str = "# Group\n\n## Serve images\n\n\
    ```cimc run once on=cimcs-factory\n\
    <configConfMo dn=\"sys/svc-ext/vmedia-svc\"><inConfig>\
    <commVMedia adminState=\"enabled\"/></inConfig></configConfMo>\n```\n\n\
    ```cimc check on=cimcs-factory\n\
    <configResolveDn dn=\"sys/svc-ext/vmedia-svc\"/>\n```\n\n\
    ```assert\n\
    xml.configResolveDn.outConfig.commVMedia[\"@adminState\"] == \"enabled\"\n```\n\n\
    ```cimc undo on=cimcs-factory\n\
    <configConfMo dn=\"sys/svc-ext/vmedia-svc\"><inConfig>\
    <commVMedia adminState=\"disabled\"/></inConfig></configConfMo>\n```\n";

/// Three servers whose controllers have an address.
fn controllers() -> World {
    let mut world = World::unpacked(1);
    for (server, port, address) in [("xen1", 2, 21), ("xen2", 3, 22), ("storage", 4, 23)] {
        let orders = format!(
            "plug {server}:cimc office:{port}; power-on {server}; \
             f8 {server} address=192.168.1.{address}/24"
        );
        world
            .technician(&orders)
            .expect("orders that can be carried out");
    }
    world.advance_to(world.now() + 120_000);
    world
}

#[test]
fn a_group_truncated_anywhere() {
    let scene = Scene::of("group", GROUP, controllers());
    assert_eq!(scene.effects.len(), 3, "one on each");
    scene.resumes_from_every_line(&Sabotage::none);
}
