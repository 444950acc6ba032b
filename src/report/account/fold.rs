//! How journal entries become an account.

use super::values;
use super::{
    Account, Act, Chapter, Decision, Deviation, Device, Moment, Settled, Standing, StepAccount,
    Texts,
};
use crate::event::{Change, Event, Place, Purpose, Revision, RunbookInfo, StepInfo};
use crate::journal::{Entry, clock_set_back, outside_window};
use crate::text::wording::count;

impl Account {
    /// An account of nothing yet. Entries are [noted](Self::note) in order, then it is
    /// [finished](Self::finish).
    pub fn new(texts: Texts) -> Self {
        Self {
            id: String::new(),
            purpose: None,
            of: None,
            lab: false,
            change: Change::default(),
            plan_sha256: String::new(),
            variables: Vec::new(),
            chapters: Vec::new(),
            devices: Vec::new(),
            deviations: Vec::new(),
            started: None,
            last: None,
            standing: Standing::default(),
            summary: String::new(),
            head: String::new(),
            texts,
            places: Default::default(),
        }
    }

    /// Takes one more entry.
    pub fn note(&mut self, entry: &Entry) {
        let moment = Moment::of(entry);
        self.started.get_or_insert(moment);
        let last = self.last.replace(moment);
        // Every event by name: one that is new must not be left out of reports unawares.
        match &entry.body {
            Event::RunStarted { .. } => self.run_started(&entry.body),
            Event::Resumed { revision, .. } => {
                if let Some(revision) = revision {
                    self.revised(revision);
                }
                // It goes on: what was said about its end no longer counts.
                self.standing = Standing::default();
                self.summary.clear();
            }
            Event::TargetSeen { .. } => self.target_seen(moment, &entry.body),
            Event::StepStarted { place } => {
                // An undo compares all steps first: what it sent nothing to began when it came back.
                let is_undo = self.purpose == Some(Purpose::Undo);
                let step = self.step(place);
                if is_undo && !step.has_effect() && step.rulings.is_empty() {
                    step.started = None;
                }
                step.started.get_or_insert(moment);
            }
            Event::Looked { .. } => self.looked(moment, &entry.body),
            Event::Decision {
                place,
                question,
                answer,
                by,
            } => {
                self.step(place).acts.push(Act::Decision(Decision {
                    moment,
                    question: question.clone(),
                    answer: answer.clone(),
                    by: by.clone(),
                }));
            }
            Event::Intent { .. } => self.intent(moment, &entry.body),
            Event::Outcome { .. } => self.outcome(moment, &entry.body),
            Event::Settled {
                place,
                target,
                confirmed,
                error,
            } => {
                self.step(place).acts.push(Act::Settled(Settled {
                    moment,
                    target: target.clone(),
                    confirmed: *confirmed,
                    error: error.clone(),
                }));
            }
            Event::Verdict {
                place,
                verdict,
                reason,
            } => self.ruled(moment, place, *verdict, reason.as_deref()),
            Event::RunEnded { ending, summary } => {
                self.standing = (*ending).into();
                self.summary.clone_from(summary);
            }
            Event::Compared { .. }
            | Event::BackingOut { .. }
            | Event::Interrupted
            | Event::Sending { .. }
            | Event::Moved { .. }
            | Event::Output { .. } => {}
        }
        // Behind the event itself, whose runbooks may not be at hand.
        let purpose = self.purpose.unwrap_or(Purpose::Run);
        let deviations = entry.deviations(purpose).into_iter();
        self.deviations.extend(deviations.map(|found| Deviation {
            moment: Some(moment),
            place: found.place,
            what: found.what,
        }));
        let set_back = last.and_then(|last| clock_set_back(self.lab, last.at, moment.at));
        self.deviations.extend(set_back.map(|what| Deviation {
            moment: Some(moment),
            place: None,
            what,
        }));
    }

    /// No more entries: `head` is the hash of the last one, `torn` counts the bytes behind it
    /// that are no whole entry.
    pub fn finish(&mut self, head: &str, torn: usize) {
        self.head = head.to_owned();
        let mut missing = Vec::new();
        for step in self.steps() {
            let unjudged = step.unjudged();
            let has_no_end = match step.verdict() {
                None => step.started.is_some() && !step.is_only_looked_at(),
                Some(_) => unjudged.is_some(),
            };
            if has_no_end && !step.dropped {
                let what = match unjudged {
                    Some(effect) if effect.outcome.is_none() => format!(
                        "an effect may have been sent to {}; the journal doesn't say what came of it",
                        effect.target
                    ),
                    Some(effect) if effect.undo => {
                        "its undo was sent, and no verdict reached".to_owned()
                    }
                    Some(_) => "its effect was sent, and no verdict reached".to_owned(),
                    None => "begun, and no verdict reached".to_owned(),
                };
                missing.push((Some(step.place.clone()), what));
            }
        }
        if let (Some(first), Some(last)) = (self.started, self.last)
            && let Some(what) = outside_window(&self.change, self.lab, first.at, last.at)
        {
            missing.push((None, what));
        }
        // What it needs was not there.
        let is_bad = matches!(self.standing, Standing::Failed | Standing::Stuck);
        if is_bad && !self.steps().any(StepAccount::was_not_done) {
            missing.push((None, self.summary.clone()));
        }
        if self.standing == Standing::Incomplete {
            let what = "the journal has no end: the run still goes on, or was cut short";
            missing.push((None, what.to_owned()));
        }
        if torn > 0 {
            let torn = count(torn, "byte");
            missing.push((None, format!("the journal's last line is torn ({torn})")));
        }
        let missing = missing.into_iter().map(|(place, what)| Deviation {
            moment: None,
            place,
            what,
        });
        self.deviations.extend(missing);
    }

    fn run_started(&mut self, event: &Event) {
        let Event::RunStarted {
            run,
            purpose,
            of,
            runbooks,
            steps,
            plan_sha256,
            lab,
            variables,
            deviations: _,
            selection: _,
            edited: _,
            on_failure: _,
            change,
        } = event
        else {
            return;
        };
        self.id.clone_from(run);
        self.purpose = Some(*purpose);
        self.of.clone_from(of);
        self.lab = *lab;
        self.plan_sha256.clone_from(plan_sha256);
        self.variables = values::of_runbooks(variables);
        for info in runbooks {
            self.chapter(info);
        }
        self.announced(steps);
        self.change.clone_from(change);
    }

    fn announced(&mut self, steps: &[StepInfo]) {
        for StepInfo { place, title } in steps {
            let step = self.step(place);
            step.title.clone_from(title);
            step.announced = true;
        }
    }

    /// From now on it has other texts, and maybe other steps.
    fn revised(&mut self, revision: &Revision) {
        for info in &revision.runbooks {
            self.texts.recognise(info);
        }
        // An undo's are what they were.
        if revision.steps.is_empty() {
            return;
        }
        self.announced(&revision.steps);
        let is_planned = |place: &Place| revision.steps.iter().any(|step| step.place == *place);
        let chapters = self.chapters.iter_mut();
        for step in chapters.flat_map(|chapter| &mut chapter.steps) {
            step.dropped = step.announced && !is_planned(&step.place);
        }
    }

    fn chapter(&mut self, info: &RunbookInfo) {
        if !self.texts.recognise(info) {
            let what = format!(
                "the text of runbook {} as it was run is not at hand, so this report can't show \
                 what it expected",
                info.name
            );
            self.deviations.push(Deviation {
                moment: None,
                place: None,
                what,
            });
        }
        self.chapters.push(Chapter {
            info: info.clone(),
            facts: self.texts.facts(&info.name),
            steps: Vec::new(),
        });
    }

    /// The step of a place. One that was never announced gets a place of its own too: a report
    /// leaves nothing out.
    pub(super) fn step(&mut self, place: &Place) -> &mut StepAccount {
        if let Some(&(chapter, step)) = self.places.get(place) {
            return &mut self.chapters[chapter].steps[step];
        }
        let known = self
            .chapters
            .iter()
            .position(|chapter| chapter.info.name == place.runbook);
        let chapter = known.unwrap_or_else(|| {
            self.chapters.push(Chapter {
                info: RunbookInfo {
                    name: place.runbook.clone(),
                    title: place.runbook.clone(),
                    path: String::new(),
                    sha256: String::new(),
                },
                facts: Vec::new(),
                steps: Vec::new(),
            });
            self.chapters.len() - 1
        });
        let mut step = StepAccount::new(place.clone(), place.step.clone());
        step.prose = self.texts.prose(place);
        let steps = &mut self.chapters[chapter].steps;
        steps.push(step);
        let at = steps.len() - 1;
        self.places.insert(place.clone(), (chapter, at));
        &mut self.chapters[chapter].steps[at]
    }

    fn target_seen(&mut self, moment: Moment, event: &Event) {
        let Event::TargetSeen {
            target,
            device,
            serials,
            host_key,
            trusted_by,
            version,
            weak,
            address,
        } = event
        else {
            return;
        };
        self.devices.push(Device {
            moment,
            target: target.clone(),
            device: device.clone(),
            address: address.clone(),
            serials: serials.clone(),
            host_key: host_key.clone(),
            trusted_by: trusted_by.clone(),
            version: version.clone(),
            weak: weak.clone(),
        });
    }
}
