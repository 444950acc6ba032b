use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Map;
use sha2::{Digest, Sha256};

use super::calls::calls;
use super::known::languages;
use super::{On, Plan, PlannedExpectation, PlannedFence, PlannedRunbook, PlannedStep, Way};
use crate::event::Selection;
use crate::runbook::{Body, Fence, Lang, Role, Runbook, Step};
use crate::target::Options;
use crate::target::inventory::{Inventory, TargetSpec};
use crate::text::{Diagnostic, Span, Transfer};
use crate::value::{Quote, Scope, Template, Value};

/// How long a fence may take unless it says `timeout=`.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a person may take.
const MANUAL_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// SHA-256, hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Binds runbooks, in their order, to targets and variables.
///
/// # Errors
/// Everything that can't be bound: unknown targets, drivers that don't speak a fence's
/// language, broken templates.
pub fn build(
    runbooks: Vec<(Runbook, Scope)>,
    inventory: &Inventory,
) -> Result<Plan, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let targets = Rc::new(targets(inventory));
    let way = |spec: &TargetSpec| {
        let way = Way {
            words: inventory.way(spec),
            via: spec.via.clone(),
        };
        (spec.name.clone(), way)
    };
    let runbooks = runbooks
        .into_iter()
        .map(|(runbook, scope)| {
            let mut binder = Binder {
                runbook: &runbook,
                inventory,
                wrong: &mut wrong,
            };
            let steps = runbook.steps.iter().map(|step| binder.step(step)).collect();
            PlannedRunbook {
                name: runbook.name.clone(),
                title: runbook
                    .meta
                    .title
                    .clone()
                    .unwrap_or_else(|| runbook.name.clone()),
                source: runbook.source.clone(),
                on_failure: runbook.meta.on_failure.unwrap_or_default(),
                scope,
                targets: targets.clone(),
                steps,
            }
        })
        .collect();
    if wrong.is_empty() {
        Ok(Plan {
            runbooks,
            deviations: Vec::new(),
            selection: Selection::default(),
            ways: inventory.targets.values().map(way).collect(),
            references: inventory
                .secrets
                .iter()
                .map(|(name, reference)| (name.clone(), reference.to_string()))
                .collect(),
        })
    } else {
        Err(wrong)
    }
}

/// What `target` is in a fence, for every target.
fn targets(inventory: &Inventory) -> BTreeMap<String, Value> {
    let value = |spec: &TargetSpec| {
        let mut own: Map<String, Value> = spec.vars.clone().into_iter().collect();
        own.insert("name".to_owned(), spec.name.clone().into());
        Value::Object(own)
    };
    let all = inventory.targets.values();
    all.map(|spec| (spec.name.clone(), value(spec))).collect()
}

/// Binds one runbook.
pub(super) struct Binder<'a> {
    pub(super) runbook: &'a Runbook,
    pub(super) inventory: &'a Inventory,
    pub(super) wrong: &'a mut Vec<Diagnostic>,
}

impl Binder<'_> {
    fn step(&mut self, step: &Step) -> PlannedStep {
        let group = self.group(step);
        let lanes = self.lanes(step, group.as_deref());
        let runs = || step.fences(Role::Run);
        let mut fences = Vec::new();
        for (index, fence) in step.fences.iter().enumerate() {
            let planned = self.fence(index, fence, group.as_deref());
            match fence.lang {
                Lang::Xapi => fences.extend(self.calls(fence, planned)),
                _ => fences.push(planned),
            }
        }
        PlannedStep {
            id: step.id.clone(),
            title: step.title.clone(),
            lanes,
            fences,
            drill: step.is_drill(),
            serial: step.fences.iter().filter_map(|f| f.attributes.serial).min(),
            approve: runs().any(|fence| fence.attributes.approve),
            toward: runs()
                .find_map(|f| f.attributes.toward.as_ref())
                .map(|t| t.value.clone()),
            undo_none: runs()
                .find_map(|f| f.attributes.undo_none.as_ref())
                .map(|r| r.value.clone()),
            when: step
                .fences
                .iter()
                .find_map(|f| f.attributes.when.as_ref())
                .map(|w| w.value.clone()),
            span: step.span,
        }
    }

    fn fence(&mut self, index: usize, fence: &Fence, lanes: Option<&[String]>) -> PlannedFence {
        let attributes = fence.attributes.clone();
        let on = self.on(fence, lanes);
        let default = if fence.lang == Lang::Manual {
            MANUAL_TIMEOUT
        } else {
            DEFAULT_TIMEOUT
        };
        let options = Options {
            timeout: attributes.timeout.unwrap_or(default),
            exec: attributes.exec,
            revert: attributes.revert,
            path: attributes.path.as_ref().map(|p| p.value.clone().into()),
            mode: attributes.mode,
            session: attributes.session.clone(),
            become_user: attributes.become_user.clone(),
            goes_on: false,
            hidden: false,
            tty: attributes.tty,
            lab: attributes.lab.as_ref().map(|l| l.value.clone()),
            written_paths: match fence.lang {
                Lang::Sftp => Transfer::written_paths(&fence.body.text, attributes.raw),
                _ => Vec::new(),
            },
            disconnects: attributes.disconnects,
        };
        let expectations = fence
            .expectations
            .iter()
            .map(|e| PlannedExpectation {
                kind: e.kind,
                template: self.template(&e.body, e.raw),
                whole: e.whole,
                span: e.span,
            })
            .collect();
        PlannedFence {
            index,
            role: fence.role,
            lang: fence.lang,
            on,
            template: self.template(&fence.body, attributes.raw),
            quote: quote(fence.lang),
            options,
            attributes,
            fields: fence.fields.clone(),
            expectations,
            binds: fence.binds().into_iter().map(str::to_owned).collect(),
            span: fence.span,
        }
    }

    /// The calls of an `xapi` fence: each is an effect of its own, while what only asks is asked
    /// together.
    fn calls(&mut self, fence: &Fence, planned: PlannedFence) -> Vec<PlannedFence> {
        calls(fence, planned).unwrap_or_else(|error| {
            let span = fence.body.span_in_source(error.span);
            let found = Diagnostic::error("bad-call", &self.runbook.source, span, error.message);
            self.wrong.push(match error.help {
                Some(help) => found.help(help),
                None => found,
            });
            Vec::new()
        })
    }

    fn template(&mut self, body: &Body, raw: bool) -> Template {
        if raw {
            return Template::literal(&body.text);
        }
        Template::parse(&body.text).unwrap_or_else(|error| {
            let span = body.span_in_source(error.span);
            self.wrong.push(
                Diagnostic::error("bad-template", &self.runbook.source, span, error.message)
                    .help("`raw` on the fence turns templates off"),
            );
            Template::literal(&body.text)
        })
    }

    /// The name a fence is bound to by its own `on=`, the front matter's, or its language.
    pub(super) fn named_target(&self, fence: &Fence) -> Option<(String, Span)> {
        let written = fence
            .attributes
            .on
            .as_ref()
            .or(self.runbook.meta.on.as_ref());
        match written {
            Some(on) => Some((on.value.clone(), on.span)),
            None if matches!(fence.lang, Lang::Sh | Lang::File) => {
                Some(("local".to_owned(), fence.info_span))
            }
            None => None,
        }
    }

    fn devices(&self, lanes: &[String]) -> Vec<&str> {
        let specs = lanes.iter().map(|lane| self.inventory.targets.get(lane));
        specs
            .map(|spec| spec.map_or("", |spec| spec.device.as_str()))
            .collect()
    }

    fn on(&mut self, fence: &Fence, lanes: Option<&[String]>) -> On {
        let Some((name, span)) = self.named_target(fence) else {
            self.wrong.push(
                Diagnostic::error(
                    "no-target",
                    &self.runbook.source,
                    fence.info_span,
                    "this fence has no target",
                )
                .help("add `on=TARGET` to it, or `on:` to the front matter"),
            );
            return On::All(Vec::new());
        };
        let Some(targets) = self.inventory.resolve(&name) else {
            let known = self
                .inventory
                .targets
                .keys()
                .chain(self.inventory.groups.keys());
            let near = crate::text::wording::did_you_mean(&name, known.map(String::as_str));
            let unknown = Diagnostic::error(
                "unknown-target",
                &self.runbook.source,
                span,
                format!("the inventory has no target or group `{name}`"),
            );
            self.wrong.push(match near {
                Some(near) => unknown.help(format!("did you mean `{near}`?")),
                None => unknown,
            });
            return On::All(Vec::new());
        };
        for target in &targets {
            if !languages(target.driver).contains(&fence.lang) {
                self.wrong.push(
                    Diagnostic::error(
                        "wrong-driver",
                        &self.runbook.source,
                        fence.info_span,
                        format!("`{}` does not speak `{}`", target.name, fence.lang.word()),
                    )
                    .label(format!("its driver is {:?}", target.driver).to_lowercase()),
                );
            }
        }
        let names: Vec<String> = targets.iter().map(|t| t.name.clone()).collect();
        // Before and after a change of address or credentials a device is two targets; a step
        // on both meets each device in one lane.
        let devices: Vec<&str> = targets.iter().map(|t| t.device.as_str()).collect();
        match lanes {
            Some(lanes) if names == lanes => On::Lane,
            Some(lanes) if self.devices(lanes) == devices => {
                On::Peer(lanes.iter().cloned().zip(names).collect())
            }
            _ if !self.inventory.groups.contains_key(&name) => On::One(name),
            _ => On::All(names),
        }
    }
}

fn quote(lang: Lang) -> Quote {
    match lang {
        Lang::Sh | Lang::Sftp => Quote::Sh,
        Lang::Ios => Quote::Ios,
        Lang::Cimc => Quote::Xml,
        Lang::Xapi => Quote::Json,
        Lang::Http => Quote::Http,
        Lang::File | Lang::Manual | Lang::Probe => Quote::None,
    }
}
