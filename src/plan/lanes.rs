//! The ways through a step: one for each target of its group, or for each row of its table.

use super::Lane;
use super::build::Binder;
use crate::runbook::{Fence, Role, Step, Table};
use crate::text::{Diagnostic, Span};
use crate::value::Value;

impl Binder<'_> {
    pub(super) fn lanes(&mut self, step: &Step, group: Option<&[String]>) -> Vec<Lane> {
        let each = step
            .fences
            .iter()
            .find_map(|fence| fence.attributes.each.as_ref());
        match (each, group, &step.table) {
            (None, None, _) => vec![Lane::default()],
            (None, Some(members), _) => members
                .iter()
                .map(|m| Lane {
                    name: Some(m.clone()),
                    target: Some(m.clone()),
                    row: None,
                })
                .collect(),
            (Some(each), None, Some(Table { header, rows })) => rows
                .iter()
                .map(|row| {
                    let cells = header
                        .iter()
                        .cloned()
                        .zip(row.cells.iter().cloned().map(Value::from));
                    let value = Value::Object(cells.collect());
                    let name = row.cells.first().cloned();
                    Lane {
                        name,
                        target: None,
                        row: Some((each.value.clone(), value)),
                    }
                })
                .collect(),
            (Some(each), Some(_), _) => {
                self.refuse_each(each.span, "a step on a group can't have `each=` too");
                Vec::new()
            }
            (Some(each), None, None) => {
                self.refuse_each(each.span, "`each=` needs a table in the step's section");
                Vec::new()
            }
        }
    }

    /// The targets that a step has one lane for each: those of the group its effects run on.
    pub(super) fn group(&mut self, step: &Step) -> Option<Vec<String>> {
        let mut role = step.fences(Role::Run).peekable();
        let fences: Vec<&Fence> = if role.peek().is_some() {
            role.collect()
        } else {
            step.fences(Role::Check).collect()
        };
        let mut group: Option<(String, Vec<String>)> = None;
        let mut alone: Option<&Fence> = None;
        for fence in fences {
            let Some((name, _)) = self.named_target(fence) else {
                continue;
            };
            match self.inventory.groups.get(&name) {
                None => alone = Some(fence),
                Some(members) => match &group {
                    Some((first, _)) if *first != name => self.mixed(step, fence),
                    _ => group = Some((name, members.clone())),
                },
            }
        }
        if let (Some(_), Some(fence)) = (&group, alone)
            && fence.role == Role::Run
        {
            self.mixed(step, fence);
        }
        group.map(|(_, members)| members)
    }

    fn refuse_each(&mut self, span: Span, message: &str) {
        self.wrong.push(Diagnostic::error(
            "bad-each",
            &self.runbook.source,
            span,
            message,
        ));
    }

    fn mixed(&mut self, step: &Step, fence: &Fence) {
        self.wrong.push(
            Diagnostic::error(
                "mixed-group",
                &self.runbook.source,
                fence.info_span,
                format!(
                    "the step `{}` acts on a group and on something else",
                    step.id
                ),
            )
            .label("this effect is not on the step's group")
            .help("make two steps of it, so that each target has one verdict"),
        );
    }
}
