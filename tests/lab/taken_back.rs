//! The process dies at a moment at which something is taken back: by `undo`, or because a step
//! failed. It is taken up again, and leaves the world that an uninterrupted one leaves.
//!
//! A release build takes every moment; others take one of so many.

use camino::Utf8Path;
use runsheet::event::{Ending, Event};
use runsheet::journal::{self, History};
use runsheet::lab::world::World;

use crate::mortal::Mortal;
use crate::room::{Ran, Room, Task};
use crate::sabotage::{Sabotage, Way};
use crate::scene::{Scene, change, head};

const EVERY: usize = if cfg!(debug_assertions) { 29 } else { 1 };

/// What is wrong about a run that was killed at a moment and taken up again.
fn wrong(at: usize, ran: &Ran, wanted: (Ending, &World), world: &World) -> Option<String> {
    let left = head(&change(wanted.1, world));
    let sound = journal::parse(Utf8Path::new("journal.jsonl"), ran.journal.as_bytes());
    let right = ran.ending == wanted.0 && left.is_empty() && sound.is_ok();
    (!right).then(|| {
        let (ending, told) = (ran.ending, ran.told());
        format!("killed at {at}: {ending:?}\n{told}\nleft: {left}")
    })
}

fn none_wrong(chapter: &str, moments: usize, survives: impl Fn(usize) -> Option<String>) {
    let struck: Vec<usize> = (1..=moments).step_by(EVERY).collect();
    let wrong: Vec<String> = struck.iter().filter_map(|at| survives(*at)).collect();
    println!("{chapter}: {} deaths, {} wrong", struck.len(), wrong.len());
    assert!(!struck.is_empty());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Takes back what a run did, in a process that may die.
async fn undo(room: &Room, scene: &Scene, done: &History, mortal: &Mortal) -> Ran {
    let plan = scene.plan(room);
    let none = Sabotage::none();
    let lived = room
        .engage(&plan, &none, mortal, Task::Undo(done.clone()))
        .await;
    match lived {
        Ok(ran) => ran,
        Err(journal) => {
            let task = Task::ResumeUndo(journal, done.clone());
            let lived = room.engage(&plan, &none, &Mortal::immortal(), task).await;
            lived.unwrap_or_else(|_| panic!("it lives"))
        }
    }
}

/// Runs the chapter, of whose last effect nobody sees anything, so that it is backed out.
async fn fail(room: &Room, scene: &Scene, mortal: &Mortal) -> Ran {
    let plan = scene.plan(room);
    let last = Sabotage::of(scene.effects.len(), Way::Useless);
    let lived = room.engage(&plan, &last, mortal, Task::Run).await;
    match lived {
        Ok(ran) => ran,
        Err(journal) => {
            last.read(&journal);
            let task = Task::Resume(journal);
            let lived = room.engage(&plan, &last, &Mortal::immortal(), task).await;
            lived.unwrap_or_else(|_| panic!("it lives"))
        }
    }
}

impl Scene {
    /// Killed at every moment of what takes the chapter back.
    fn is_undone(&self) {
        let (done, floor) = self.played();
        let done = done.history();
        let mortal = Mortal::immortal();
        let (undone, before) = floor.on_a_copy(async |room| {
            let room = room.deciding();
            (undo(&room, self, &done, &mortal).await, room.lab.world())
        });
        assert_eq!(undone.ending, Ending::Done, "{}", undone.told());
        none_wrong(self.chapter, mortal.moments(), |at| {
            let mortal = Mortal::dying_at(at);
            let (ran, world) = floor.on_a_copy(async |room| {
                let room = room.deciding();
                (undo(&room, self, &done, &mortal).await, room.lab.world())
            });
            wrong(at, &ran, (Ending::Done, &before), &world)
        });
    }

    /// Killed at every moment of a run that fails and backs out.
    fn is_backed_out(&self) {
        let mortal = Mortal::immortal();
        let (failed, _) = self.on_a_copy(async |room| {
            let room = room.deciding();
            (fail(&room, self, &mortal).await, room.lab.world())
        });
        assert_eq!(failed.ending, Ending::Failed, "{}", failed.told());
        let backs_out = |event: &Event| matches!(event, Event::BackingOut { .. });
        assert!(failed.events.iter().any(backs_out));
        none_wrong(self.chapter, mortal.moments(), |at| {
            let mortal = Mortal::dying_at(at);
            let (ran, world) = self.on_a_copy(async |room| {
                let room = room.deciding();
                (fail(&room, self, &mortal).await, room.lab.world())
            });
            wrong(at, &ran, (Ending::Failed, &self.before), &world)
        });
    }
}

#[test]
fn controllers_undone_killed_anywhere() {
    Scene::unpacked_before("cimc").is_undone();
}

#[test]
fn stack_undone_killed_anywhere() {
    Scene::before("switch-stack").is_undone();
}

#[test]
fn vlans_undone_killed_anywhere() {
    Scene::before("vlans").is_undone();
}

#[test]
fn links_undone_killed_anywhere() {
    Scene::before("link-aggregation").is_undone();
}

#[test]
fn pool_undone_killed_anywhere() {
    Scene::unpacked_before("pool").is_undone();
}

#[test]
fn bonds_undone_killed_anywhere() {
    Scene::unpacked_before("pool-networks").is_undone();
}

#[test]
fn vlans_backed_out_killed_anywhere() {
    Scene::before("vlans").is_backed_out();
}

#[test]
fn links_backed_out_killed_anywhere() {
    Scene::before("link-aggregation").is_backed_out();
}
