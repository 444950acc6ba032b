use std::cell::RefCell;

use super::recorder::{Recorder, scrubbed, text};
use crate::event::{Event, Place};
use crate::journal::Process;
use crate::plan::PlannedFence;
use crate::redact::Stream;
use crate::runbook::Role;
use crate::target::{Progress, StreamKind};

/// Passes on what a driver says while it works. Only shown, never kept.
pub(crate) struct Live<'a> {
    recorder: &'a RefCell<Recorder>,
    place: &'a Place,
    target: &'a str,
    hide: bool,
    /// The fence, where its processes are noted.
    effect: Option<&'a PlannedFence>,
    /// Output comes in pieces, and a secret may be cut in two.
    redacted: Option<Stream>,
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// The percentage that was told last, and of how many bytes.
    moved: Option<(u64, u64)>,
}

/// A line that is longer than this many bytes is shown in pieces.
const LONGEST: usize = 1 << 14;

impl<'a> Live<'a> {
    pub(crate) fn new(
        recorder: &'a RefCell<Recorder>,
        place: &'a Place,
        target: &'a str,
        hide: bool,
    ) -> Self {
        let (redacted, is_lost) = recorder.borrow().redacting();
        Self {
            recorder,
            place,
            target,
            hide: hide || is_lost,
            effect: None,
            redacted: Some(redacted),
            line: Vec::new(),
            moved: None,
        }
    }

    /// Of an effect it is noted which processes do it.
    pub(crate) fn of_effect(mut self, fence: &'a PlannedFence) -> Self {
        self.effect = Some(fence);
        self
    }

    /// Shows whole lines, because what a device holds is known by the words before it.
    fn show(&mut self, bytes: Vec<u8>, is_end: bool) {
        if self.line.is_empty() {
            self.line = bytes;
        } else {
            self.line.extend(bytes);
        }
        let newline = self.line.iter().rposition(|byte| *byte == b'\n');
        let whole = match newline {
            _ if is_end => self.line.len(),
            Some(at) => at + 1,
            None if self.line.len() > LONGEST => self.line.len(),
            None => 0,
        };
        let rest = self.line.split_off(whole);
        let lines = std::mem::replace(&mut self.line, rest);
        if lines.is_empty() || self.hide {
            return;
        }
        let text = text(lines);
        let text = scrubbed(&text).unwrap_or(text);
        self.recorder.borrow_mut().show_output(&Event::Output {
            place: self.place.clone(),
            target: self.target.to_owned(),
            text,
        });
    }
}

impl Progress for Live<'_> {
    fn sending(&mut self, text: &str) {
        self.recorder.borrow_mut().show(Event::Sending {
            place: self.place.clone(),
            target: self.target.to_owned(),
            text: text.to_owned(),
        });
    }

    fn started(&mut self, group: i32) {
        if let Some(fence) = self.effect {
            let undo = fence.role == Role::Undo;
            let process = Process::started(self.place, fence.index, self.target, undo, group);
            self.recorder.borrow().note_process(&process);
        }
    }

    fn output(&mut self, _stream: StreamKind, bytes: &[u8]) {
        let Some(redacted) = &mut self.redacted else {
            return;
        };
        let bytes = redacted.push(bytes);
        self.show(bytes, false);
    }

    /// Each percent once: a machine that reads along gets a hundred lines a file.
    fn moved(&mut self, done: u64, of: u64) {
        let percent = done.saturating_mul(100) / of.max(1);
        if self.moved.replace((percent, of)) == Some((percent, of)) {
            return;
        }
        self.recorder.borrow_mut().show(Event::Moved {
            place: self.place.clone(),
            target: self.target.to_owned(),
            done,
            of,
        });
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        let rest = self.redacted.take().map(Stream::finish).unwrap_or_default();
        self.show(rest, true);
    }
}
