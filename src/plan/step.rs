use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::json;

use super::sha256;
use crate::event::{Place, RunbookInfo, Selection, StepInfo};
use crate::runbook::{Attributes, ExpectationKind, Field, Lang, OnFailure, Role};
use crate::target::Options;
use crate::text::{Source, Span};
use crate::value::{Quote, Scope, Template, Value};

/// What a run will do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In the order of their `needs`.
    pub runbooks: Vec<PlannedRunbook>,
    /// How the plan departs from the runbooks as written (`--limit`, `--from` …).
    pub deviations: Vec<String>,
    /// The same for who goes on with it.
    pub selection: Selection,
    /// How each target of the inventory is reached.
    pub ways: BTreeMap<String, Way>,
    /// What each secret of the inventory stands for: where its value comes from.
    pub references: BTreeMap<String, String>,
}

/// How a target is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// In words.
    pub words: String,
    /// The target that the way leads through.
    pub via: Option<String>,
}

/// A runbook, bound to targets and variables.
#[derive(Clone, Debug)]
pub struct PlannedRunbook {
    /// Its name, as in `needs`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub source: Source,
    /// What a failed step leads to.
    pub on_failure: OnFailure,
    /// Its variables.
    pub scope: Scope,
    /// What `target` is in a fence that is sent to a target: its name, and its own variables.
    pub targets: Rc<BTreeMap<String, Value>>,
    /// Its steps, in document order.
    pub steps: Vec<PlannedStep>,
}

impl PlannedRunbook {
    /// Whether a name has its value from these fences and from no other of the runbook.
    pub fn is_bound_only_by(&self, name: &str, by: impl Fn(&PlannedFence) -> bool) -> bool {
        let fences = self.steps.iter().flat_map(|step| &step.fences);
        let mut binding = fences.filter(|fence| fence.binds.iter().any(|bound| bound == name));
        binding.next().is_some_and(&by) && binding.all(by)
    }

    /// What is said of it in the journal.
    pub fn info(&self) -> RunbookInfo {
        RunbookInfo {
            name: self.name.clone(),
            title: self.title.clone(),
            path: self.source.path().to_string(),
            sha256: sha256(self.source.text().as_bytes()),
        }
    }
}

/// A step, bound to targets.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// One for each target of its group or row of its table; else a single one.
    pub lanes: Vec<Lane>,
    /// Its fences, in document order.
    pub fences: Vec<PlannedFence>,
    /// It is done each time.
    pub drill: bool,
    /// At most this many lanes of a group at once.
    pub serial: Option<usize>,
    /// A person must say yes first.
    pub approve: bool,
    /// The step that it only serves.
    pub toward: Option<String>,
    /// Why it can't be taken back.
    pub undo_none: Option<String>,
    /// A condition for it.
    pub when: Option<String>,
    /// Its heading.
    pub span: Span,
}

/// One way through a step, with a verdict of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// The target or the row's first cell; `None` where the step has one lane only.
    pub name: Option<String>,
    /// The target of the group that it stands for.
    pub target: Option<String>,
    /// The name that `each=` gives a row, and the row: column header to cell.
    pub row: Option<(String, Value)>,
}

/// Where a fence is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// To one target, whatever the lane.
    One(String),
    /// To the target of the lane.
    Lane,
    /// To the target that is the same device as that of the lane: by the lane's target.
    Peer(BTreeMap<String, String>),
    /// To every target of a group that is not the step's own.
    All(Vec<String>),
}

/// An executable fence, ready to be rendered for a target.
#[derive(Clone, Debug)]
pub struct PlannedFence {
    /// Its index in the step. Of the calls of an `xapi` fence that are effects, each behind the first
    /// has 1000 more than the one before.
    pub index: usize,
    /// Its role.
    pub role: Role,
    /// Its language.
    pub lang: Lang,
    /// Where it is sent.
    pub on: On,
    /// Its text.
    pub template: Template,
    /// How values are quoted in it.
    pub quote: Quote,
    /// What it asks of the driver.
    pub options: Options,
    /// Its attributes.
    pub attributes: Attributes,
    /// What a person fills in.
    pub fields: Vec<Field>,
    /// What its output must satisfy.
    pub expectations: Vec<PlannedExpectation>,
    /// The names that it gives a value to.
    pub binds: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// An expectation, ready to be rendered.
#[derive(Clone, Debug)]
pub struct PlannedExpectation {
    /// Excerpt or expressions.
    pub kind: ExpectationKind,
    /// Its text.
    pub template: Template,
    /// Both ends are anchored.
    pub whole: bool,
    /// Where it stands.
    pub span: Span,
}

impl Plan {
    /// All its steps, on each of their lanes, in order.
    pub fn places(&self) -> Vec<Place> {
        self.steps().into_iter().map(|step| step.place).collect()
    }

    /// The same, with their headings.
    pub fn steps(&self) -> Vec<StepInfo> {
        let steps = |runbook: &PlannedRunbook| {
            let lanes = |step: &PlannedStep| {
                let steps = step.lanes.iter().map(|lane| StepInfo {
                    place: step.place(&runbook.name, lane),
                    title: step.title.clone(),
                });
                steps.collect::<Vec<_>>()
            };
            runbook.steps.iter().flat_map(lanes).collect::<Vec<_>>()
        };
        self.runbooks.iter().flat_map(steps).collect()
    }

    /// Whether a place is in it.
    pub fn has(&self, place: &Place) -> bool {
        self.find(place).is_some()
    }

    /// The step at a place, its runbook and its lane.
    pub fn find(&self, place: &Place) -> Option<(&PlannedRunbook, &PlannedStep, &Lane)> {
        let mut runbooks = self.runbooks.iter();
        let runbook = runbooks.find(|runbook| runbook.name == place.runbook)?;
        let step = runbook.steps.iter().find(|step| step.id == place.step)?;
        let lane = step.lanes.iter().find(|lane| lane.name == place.lane)?;
        Some((runbook, step, lane))
    }

    /// Says what a failed step leads to, whatever its runbooks say.
    pub fn on_failure(&mut self, policy: OnFailure) {
        for runbook in &mut self.runbooks {
            runbook.on_failure = policy;
        }
    }

    /// Leaves out every place that is not among these.
    pub fn keep(&mut self, places: &[Place]) {
        for runbook in &mut self.runbooks {
            let name = &runbook.name;
            for step in &mut runbook.steps {
                let mut lanes = std::mem::take(&mut step.lanes);
                lanes.retain(|lane| places.contains(&step.place(name, lane)));
                step.lanes = lanes;
            }
            runbook.steps.retain(|step| !step.lanes.is_empty());
        }
        self.runbooks.retain(|runbook| !runbook.steps.is_empty());
    }

    /// All targets that its fences are sent to.
    pub fn targets(&self) -> BTreeSet<String> {
        let steps = self.runbooks.iter().flat_map(|runbook| &runbook.steps);
        steps
            .flat_map(|step| {
                let of_lane = |lane| step.fences.iter().flat_map(move |f| f.targets(lane));
                step.lanes.iter().flat_map(of_lane)
            })
            .collect()
    }

    /// All targets that its effects, and what takes them back, are sent to.
    pub fn acted_on(&self) -> BTreeSet<String> {
        let mut acting = self.clone();
        let steps = acting.runbooks.iter_mut().flat_map(|r| &mut r.steps);
        for step in steps {
            step.fences
                .retain(|fence| matches!(fence.role, Role::Run | Role::Undo));
        }
        acting.targets()
    }

    /// All targets, and those that the way to them leads through.
    pub fn reached(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        for target in self.targets() {
            let mut next = Some(target);
            while let Some(name) = next.filter(|name| !reached.contains(name)) {
                next = self.ways.get(&name).and_then(|way| way.via.clone());
                reached.insert(name);
            }
        }
        reached
    }

    /// Only what is looked at where others need it: reads, conditions and checks.
    pub(super) fn looked_at(&self) -> Self {
        let mut plan = self.clone();
        for runbook in &mut plan.runbooks {
            runbook.steps.retain(|step| !step.drill);
            for step in &mut runbook.steps {
                let looks: BTreeSet<usize> = step.looks().map(|fence| fence.index).collect();
                step.fences.retain(|fence| looks.contains(&fence.index));
                (step.serial, step.approve, step.undo_none) = (None, false, None);
            }
        }
        plan
    }

    /// The names of all secrets in its fences and their expectations.
    pub fn secrets(&self) -> BTreeSet<String> {
        let steps = self.runbooks.iter().flat_map(|runbook| &runbook.steps);
        let fences = steps.flat_map(|step| &step.fences);
        let templates = fences.flat_map(|fence| {
            let expected = fence.expectations.iter().map(|e| &e.template);
            expected.chain([&fence.template])
        });
        templates
            .flat_map(|template| template.secrets())
            .map(|(name, _)| name)
            .collect()
    }
}

impl PlannedRunbook {
    /// What `target` is where a fence is sent to this one.
    pub fn target(&self, name: &str) -> Value {
        let known = self.targets.get(name).cloned();
        known.unwrap_or_else(|| json!({ "name": name }))
    }
}

impl Lane {
    /// The lane of a step that has only one.
    pub const SINGLE: Self = Self {
        name: None,
        target: None,
        row: None,
    };
}

impl PlannedStep {
    /// Its fences of one role, in document order.
    pub fn fences(&self, role: Role) -> impl DoubleEndedIterator<Item = &PlannedFence> {
        self.fences.iter().filter(move |fence| fence.role == role)
    }

    /// What takes it back, in the order in which it is sent: its last fence first, and the calls of
    /// one as they stand.
    pub fn undo(&self) -> Vec<&PlannedFence> {
        let mut fences: Vec<_> = self.fences(Role::Undo).collect();
        fences.sort_by_key(|fence| Reverse(fence.span.start));
        fences
    }

    /// Its checks of what must hold when it is done.
    pub fn checks(&self) -> impl Iterator<Item = &PlannedFence> {
        self.fences(Role::Check)
            .filter(|fence| !fence.attributes.after_undo && fence.lang != Lang::Probe)
    }

    /// What watches its targets while it does its work.
    pub fn probes(&self) -> impl Iterator<Item = &PlannedFence> {
        self.fences(Role::Check)
            .filter(|fence| fence.lang == Lang::Probe)
    }

    /// What is looked at before its effect, and after it.
    pub fn looks(&self) -> impl Iterator<Item = &PlannedFence> {
        let reads = self.fences(Role::Read).chain(self.fences(Role::SkipIf));
        reads.chain(self.checks())
    }

    /// Its checks of what must hold when it was taken back.
    pub fn undo_checks(&self) -> impl Iterator<Item = &PlannedFence> {
        self.fences(Role::Check)
            .filter(|fence| fence.attributes.after_undo)
    }

    /// How many of its lanes may be under way at once. Rows of a table share their targets, and a
    /// person is asked in the order of the plan.
    pub fn width(&self) -> usize {
        let by_target = !self.approve && self.lanes.iter().all(|lane| lane.row.is_none());
        let all = if by_target { self.lanes.len() } else { 1 };
        self.serial.unwrap_or(all).clamp(1, all.max(1))
    }

    /// Why it can't be taken back, if something is left of it. Of a drill and of scaffolding
    /// that has no undo nothing is left.
    pub fn irreversible(&self) -> Option<&str> {
        let is_left = !self.drill && self.toward.is_none();
        self.undo_none.as_deref().filter(|_| is_left)
    }

    /// The place of one of its lanes.
    pub fn place(&self, runbook: &str, lane: &Lane) -> Place {
        Place {
            runbook: runbook.to_owned(),
            step: self.id.clone(),
            lane: lane.name.clone(),
        }
    }
}

impl PlannedFence {
    /// The targets it is sent to from a lane.
    pub fn targets(&self, lane: &Lane) -> Vec<String> {
        match (&self.on, &lane.target) {
            (On::One(target), _) => vec![target.clone()],
            (On::Lane, Some(target)) => vec![target.clone()],
            (On::Peer(peers), Some(target)) => peers.get(target).cloned().into_iter().collect(),
            (On::Lane | On::Peer(_), None) => Vec::new(),
            (On::All(targets), _) => targets.clone(),
        }
    }
}
