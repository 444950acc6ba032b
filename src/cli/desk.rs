use std::cell::Cell;
use std::io::{self, IsTerminal};

use indicatif::{MultiProgress, ProgressDrawTarget};
use tokio::signal::unix::{SignalKind, signal};

use super::Exit;
use super::again;
use super::args::Common;
use super::call::Named;
use super::load::colored;
use super::operator::{LabOperator, Terminal};
use super::runs;
use super::seal::Seal;
use super::secrets;
use super::shown_plan::ShownPlan;
use super::site::Site;
use crate::engine::{EngineError, Interrupt, Listener, Operator, Recorder, Unattended};
use crate::event::{Ending, Event};
use crate::journal::{FileStorage, History, Journal, RunFolder, Writer};
use crate::plan::Plan;
use crate::record::{ENVIRONMENT, Environment, Hashing, PLAN, Predecessor, RESUMED_FROM};
use crate::redact::Redactor;
use crate::report::{JsonLines, LineReport, Palette, ProgressReport, Report};
use crate::text::wording::list;

/// What is known of a run that goes on, with its lock.
pub(crate) struct Past {
    pub(crate) storage: FileStorage,
    pub(crate) journal: Journal,
    pub(crate) history: History,
}

/// What a run has around it: the screen, the person, Ctrl-C.
pub(crate) struct Desk {
    pub(crate) operator: Box<dyn Operator>,
    pub(crate) interrupt: Interrupt,
    palette: Palette,
    json: bool,
    screen: Option<MultiProgress>,
    /// Of a run that begins.
    hashing: Cell<Option<Hashing>>,
}

impl Desk {
    pub(crate) fn new(common: &Common, site: &Site, json: bool, unattended: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let screen = (terminal && !json)
            .then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stdout()));
        let attended = io::stdin().is_terminal() && terminal && !unattended;
        let interrupt = Interrupt::default();
        hear_ctrl_c(interrupt.clone(), screen.clone());
        let person: Box<dyn Operator> = match attended {
            true => Box::new(Terminal::new(
                site.clock.clone(),
                screen.clone(),
                interrupt.clone(),
            )),
            false => Box::new(Unattended),
        };
        let operator = match &site.lab {
            Some(_) => Box::new(LabOperator::beside(person, &site.inventory)),
            None => person,
        };
        let palette = Palette::new(colored(common, terminal));
        Self {
            operator,
            interrupt,
            palette,
            json,
            screen,
            hashing: Cell::default(),
        }
    }

    /// Makes the run's folder, with the runbooks as they are run and those that they need, and
    /// its recorder.
    pub(crate) fn begin(
        &self,
        common: &Common,
        site: &Site,
        [plan, needed]: [&Plan; 2],
        shown: &ShownPlan,
        seal: Option<&Seal>,
    ) -> Result<(RunFolder, Recorder), Exit> {
        let id = run_id(common, site)?;
        let folder = RunFolder::new(common.state(), &id);
        let failed = |error: crate::journal::JournalError| {
            complain!("error: {error}\nnothing was sent");
            Exit::Failed
        };
        let after = Predecessor::of_next(common.state()).map_err(|error| {
            complain!(
                "error: failed to read the journal of the run before: {error}\nnothing was sent"
            );
            Exit::Failed
        })?;
        let storage = folder.create().map_err(failed)?;
        folder.take_turn(common.state(), 1).map_err(failed)?;
        again::keep(&folder, "runbooks", [plan, needed]).map_err(failed)?;
        let environment = Environment {
            after,
            ..here(common, seal)
        };
        self.describe(environment, &folder, ENVIRONMENT.to_owned())?;
        folder.write(PLAN, shown.text.as_bytes()).map_err(failed)?;
        let recorder = self.recorder(site, &folder, storage, shown, |writer| writer);
        Ok((folder, recorder))
    }

    /// Writes down where, when and by whom a run is begun or taken up.
    fn describe(
        &self,
        environment: Environment,
        folder: &RunFolder,
        name: String,
    ) -> Result<(), Exit> {
        let json = environment.to_json().map_err(|error| {
            complain!("error: failed to describe this machine: {error}\nnothing was sent");
            Exit::Failed
        })?;
        folder.write(&name, &json).map_err(|error| {
            complain!("error: {error}\nnothing was sent");
            Exit::Failed
        })?;
        let hashing = Hashing::begin(environment, folder.clone(), name);
        self.hashing.set(Some(hashing));
        Ok(())
    }

    /// The recorder of a run that goes on, and where it is told who took it up.
    pub(crate) fn take_up(
        &self,
        common: &Common,
        site: &Site,
        (folder, past): (&RunFolder, Past),
        shown: &ShownPlan,
        seal: Option<&Seal>,
    ) -> Result<(Recorder, String), Exit> {
        let journal = past.journal;
        let names = (1..).map(|n| format!("{RESUMED_FROM}{n}.json"));
        let mut free = names.filter(|name| !folder.path().join(name).exists());
        let name = free.next().unwrap_or_default();
        let next = journal.entries.last().map_or(1, |last| last.seq + 1);
        folder.take_turn(common.state(), next).map_err(|error| {
            complain!("error: {error}\nnothing was sent");
            Exit::Failed
        })?;
        self.describe(here(common, seal), folder, name.clone())?;
        let recorder = self.recorder(site, folder, past.storage, shown, |w| w.after(&journal));
        let mut recorder = recorder.with_past(past.history);
        // Who only hears the rest of the story has to know what it is about.
        if let Some(first) = journal.entries.into_iter().next() {
            recorder.show(first.body);
        }
        Ok((recorder, name))
    }

    fn recorder(
        &self,
        site: &Site,
        folder: &RunFolder,
        storage: FileStorage,
        shown: &ShownPlan,
        place: impl FnOnce(Writer) -> Writer,
    ) -> Recorder {
        let clock = site.clock.clone();
        let now = Box::new(move || clock.now());
        let writer = place(Writer::new(Box::new(storage), folder.journal(), now));
        let recorder = Recorder::new(writer, shown.redactor.clone(), self.listeners());
        recorder.keeping_files(folder.clone())
    }

    fn listeners(&self) -> Vec<Box<dyn Listener>> {
        let report: Box<dyn Report> = match &self.screen {
            _ if self.json => Box::new(JsonLines::new(io::stdout())),
            Some(screen) => Box::new(ProgressReport::new(screen.clone(), self.palette)),
            None => Box::new(LineReport::new(io::stdout(), self.palette)),
        };
        vec![Box::new(Shown(report))]
    }

    /// Leaves the site, says the last words, and makes the record where a key is at hand, which
    /// must hold none of the secrets that the run came to know.
    pub(crate) async fn close(
        &self,
        common: &Common,
        site: &Site,
        ending: Result<Ending, EngineError>,
        folder: &RunFolder,
        (named, sealing): (Named<'_>, Option<(Seal, Redactor)>),
    ) -> Result<Exit, Exit> {
        site.close()?;
        // A disk that does not take the journal either is told of once.
        if let Some(Err(error)) = self.hashing.take().map(Hashing::finish)
            && ending.is_ok()
        {
            complain!("warning: the record does not say which program file ran: {error}");
        }
        let call = named.call(common, &format!("resume {}", folder.id()));
        let exit = self.finish(ending, folder, &call, sealing.is_none());
        let Some((seal, known)) = sealing else {
            return Ok(exit);
        };
        let missing = secrets::fetch_rest(&known, site.inventory.clone());
        if !missing.is_empty() {
            complain!(
                "warning: the record can't be searched for {}, which is not at hand",
                list(&missing, "and")
            );
        }
        seal.run(common, &known, folder, exit, self.json).await
    }

    /// The last words, and the exit code.
    fn finish(
        &self,
        ending: Result<Ending, EngineError>,
        folder: &RunFolder,
        call: &str,
        name_folder: bool,
    ) -> Exit {
        let how = match ending {
            Ok(Ending::Done | Ending::Failed) => None,
            // Behind the call, so that it can be copied up to the end of its line.
            Ok(Ending::Stuck) => Some("\n       on a terminal, where it asks"),
            Ok(Ending::Interrupted) | Err(_) => Some(""),
        };
        let exit = match ending {
            Ok(Ending::Done) => Exit::Done,
            Ok(Ending::Failed) => Exit::Failed,
            Ok(Ending::Stuck | Ending::Interrupted) => Exit::Stuck,
            Err(error) => {
                complain!("error: {error}\nnothing more was sent");
                Exit::Stuck
            }
        };
        if !self.json && name_folder {
            say!("run: {}", folder.path());
        }
        if let (false, Some(how)) = (self.json, how) {
            say!("go on: {call}{how}");
        }
        exit
    }
}

/// This machine and whoever sits at it.
fn here(common: &Common, seal: Option<&Seal>) -> Environment {
    let key = seal.map(|seal| seal.signer().fingerprint());
    Environment::here(common.inventory.as_deref(), key)
}

struct Shown(Box<dyn Report>);

impl Listener for Shown {
    fn hear(&mut self, event: &Event) {
        self.0.show(event);
    }
}

/// In the lab an id follows from the seed and the world's count of runs, so that the same seed
/// gives the same journal; elsewhere from the time of day.
fn run_id(common: &Common, site: &Site) -> Result<String, Exit> {
    let taken = runs::all(common)?;
    if let Some(lab) = &site.lab {
        loop {
            let number = lab.count_run().map_err(|error| {
                complain!("error: {error}");
                Exit::Failed
            })?;
            let id = format!("lab-{}-{number:04}", lab.seed());
            // The runs of a floor that was reset keep their names.
            if !taken.contains(&id) {
                return Ok(id);
            }
        }
    }
    let time = site.clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let free = (1..)
        .map(|n| format!("{time}-{n}"))
        .find(|id| !taken.contains(id));
    Ok(free.unwrap_or(time))
}

/// Hears it on a thread of its own: while a person is asked something, nothing else goes on here.
fn hear_ctrl_c(interrupt: Interrupt, screen: Option<MultiProgress>) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            // One listener for all of them: what is pressed between two would be lost.
            let Ok(mut pressed) = signal(SignalKind::interrupt()) else {
                return;
            };
            while pressed.recv().await.is_some() {
                interrupt.ask();
                // Short lines, and not between those that the screen draws over.
                let told = || match interrupt.times() {
                    1 => complain!("stopping before the next effect\nCtrl-C again stops now"),
                    _ => complain!("stopping now"),
                };
                match &screen {
                    Some(screen) => screen.suspend(told),
                    None => told(),
                }
            }
        });
    });
}
