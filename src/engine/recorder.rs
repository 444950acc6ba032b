use std::borrow::Cow;
use std::cell::RefCell;

use serde_json::Value;

use super::EngineError;
use crate::event::{Answer, Diff, Event, Fate, Finding, Place, Refusal, SentLine};
use crate::journal::{History, Writer};
use crate::redact::{Redactor, Stream, scrub};
use crate::target::{LineFate, Progress, Reply, StreamKind};

/// Hears every event of a run, in order.
pub trait Listener {
    /// Called after the event is in the journal.
    fn hear(&mut self, event: &Event);
}

/// The one way an event takes: redactor, transition table, journal, listeners.
pub struct Recorder {
    writer: Writer,
    history: History,
    redactor: Redactor,
    listeners: Vec<Box<dyn Listener>>,
}

impl Recorder {
    /// A recorder of a new run.
    pub fn new(writer: Writer, redactor: Redactor, listeners: Vec<Box<dyn Listener>>) -> Self {
        Self {
            writer,
            history: History::default(),
            redactor,
            listeners,
        }
    }

    /// Takes up a run whose past is known.
    pub fn with_past(mut self, past: History) -> Self {
        self.history = past;
        self
    }

    /// Records an event. A barrier is on disk when this returns.
    ///
    /// # Errors
    /// The journal is broken, or the event is impossible. Nothing may be sent afterwards.
    pub fn record(&mut self, event: Event) -> Result<(), EngineError> {
        let event = self.redact(event);
        self.history.note(&event)?;
        if !event.is_live_only() {
            self.writer.append(&event)?;
        }
        for listener in &mut self.listeners {
            listener.hear(&event);
        }
        Ok(())
    }

    /// Shows what is not kept, or is kept already.
    pub fn show(&mut self, event: Event) {
        let event = self.redact(event);
        for listener in &mut self.listeners {
            listener.hear(&event);
        }
    }

    /// What happened so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The head of the journal's hash chain.
    pub fn head(&self) -> &str {
        self.writer.head()
    }

    fn redact(&self, mut event: Event) -> Event {
        scrub_answers(&mut event);
        if self.redactor.is_empty() {
            return event;
        }
        let Ok(mut value) = serde_json::to_value(&event) else {
            return event;
        };
        redact_value(&self.redactor, &mut value);
        // An event is made of strings, numbers and lists: with other strings it is still one.
        serde_json::from_value(value).unwrap_or(event)
    }
}

/// Hides what devices hold and nobody told us: hashes and keys in their configurations.
fn scrub_answers(event: &mut Event) {
    let texts: Vec<&mut String> = match event {
        Event::Looked {
            answer, finding, ..
        } => {
            let answer = answer.iter_mut().flat_map(Answer::texts_mut);
            answer.chain(finding.texts_mut()).collect()
        }
        Event::Compared { steps } => {
            let findings = steps.iter_mut().map(|step| &mut step.finding);
            findings.flat_map(Finding::texts_mut).collect()
        }
        Event::Outcome { answer, reason, .. } => answer.texts_mut().chain(reason).collect(),
        Event::Verdict { reason, .. } => reason.iter_mut().collect(),
        _ => return,
    };
    for text in texts {
        if let Cow::Owned(scrubbed) = scrub(text).0 {
            *text = scrubbed;
        }
    }
}

fn redact_value(redactor: &Redactor, value: &mut Value) {
    match value {
        Value::String(text) => *text = redactor.redact_str(text).into_owned(),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| redact_value(redactor, item)),
        Value::Object(map) => map
            .values_mut()
            .for_each(|item| redact_value(redactor, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A reply as the record keeps it. `hide`: the fence says `secret`.
pub(crate) fn answer(reply: &Reply, hide: bool) -> Answer {
    const HIDDEN: &str = "«hidden»";
    let text = |bytes: &[u8]| match (bytes.is_empty(), hide) {
        (true, _) => String::new(),
        (false, true) => HIDDEN.to_owned(),
        (false, false) => String::from_utf8_lossy(bytes).into_owned(),
    };
    Answer {
        stdout: text(&reply.stdout),
        stderr: text(&reply.stderr),
        lossy: std::str::from_utf8(&reply.stdout).is_err()
            || std::str::from_utf8(&reply.stderr).is_err(),
        exit: reply.exit,
        refusal: reply.error.as_ref().map(|error| Refusal {
            message: error.message.clone(),
            line: error.line,
            column: error.column,
        }),
        lines: reply
            .lines
            .iter()
            .map(|l| SentLine {
                line: l.line,
                fate: fate(l.fate),
            })
            .collect(),
        diffs: reply
            .diffs
            .iter()
            .map(|d| Diff {
                name: d.name.clone(),
                diff: d.diff.clone(),
            })
            .collect(),
        notices: reply.notices.clone(),
    }
}

fn fate(fate: LineFate) -> Fate {
    match fate {
        LineFate::Accepted => Fate::Accepted,
        LineFate::Rejected => Fate::Rejected,
        LineFate::NotSent => Fate::NotSent,
        LineFate::Unknown => Fate::Unknown,
    }
}

/// Passes on what a driver says while it works. Only shown, never kept.
pub(crate) struct Live<'a> {
    recorder: &'a RefCell<Recorder>,
    place: &'a Place,
    target: &'a str,
    hide: bool,
    /// Output comes in pieces, and a secret may be cut in two.
    redacted: Option<Stream>,
    /// The line that has not ended yet.
    line: Vec<u8>,
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
        let redacted = Some(recorder.borrow().redactor.stream());
        Self {
            recorder,
            place,
            target,
            hide,
            redacted,
            line: Vec::new(),
        }
    }

    /// Shows whole lines, because what a device holds is known by the words before it.
    fn show(&mut self, bytes: &[u8], is_end: bool) {
        self.line.extend_from_slice(bytes);
        let newline = self.line.iter().rposition(|byte| *byte == b'\n');
        let whole = match newline {
            _ if is_end || self.line.len() > LONGEST => self.line.len(),
            Some(at) => at + 1,
            None => 0,
        };
        let rest = self.line.split_off(whole);
        let lines = std::mem::replace(&mut self.line, rest);
        if lines.is_empty() || self.hide {
            return;
        }
        let text = String::from_utf8_lossy(&lines);
        self.recorder.borrow_mut().show(Event::Output {
            place: self.place.clone(),
            target: self.target.to_owned(),
            text: scrub(&text).0.into_owned(),
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

    fn output(&mut self, _stream: StreamKind, bytes: &[u8]) {
        let Some(redacted) = &mut self.redacted else {
            return;
        };
        let bytes = redacted.push(bytes);
        self.show(&bytes, false);
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        let rest = self.redacted.take().map(Stream::finish).unwrap_or_default();
        self.show(&rest, true);
    }
}
