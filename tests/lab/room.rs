//! A lab, its inventory and an engine: a run as `runsheet run` does it, in this process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use async_trait::async_trait;
use camino::{Utf8Path, Utf8PathBuf};
use runsheet::engine::{
    self, Approval, Choice, Connect, Engine, Interrupt, Listener, Operator, Performed, Recorder,
    Resumption, RunInfo, Unattended,
};
use runsheet::event::{Ending, Event, Place, Purpose, Verdict};
use runsheet::journal::{self, History, Writer};
use runsheet::lab::Lab;
use runsheet::lab::world::Stage;
use runsheet::plan::{self, Plan};
use runsheet::redact::Redactor;
use runsheet::runbook::{self, OnUnknown, Runbook};
use runsheet::target::inventory::{self, DriverKind, Inventory, TargetSpec};
use runsheet::target::{Clock, Connector, Failure, FailureKind, Session, Technician};
use runsheet::text::{ColorChoice, Probe, Source, Span, render};
use runsheet::wire::Dial;

use crate::mortal::{Memory, Mortal, Mortally};
use crate::sabotage::{Sabotage, Sabotaged};

/// A lab with everything that a run needs.
pub(crate) struct Room {
    pub(crate) lab: Lab,
    inventory: Inventory,
    connector: Connector,
    /// Hears the next run's events too.
    watch: RefCell<Option<Box<dyn Listener>>>,
    operator: Box<dyn Operator>,
}

/// What a run left.
pub(crate) struct Ran {
    pub(crate) ending: Ending,
    pub(crate) events: Vec<Event>,
    /// The journal's bytes.
    pub(crate) journal: String,
}

/// Runs something in virtual time.
pub(crate) fn virtually<F: Future>(what: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(what)
}

/// A folder of this repository.
pub(crate) fn folder(name: &str) -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names of all chapters, in the order in which they are run.
pub(crate) const ALL: [&str; 8] = [
    "cimc",
    "raid",
    "switch-stack",
    "vlans",
    "install-xenserver",
    "link-aggregation",
    "pool",
    "pool-networks",
];

/// Those about the switches, which need no more than hosts on the servers.
pub(crate) const CHAPTERS: [&str; 3] = ["switch-stack", "vlans", "link-aggregation"];

impl Room {
    /// A floor with hosts on its servers, and switches as from the factory. Must be called inside
    /// a runtime.
    pub(crate) fn new(seed: u64) -> Self {
        Self::at(Stage::Installed, seed)
    }

    /// A floor at any stage.
    pub(crate) fn at(stage: Stage, seed: u64) -> Self {
        Self::with(Lab::in_memory(stage, seed, Clock::paused))
    }

    /// The floor that is kept in a folder.
    pub(crate) fn kept_in(dir: &Utf8Path) -> Self {
        Self::with(Lab::open(dir, 1, Clock::paused).expect("a lab that can be opened"))
    }

    fn with(lab: Lab) -> Self {
        Self::over(lab, |network| network)
    }

    /// A lab that is reached over a network with something in it.
    pub(crate) fn over(lab: Lab, through: impl FnOnce(Arc<dyn Dial>) -> Arc<dyn Dial>) -> Self {
        Self::knowing(lab, through, |_| ())
    }

    /// A floor with hosts, whose inventory says something else of one target.
    pub(crate) fn telling(target: &str, tell: impl FnOnce(&mut TargetSpec)) -> Self {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let edit = |inventory: &mut Inventory| {
            tell(inventory.targets.get_mut(target).expect("the target"));
        };
        Self::knowing(lab, |network| network, edit)
    }

    fn knowing(
        lab: Lab,
        through: impl FnOnce(Arc<dyn Dial>) -> Arc<dyn Dial>,
        edit: impl FnOnce(&mut Inventory),
    ) -> Self {
        let source = Source::new("the lab's inventory", lab.inventory());
        let (mut inventory, findings) = inventory::parse(source);
        assert!(
            findings.is_empty(),
            "{}",
            render(&findings, ColorChoice::Never)
        );
        inventory.targets.insert("local".to_owned(), this_machine());
        edit(&mut inventory);
        let hands: Rc<dyn Technician> = Rc::new(Hands(lab.clone()));
        let network = through(lab.dialer());
        let connector = Connector::new(inventory.clone(), network, lab.clock(), Some(hands));
        Self {
            lab,
            inventory,
            connector,
            watch: RefCell::default(),
            operator: Box::new(Unattended),
        }
    }

    /// The same with somebody who says yes to what needs an approval.
    pub(crate) fn approving(self) -> Self {
        Self {
            operator: Box::new(Approving { again: false }),
            ..self
        }
    }

    /// The same with somebody who also has done again what may not have been done: whoever stands
    /// at the rack sees that nothing was.
    pub(crate) fn deciding(self) -> Self {
        Self {
            operator: Box::new(Approving { again: true }),
            ..self
        }
    }

    /// The same with nobody to ask.
    pub(crate) fn unattended(self) -> Self {
        Self {
            operator: Box::new(Unattended),
            ..self
        }
    }

    /// Reads every runbook in a folder; the plan holds those that are wanted, in order.
    pub(crate) fn plan(&self, dir: &Utf8Path, wanted: &[&str]) -> Plan {
        let mut files: Vec<_> = dir
            .read_dir_utf8()
            .expect("a folder")
            .map(|file| file.expect("a file").path().to_owned())
            .filter(|file| file.extension() == Some("md") && file.file_stem() != Some("README"))
            .collect();
        files.sort();
        let texts = files
            .iter()
            .map(|file| std::fs::read_to_string(file).expect("a runbook"));
        let sources = files
            .iter()
            .zip(texts)
            .map(|(f, text)| Source::new(f.clone(), text));
        self.plan_of(sources.collect(), wanted)
    }

    /// The plan for runbooks given as text.
    pub(crate) fn plan_of(&self, sources: Vec<Source>, wanted: &[&str]) -> Plan {
        let runbooks: Vec<Runbook> = sources
            .into_iter()
            .map(|source| runbook::parse(source).runbook)
            .collect();
        let known = plan::known(&self.inventory, &runbooks);
        let findings = runbook::lint(&runbooks.iter().collect::<Vec<_>>(), &known);
        let errors = findings
            .iter()
            .filter(|f| f.severity == runsheet::text::Severity::Error);
        assert_eq!(
            errors.count(),
            0,
            "{}",
            render(&findings, ColorChoice::Never)
        );
        let order = runbook::order(&runbooks).expect("needs without a circle");
        let mut slots: Vec<_> = runbooks.into_iter().map(Some).collect();
        let ordered = order.into_iter().filter_map(|index| slots[index].take());
        let bound = ordered
            .filter(|book| wanted.contains(&book.name.as_str()))
            .map(|book| {
                let none = BTreeMap::new();
                let (scope, _) = plan::variables(&book, &none, &none).expect("variables");
                (book, scope)
            });
        let bound: Vec<_> = bound.collect();
        assert_eq!(bound.len(), wanted.len(), "{wanted:?} must all be there");
        plan::build(bound, &self.inventory).expect("a plan")
    }

    /// The plan of our own chapters.
    pub(crate) fn chapters(&self, wanted: &[&str]) -> Plan {
        self.plan(&folder("runbooks"), wanted)
    }

    /// Runs a plan with nothing in its way.
    pub(crate) async fn run(&self, plan: &Plan) -> Ran {
        self.run_sabotaged(plan, &Sabotage::none()).await
    }

    /// Runs a plan while somebody gets at its effects.
    pub(crate) async fn run_sabotaged(&self, plan: &Plan, sabotage: &Sabotage) -> Ran {
        let lived = self
            .engage(plan, sabotage, &Mortal::immortal(), Task::Run)
            .await;
        lived.expect("a journal that can be written")
    }

    /// Runs a plan while somebody watches.
    pub(crate) async fn run_watched(&self, plan: &Plan, watch: impl Listener + 'static) -> Ran {
        *self.watch.borrow_mut() = Some(Box::new(watch));
        self.run(plan).await
    }

    /// Runs a plan in a process that may die; then only its journal is left.
    pub(crate) async fn run_mortal(&self, plan: &Plan, mortal: &Mortal) -> Result<Ran, Vec<u8>> {
        self.engage(plan, &Sabotage::none(), mortal, Task::Run)
            .await
    }

    /// Goes on with a run from its journal, in a process that may die too.
    pub(crate) async fn resume(
        &self,
        plan: &Plan,
        journal: Vec<u8>,
        mortal: &Mortal,
    ) -> Result<Ran, Vec<u8>> {
        self.engage(plan, &Sabotage::none(), mortal, Task::Resume(journal))
            .await
    }

    /// Takes back what a run did.
    pub(crate) async fn undo(&self, plan: &Plan, run: &Ran) -> Ran {
        let task = Task::Undo(run.history());
        let lived = self
            .engage(plan, &Sabotage::none(), &Mortal::immortal(), task)
            .await;
        lived.expect("a journal that can be written")
    }

    /// What an engine does with a plan, in a process that may die; then only its journal is left.
    pub(crate) async fn engage(
        &self,
        plan: &Plan,
        sabotage: &Sabotage,
        mortal: &Mortal,
        task: Task,
    ) -> Result<Ran, Vec<u8>> {
        let events = Rc::new(RefCell::new(Vec::new()));
        let clock = self.lab.clock();
        let past = match &task {
            Task::Resume(bytes) | Task::ResumeUndo(bytes, _) => {
                let path = Utf8Path::new("journal.jsonl");
                Some(journal::parse(path, bytes).expect("a sound journal"))
            }
            _ => None,
        };
        let whole = match (&task, &past) {
            (Task::Resume(bytes) | Task::ResumeUndo(bytes, _), Some(past)) => {
                let torn = past.torn.as_ref().map_or(0, Vec::len);
                bytes[..bytes.len() - torn].to_vec()
            }
            _ => Vec::new(),
        };
        let bytes = Rc::new(RefCell::new(whole));
        let memory = Box::new(Memory {
            bytes: bytes.clone(),
            mortal: mortal.clone(),
        });
        let mut writer = Writer::new(memory, "journal.jsonl", Box::new(move || clock.now()));
        let mut listeners: Vec<Box<dyn Listener>> = vec![
            Box::new(Heard(events.clone())),
            Box::new(sabotage.listener()),
        ];
        listeners.extend(self.watch.take());
        if let Some(past) = &past {
            writer = writer.after(past);
        }
        let mut recorder = Recorder::new(writer, Redactor::new(), listeners);
        if let Some(past) = &past {
            recorder = recorder.with_past(History::of(&past.entries).expect("possible events"));
        }
        let nothing = Plan {
            runbooks: Vec::new(),
            deviations: Vec::new(),
            selection: Default::default(),
            ways: Default::default(),
            references: Default::default(),
        };
        let secrets = |name: &str| match self.inventory.secrets.get(name) {
            Some(reference) => self.connector.vault().fetch(name, reference),
            None => Err(Failure::not_sent(
                FailureKind::Local,
                format!("find `{name}`"),
            )),
        };
        let site = Site {
            room: self,
            sabotage,
            mortal,
        };
        let info = |purpose| RunInfo {
            id: format!(
                "lab-{}-{:04}",
                self.lab.seed(),
                self.lab.count_run().expect("a number")
            ),
            purpose,
            of: None,
            lab: true,
            edited: Vec::new(),
            change: Default::default(),
        };
        let engine = Engine::new(
            plan,
            &nothing,
            &site,
            &*self.operator,
            &secrets,
            recorder,
            Interrupt::default(),
        );
        let ending = match &task {
            Task::Run => engine.run(&info(Purpose::Run)).await,
            Task::ResumeUndo(bytes, done) if !bytes.is_empty() => {
                let how = Resumption::default();
                engine.resume_undo(how, "", &done.order, done).await
            }
            // One that died before its first line left nothing to go on with.
            Task::Undo(done) | Task::ResumeUndo(_, done) => {
                let info = info(Purpose::Undo);
                engine.undo(&info, &done.order, done).await
            }
            Task::Resume(bytes) if bytes.is_empty() => engine.run(&info(Purpose::Run)).await,
            Task::Resume(_) => engine.resume(Resumption::default()).await,
        };
        drop(engine);
        let Ok(ending) = ending else {
            return Err(bytes.take());
        };
        let journal = String::from_utf8(bytes.take()).expect("JSON");
        Ok(Ran {
            ending,
            events: events.take(),
            journal,
        })
    }
}

/// What an engine is to do.
pub(crate) enum Task {
    Run,
    Undo(History),
    Resume(Vec<u8>),
    ResumeUndo(Vec<u8>, History),
}

impl Ran {
    /// By what a target was known.
    pub(crate) fn trusted_by(&self, wanted: &str) -> Option<String> {
        self.events.iter().find_map(|event| match event {
            Event::TargetSeen {
                target, trusted_by, ..
            } if target == wanted => trusted_by.clone(),
            _ => None,
        })
    }

    /// What it did, as whoever takes it back reads it.
    pub(crate) fn history(&self) -> History {
        let mut history = History::default();
        for event in self.events.iter().filter(|event| !event.is_live_only()) {
            history.note(event).expect("a possible event");
        }
        history
    }

    /// The verdicts in the order given, `step word`.
    pub(crate) fn verdicts(&self) -> Vec<String> {
        let word = |event: &Event| match event {
            Event::Verdict { place, verdict, .. } => {
                Some(format!("{} {}", place.step, verdict.word()))
            }
            _ => None,
        };
        self.events.iter().filter_map(word).collect()
    }

    /// The steps that came to a verdict, in order.
    pub(crate) fn steps(&self, wanted: Verdict) -> Vec<String> {
        let step = |event: &Event| match event {
            Event::Verdict { place, verdict, .. } if *verdict == wanted => Some(place.step.clone()),
            _ => None,
        };
        self.events.iter().filter_map(step).collect()
    }

    /// How many effects were sent, undoing ones left out.
    pub(crate) fn effects(&self) -> usize {
        let is_effect = |event: &&Event| matches!(event, Event::Intent { undo: false, .. });
        self.events.iter().filter(is_effect).count()
    }

    /// Every reason that was given, and the last word: for when a test fails.
    pub(crate) fn told(&self) -> String {
        let line = |event: &Event| match event {
            Event::Verdict {
                place,
                verdict,
                reason,
            } => Some(format!(
                "{} {}: {}",
                place.step,
                verdict.word(),
                reason.as_deref().unwrap_or_default()
            )),
            Event::RunEnded { summary, .. } => Some(summary.clone()),
            _ => None,
        };
        self.events
            .iter()
            .filter_map(line)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

struct Site<'a> {
    room: &'a Room,
    sabotage: &'a Sabotage,
    mortal: &'a Mortal,
}

#[async_trait(?Send)]
impl Connect for Site<'_> {
    async fn open(&self, target: &str) -> Result<Box<dyn Session>, Failure> {
        let session = self.room.connector.open(target).await?;
        Ok(Box::new(Mortally {
            inner: Box::new(Sabotaged::new(session, self.sabotage)),
            mortal: self.mortal.clone(),
        }))
    }

    async fn probe(&self, target: &str, probe: &Probe) -> Result<(), String> {
        self.room.connector.probe(target, probe).await
    }

    fn pin(&self, target: &str, fingerprint: &str) -> Result<(), String> {
        self.room.connector.pin(target, fingerprint)
    }

    fn key(&self, target: &str) -> Option<String> {
        self.room.connector.key(target)
    }

    fn has_technician(&self) -> bool {
        true
    }

    fn device(&self, target: &str) -> String {
        let spec = self.room.inventory.targets.get(target);
        spec.map_or_else(|| target.to_owned(), |spec| spec.device.clone())
    }
}

/// Says yes where that is all there is to say.
struct Approving {
    again: bool,
}

#[async_trait(?Send)]
impl Operator for Approving {
    async fn approve(&self, _question: &str, _targets: &[String]) -> Approval {
        Approval::Given("the lab's operator".to_owned())
    }

    async fn decide(&self, _: &Place, _found: &str, _choices: &[OnUnknown]) -> Option<Choice> {
        self.again.then(|| Choice {
            then: OnUnknown::Rerun,
            by: "the lab's operator".to_owned(),
        })
    }

    async fn back_out(&self, _place: &Place, _reason: &str) -> Option<(bool, String)> {
        None
    }

    fn attends(&self) -> bool {
        false
    }

    async fn perform(&self, _task: &engine::Task<'_>) -> Performed {
        Performed::NobodyThere
    }

    async fn confirm(&self, _question: &str) -> Option<(bool, String)> {
        Some((true, "the lab's operator".to_owned()))
    }
}

struct Hands(Lab);

#[async_trait(?Send)]
impl Technician for Hands {
    async fn perform(&self, orders: &str) -> Result<String, String> {
        self.0.perform(orders).map_err(|error| error.to_string())
    }

    async fn look(&self, orders: &str) -> Result<String, String> {
        self.0.look(orders).map_err(|error| error.to_string())
    }
}

struct Heard(Rc<RefCell<Vec<Event>>>);

impl Listener for Heard {
    fn hear(&mut self, event: &Event) {
        if !event.is_live_only() {
            self.0.borrow_mut().push(event.clone());
        }
    }
}

/// The target `local`, which every inventory has.
fn this_machine() -> TargetSpec {
    TargetSpec {
        name: "local".to_owned(),
        driver: DriverKind::Local,
        address: None,
        console: None,
        device: "local".to_owned(),
        user: None,
        password: None,
        enable: None,
        console_login: None,
        keys: Vec::new(),
        agent: false,
        host_keys: Vec::new(),
        known_hosts: None,
        via: None,
        tls_pins: Vec::new(),
        plain_http: false,
        legacy_cisco_ios: false,
        vars: BTreeMap::new(),
        span: Span::default(),
    }
}
