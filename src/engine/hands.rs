use std::fs::{self, File};
use std::io::Read;

use camino::Utf8Path;
use serde_json::{Map, Value, json};

use super::EngineError;
use super::operator::{Performed, Task};
use super::step::StepRun;
use crate::event::{Attachment, Phase};
use crate::plan::PlannedFence;
use crate::runbook::{Field, FieldKind, Lang, Role, is_fingerprint};
use crate::target::{DeviceError, Failure, FailureKind, Reply};
use crate::value::Rendered;

/// A file that is kept with a run is not larger: a record is read into memory as a whole.
const LARGEST: u64 = 64 << 20;

/// What a person is asked who has something to do.
pub(crate) const DONE: &str = "done?";

impl StepRun<'_, '_> {
    /// Whether these fences ask for a person, and nobody is there.
    pub(crate) fn lacks_hands<'f>(
        &self,
        mut fences: impl Iterator<Item = &'f PlannedFence>,
    ) -> bool {
        !self.engine.operator.attends() && fences.any(|fence| self.is_for_a_person(fence))
    }

    /// Whether a fence is done by hand, and not by the lab's technician.
    pub(crate) fn is_for_a_person(&self, fence: &PlannedFence) -> bool {
        let has_orders = fence.options.lab.is_some() && self.engine.sessions.has_technician();
        fence.lang == Lang::Manual && !has_orders && self.known_key(fence).is_none()
    }

    /// Has a person do what a fence says, and fill in what it asks for: `name: value`, a line each.
    pub(crate) async fn by_hand(
        &self,
        fence: &PlannedFence,
        rendered: &Rendered,
        question: Option<&'static str>,
    ) -> Result<Reply, Failure> {
        let task = Task {
            place: &self.place,
            title: &self.step.title,
            text: prose(fence, &rendered.shown()),
            question,
            fields: &fence.fields,
            hides: fence.attributes.secret,
            refuses: &|field, text| self.refuses(field, text),
        };
        match self.engine.operator.perform(&task).await {
            Performed::Done { by, filled } => {
                let lines = fence.fields.iter().zip(filled);
                let lines = lines.map(|(field, text)| format!("{}: {text}\n", field.name));
                Ok(Reply {
                    stdout: lines.collect::<String>().into_bytes(),
                    notices: vec![format!("done by {by}")],
                    ..Reply::default()
                })
            }
            Performed::Refused { by } => Ok(Reply {
                error: Some(DeviceError {
                    message: format!("{by} said no"),
                    line: None,
                    column: None,
                    help: None,
                }),
                ..Reply::default()
            }),
            Performed::NobodyThere => {
                let message = "hear from a person whether it is done: nobody answered";
                Err(Failure::unknown(
                    FailureKind::Local,
                    message,
                    Reply::default(),
                ))
            }
        }
    }

    /// Why a field can't have this value.
    fn refuses(&self, field: &Field, text: &str) -> Option<String> {
        let fits = match field.kind {
            FieldKind::Value(kind) => kind.read(text).is_some(),
            FieldKind::Fingerprint => is_fingerprint(text),
            FieldKind::File => return self.take(field, text.into()).err(),
        };
        let what = field.kind.meaning();
        (!fits).then(|| format!("`{text}` is not {what}"))
    }

    /// Reads a file that was given for a field, once: what was looked at is what is kept.
    fn take(&self, field: &Field, path: &Utf8Path) -> Result<(), String> {
        let bytes = read(path)?;
        if let Some(what) = self.engine.recorder.borrow().secret_in(&bytes) {
            return Err(format!("{path} holds {what}"));
        }
        let extension = path.extension().map(str::to_owned);
        let given = Given { extension, bytes };
        self.given.borrow_mut().insert(field.name.clone(), given);
        Ok(())
    }

    /// The values of a fence's fields in an answer, with the files that came with it kept beside
    /// the journal; and the fields that have none.
    pub(crate) fn filled_in(
        &self,
        fence: &PlannedFence,
        reply: &mut Reply,
    ) -> Result<Filled, EngineError> {
        let mut filled = Filled::default();
        if reply.error.is_some() {
            return Ok(filled);
        }
        let report = String::from_utf8_lossy(&reply.stdout).into_owned();
        let by_hand = self.is_for_a_person(fence);
        for field in &fence.fields {
            let text = report.lines().find_map(|line| {
                let (name, text) = line.split_once(':')?;
                (name.trim() == field.name).then(|| text.trim())
            });
            let value = match (field.kind, text) {
                (FieldKind::File, _) if fence.attributes.secret => {
                    let name = &field.name;
                    filled
                        .missing
                        .push(format!("`{name}` is not kept: the fence says `secret`"));
                    continue;
                }
                (FieldKind::File, Some(path)) if by_hand => {
                    let is_given = self.given.borrow().contains_key(&field.name);
                    if !is_given && let Err(why) = self.take(field, path.into()) {
                        filled.missing.push(why);
                        continue;
                    }
                    match self.given.borrow_mut().remove(&field.name) {
                        Some(Given { extension, bytes }) => {
                            Some(self.keep(field, extension.as_deref(), &bytes, &mut filled)?)
                        }
                        None => None,
                    }
                }
                // What the technician saw is the file.
                (FieldKind::File, _) if !by_hand => {
                    let seen = self.engine.recorder.borrow().readable(reply.clone(), false);
                    Some(self.keep(field, Some("txt"), &seen.stdout, &mut filled)?)
                }
                (FieldKind::Value(kind), Some(text)) => kind.read(text),
                (FieldKind::Fingerprint, Some(text)) => {
                    is_fingerprint(text).then(|| Value::from(text))
                }
                _ => None,
            };
            match value {
                Some(value) => drop(filled.values.insert(field.name.clone(), value)),
                None => filled.missing.push(format!(
                    "`{}` was not filled in with {}",
                    field.name,
                    field.kind.meaning()
                )),
            }
        }
        if by_hand && !filled.attachments.is_empty() {
            reply.stdout = filled.report(&report).into_bytes();
        }
        Ok(filled)
    }

    fn keep(
        &self,
        field: &Field,
        extension: Option<&str>,
        bytes: &[u8],
        filled: &mut Filled,
    ) -> Result<Value, EngineError> {
        let recorder = self.engine.recorder.borrow();
        let kept = recorder.keep_file(&field.name, extension, bytes)?;
        let value = json!({ "file": kept.file, "sha256": kept.sha256, "size": kept.size });
        filled.attachments.push(kept);
        Ok(value)
    }
}

/// What a person is asked about a look. The same is asked before an effect and after it, and who
/// answers must know which it is.
pub(crate) fn question(fence: &PlannedFence, phase: Phase) -> Option<&'static str> {
    match (fence.role, phase) {
        (Role::Check, Phase::Before) => Some("is it so already?"),
        (Role::Check, Phase::After | Phase::Undone) => Some("is it so now?"),
        (Role::Check, Phase::Applies) | (Role::SkipIf, _) => Some("is it so?"),
        // Who has filled it in has done it.
        (Role::Read, _) if !fence.fields.is_empty() => None,
        (Role::Read | Role::Run | Role::Undo, _) => Some(DONE),
    }
}

/// A file that was given for a field.
#[derive(Debug)]
pub(crate) struct Given {
    extension: Option<String>,
    bytes: Vec<u8>,
}

/// What came of a fence's fields.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) values: Map<String, Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) missing: Vec<String>,
}

impl Filled {
    /// A report that says where files are kept, not where somebody had them.
    fn report(&self, report: &str) -> String {
        let kept = |name: &str| self.attachments.iter().find(|kept| kept.name == name);
        let lines = report.lines().map(|line| {
            let (name, _) = line.split_once(':').unwrap_or_default();
            match kept(name) {
                Some(kept) => format!("{name}: {}\n", kept.file),
                None => format!("{line}\n"),
            }
        });
        lines.collect()
    }
}

/// What a person reads: the fields are asked for one by one.
fn prose(fence: &PlannedFence, text: &str) -> String {
    let is_field = |line: &&str| Field::all(line).any(|field| fence.fields.contains(&field));
    let lines = text.lines().filter(|line| !is_field(line));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

fn read(path: &Utf8Path) -> Result<Vec<u8>, String> {
    let failed = |error| format!("failed to read {path}: {error}");
    let found = fs::metadata(path).map_err(failed)?;
    if !found.is_file() {
        return Err(format!("{path} is not a file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    // It may grow after it was looked at.
    let read = file.take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        let (size, most) = (found.len() >> 20, LARGEST >> 20);
        return Err(format!(
            "{path} has {size} MiB; at most {most} MiB are kept"
        ));
    }
    Ok(bytes)
}
