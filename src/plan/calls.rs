//! XenAPI calls: each is an effect of its own, so that a run goes on with the first that did not
//! arrive.

use super::PlannedFence;
use crate::runbook::{Fence, Role};
use crate::text::{Span, filled};
use crate::value::{Call, Template, TemplateError};

/// So far apart are the indices of a fence's calls: a fence that is added to the step must not move
/// them, and no step has so many.
const CALL: usize = 1000;

impl PlannedFence {
    /// Whether both are calls of one fence of the runbook.
    pub(crate) fn is_of_fence(&self, other: &Self) -> bool {
        self.index % CALL == other.index % CALL
    }
}

/// The calls of a fence, as planned fences of their own where they are effects. What only asks
/// stays together.
///
/// # Errors
/// A line that is no call.
pub(super) fn calls(
    fence: &Fence,
    planned: PlannedFence,
) -> Result<Vec<PlannedFence>, TemplateError> {
    let text = &fence.body.text;
    let calls = match fence.attributes.raw {
        true => Call::parse(text)?,
        false => Call::parse(&filled(text, |_| '0'))?,
    };
    if !matches!(fence.role, Role::Run | Role::Undo) {
        let template = planned.template.clone().mentioning(from_elsewhere(&calls));
        return Ok(vec![PlannedFence {
            template,
            ..planned
        }]);
    }
    let mut effects = Vec::new();
    for (n, call) in calls.iter().enumerate() {
        let own = call.written.span;
        let template = match fence.attributes.raw {
            true => Template::literal(&text[own.range()]),
            false => Template::parse(&text[own.range()])?,
        };
        let names = call.names().into_iter();
        let names =
            names.map(|(name, at)| (name, Span::new(at.start - own.start, at.end - own.start)));
        let mut effect = PlannedFence {
            template: template.mentioning(names.collect()),
            binds: call.written.name.iter().cloned().collect(),
            // What is expected is expected of the fence's end.
            expectations: Vec::new(),
            ..planned.clone()
        };
        effect.attributes.capture = None;
        // Its task may still go on where nobody knows what became of it.
        effect.attributes.once |= call.written.is_async;
        effect.index += n * CALL;
        effects.push(effect);
    }
    if let Some(end) = effects.last_mut() {
        end.expectations.clone_from(&planned.expectations);
        end.attributes
            .capture
            .clone_from(&planned.attributes.capture);
        let is_given = |name: &String| {
            calls
                .iter()
                .any(|call| call.written.name.as_ref() == Some(name))
        };
        let binds = planned.binds.into_iter();
        end.binds.extend(binds.filter(|name| !is_given(name)));
    }
    Ok(effects)
}

/// The names that a fence's calls need and none of those before them gives.
fn from_elsewhere(calls: &[Call]) -> Vec<(String, Span)> {
    let mut given: Vec<&str> = Vec::new();
    let mut needed = Vec::new();
    for call in calls {
        let names = call.names().into_iter();
        needed.extend(names.filter(|(name, _)| !given.contains(&name.as_str())));
        given.extend(call.written.name.as_deref());
    }
    needed
}
