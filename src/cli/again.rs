use std::collections::BTreeMap;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use similar::TextDiff;

use super::Exit;
use super::args::Which;
use super::begun::Begun;
use super::shown_plan::ShownPlan;
use crate::event::{Event, Place, Revision, RunbookInfo, StepInfo};
use crate::journal::{Journal, JournalError, RunFolder};
use crate::plan::{Plan, PlannedRunbook, sha256};
use crate::record::PLAN;
use crate::redact::count_marks;
use crate::runbook::{self, OnFailure};
use crate::text::{Needed, Source};

/// The runbooks and the plan that a run had last: those it began with, or those that it was
/// taken up again with. The run's folder holds them, so that neither an edit nor a runbook that
/// is gone keeps anybody from going on, or from taking it back.
pub(crate) struct Basis {
    pub(crate) runbooks: Vec<RunbookInfo>,
    pub(crate) plan_sha256: String,
    /// All that was planned, begun or not.
    pub(crate) places: Vec<Place>,
    /// What was said on the command line that a failure leads to.
    pub(crate) on_failure: Option<OnFailure>,
    /// The folder of the runbooks' copies, with those that they need.
    texts: Utf8PathBuf,
    plan: Utf8PathBuf,
    pub(crate) variables: Variables,
}

/// Of each runbook of a run, by its name, the variables that it had.
pub(crate) type Variables = BTreeMap<String, BTreeMap<String, Value>>;

impl Basis {
    pub(crate) fn of(folder: &RunFolder, journal: &Journal, begun: &Begun) -> Self {
        let first = Self {
            runbooks: begun.runbooks.clone(),
            plan_sha256: begun.plan_sha256.clone(),
            places: begun.places.clone(),
            on_failure: on_failure(journal),
            texts: folder.runbooks(),
            plan: folder.path().join(PLAN),
            variables: variables(journal),
        };
        let revisions = journal
            .entries
            .iter()
            .filter_map(|entry| match &entry.body {
                Event::Resumed { revision, .. } => revision.as_ref(),
                _ => None,
            });
        revisions.fold(first, |before, last| Self {
            runbooks: last.runbooks.clone(),
            plan_sha256: last.plan_sha256.clone(),
            places: match last.steps.is_empty() {
                true => before.places.clone(),
                false => last.steps.iter().map(|step| step.place.clone()).collect(),
            },
            texts: folder.path().join(&last.kept_in),
            plan: folder.path().join(&last.kept_in).join(PLAN),
            ..before
        })
    }

    /// Whether the copies and the plan are still those of which the journal has the hashes.
    pub(crate) fn intact(&self) -> Result<(), Exit> {
        let copies = self.runbooks.iter();
        let copies = copies.map(|runbook| (self.copy(runbook), &runbook.sha256));
        let mut all = copies.chain([(self.plan.clone(), &self.plan_sha256)]);
        all.try_for_each(|(path, digest)| is_intact(&path, digest))?;
        // Those that they need the plan names, which is the run's by now.
        let needed = Needed::of_plan(&self.plan()).into_iter();
        let mut needed = needed.map(|needed| (self.texts.join(needed.file), needed.sha256));
        needed.try_for_each(|(path, digest)| is_intact(&path, &digest))
    }

    /// These runbooks.
    pub(crate) fn which(&self) -> Which {
        let paths = self.runbooks.iter().map(|runbook| self.copy(runbook));
        Which {
            paths: paths.map(Utf8PathBuf::into_string).collect(),
            var: Vec::new(),
            from: None,
            until: None,
            limit: Vec::new(),
            needs: false,
        }
    }

    /// The plan as it was shown.
    pub(crate) fn plan(&self) -> String {
        fs::read_to_string(&self.plan).unwrap_or_default()
    }

    /// Whether the texts have a step, planned or not.
    pub(crate) fn has_step(&self, place: &Place) -> bool {
        let own = self.runbooks.iter().find(|info| info.name == place.runbook);
        let text = own.and_then(|info| fs::read_to_string(self.copy(info)).ok());
        text.is_some_and(|text| {
            let parsed = runbook::parse(Source::new(place.runbook.as_str(), text)).runbook;
            parsed.steps.iter().any(|step| step.id == place.step)
        })
    }

    /// The copy of a runbook that its run made.
    fn copy(&self, runbook: &RunbookInfo) -> Utf8PathBuf {
        self.texts.join(file_name(&runbook.path))
    }

    /// The runbooks that are no longer what they were. One that is gone is not edited: its copy
    /// stands for it.
    pub(crate) fn edited(&self) -> Vec<Edited> {
        let texts = self.runbooks.iter().filter_map(|runbook| {
            let text = fs::read_to_string(&runbook.path).ok()?;
            (sha256(text.as_bytes()) != runbook.sha256).then_some((runbook, text))
        });
        texts
            .map(|(runbook, text)| {
                let then = fs::read_to_string(self.copy(runbook)).unwrap_or_default();
                let diff = TextDiff::from_lines(&then, &text)
                    .unified_diff()
                    .header("as the run had it", &runbook.path)
                    .to_string();
                Edited {
                    path: Utf8PathBuf::from(&runbook.path),
                    copy: self.copy(runbook),
                    diff,
                }
            })
            .collect()
    }
}

/// What was said last that a failure leads to, whatever the runbooks say.
fn on_failure(journal: &Journal) -> Option<OnFailure> {
    let mut said = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Event::RunStarted { on_failure, .. } | Event::Resumed { on_failure, .. } => {
                on_failure.as_deref()
            }
            _ => None,
        });
    said.next_back().and_then(OnFailure::of_word)
}

/// The variables that a run had. One whose value is a secret's too is not in the journal, and
/// is found again where it came from.
fn variables(journal: &Journal) -> Variables {
    let first = journal.entries.first().map(|entry| &entry.body);
    let Some(Event::RunStarted { variables, .. }) = first else {
        return Variables::default();
    };
    let all = variables.as_object().into_iter().flatten();
    let own = all.map(|(runbook, own)| {
        let own = own.as_object().into_iter().flatten();
        let kept = own.filter(|(_, value)| count_marks(value.to_string().as_bytes()) == 0);
        let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
        (runbook.clone(), kept.collect())
    });
    own.collect()
}

/// Keeps copies of runbooks, and of those that they need, in a folder of their run.
pub(crate) fn keep<'a>(
    folder: &RunFolder,
    within: &str,
    plans: impl IntoIterator<Item = &'a Plan>,
) -> Result<(), JournalError> {
    let runbooks = plans.into_iter().flat_map(|plan| &plan.runbooks);
    for runbook in runbooks {
        let name = file_name(runbook.source.path().as_str());
        let bytes = runbook.source.text().as_bytes();
        folder.write(&format!("{within}/{name}"), bytes)?;
    }
    Ok(())
}

/// Keeps the runbooks and the plan that a run goes on with, where they are others than before.
pub(crate) fn revise(
    folder: &RunFolder,
    number: usize,
    [plan, needed]: [&Plan; 2],
    shown: &ShownPlan,
    steps: Vec<StepInfo>,
) -> Result<Revision, JournalError> {
    let kept_in = format!("runbooks/resumed-{number}");
    keep(folder, &kept_in, [plan, needed])?;
    folder.write(&format!("{kept_in}/{PLAN}"), shown.text.as_bytes())?;
    Ok(Revision {
        runbooks: plan.runbooks.iter().map(PlannedRunbook::info).collect(),
        steps,
        plan_sha256: shown.sha256(),
        kept_in,
    })
}

/// Makes a plan the one that a run had: of the places that it was to do, with what it said about
/// them, and its runbooks by the names that they had, which copies stand for.
pub(crate) fn as_planned(plan: &mut Plan, basis: &Basis, begun: &Begun, places: &[Place]) {
    plan.keep(places);
    as_told(plan, basis, begun);
}

/// What a run said about its plan, and its runbooks by the names that they had.
pub(crate) fn as_told(plan: &mut Plan, basis: &Basis, begun: &Begun) {
    plan.deviations.clone_from(&begun.deviations);
    plan.selection.clone_from(&begun.selection);
    if let Some(policy) = basis.on_failure {
        plan.on_failure(policy);
    }
    for planned in &mut plan.runbooks {
        let path = planned.source.path();
        let info = basis.runbooks.iter().find(|info| info.name == planned.name);
        if let Some(info) = info.filter(|info| path == basis.copy(info)) {
            planned.source = Source::new(info.path.as_str(), planned.source.text());
        }
    }
}

fn is_intact(path: &Utf8Path, digest: &str) -> Result<(), Exit> {
    let why = match fs::read(path) {
        Ok(bytes) if sha256(&bytes) == digest => return Ok(()),
        Ok(_) => "it was changed since the run".to_owned(),
        Err(error) => error.to_string(),
    };
    complain!(
        "error: the run's copy {path} can't be trusted: {why}\nnothing was sent\n\
         help: put it back: its SHA-256 is {digest}"
    );
    Err(Exit::Stuck)
}

fn file_name(path: &str) -> &str {
    Utf8Path::new(path).file_name().unwrap_or("runbook.md")
}

/// A runbook that was edited since its run had it.
pub(crate) struct Edited {
    pub(crate) path: Utf8PathBuf,
    /// What the run had.
    pub(crate) copy: Utf8PathBuf,
    /// What was changed, as a unified diff.
    pub(crate) diff: String,
}
