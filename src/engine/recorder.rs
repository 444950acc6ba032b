use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::EngineError;
use crate::event::{Answer, Attachment, Diff, Event, Fate, Place, Refusal, SentLine};
use crate::journal::{self, History, Process, RunFolder, Withheld, Writer};
use crate::redact::{HIDDEN, Redactor, Stream, held, scrub};
use crate::target::{LineFate, Reply};

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
    /// Where files are kept.
    folder: Option<RunFolder>,
    /// Names with a secret value that nobody knows here, so that nobody could find it in an answer.
    lost: BTreeSet<(Place, String)>,
    /// What tells whether a secret value is the one that this run had.
    withheld: Withheld,
    /// The same of the run that is taken back.
    taken_back: Option<Withheld>,
}

impl Recorder {
    /// A recorder of a new run.
    pub fn new(writer: Writer, redactor: Redactor, listeners: Vec<Box<dyn Listener>>) -> Self {
        Self {
            writer,
            history: History::default(),
            redactor,
            listeners,
            folder: None,
            lost: BTreeSet::new(),
            withheld: Withheld::default(),
            taken_back: None,
        }
    }

    /// Keeps files beside the journal. Without, they are only named.
    pub fn keeping_files(mut self, folder: RunFolder) -> Self {
        self.withheld = Withheld::of(&folder);
        self.folder = Some(folder);
        self
    }

    /// Takes back what a run did: its names are to have the values that they had in it.
    pub fn taking_back(mut self, folder: &RunFolder) -> Self {
        self.taken_back = Some(Withheld::of(folder));
        self
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
        if let (Event::RunStarted { .. }, Some(folder)) = (&event, &self.folder) {
            // Without it nothing is lost but that an emptied journal is told from a new one.
            let _ = folder.mark_begun();
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

    /// Shows output that was redacted as it came.
    pub(super) fn show_output(&mut self, event: &Event) {
        for listener in &mut self.listeners {
            listener.hear(event);
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

    /// What came back as people may read it: without secrets, and without those that devices
    /// hold and nobody told us. Everything that is kept or explained is made of this.
    /// `hide`: the fence says `secret`.
    pub(crate) fn readable(&self, mut reply: Reply, hide: bool) -> Reply {
        let lost = self.hides_all();
        let hidden = lost.as_deref().or(hide.then_some(HIDDEN));
        for output in [&mut reply.stdout, &mut reply.stderr] {
            if let Some(instead) = hidden.filter(|_| !output.is_empty()) {
                instead.as_bytes().clone_into(output);
            }
            // Before anything that is not UTF-8 is replaced: a secret may be written in it.
            if let Some(redacted) = self.redactor.redact_bytes(output) {
                *output = redacted;
            }
            if let Some(scrubbed) = scrubbed(&String::from_utf8_lossy(output)) {
                *output = scrubbed.into_bytes();
            }
        }
        let refusal = reply.error.iter_mut().map(|error| &mut error.message);
        let diffs = reply.diffs.iter_mut().map(|diff| &mut diff.diff);
        for text in refusal.chain(diffs).chain(&mut reply.notices) {
            match &lost {
                Some(instead) => instead.clone_into(text),
                None => self.clean(text),
            }
        }
        reply
    }

    /// From here on all answers are hidden, until the secrets behind these names are known again.
    pub(crate) fn lose(&mut self, names: impl IntoIterator<Item = (Place, String)>) {
        self.lost.extend(names);
    }

    /// A secret is known again.
    pub(crate) fn found(&mut self, place: &Place, name: &str) {
        self.lost.remove(&(place.clone(), name.to_owned()));
    }

    /// How output is redacted as it comes, and whether none of it may be shown.
    pub(super) fn redacting(&self) -> (Stream, bool) {
        (self.redactor.stream(), !self.lost.is_empty())
    }

    /// What stands in the place of every answer, as long as a secret is not known.
    fn hides_all(&self) -> Option<String> {
        let (place, name) = self.lost.first()?;
        Some(format!(
            "{HIDDEN}: the value that `{place}` gave `{name}` is secret and not known here, so it \
             could not be found in this"
        ))
    }

    /// Of the names that an answer gave, those that the journal may keep, and those whose
    /// values are secret. `hide`: the fence says `secret`, so all of them are, from here on.
    pub(crate) fn keep(
        &mut self,
        place: &Place,
        bound: Map<String, Value>,
        hide: bool,
    ) -> (Map<String, Value>, Vec<String>) {
        let hide = hide || !self.lost.is_empty();
        let (mut kept, mut withheld) = (Map::new(), Vec::new());
        for (name, value) in bound {
            if hide {
                self.add_secrets(&name, &value);
            }
            if hide || self.holds_secret(&value) {
                // Where it can't be noted it can't be compared, and a person is asked then.
                let _ = self.withheld.note(place, &name, &value);
                withheld.push(name);
            } else {
                kept.insert(name, value);
            }
        }
        (kept, withheld)
    }

    /// Whether a value that was read again is known to be the one that the run had.
    pub(super) fn is_as_it_was(&self, place: &Place, name: &str, value: &Value) -> bool {
        let then = self.taken_back.as_ref().unwrap_or(&self.withheld);
        then.is(place, name, value)
    }

    /// Whatever a secret's value is made of is secret.
    pub(super) fn add_secrets(&self, name: &str, value: &Value) {
        match value {
            // One that is too short to be hidden was refused, or is empty.
            Value::String(secret) => drop(self.redactor.add_secret(name, secret)),
            Value::Number(number) => drop(self.redactor.add_secret(name, &number.to_string())),
            Value::Array(items) => items.iter().for_each(|item| self.add_secrets(name, item)),
            Value::Object(map) => map.values().for_each(|item| self.add_secrets(name, item)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text without the secrets that it knows.
    pub(crate) fn redacted(&self, text: &str) -> String {
        self.redactor.redact_str(text).into_owned()
    }

    /// All secrets that it came to know, for what else is made of the run.
    pub fn into_redactor(self) -> Redactor {
        self.redactor
    }

    /// Keeps a file that was asked for as `name`.
    pub(crate) fn keep_file(
        &self,
        name: &str,
        extension: Option<&str>,
        bytes: &[u8],
    ) -> Result<Attachment, EngineError> {
        let attachment = journal::attachment(name, extension, bytes);
        if let Some(folder) = &self.folder {
            folder.keep(&attachment, bytes)?;
        }
        Ok(attachment)
    }

    /// Notes which process does an effect.
    pub(crate) fn note_process(&self, process: &Process) {
        if let Some(folder) = &self.folder {
            folder.note_process(process);
        }
    }

    /// What a file holds that can't be kept: a secret of the run, or one that devices hold and
    /// nobody told us.
    pub(crate) fn secret_in(&self, bytes: &[u8]) -> Option<String> {
        if self.redactor.is_match(bytes) {
            return Some("a secret".to_owned());
        }
        let text = String::from_utf8_lossy(bytes);
        held(&text).map(|what| format!("what a device keeps secret, after `{what}`"))
    }

    fn holds_secret(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => {
                self.redactor.is_match(text.as_bytes()) || scrubbed(text).is_some()
            }
            Value::Array(items) => items.iter().any(|item| self.holds_secret(item)),
            // A device's secret is known by the key before it.
            Value::Object(map) => {
                map.values().any(|item| self.holds_secret(item))
                    || serde_json::to_string(map).is_ok_and(|json| scrubbed(&json).is_some())
            }
            Value::Number(number) => self.redactor.is_match(number.to_string().as_bytes()),
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// Takes out of a text what nobody may read.
    pub(super) fn clean(&self, text: &mut String) {
        if let Cow::Owned(redacted) = self.redactor.redact_str(text) {
            *text = redacted;
        }
        if let Some(scrubbed) = scrubbed(text) {
            *text = scrubbed;
        }
    }

    fn redact(&self, mut event: Event) -> Event {
        // It was made readable when it came, and may be large.
        let answer = event.answer_mut().map(std::mem::take);
        for text in event.told_mut() {
            self.clean(text);
        }
        if !self.redactor.is_empty()
            && let Ok(mut value) = serde_json::to_value(&event)
        {
            redact_value(&self.redactor, &mut value);
            // An event is made of strings, numbers and lists: with other strings it is still one.
            event = serde_json::from_value(value).unwrap_or(event);
        }
        if let (Some(place), Some(answer)) = (event.answer_mut(), answer) {
            *place = answer;
        }
        event
    }
}

/// A text without what devices keep secret, if it holds such.
pub(super) fn scrubbed(text: &str) -> Option<String> {
    match scrub(text).0 {
        Cow::Owned(scrubbed) => Some(scrubbed),
        Cow::Borrowed(_) => None,
    }
}

fn redact_value(redactor: &Redactor, value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(redacted) = redactor.redact_str(text) {
                *text = redacted;
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| redact_value(redactor, item)),
        Value::Object(map) => map
            .values_mut()
            .for_each(|item| redact_value(redactor, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A [readable](Recorder::readable) reply as the record keeps it, and the files that came with it.
pub(crate) fn answer(reply: Reply, attachments: Vec<Attachment>) -> Answer {
    let lossy =
        std::str::from_utf8(&reply.stdout).is_err() || std::str::from_utf8(&reply.stderr).is_err();
    Answer {
        stdout: text(reply.stdout),
        stderr: text(reply.stderr),
        lossy,
        exit: reply.exit,
        refusal: reply.error.map(|error| Refusal {
            message: error.message,
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
            .into_iter()
            .map(|d| Diff {
                name: d.name,
                diff: d.diff,
            })
            .collect(),
        notices: reply.notices,
        attachments,
    }
}

/// A text of bytes; what is no UTF-8 in them is replaced.
pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn fate(fate: LineFate) -> Fate {
    match fate {
        LineFate::Accepted => Fate::Accepted,
        LineFate::Rejected => Fate::Rejected,
        LineFate::NotSent => Fate::NotSent,
        LineFate::Unknown => Fate::Unknown,
    }
}
