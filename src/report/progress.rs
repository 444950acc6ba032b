use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

use super::words::Words;
use super::{Palette, Report};
use crate::event::{Event, Phase, Place, StepInfo};
use crate::text::escape;

/// How many of the last lines of output are shown under the step that runs.
const TAIL: usize = 3;
/// How much of each of them.
const WIDTH: usize = 100;

/// A terminal: what is done scrolls up, what is going on stands below and moves, a line for
/// every lane that is under way.
#[derive(Debug)]
pub struct ProgressReport {
    words: Words,
    screen: MultiProgress,
    going_on: BTreeMap<Place, Doing>,
    /// What is to be done. The others are looked at only, one after the other, and come to no
    /// verdict.
    announced: BTreeSet<Place>,
}

/// A step that is under way on a lane.
#[derive(Debug)]
struct Doing {
    bar: ProgressBar,
    what: String,
    /// How far a transfer is.
    moved: String,
    tail: Vec<String>,
}

impl ProgressReport {
    /// Draws on `screen`.
    pub fn new(screen: MultiProgress, palette: Palette) -> Self {
        Self {
            words: Words::new(palette),
            screen,
            going_on: BTreeMap::new(),
            announced: BTreeSet::new(),
        }
    }

    fn announce(&mut self, steps: &[StepInfo]) {
        self.announced
            .extend(steps.iter().map(|step| step.place.clone()));
    }

    fn begin(&mut self, place: &Place) {
        let bar = self.screen.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("  {spinner:>10}  {prefix}  {msg}") {
            bar.set_style(style);
        }
        let title = self.words.title(place);
        bar.set_prefix(match self.announced.contains(place) {
            true => title,
            false => format!("looking at {title}"),
        });
        bar.enable_steady_tick(Duration::from_millis(100));
        let doing = Doing {
            bar,
            what: String::new(),
            moved: String::new(),
            tail: Vec::new(),
        };
        if let Some(before) = self.going_on.insert(place.clone(), doing) {
            self.clear(&before);
        }
    }

    /// Takes away what is over.
    fn clear_all(&mut self, is_over: impl Fn(&Place) -> bool) {
        let (over, still) = std::mem::take(&mut self.going_on)
            .into_iter()
            .partition(|(place, _)| is_over(place));
        self.going_on = still;
        let over: BTreeMap<Place, Doing> = over;
        for doing in over.values() {
            self.clear(doing);
        }
    }

    fn clear(&self, doing: &Doing) {
        doing.bar.finish_and_clear();
        self.screen.remove(&doing.bar);
    }
}

impl Doing {
    fn now(&mut self, what: String) {
        self.what = what;
        self.moved.clear();
        self.tail.clear();
        self.redraw();
    }

    fn output(&mut self, text: &str) {
        // Of much output only the end is looked at: more of it nobody would see.
        let lines = text.lines().rev().filter(|line| !line.trim().is_empty());
        let mut last: Vec<String> = lines
            .take(TAIL)
            .map(|line| escape(line).into_owned())
            .collect();
        last.reverse();
        self.tail.append(&mut last);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        self.redraw();
    }

    fn moved(&mut self, done: u64, of: u64) {
        let percent = done.saturating_mul(100) / of.max(1);
        let (done, of) = (HumanBytes(done), HumanBytes(of));
        self.moved = format!("  {done} of {of}, {percent} %");
        self.redraw();
    }

    fn redraw(&self) {
        let mut message = format!("{}{}", self.what, self.moved);
        for line in &self.tail {
            message.push_str("\n               ");
            message.extend(line.chars().take(WIDTH));
        }
        self.bar.set_message(message);
    }
}

impl Report for ProgressReport {
    fn show(&mut self, event: &Event) {
        match event {
            Event::RunStarted { steps, .. } => self.announce(steps),
            Event::Resumed {
                revision: Some(revision),
                ..
            } => self.announce(&revision.steps),
            Event::StepStarted { place } => {
                let announced = std::mem::take(&mut self.announced);
                self.clear_all(|place| !announced.contains(place));
                self.announced = announced;
                self.begin(place);
            }
            Event::Looked {
                place,
                phase: Phase::After,
                attempt,
                target,
                ..
            } if *attempt > 1 => {
                if let Some(doing) = self.going_on.get_mut(place) {
                    doing.now(format!("checking {target}, try {attempt}"));
                }
            }
            Event::Sending {
                place,
                target,
                text,
            } => {
                if let Some(doing) = self.going_on.get_mut(place) {
                    let first = text.lines().next().unwrap_or_default();
                    doing.now(format!("{target} <- {}", escape(first)));
                }
            }
            Event::Output { place, text, .. } => {
                if let Some(doing) = self.going_on.get_mut(place) {
                    doing.output(text);
                }
            }
            Event::Moved {
                place, done, of, ..
            } => {
                if let Some(doing) = self.going_on.get_mut(place) {
                    doing.moved(*done, *of);
                }
            }
            _ => {}
        }
        let lines = self.words.lines(event);
        match event {
            Event::Verdict { place, .. } => {
                if let Some(doing) = self.going_on.remove(place) {
                    self.clear(&doing);
                }
            }
            Event::Compared { .. } | Event::RunEnded { .. } => self.clear_all(|_| true),
            _ => {}
        }
        for line in lines.lines() {
            // A terminal that went away must not stop the run: the journal is the truth.
            let _ = self.screen.println(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use indicatif::ProgressDrawTarget;

    use super::*;
    use crate::event::Purpose;

    fn place(runbook: &str, step: &str) -> Place {
        Place {
            runbook: runbook.to_owned(),
            step: step.to_owned(),
            lane: None,
        }
    }

    fn begun(report: &mut ProgressReport, at: &Place) -> Vec<String> {
        report.show(&Event::StepStarted { place: at.clone() });
        let going_on = report.going_on.keys();
        going_on.map(|place| place.step.clone()).collect()
    }

    #[test]
    fn what_is_only_looked_at_goes_when_the_look_is_over() {
        let hidden = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
        let mut report = ProgressReport::new(hidden, Palette::new(false));
        let steps = [place("top", "one"), place("top", "two")];
        report.show(&Event::RunStarted {
            run: "run-1".to_owned(),
            purpose: Purpose::Run,
            of: None,
            runbooks: Vec::new(),
            steps: steps
                .iter()
                .map(|place| StepInfo {
                    place: place.clone(),
                    title: place.step.clone(),
                })
                .collect(),
            plan_sha256: String::new(),
            lab: false,
            variables: serde_json::Value::Null,
            deviations: Vec::new(),
            selection: Default::default(),
            edited: Vec::new(),
            on_failure: None,
            change: Default::default(),
        });
        let [one, two] = &steps;
        assert_eq!(begun(&mut report, &place("base", "first")), ["first"]);
        assert_eq!(begun(&mut report, &place("base", "second")), ["second"]);
        assert_eq!(begun(&mut report, one), ["one"]);
        assert_eq!(begun(&mut report, two), ["one", "two"], "two lanes");
        report.show(&Event::Compared {
            steps: Vec::new(),
            irreversible: Vec::new(),
        });
        assert!(report.going_on.is_empty(), "what was compared, too");
    }
}
