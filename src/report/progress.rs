use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::words::Words;
use super::{Palette, Report};
use crate::event::{Event, Phase};
use crate::text::escape;

/// How many of the last lines of output are shown under the step that runs.
const TAIL: usize = 3;
/// How much of each of them.
const WIDTH: usize = 100;

/// A terminal: what is done scrolls up, what is going on stands below and moves.
#[derive(Debug)]
pub struct ProgressReport {
    words: Words,
    screen: MultiProgress,
    bar: Option<ProgressBar>,
    doing: String,
    tail: Vec<String>,
}

impl ProgressReport {
    /// Draws on `screen`.
    pub fn new(screen: MultiProgress, palette: Palette) -> Self {
        Self {
            words: Words::new(palette),
            screen,
            bar: None,
            doing: String::new(),
            tail: Vec::new(),
        }
    }

    fn doing(&mut self, text: String) {
        self.doing = text;
        self.tail.clear();
        self.redraw();
    }

    fn redraw(&mut self) {
        let Some(bar) = &self.bar else { return };
        let mut message = self.doing.clone();
        for line in &self.tail {
            message.push_str("\n               ");
            message.extend(line.chars().take(WIDTH));
        }
        bar.set_message(message);
    }
}

impl Report for ProgressReport {
    fn show(&mut self, event: &Event) {
        match event {
            Event::StepStarted { place } => {
                let bar = self.screen.add(ProgressBar::new_spinner());
                let style = ProgressStyle::with_template("  {spinner:>10}  {prefix}  {msg}");
                if let Ok(style) = style {
                    bar.set_style(style);
                }
                bar.set_prefix(self.words.title(place));
                bar.enable_steady_tick(Duration::from_millis(100));
                self.bar = Some(bar);
            }
            Event::Looked {
                phase: Phase::After,
                attempt,
                target,
                ..
            } if *attempt > 1 => {
                self.doing(format!("checking {target}, try {attempt}"));
            }
            Event::Sending { target, text, .. } => {
                let first = text.lines().next().unwrap_or_default();
                self.doing(format!("{target} <- {}", escape(first)));
            }
            Event::Output { text, .. } => {
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                self.tail
                    .extend(lines.map(|line| escape(line).into_owned()));
                let surplus = self.tail.len().saturating_sub(TAIL);
                self.tail.drain(..surplus);
                self.redraw();
            }
            _ => {}
        }
        let lines = self.words.lines(event);
        if matches!(event, Event::Verdict { .. } | Event::RunEnded { .. })
            && let Some(bar) = self.bar.take()
        {
            bar.finish_and_clear();
            self.screen.remove(&bar);
        }
        for line in lines.lines() {
            // A terminal that went away must not stop the run: the journal is the truth.
            let _ = self.screen.println(line);
        }
    }
}
