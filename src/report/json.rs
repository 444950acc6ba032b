use std::io::Write;

use super::Report;
use crate::event::Event;

/// `--json`: one event a line.
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Report for JsonLines<W> {
    fn show(&mut self, event: &Event) {
        // A reader that went away must not stop the run: the journal is the truth.
        if let Ok(line) = serde_json::to_string(event) {
            let _ = writeln!(self.out, "{line}");
        }
    }
}
