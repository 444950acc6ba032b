use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

use super::words::Words;
use super::{Palette, Report};
use crate::event::{Event, Phase, Place};
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
        }
    }

    fn begin(&mut self, place: &Place) {
        let bar = self.screen.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("  {spinner:>10}  {prefix}  {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(self.words.title(place));
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
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        self.tail
            .extend(lines.map(|line| escape(line).into_owned()));
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
            Event::StepStarted { place } => self.begin(place),
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
            Event::RunEnded { .. } => {
                for doing in std::mem::take(&mut self.going_on).values() {
                    self.clear(doing);
                }
            }
            _ => {}
        }
        for line in lines.lines() {
            // A terminal that went away must not stop the run: the journal is the truth.
            let _ = self.screen.println(line);
        }
    }
}
