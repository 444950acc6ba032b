use std::io::{self, IsTerminal};

use indicatif::{MultiProgress, ProgressDrawTarget};

use super::Exit;
use super::args::{Common, Policy, RunArgs};
use super::change::permit;
use super::load::{self, colored};
use super::operator::{LabOperator, Terminal};
use super::seal::Seal;
use super::site::Site;
use crate::engine::{
    Engine, EngineError, Interrupt, Listener, Operator, Recorder, RunInfo, Unattended,
};
use crate::event::{Ending, Event, Purpose};
use crate::journal::{RunFolder, Writer};
use crate::plan::{self, Plan};
use crate::record::{ENVIRONMENT, Environment, PLAN, Predecessor};
use crate::redact::Redactor;
use crate::report::{JsonLines, LineReport, Palette, ProgressReport, Report};
use crate::runbook::OnFailure;

pub(crate) fn run(common: &Common, args: &RunArgs) -> Exit {
    let runtime = match Site::runtime(common) {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    runtime.block_on(async {
        match execute(common, args).await {
            Ok(exit) | Err(exit) => exit,
        }
    })
}

async fn execute(common: &Common, args: &RunArgs) -> Result<Exit, Exit> {
    let seal = Seal::open(&args.signing)?;
    let inventory = Site::inventory(common)?;
    let (plan, needed) = load::plan(common, &args.which, &inventory)?;
    let permitted = permit(common, &args.change, &plan, seal.as_ref())?;
    let site = Site::open(common, &[&plan, &needed])?;
    let desk = Desk::new(common, &site, args.json, args.unattended);
    let (folder, recorder) = desk.begin(common, &site, &plan, &needed)?;
    permitted.keep(&folder)?;
    let id = folder.path().file_name().unwrap_or_default().to_owned();
    let secrets = |name: &str| site.secret(name);
    let mut engine = Engine::new(
        &plan,
        &needed,
        &site,
        desk.operator.as_ref(),
        &secrets,
        recorder,
        desk.interrupt.clone(),
    );
    if let Some(policy) = args.on_failure {
        engine.on_failure(match policy {
            Policy::Undo => OnFailure::Undo,
            Policy::Stop => OnFailure::Stop,
            Policy::Ask => OnFailure::Ask,
        });
    }
    let info = RunInfo {
        id,
        purpose: Purpose::Run,
        of: None,
        lab: site.lab.is_some(),
        change: permitted.change,
    };
    let ending = engine.run(&info).await;
    drop(engine);
    site.close()?;
    let exit = desk.finish(ending, &folder, seal.is_none());
    match seal {
        Some(seal) => {
            let mut redactor = Redactor::new();
            site.redact(&mut redactor, &[&plan, &needed])?;
            seal.run(common, &redactor, &folder, exit, args.json).await
        }
        None => Ok(exit),
    }
}

/// What a run has around it: the screen, the person, Ctrl-C.
pub(crate) struct Desk {
    pub(crate) operator: Box<dyn Operator>,
    pub(crate) interrupt: Interrupt,
    palette: Palette,
    json: bool,
    screen: Option<MultiProgress>,
}

impl Desk {
    pub(crate) fn new(common: &Common, site: &Site, json: bool, unattended: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let screen = (terminal && !json)
            .then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stdout()));
        let attended = io::stdin().is_terminal() && terminal && !unattended;
        let operator: Box<dyn Operator> = match (&site.lab, attended) {
            (Some(_), _) => Box::new(LabOperator),
            (None, true) => Box::new(Terminal::new(site.clock.clone(), screen.clone())),
            (None, false) => Box::new(Unattended),
        };
        let interrupt = Interrupt::default();
        tokio::spawn(hear_ctrl_c(interrupt.clone()));
        let palette = Palette::new(colored(common, terminal));
        Self {
            operator,
            interrupt,
            palette,
            json,
            screen,
        }
    }

    /// Makes the run's folder, with the runbooks as they are run, and its recorder.
    pub(crate) fn begin(
        &self,
        common: &Common,
        site: &Site,
        plan: &Plan,
        needed: &Plan,
    ) -> Result<(RunFolder, Recorder), Exit> {
        let id = run_id(common, site)?;
        let folder = RunFolder::new(&common.state, &id);
        let failed = |error: crate::journal::JournalError| {
            eprintln!("error: {error}\nnothing was sent");
            Exit::Failed
        };
        let after = Predecessor::of_next(&common.state);
        let storage = folder.create().map_err(failed)?;
        for runbook in &plan.runbooks {
            let name = runbook.source.path().file_name().unwrap_or("runbook.md");
            let bytes = runbook.source.text().as_bytes();
            folder
                .write(&format!("runbooks/{name}"), bytes)
                .map_err(failed)?;
        }
        let environment = Environment::here(common.inventory.as_deref(), after);
        let environment = environment.to_json().map_err(|error| {
            eprintln!("error: failed to describe this machine: {error}\nnothing was sent");
            Exit::Failed
        })?;
        folder.write(ENVIRONMENT, &environment).map_err(failed)?;
        folder
            .write(PLAN, plan::show(plan).as_bytes())
            .map_err(failed)?;
        let clock = site.clock.clone();
        let writer = Writer::new(
            Box::new(storage),
            folder.journal(),
            Box::new(move || clock.now()),
        );
        let mut redactor = Redactor::new();
        site.redact(&mut redactor, &[plan, needed])?;
        Ok((folder, Recorder::new(writer, redactor, self.listeners())))
    }

    fn listeners(&self) -> Vec<Box<dyn Listener>> {
        let report: Box<dyn Report> = match &self.screen {
            _ if self.json => Box::new(JsonLines::new(io::stdout())),
            Some(screen) => Box::new(ProgressReport::new(screen.clone(), self.palette)),
            None => Box::new(LineReport::new(io::stdout(), self.palette)),
        };
        vec![Box::new(Shown(report))]
    }

    /// The last words, and the exit code.
    pub(crate) fn finish(
        &self,
        ending: Result<Ending, EngineError>,
        folder: &RunFolder,
        name_folder: bool,
    ) -> Exit {
        let exit = match ending {
            Ok(Ending::Done) => Exit::Done,
            Ok(Ending::Failed) => Exit::Failed,
            Ok(Ending::Stuck | Ending::Interrupted) => Exit::Stuck,
            Err(error) => {
                eprintln!("error: {error}\nnothing more was sent");
                Exit::Stuck
            }
        };
        if !self.json && name_folder {
            println!("record: {}", folder.path());
        }
        exit
    }
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
    if let Some(lab) = &site.lab {
        let number = lab.count_run().map_err(|error| {
            eprintln!("error: {error}");
            Exit::Failed
        })?;
        return Ok(format!("lab-{}-{number:04}", lab.seed()));
    }
    let time = site.clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let taken = RunFolder::all(&common.state);
    let free = (1..)
        .map(|n| format!("{time}-{n}"))
        .find(|id| !taken.contains(id));
    Ok(free.unwrap_or(time))
}

async fn hear_ctrl_c(interrupt: Interrupt) {
    while tokio::signal::ctrl_c().await.is_ok() {
        interrupt.ask();
        eprintln!("stopping before the next effect; Ctrl-C again stops now");
    }
}
