use std::io::Write;

use super::words::Words;
use super::{Palette, Report};
use crate::event::Event;

/// A line for every verdict: for pipes and logs.
#[derive(Debug)]
pub struct LineReport<W> {
    out: W,
    words: Words,
}

impl<W: Write> LineReport<W> {
    /// Writes to `out`.
    pub fn new(out: W, palette: Palette) -> Self {
        Self {
            out,
            words: Words::new(palette),
        }
    }
}

impl<W: Write> Report for LineReport<W> {
    fn show(&mut self, event: &Event) {
        let lines = self.words.lines(event);
        // A reader that went away must not stop the run: the journal is the truth.
        let _ = self.out.write_all(lines.as_bytes());
    }
}
