//! Journals for the tests.

use jiff::Timestamp;
use runsheet::event::{
    Answer, Change, Ending, Event, Finding, Outcome, Phase, Place, Purpose, RunbookInfo, StepInfo,
    Verdict,
};
use runsheet::journal::{Entry, FORMAT, Journal};
use runsheet::report::{Account, Texts};
use runsheet::text::Source;
use serde_json::{Map, json};

/// A run of one runbook, written event by event, a second apart.
pub(crate) struct Run {
    entries: Vec<Entry>,
    texts: Vec<Source>,
}

impl Run {
    /// A run that has these steps ahead: pairs of id and title.
    pub(crate) fn of(runbook: &str, steps: &[(&str, &str)]) -> Self {
        Self::with_text(runbook, steps, "")
    }

    /// The same, of a runbook with this text.
    pub(crate) fn with_text(runbook: &str, steps: &[(&str, &str)], text: &str) -> Self {
        let mut run = Self {
            entries: Vec::new(),
            texts: vec![Source::new(format!("{runbook}.md"), text)],
        };
        let steps = steps.iter().map(|(id, title)| StepInfo {
            place: place(runbook, id),
            title: (*title).to_owned(),
        });
        run.add(Event::RunStarted {
            run: "run-1".to_owned(),
            purpose: Purpose::Run,
            of: None,
            runbooks: vec![RunbookInfo {
                name: runbook.to_owned(),
                title: "Mend the roof".to_owned(),
                path: format!("{runbook}.md"),
                sha256: Entry::hash(text.as_bytes()),
            }],
            steps: steps.collect(),
            plan_sha256: "ab".repeat(32),
            lab: false,
            variables: json!({ runbook: { "slates": 40 } }),
            deviations: Vec::new(),
            selection: Default::default(),
            edited: Vec::new(),
            on_failure: None,
            change: Change::default(),
        });
        run
    }

    pub(crate) fn add(&mut self, event: Event) -> &mut Self {
        let seq = self.entries.len() as u64 + 1;
        let start: Timestamp = "2026-02-03T10:00:00Z".parse().expect("a time");
        self.entries.push(Entry {
            format: (seq == 1).then(|| FORMAT.to_owned()),
            seq,
            prev: Entry::GENESIS.to_owned(),
            at: start + std::time::Duration::from_secs(seq - 1),
            mono_ms: (seq - 1) * 1000,
            body: event,
        });
        self
    }

    /// Puts other times of the run's own clock where a second an event was.
    pub(crate) fn set_clocks(&mut self, of: fn(&Event) -> u64) {
        for entry in &mut self.entries {
            entry.mono_ms = of(&entry.body);
        }
    }

    /// Says what the change is called outside, and who agreed to it.
    pub(crate) fn agree(&mut self, agreed: Change) -> &mut Self {
        if let Some(Event::RunStarted { change, .. }) =
            self.entries.first_mut().map(|entry| &mut entry.body)
        {
            *change = agreed;
        }
        self
    }

    /// It takes back what another run did.
    pub(crate) fn takes_back(&mut self) -> &mut Self {
        if let Some(Event::RunStarted { purpose, of, .. }) =
            self.entries.first_mut().map(|entry| &mut entry.body)
        {
            *purpose = Purpose::Undo;
            *of = Some("run-0".to_owned());
        }
        self
    }

    pub(crate) fn begin(&mut self, at: &Place) -> &mut Self {
        self.add(Event::StepStarted { place: at.clone() })
    }

    /// A look that was answered with `stdout`.
    pub(crate) fn look(
        &mut self,
        at: &Place,
        phase: Phase,
        sent: &str,
        stdout: &str,
        finding: Finding,
    ) -> &mut Self {
        self.add(Event::Looked {
            place: at.clone(),
            fence: 1,
            target: "roof".to_owned(),
            phase,
            attempt: 1,
            sent: sent.to_owned(),
            answer: Some(said(stdout)),
            finding,
            bound: Map::new(),
            withheld: Vec::new(),
        })
    }

    /// An effect and its outcome.
    pub(crate) fn effect(
        &mut self,
        at: &Place,
        sent: &str,
        outcome: Outcome,
        answer: Answer,
    ) -> &mut Self {
        self.intent(at, sent).add(Event::Outcome {
            place: at.clone(),
            fence: 0,
            target: "roof".to_owned(),
            undo: false,
            outcome,
            sent: true,
            reason: (outcome != Outcome::Ok).then(|| "it said no".to_owned()),
            help: None,
            answer,
            bound: Map::new(),
            withheld: Vec::new(),
        })
    }

    pub(crate) fn intent(&mut self, at: &Place, sent: &str) -> &mut Self {
        self.add(Event::Intent {
            place: at.clone(),
            fence: 0,
            target: "roof".to_owned(),
            undo: false,
            attempt: 1,
            sent: sent.to_owned(),
            around: Vec::new(),
            once: false,
            reverts_after_s: None,
        })
    }

    pub(crate) fn verdict(&mut self, at: &Place, verdict: Verdict, reason: &str) -> &mut Self {
        self.add(Event::Verdict {
            place: at.clone(),
            verdict,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        })
    }

    pub(crate) fn end(&mut self, ending: Ending, summary: &str) -> &mut Self {
        self.add(Event::RunEnded {
            ending,
            summary: summary.to_owned(),
        })
    }

    /// Passes a step whose effect is answered with `stdout`.
    pub(crate) fn pass(&mut self, at: &Place, stdout: &str) -> &mut Self {
        self.begin(at)
            .effect(at, "lay the slates\n", Outcome::Ok, said(stdout))
            .look(at, Phase::After, "look up\n", stdout, Finding::Holds)
            .verdict(at, Verdict::Passed, "")
    }

    /// Puts another text where the runbook's was.
    pub(crate) fn exchange_text(&mut self, text: &str) {
        for source in &mut self.texts {
            *source = Source::new(source.path(), text);
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn account(&self) -> Account {
        let journal = Journal {
            entries: self.entries.clone(),
            torn: None,
            head: "cd".repeat(32),
        };
        Account::of(&journal, Texts::new(self.texts.clone()))
    }
}

pub(crate) fn place(runbook: &str, step: &str) -> Place {
    Place {
        runbook: runbook.to_owned(),
        step: step.to_owned(),
        lane: None,
    }
}

pub(crate) fn said(stdout: &str) -> Answer {
    Answer {
        stdout: stdout.to_owned(),
        ..Answer::default()
    }
}

/// What a run can come to, all in one: a step that was done already, one that passed and was
/// taken back, one that failed and was taken back, one that was never reached.
pub(crate) fn backed_out() -> Run {
    let steps = [
        ("ladder", "Put up the ladder"),
        ("slates", "Lay the slates"),
        ("gutter", "Fix the gutter"),
        ("paint", "Paint it"),
    ];
    let mut run = Run::of("roof", &steps);
    let [ladder, slates, gutter, _] = steps.map(|(id, _)| place("roof", id));
    let miss = Finding::DoesNotHold {
        misses: vec!["line 1 of the excerpt is not in the output".to_owned()],
    };
    run.begin(&ladder)
        .look(
            &ladder,
            Phase::Before,
            "ls ladder\n",
            "up\n",
            Finding::Holds,
        )
        .verdict(&ladder, Verdict::Already, "")
        .pass(&slates, "40 slates\n")
        .begin(&gutter)
        .effect(&gutter, "fix it\n", Outcome::Ok, said(""))
        .look(&gutter, Phase::After, "look up\n", "it hangs\n", miss)
        .verdict(&gutter, Verdict::Failed, "")
        .add(Event::BackingOut {
            steps: 2,
            reason: "`gutter` failed".to_owned(),
        })
        .verdict(&gutter, Verdict::Undone, "")
        .verdict(&slates, Verdict::Undone, "")
        .end(Ending::Failed, "4 steps: 1 already, 2 undone");
    run
}
