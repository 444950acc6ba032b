//! A device that keeps named values, and a bench to run runbooks on it.
//!
//! It understands `set NAME VALUE`, `unset NAME`, `get NAME` and `say WORD`. Faults strike the n-th effect.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use async_trait::async_trait;
use camino::Utf8Path;
use runsheet::engine::{
    Approval, Choice, Connect, Engine, Interrupt, Listener, Operator, Performed, Recorder,
    Resumption, RunInfo, Task,
};
use runsheet::event::{Ending, Event, Place, Purpose};
use runsheet::journal::{self, History, Journal, Storage, Writer};
use runsheet::plan::{self, Plan};
use runsheet::redact::Redactor;
use runsheet::runbook::{self, OnUnknown};
use runsheet::target::inventory::{DriverKind, Inventory, TargetSpec};
use runsheet::target::{
    DeviceError, Failure, FailureKind, Identity, Progress, Reply, Request, Sent, Session,
};
use runsheet::text::{ColorChoice, Source, Span, render};
use secrecy::{ExposeSecret, SecretString};

/// What goes wrong with an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The device refuses it.
    Refused,
    /// The connection ends before the device hears of it; we can't know.
    LostBefore,
    /// It never leaves, for a reason on our side.
    NotSent,
    /// The device does it and the connection ends; we can't know.
    LostAfter,
    /// The device does it, and the connection ends when all of it had left.
    Cut,
    /// The device says yes and does nothing.
    Ignored,
    /// The device can't be reached from now on.
    Gone,
    /// Somebody presses Ctrl-C while the device does it.
    Pressed,
    /// Somebody presses Ctrl-C twice while the device does it, which takes longer than that.
    PressedTwice,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Device {
    pub(crate) values: BTreeMap<String, String>,
    /// Every effect that arrived.
    pub(crate) effects: Vec<String>,
    pub(crate) faults: BTreeMap<usize, Fault>,
    pub(crate) gone: bool,
    /// What it answers to who asks which device it is.
    pub(crate) serial: Option<&'static str>,
    pub(crate) host_key: Option<&'static str>,
    sent: usize,
}

impl Device {
    /// Gives what it prints.
    fn obey(&mut self, line: &str) -> String {
        self.effects.push(line.to_owned());
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["set", name, value] => drop(self.values.insert(name.to_owned(), value.to_owned())),
            ["unset", name] => drop(self.values.remove(name)),
            ["say", word] => return format!("{word}\n"),
            _ => panic!("the device does not know `{line}`"),
        }
        String::new()
    }
}

struct Wire {
    device: Rc<RefCell<Device>>,
    interrupt: Interrupt,
}

fn lost() -> Failure {
    Failure::unknown(
        FailureKind::Disconnected,
        "hear the answer",
        Reply::default(),
    )
}

#[async_trait(?Send)]
impl Session for Wire {
    async fn look(&mut self, request: &Request, _: &mut dyn Progress) -> Result<Reply, Failure> {
        let device = self.device.borrow();
        if device.gone {
            return Err(lost());
        }
        let text = request.text.expose_secret();
        let name = text.trim().strip_prefix("get ").expect("a `get`");
        let value = device.values.get(name.trim());
        Ok(Reply {
            stdout: value
                .map(|v| format!("{v}\n").into_bytes())
                .unwrap_or_default(),
            exit: Some(i32::from(value.is_none())),
            ..Reply::default()
        })
    }

    async fn apply(&mut self, request: &Request, _: &mut dyn Progress) -> Result<Reply, Failure> {
        match self.answer(request) {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    fn identity(&self) -> Identity {
        let device = self.device.borrow();
        Identity {
            serials: device.serial.map(str::to_owned).into_iter().collect(),
            host_key: device.host_key.map(str::to_owned),
            ..Identity::default()
        }
    }
}

impl Wire {
    /// `None`: it takes for ever.
    fn answer(&self, request: &Request) -> Option<Result<Reply, Failure>> {
        let mut device = self.device.borrow_mut();
        device.sent += 1;
        let fault = device.faults.get(&device.sent).copied();
        let line = request.text.expose_secret().trim().to_owned();
        let mut printed = String::new();
        match fault {
            None => printed = device.obey(&line),
            Some(Fault::Ignored) => {}
            Some(Fault::Refused) => {
                let message = format!("% {line}: refused");
                let error = DeviceError {
                    message,
                    line: Some(0),
                    column: None,
                    help: None,
                };
                return Some(Ok(Reply {
                    error: Some(error),
                    ..Reply::default()
                }));
            }
            Some(Fault::NotSent) => {
                let failure = Failure::not_sent(FailureKind::Local, "find what to send");
                return Some(Err(failure));
            }
            Some(Fault::LostBefore) => return Some(Err(lost())),
            Some(Fault::LostAfter) => {
                device.obey(&line);
                return Some(Err(lost()));
            }
            Some(Fault::Cut) => {
                device.obey(&line);
                return Some(Err(Failure {
                    sent: Sent::All,
                    ..lost()
                }));
            }
            Some(Fault::Gone) => {
                device.gone = true;
                return Some(Err(lost()));
            }
            Some(Fault::Pressed) => {
                device.obey(&line);
                self.interrupt.ask();
            }
            Some(Fault::PressedTwice) => {
                device.obey(&line);
                self.interrupt.ask();
                self.interrupt.ask();
                return None;
            }
        }
        Some(Ok(Reply {
            stdout: printed.into_bytes(),
            exit: Some(0),
            ..Reply::default()
        }))
    }
}

struct Site {
    device: Rc<RefCell<Device>>,
    interrupt: Interrupt,
}

#[async_trait(?Send)]
impl Connect for Site {
    async fn open(&self, _target: &str) -> Result<Box<dyn Session>, Failure> {
        if self.device.borrow().gone {
            return Err(Failure::not_sent(
                FailureKind::Unreachable,
                "reach the device",
            ));
        }
        Ok(Box::new(Wire {
            device: self.device.clone(),
            interrupt: self.interrupt.clone(),
        }))
    }

    fn device(&self, target: &str) -> String {
        target.to_owned()
    }

    fn pin(&self, _target: &str, _fingerprint: &str) -> Result<(), String> {
        Ok(())
    }
}

/// A person who always says the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) approves: Option<bool>,
    pub(crate) decides: Option<OnUnknown>,
    pub(crate) confirms: Option<bool>,
    /// What comes of what is done by hand; `None`: nobody is there.
    pub(crate) does: Option<Does>,
    /// After how many tasks they leave.
    pub(crate) leaves_after: Option<usize>,
    /// What is filled in.
    pub(crate) fills: Vec<String>,
    /// A file that becomes another one right after it was handed in.
    pub(crate) spoils: Option<PathBuf>,
    /// What was to be done by hand.
    pub(crate) told: Rc<RefCell<Vec<String>>>,
}

/// What a person does who is asked to do something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Does {
    It,
    Not,
    /// Goes away before it is said whether it is done.
    Leave,
}

#[async_trait(?Send)]
impl Operator for Person {
    async fn approve(&self, _: &str, _: &[String]) -> Approval {
        match self.approves {
            Some(true) => Approval::Given("Ada".to_owned()),
            Some(false) => Approval::Refused("Ada".to_owned()),
            None => Approval::NobodyThere,
        }
    }

    async fn decide(&self, _: &Place, _: &str, _: &[OnUnknown]) -> Option<Choice> {
        self.decides.map(|then| Choice {
            then,
            by: "Ada".to_owned(),
        })
    }

    async fn back_out(&self, _: &Place, _: &str) -> Option<(bool, String)> {
        None
    }

    async fn confirm(&self, _: &str) -> Option<(bool, String)> {
        self.confirms.map(|answer| (answer, "Ada".to_owned()))
    }

    fn attends(&self) -> bool {
        let stays = |tasks| self.told.borrow().len() < tasks;
        self.does.is_some() && self.leaves_after.is_none_or(stays)
    }

    async fn perform(&self, task: &Task<'_>) -> Performed {
        let by = "Ada".to_owned();
        self.told.borrow_mut().push(task.text.trim().to_owned());
        if let Some(file) = &self.spoils {
            for (field, text) in task.fields.iter().zip(&self.fills) {
                assert_eq!((task.refuses)(field, text), None);
            }
            std::fs::write(file, "another one").expect("written");
        }
        match self.does {
            Some(Does::It) => Performed::Done {
                by,
                filled: self.fills.clone(),
            },
            Some(Does::Not) => Performed::Refused { by },
            Some(Does::Leave) | None => Performed::NobodyThere,
        }
    }
}

struct Heard(Rc<RefCell<Vec<Event>>>);

impl Listener for Heard {
    fn hear(&mut self, event: &Event) {
        self.0.borrow_mut().push(event.clone());
    }
}

/// A disk that fails from the n-th write on.
struct Disk {
    writes_left: usize,
    bytes: Rc<RefCell<Vec<u8>>>,
}

impl Storage for Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.writes_left.checked_sub(1) {
            Some(left) => {
                self.writes_left = left;
                self.bytes.borrow_mut().extend_from_slice(bytes);
                Ok(())
            }
            None => Err(io::Error::from(io::ErrorKind::StorageFull)),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct Bench {
    pub(crate) device: Rc<RefCell<Device>>,
    pub(crate) person: Person,
    pub(crate) interrupt: Interrupt,
    pub(crate) disk: Option<usize>,
}

/// How a run ended, and the story of its verdicts, a line each.
pub(crate) struct Told {
    pub(crate) ending: Result<Ending, String>,
    pub(crate) story: String,
    /// The journal's bytes.
    pub(crate) journal: Vec<u8>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn fault(self, effect: usize, fault: Fault) -> Self {
        self.device.borrow_mut().faults.insert(effect, fault);
        self
    }

    pub(crate) fn person(mut self, person: Person) -> Self {
        self.person = person;
        self
    }

    pub(crate) fn disk_full_after(mut self, writes: usize) -> Self {
        self.disk = Some(writes);
        self
    }

    /// What the device's values are now, as `name=value`.
    pub(crate) fn values(&self) -> String {
        let device = self.device.borrow();
        let values: Vec<String> = device
            .values
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        values.join(" ")
    }

    /// The same device, and nobody presses anything.
    pub(crate) fn calm(&self) -> Self {
        Self {
            device: self.device.clone(),
            person: self.person.clone(),
            ..Self::default()
        }
    }

    /// Every effect that arrived, in order.
    pub(crate) fn effects(&self) -> Vec<String> {
        self.device.borrow().effects.clone()
    }

    pub(crate) fn run(&self, runbook: &str) -> Told {
        self.engage(runbook, None, Purpose::Run)
    }

    /// Goes on with a run from what is left of its journal.
    pub(crate) fn resume(&self, runbook: &str, journal: &[u8]) -> Told {
        let past = journal::parse(Utf8Path::new("journal.jsonl"), journal);
        let past = past.expect("a torn end is no damage");
        self.engage(runbook, Some(past), Purpose::Run)
    }

    /// Takes back what a run did.
    pub(crate) fn undo(&self, runbook: &str, journal: &[u8]) -> Told {
        let done = journal::parse(Utf8Path::new("journal.jsonl"), journal);
        self.engage(runbook, Some(done.expect("a journal")), Purpose::Undo)
    }

    fn engage(&self, runbook: &str, past: Option<Journal>, purpose: Purpose) -> Told {
        let taken_back = match purpose {
            Purpose::Run => None,
            Purpose::Undo => past.as_ref(),
        };
        let taken_back = taken_back.map(|run| History::of(&run.entries).expect("possible events"));
        let past = past.filter(|_| purpose == Purpose::Run);
        let plan = plan(runbook);
        let needed = Plan {
            runbooks: Vec::new(),
            deviations: Vec::new(),
            selection: Default::default(),
            ways: Default::default(),
            references: Default::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let site = Site {
                device: self.device.clone(),
                interrupt: self.interrupt.clone(),
            };
            let heard = Rc::new(RefCell::new(Vec::new()));
            let bytes = Rc::new(RefCell::new(Vec::new()));
            let disk = Disk {
                writes_left: self.disk.unwrap_or(usize::MAX),
                bytes: bytes.clone(),
            };
            let now = Box::new(|| jiff::Timestamp::UNIX_EPOCH);
            let mut writer = Writer::new(Box::new(disk), "journal.jsonl", now);
            if let Some(past) = &past {
                writer = writer.after(past);
            }
            let listener = Box::new(Heard(heard.clone()));
            let mut recorder = Recorder::new(writer, Redactor::new(), vec![listener]);
            if let Some(past) = &past {
                let history = History::of(&past.entries).expect("possible events");
                recorder = recorder.with_past(history);
            }
            let secrets = |name: &str| -> Result<SecretString, Failure> {
                Err(Failure::not_sent(
                    FailureKind::Local,
                    format!("find the secret `{name}`"),
                ))
            };
            let engine = Engine::new(
                &plan,
                &needed,
                &site,
                &self.person,
                &secrets,
                recorder,
                self.interrupt.clone(),
            );
            let info = RunInfo {
                id: "run".to_owned(),
                purpose,
                of: None,
                lab: false,
                edited: Vec::new(),
                change: Default::default(),
            };
            let begun = past.is_some_and(|past| !past.entries.is_empty());
            let ending = match taken_back {
                Some(done) => engine.undo(&info, &done.order, &done).await,
                None if begun => engine.resume(Resumption::default()).await,
                None => engine.run(&info).await,
            };
            let ending = ending.map_err(|error| error.to_string());
            let story = story(&heard.borrow());
            Told {
                ending,
                story,
                journal: bytes.take(),
            }
        })
    }
}

fn plan(text: &str) -> Plan {
    let source = Source::new("book.md", text);
    let parsed = runbook::parse(source);
    let findings = render(&parsed.diagnostics, ColorChoice::Never);
    assert!(parsed.diagnostics.is_empty(), "{findings}");
    let target = TargetSpec {
        name: "box".to_owned(),
        driver: DriverKind::Ssh,
        address: None,
        console: None,
        device: "box".to_owned(),
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
    };
    let inventory = Inventory {
        targets: BTreeMap::from([("box".to_owned(), target)]),
        ..Inventory::default()
    };
    let (scope, _) = plan::variables(&parsed.runbook, &BTreeMap::new(), &BTreeMap::new())
        .expect("fitting variables");
    plan::build(vec![(parsed.runbook, scope)], &inventory)
        .unwrap_or_else(|findings| panic!("{}", render(&findings, ColorChoice::Never)))
}

fn story(events: &[Event]) -> String {
    let mut lines = Vec::new();
    for event in events {
        match event {
            Event::Intent { sent, undo, .. } => {
                let what = if *undo { "undo" } else { "send" };
                lines.push(format!("{what} {}", sent.trim()));
            }
            Event::Outcome { sent: false, .. } => lines.push("  not sent".to_owned()),
            Event::Outcome { outcome, .. } => {
                lines.push(format!("  {outcome:?}").to_lowercase());
            }
            Event::Verdict { place, verdict, .. } => {
                lines.push(format!("{} {}", place.step, verdict.word()));
            }
            Event::Decision { answer, by, .. } => lines.push(format!("{by} says {answer}")),
            Event::RunEnded { ending, .. } => lines.push(format!("{ending:?}").to_lowercase()),
            _ => {}
        }
    }
    lines.join("\n")
}
