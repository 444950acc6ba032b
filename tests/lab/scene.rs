//! A floor on which a chapter can be played over and over, each time from the same state.

use camino::{Utf8Path, Utf8PathBuf};
use runsheet::event::{Ending, Event};
use runsheet::lab::Lab;
use runsheet::lab::world::{Stage, World, difference};
use runsheet::plan::Plan;
use runsheet::text::Source;

use crate::room::{ALL, CHAPTERS, Ran, Room, virtually};
use crate::sabotage::Sabotage;

/// A floor, kept in a folder.
pub(crate) struct Floor {
    _keep: tempfile::TempDir,
    dir: Utf8PathBuf,
}

/// A floor on which the chapters before one were run.
pub(crate) struct Scene {
    floor: Floor,
    pub(crate) chapter: &'static str,
    /// What is run if it is none of our chapters.
    runbook: Option<&'static str>,
    /// The effects of the chapter, each as the step it belongs to.
    pub(crate) effects: Vec<String>,
    pub(crate) before: World,
    pub(crate) after: World,
}

impl Scene {
    /// On the floor as it was unpacked, before one of all the chapters.
    pub(crate) fn unpacked_before(chapter: &'static str) -> Self {
        Self::after_those_before(chapter, Stage::Unpacked, &ALL)
    }

    /// On a floor whose servers have hosts, before one of the chapters about switches.
    pub(crate) fn before(chapter: &'static str) -> Self {
        Self::after_those_before(chapter, Stage::Installed, &CHAPTERS)
    }

    fn after_those_before(chapter: &'static str, stage: Stage, chapters: &[&str]) -> Self {
        let earlier = chapters.iter().copied().take_while(|c| *c != chapter);
        let earlier: Vec<_> = earlier.collect();
        Self::set(chapter, None, stage, async |room| {
            let ran = room.run(&room.chapters(&earlier)).await;
            assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        })
    }

    /// A floor in this state, for a runbook given as text.
    pub(crate) fn of(name: &'static str, runbook: &'static str, floor: World) -> Self {
        Self::set(name, Some(runbook), Stage::Installed, async move |room| {
            let set = |world: &mut World| *world = floor.clone();
            room.lab.with_world(set).expect("a lab that can be set");
        })
    }

    fn set(
        chapter: &'static str,
        runbook: Option<&'static str>,
        stage: Stage,
        earlier: impl AsyncFnOnce(&Room),
    ) -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let dir = Utf8PathBuf::from_path_buf(keep.path().join("lab")).expect("UTF-8");
        let before = virtually(async {
            Lab::renew(&dir, stage, 1).expect("a folder for a lab");
            let room = Room::kept_in(&dir).approving();
            earlier(&room).await;
            room.lab.close().expect("a lab that can be kept");
            room.lab.world()
        });
        let mut scene = Self {
            floor: Floor { _keep: keep, dir },
            chapter,
            runbook,
            effects: Vec::new(),
            after: before.clone(),
            before,
        };
        let (ran, after) = scene.play(&Sabotage::none());
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        scene.effects = effects(&ran);
        scene.after = after;
        scene
    }

    /// The plan for the chapter.
    pub(crate) fn plan(&self, room: &Room) -> Plan {
        match self.runbook {
            Some(text) => {
                let source = Source::new(format!("{}.md", self.chapter), text);
                room.plan_of(vec![source], &[self.chapter])
            }
            None => room.chapters(&[self.chapter]),
        }
    }

    /// The chapter on a copy of the floor, and the world it leaves.
    pub(crate) fn play(&self, sabotage: &Sabotage) -> (Ran, World) {
        self.on_a_copy(async |room| {
            let ran = room.run_sabotaged(&self.plan(&room), sabotage).await;
            (ran, room.lab.world())
        })
    }

    /// The floor on which the chapter was run, and that run.
    pub(crate) fn played(&self) -> (Ran, Floor) {
        let floor = self.floor.copy();
        let ran = virtually(async {
            let room = Room::kept_in(&floor.dir).approving();
            let ran = room.run(&self.plan(&room)).await;
            room.lab.close().expect("a lab that can be kept");
            ran
        });
        (ran, floor)
    }

    /// Does something on a copy of the floor.
    pub(crate) fn on_a_copy<T>(&self, what: impl AsyncFnOnce(Room) -> T) -> T {
        self.floor.on_a_copy(what)
    }
}

impl Floor {
    fn copy(&self) -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let dir = Utf8Path::from_path(keep.path()).expect("UTF-8").to_owned();
        for file in self.dir.read_dir_utf8().expect("the lab's files") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), dir.join(file.file_name())).expect("a copy");
        }
        Self { _keep: keep, dir }
    }

    /// Does something on a copy of it.
    pub(crate) fn on_a_copy<T>(&self, what: impl AsyncFnOnce(Room) -> T) -> T {
        let copy = self.copy();
        virtually(async { what(Room::kept_in(&copy.dir).approving()).await })
    }
}

/// The step of every effect that a run sent, in order.
fn effects(ran: &Ran) -> Vec<String> {
    let step = |event: &Event| match event {
        Event::Intent {
            place, undo: false, ..
        } => Some(place.step.clone()),
        _ => None,
    };
    ran.events.iter().filter_map(step).collect()
}

/// What differs between two worlds but for who is logged in at a controller.
pub(crate) fn change(before: &World, after: &World) -> String {
    let lines = difference(before, after);
    let lines = lines.lines().filter(|line| !line.contains("sessions"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The beginning of a difference, which may be long.
pub(crate) fn head(difference: &str) -> String {
    difference.lines().take(8).collect::<Vec<_>>().join("\n")
}
