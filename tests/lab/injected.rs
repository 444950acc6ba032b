//! A failure at every effect of every chapter: what was done by this runbook is taken back,
//! newest first, and the world is the one there was before. Nor does a connection that ends
//! anywhere in the middle leave anything half done.

use runsheet::event::{Ending, Verdict};
use runsheet::lab::Fault;
use runsheet::lab::world::{World, difference};

use crate::room::Ran;
use crate::sabotage::{Sabotage, Way};
use crate::scene::{Scene, head};

impl Scene {
    /// The chapter on a copy of the floor where something breaks, and once more if it stopped.
    fn play_broken(&self, fault: Fault) -> (Vec<Ran>, World) {
        self.on_a_copy(async |room| {
            room.lab.set_fault(fault).expect("a fault that can be set");
            let plan = self.plan(&room);
            let mut runs = vec![room.run(&plan).await];
            if !runs[0].steps(Verdict::Stopped).is_empty() {
                runs.push(room.run(&plan).await);
            }
            (runs, room.lab.world())
        })
    }

    /// Every effect is spoiled in this way, one a run: the step fails, and all is taken back.
    fn everything_is_taken_back(&self, way: Way) {
        let mut wrong = Vec::new();
        for (index, step) in self.effects.iter().enumerate() {
            let (ran, world) = self.play(&Sabotage::of(index + 1, way));
            let left = head(&difference(&self.before, &world));
            let mut expected = self.effects[..=index].to_vec();
            expected.dedup();
            expected.reverse();
            let right = ran.ending == Ending::Failed
                && ran.steps(Verdict::Failed) == [step.clone()]
                && ran.steps(Verdict::Undone) == expected
                && left.is_empty();
            if !right {
                wrong.push(format!(
                    "effect {} ({step}) {way:?}: {:?}\n{}\nleft: {left}",
                    index + 1,
                    ran.ending,
                    ran.told()
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{}\n\n{} of {}",
            wrong.join("\n\n"),
            wrong.len(),
            self.effects.len()
        );
    }

    /// Every effect is spoiled in this way, one a run, and the run comes through all the same.
    fn everything_is_done(&self, way: Way) {
        let mut wrong = Vec::new();
        for (index, step) in self.effects.iter().enumerate() {
            let (ran, world) = self.play(&Sabotage::of(index + 1, way));
            let left = head(&difference(&self.after, &world));
            if ran.ending != Ending::Done || !left.is_empty() {
                wrong.push(format!(
                    "effect {} ({step}) {way:?}: {:?}\n{}\nleft: {left}",
                    index + 1,
                    ran.ending,
                    ran.told()
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{}\n\n{} of {}",
            wrong.join("\n\n"),
            wrong.len(),
            self.effects.len()
        );
    }
}

impl Scene {
    /// The connection to a target breaks after so many bytes were typed, at many places: the run
    /// comes through, or all is taken back. Where it breaks before a step began, the run stops
    /// there, and a second one goes on.
    fn nothing_is_left_half_done(&self, what: &str, target: &str, every: usize) {
        let mut wrong = Vec::new();
        for after in (0..MOST_TYPED).step_by(every) {
            let fault: Fault = format!("{what} {target} after {after}")
                .parse()
                .expect("a fault");
            let (runs, world) = self.play_broken(fault);
            let last = runs.last().expect("a run");
            let left = match last.ending {
                Ending::Done => difference(&self.after, &world),
                _ => difference(&self.before, &world),
            };
            if !matches!(last.ending, Ending::Done | Ending::Failed) || !left.is_empty() {
                let told: Vec<_> = runs.iter().map(Ran::told).collect();
                let (told, left) = (told.join("\n--\n"), head(&left));
                wrong.push(format!(
                    "{what} after {after}: {:?}\n{told}\nleft: {left}",
                    last.ending
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{}\n\n{}",
            wrong.join("\n\n"),
            wrong.len()
        );
    }
}

/// No chapter types more bytes at one target.
const MOST_TYPED: usize = 6000;

#[test]
fn stack_cut_anywhere() {
    Scene::before("switch-stack").nothing_is_left_half_done("reset", "sw1-console", 211);
}

#[test]
fn vlans_cut_anywhere() {
    Scene::before("vlans").nothing_is_left_half_done("reset", "stack", 211);
}

#[test]
fn vlans_silent_from_anywhere() {
    Scene::before("vlans").nothing_is_left_half_done("silence", "stack", 409);
}

#[test]
fn links_cut_anywhere() {
    Scene::before("link-aggregation").nothing_is_left_half_done("reset", "stack", 211);
}

/// One test for every chapter and way, so that they run side by side.
macro_rules! every_effect {
    ($($name:ident: $chapter:literal $what:ident $way:ident;)*) => {$(
        #[test]
        fn $name() {
            Scene::before($chapter).$what(Way::$way);
        }
    )*};
}

every_effect! {
    stack_refused: "switch-stack" everything_is_taken_back Refused;
    stack_useless: "switch-stack" everything_is_taken_back Useless;
    stack_lost_and_useless: "switch-stack" everything_is_taken_back LostAndUseless;
    stack_lost_before_it_arrived: "switch-stack" everything_is_done LostBefore;
    stack_lost_after_it_arrived: "switch-stack" everything_is_done LostAfter;
    vlans_refused: "vlans" everything_is_taken_back Refused;
    vlans_useless: "vlans" everything_is_taken_back Useless;
    vlans_lost_and_useless: "vlans" everything_is_taken_back LostAndUseless;
    vlans_lost_before_it_arrived: "vlans" everything_is_done LostBefore;
    vlans_lost_after_it_arrived: "vlans" everything_is_done LostAfter;
    links_refused: "link-aggregation" everything_is_taken_back Refused;
    links_useless: "link-aggregation" everything_is_taken_back Useless;
    links_lost_and_useless: "link-aggregation" everything_is_taken_back LostAndUseless;
    links_lost_before_they_arrived: "link-aggregation" everything_is_done LostBefore;
    links_lost_after_they_arrived: "link-aggregation" everything_is_done LostAfter;
}
