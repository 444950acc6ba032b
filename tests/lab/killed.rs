//! The process dies at a moment of a chapter: before or after a write, a sync, or something it
//! sends. The run is resumed, and leaves the world that an uninterrupted one leaves.
//!
//! What must not be repeated is counted by the lab itself: no installation is begun twice.
//!
//! A release build takes every moment; others take one of so many.

use camino::Utf8Path;
use runsheet::event::Ending;
use runsheet::journal;
use runsheet::lab::world::difference;

use crate::mortal::Mortal;
use crate::scene::{Scene, head};

const EVERY: usize = if cfg!(debug_assertions) { 29 } else { 1 };

/// How many pairs of deaths a chapter is put through: `RUNSHEET_PAIRS`, or this many.
fn pairs() -> u64 {
    let usual = if cfg!(debug_assertions) { 3 } else { 100 };
    let wanted = std::env::var("RUNSHEET_PAIRS").ok();
    wanted.map_or(usual, |pairs| pairs.parse().expect("a number of pairs"))
}

impl Scene {
    /// How many moments the chapter has for whoever runs it.
    fn moments(&self) -> usize {
        let mortal = Mortal::immortal();
        let ran = self.on_a_copy(async |room| {
            let plan = self.plan(&room);
            room.run_mortal(&plan, &mortal).await.expect("it lives")
        });
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        mortal.moments()
    }

    /// The process dies at these moments, the later ones counted from each resumption; then it
    /// is resumed for good. Returns what is wrong.
    fn survives(&self, deaths: &[usize]) -> Option<String> {
        let (ran, world) = self.on_a_copy(async |room| {
            let room = room.deciding();
            let plan = self.plan(&room);
            let mut deaths = deaths.iter().map(|at| Mortal::dying_at(*at));
            let first = deaths.next().expect("a death");
            let mut ran = room.run_mortal(&plan, &first).await;
            let mut rest = deaths.chain([Mortal::immortal()]);
            while let Err(journal) = ran {
                let next = rest.next().expect("the last one lives");
                ran = room.resume(&plan, journal, &next).await;
            }
            (ran.expect("it lives"), room.lab.world())
        });
        let left = head(&difference(&self.after, &world));
        let sound = journal::parse(Utf8Path::new("journal.jsonl"), ran.journal.as_bytes());
        let mut installations = world.traces.installations.values();
        let once = installations.all(|begun| *begun == 1);
        let right = ran.ending == Ending::Done && left.is_empty() && sound.is_ok() && once;
        (!right).then(|| {
            format!(
                "killed at {deaths:?}: {:?}\n{}\nleft: {left}\ninstallations: {:?}",
                ran.ending,
                ran.told(),
                world.traces.installations,
            )
        })
    }

    fn survives_all(&self, deaths: impl Iterator<Item = Vec<usize>>) {
        let (mut tried, mut wrong) = (0, Vec::new());
        for deaths in deaths {
            tried += 1;
            wrong.extend(self.survives(&deaths));
        }
        println!("{}: {tried} deaths, {} wrong", self.chapter, wrong.len());
        assert!(tried > 0);
        assert!(
            wrong.is_empty(),
            "{}\n\n{} of {tried}",
            wrong.join("\n\n"),
            wrong.len()
        );
    }

    fn survives_anything(&self) {
        self.survives_all((1..=self.moments()).step_by(EVERY).map(|at| vec![at]));
    }
}

impl Scene {
    /// Killed, and killed again while the run is resumed: every other time soon after it was.
    fn survives_twice(&self) {
        let moments = self.moments() as u64;
        // A generator with full period is random enough to spread the pairs.
        let spread = |n: u64| n.wrapping_mul(6_364_136_223_846_793_005).rotate_left(23);
        let pairs = pairs();
        self.survives_all((1..=pairs).map(|n| {
            let moment = |n| (spread(n) % moments) as usize + 1;
            let second = moment(n + pairs);
            vec![moment(n), if n % 2 == 0 { second } else { second % 60 + 1 }]
        }));
    }
}

#[test]
fn controllers_killed_anywhere() {
    Scene::unpacked_before("cimc").survives_anything();
}

#[test]
fn volumes_killed_anywhere() {
    Scene::unpacked_before("raid").survives_anything();
}

#[test]
fn installations_killed_anywhere() {
    let scene = Scene::unpacked_before("install-xenserver");
    assert_eq!(scene.after.traces.installations.len(), 3);
    scene.survives_anything();
}

#[test]
fn stack_killed_anywhere() {
    Scene::before("switch-stack").survives_anything();
}

#[test]
fn vlans_killed_anywhere() {
    Scene::before("vlans").survives_anything();
}

#[test]
fn links_killed_anywhere() {
    Scene::before("link-aggregation").survives_anything();
}

#[test]
fn pool_killed_anywhere() {
    Scene::unpacked_before("pool").survives_anything();
}

#[test]
fn bonds_killed_anywhere() {
    Scene::unpacked_before("pool-networks").survives_anything();
}

#[test]
fn controllers_killed_twice() {
    Scene::unpacked_before("cimc").survives_twice();
}

#[test]
fn volumes_killed_twice() {
    Scene::unpacked_before("raid").survives_twice();
}

#[test]
fn installations_killed_twice() {
    Scene::unpacked_before("install-xenserver").survives_twice();
}

#[test]
fn stack_killed_twice() {
    Scene::before("switch-stack").survives_twice();
}

#[test]
fn vlans_killed_twice() {
    Scene::before("vlans").survives_twice();
}

#[test]
fn links_killed_twice() {
    Scene::before("link-aggregation").survives_twice();
}

#[test]
fn pool_killed_twice() {
    Scene::unpacked_before("pool").survives_twice();
}

#[test]
fn bonds_killed_twice() {
    Scene::unpacked_before("pool-networks").survives_twice();
}
