use serde_json::{Map, Value};

use super::step::StepRun;
use super::{EngineError, Recorder};
use crate::check::{self, Observation};
use crate::event::Attachment;
use crate::plan::PlannedFence;
use crate::redact::SHORTEST;
use crate::runbook::{ExpectationKind, FINGERPRINT, Lang, Role};
use crate::target::Reply;
use crate::value::{Scope, TemplateError, Undefined};

/// Whether an answer satisfies its fence, why not, and the names that it gives.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) misses: Vec<String>,
    /// Nothing of that was found: nobody can tell whether it is satisfied.
    pub(crate) is_untold: bool,
    pub(crate) bound: Map<String, Value>,
    pub(crate) attachments: Vec<Attachment>,
}

/// Said where nobody knows what an answer would say.
const TOO_LONG: &str = "the output is too long to be judged: have the command print less of it";

/// Said where an answer differs only in what nobody may read.
const HIDDEN_MISS: &str = "the output is not as expected, and what differs is hidden";

impl StepRun<'_, '_> {
    /// Judges an answer by the fence's exit status and expectations, whatever its role, and
    /// says why not in words that hold no secret.
    pub(crate) fn judge(
        &self,
        fence: &PlannedFence,
        mut reply: Reply,
        scope: &Scope,
    ) -> Result<(Judgement, Reply), EngineError> {
        let filled = self.filled_in(fence, &mut reply)?;
        let given = std::mem::take(&mut reply.bound);
        let mut scope = self.seen_by(fence, scope);
        for (name, value) in &given {
            scope.bind(name, value.clone());
        }
        let scope = &scope;
        let mut judgement = self.judge_in(fence, &reply, scope);
        let recorder = self.engine.recorder.borrow();
        let readable = recorder.readable(reply, fence.attributes.secret);
        if !judgement.misses.is_empty() {
            // What is shown of an output or of a name's value is cut to fit, and a secret that was
            // cut is not found.
            let names = readable_names(&recorder, scope);
            judgement.misses = self.judge_in(fence, &readable, &names).misses;
            if judgement.misses.is_empty() {
                judgement.misses.push(HIDDEN_MISS.to_owned());
            }
        }
        judgement.misses.extend(filled.missing);
        if fence.attributes.secret && judgement.misses.is_empty() {
            let bound = judgement.bound.iter().chain(&filled.values).chain(&given);
            if let Some(why) = too_short(bound) {
                judgement.misses.push(why);
                judgement.bound.clear();
            }
        }
        if judgement.misses.is_empty() {
            let pinned = self
                .engine
                .pin(fence, filled.values.get(FINGERPRINT), &self.place);
            judgement.misses.extend(pinned.err());
        }
        // What is not as expected is nobody's value.
        if judgement.misses.is_empty() {
            judgement.bound.extend(filled.values);
            judgement.bound.extend(given);
        }
        judgement.attachments = filled.attachments;
        Ok((judgement, readable))
    }

    /// What a fence sees once it has its answer: a name that it alone gives a value to has none, as
    /// what it found before, or a moment ago, may have changed.
    fn seen_by(&self, fence: &PlannedFence, scope: &Scope) -> Scope {
        let mut scope = scope.clone();
        let is_this = |other: &PlannedFence| std::ptr::eq(other, fence);
        let is_given = |name: &String| {
            let row = self.lane.row.as_ref();
            self.runbook.scope.get(name).is_some() || row.is_some_and(|(row, _)| row == name)
        };
        for name in fence.binds.iter().filter(|name| !is_given(name)) {
            if self.runbook.is_bound_only_by(name, is_this) {
                let _ = scope.unbind(name);
            }
        }
        scope
    }

    /// The names that a fence's text itself may mention, outside of `{{ }}`.
    pub(crate) fn mentioned(&self, fence: &PlannedFence, target: &str) -> Scope {
        match fence.lang {
            Lang::Xapi => self.names().scope(self.lane, target),
            _ => Scope::default(),
        }
    }

    /// Whether a name is there only once this step's effect was sent.
    pub(crate) fn gives_only_its_effect(&self, name: &str) -> bool {
        let effects: Vec<_> = self.step.fences(Role::Run).collect();
        let is_effect = |other: &PlannedFence| effects.iter().any(|own| std::ptr::eq(*own, other));
        self.runbook.is_bound_only_by(name, is_effect)
    }

    /// Gives the step's names their values, and tells which of them the journal may keep.
    pub(crate) fn bind(
        &self,
        mut bound: Map<String, Value>,
        hide: bool,
    ) -> (Map<String, Value>, Vec<String>) {
        // What is read again for the secrets that it gives leaves the other names as they were.
        let wanted = self.reads_again.as_ref();
        bound.retain(|name, _| wanted.is_none_or(|wanted| wanted.contains(name)));
        if wanted.is_some() {
            bound = self.without_changed(bound);
        }
        let names: Vec<String> = bound.keys().cloned().collect();
        self.give(&bound);
        let mut recorder = self.engine.recorder.borrow_mut();
        let bound = recorder.keep(&self.place, bound, hide);
        for name in names {
            recorder.found(&self.place, &name);
        }
        bound
    }
}

/// Why a value that a `secret` fence gave can't be a name's: it would stand in clear from then on.
fn too_short<'b>(mut bound: impl Iterator<Item = (&'b String, &'b Value)>) -> Option<String> {
    let (name, _) = bound.find(|(_, value)| !can_be_hidden(value))?;
    Some(format!(
        "the value of `{name}` has fewer than {SHORTEST} characters, so it can't be hidden \
         wherever it is used: take `secret` away if it is none"
    ))
}

fn can_be_hidden(value: &Value) -> bool {
    let is_long = |text: &str| text.is_empty() || text.trim().chars().count() >= SHORTEST;
    match value {
        Value::String(text) => is_long(text),
        Value::Number(number) => is_long(&number.to_string()),
        Value::Array(items) => items.iter().all(can_be_hidden),
        Value::Object(map) => map.values().all(can_be_hidden),
        Value::Null | Value::Bool(_) => true,
    }
}

/// The names that a fence can see, with values as people may read them.
fn readable_names(recorder: &Recorder, scope: &Scope) -> Scope {
    let mut readable = scope.clone();
    for (name, value) in scope.iter() {
        let mut value = value.clone();
        clean(recorder, &mut value);
        readable.bind(name, value);
    }
    readable
}

fn clean(recorder: &Recorder, value: &mut Value) {
    match value {
        Value::String(text) => recorder.clean(text),
        Value::Number(number) => {
            let written = number.to_string();
            let mut text = written.clone();
            recorder.clean(&mut text);
            if text != written {
                *value = text.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clean(recorder, item)),
        Value::Object(map) => map.values_mut().for_each(|item| clean(recorder, item)),
        Value::Null | Value::Bool(_) => {}
    }
}

impl StepRun<'_, '_> {
    fn judge_in(&self, fence: &PlannedFence, reply: &Reply, scope: &Scope) -> Judgement {
        let observation = Observation {
            stdout: String::from_utf8_lossy(&reply.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&reply.stderr).into_owned(),
            exit: reply.exit,
            by_hand: fence.lang == Lang::Manual,
            error: reply.error.as_ref().map(|error| error.message.clone()),
        };
        let mut scope = scope.clone();
        if let Some(capture) = &fence.attributes.capture {
            scope.bind(&capture.value, observation.stdout.trim());
        }
        let mut expectations = Vec::new();
        for expectation in &fence.expectations {
            let kind = match expectation.kind {
                ExpectationKind::Expect => check::Kind::Expect,
                ExpectationKind::Assert => check::Kind::Assert,
            };
            match expectation.template.render(&scope, kind.quote()) {
                Ok(text) => expectations.push(check::Expectation {
                    kind,
                    text: text.shown(),
                    whole: expectation.whole,
                }),
                Err(error) => {
                    return Judgement {
                        is_untold: !self.can_do_without(&error),
                        misses: vec![error.message],
                        ..Judgement::default()
                    };
                }
            }
        }
        let verdict = check::verify(&expectations, &observation, fence.attributes.exit, &scope);
        if reply.is_cut && !(expectations.is_empty() && fence.attributes.capture.is_none()) {
            return Judgement {
                misses: vec![TOO_LONG.to_owned()],
                is_untold: true,
                ..Judgement::default()
            };
        }
        let mut bound: Map<String, Value> = verdict.bound.into_iter().collect();
        // What is not as expected is nobody's value.
        if let Some(capture) = &fence.attributes.capture
            && verdict.misses.is_empty()
        {
            bound.insert(capture.value.clone(), observation.stdout.trim().into());
        }
        let mut undefined = verdict.undefined.iter();
        Judgement {
            is_untold: verdict.is_untold && !undefined.any(|name| self.gives_only_its_effect(name)),
            misses: verdict.misses,
            bound,
            ..Judgement::default()
        }
    }

    /// Whether an error says that it does not hold: it needs what only the step's effect makes.
    pub(crate) fn can_do_without(&self, error: &TemplateError) -> bool {
        match &error.undefined {
            Some(Undefined::Name(name)) => self.gives_only_its_effect(name),
            Some(Undefined::Entry) => true,
            None => false,
        }
    }
}
