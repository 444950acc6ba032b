//! The names that a fence gives a value to.

use crate::check::Type;
use crate::runbook::field::is_name;
use crate::runbook::{ExpectationKind, Fence, Lang, Step};

/// What one fence binds: by `capture=`, by the placeholders of its expectations, by XenAPI
/// assignments and by the fields a person fills in.
pub(super) struct Bindings<'a> {
    pub(super) fence: &'a Fence,
    pub(super) names: Vec<&'a str>,
}

impl<'a> Bindings<'a> {
    /// What the fences of a step bind, in document order.
    pub(super) fn of(step: &'a Step) -> Vec<Self> {
        step.fences
            .iter()
            .map(|fence| Self {
                fence,
                names: names(fence),
            })
            .collect()
    }

    pub(super) fn binds(&self, name: &str) -> bool {
        self.names.contains(&name)
    }
}

fn names(fence: &Fence) -> Vec<&str> {
    let mut names: Vec<&str> = fence
        .attributes
        .capture
        .iter()
        .map(|capture| capture.value.as_str())
        .collect();
    for expectation in &fence.expectations {
        if expectation.kind == ExpectationKind::Expect {
            names.extend(placeholders(&expectation.body.text));
        }
    }
    let lines = fence.body.text.lines();
    match fence.lang {
        // `name = Class.method(…)`
        Lang::Xapi => names.extend(lines.filter_map(|line| {
            let (name, call) = line.split_once('=')?;
            (!call.starts_with('='))
                .then_some(name.trim())
                .filter(|name| is_name(name))
        })),
        Lang::Manual => names.extend(fence.fields.iter().map(|field| field.name.as_str())),
        _ => {}
    }
    names
}

/// The names of `<name:type>` placeholders.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(':')?;
        let (kind, _) = rest.split_once('>')?;
        (is_type(kind) && is_name(name)).then_some(name)
    })
}

fn is_type(word: &str) -> bool {
    Type::ALL.iter().any(|kind| kind.word() == word)
}
