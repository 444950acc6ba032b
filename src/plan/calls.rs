//! XenAPI calls: each is an effect of its own, so that a run goes on with the first that did not
//! arrive.

use std::collections::BTreeSet;

use super::PlannedFence;
use crate::runbook::{Fence, Role};
use crate::text::{Span, filled};
use crate::value::{Call, Template, TemplateError};

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
    let last = calls.len().saturating_sub(1);
    let one = |(n, call): (usize, &Call)| {
        let own = call.written.span;
        let template = match fence.attributes.raw {
            true => Template::literal(&text[own.range()]),
            false => Template::parse(&text[own.range()])?,
        };
        let names = call.names().into_iter();
        let names =
            names.map(|(name, at)| (name, Span::new(at.start - own.start, at.end - own.start)));
        let mut one = PlannedFence {
            index: planned.index + n,
            template: template.mentioning(names.collect()),
            binds: call.written.name.iter().cloned().collect(),
            ..planned.clone()
        };
        if n < last {
            // What is expected is expected of the fence's end.
            one.expectations.clear();
            one.attributes.capture = None;
        } else {
            let all: BTreeSet<&String> = calls
                .iter()
                .filter_map(|call| call.written.name.as_ref())
                .collect();
            let of_the_end = planned.binds.iter().filter(|name| !all.contains(name));
            one.binds.extend(of_the_end.cloned());
        }
        Ok(one)
    };
    calls.iter().enumerate().map(one).collect()
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
