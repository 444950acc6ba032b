use super::Exit;
use super::again;
use super::args::{Common, UndoArgs};
use super::desk::Desk;
use super::load;
use super::seal::Seal;
use super::show;
use super::site::Site;
use crate::engine::{Engine, RunInfo};
use crate::event::{Event, Place, Purpose, Verdict};
use crate::journal::{self, History, RunFolder, Status};

pub(crate) fn undo(common: &Common, args: &UndoArgs) -> Exit {
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

async fn execute(common: &Common, args: &UndoArgs) -> Result<Exit, Exit> {
    let seal = Seal::open(&args.signing)?;
    let id = match &args.run {
        Some(id) => id.clone(),
        None => last_run(common)?,
    };
    let folder = RunFolder::new(&common.state, &id);
    let journal = show::read(&folder)?;
    let history = History::of(&journal.entries).map_err(|error| {
        eprintln!("error: the journal of {id} can't be trusted: {error}");
        Exit::Usage
    })?;
    built_upon(common, &id)?;

    let mut places = undoable(&history);
    if let Some(to) = &args.to {
        let Some(at) = places.iter().position(|place| place.step == *to) else {
            eprintln!("error: run {id} did nothing in a step `{to}`");
            return Err(Exit::Usage);
        };
        places.drain(..at);
    }
    let inventory = Site::inventory(common)?;
    let (plan, needed) = load::plan_again(common, &again::which(&folder, &journal), &inventory)?;
    let site = Site::open(common, &[&plan, &needed])?;
    let desk = Desk::new(common, &site, args.json, false);
    let (new, recorder) = desk.begin(common, &site, &plan, &needed)?;
    let secrets = |name: &str| site.secret(name);
    let engine = Engine::new(
        &plan,
        &needed,
        &site,
        desk.operator.as_ref(),
        &secrets,
        recorder,
        desk.interrupt.clone(),
    );
    let info = RunInfo {
        id: new.id().to_owned(),
        purpose: Purpose::Undo,
        of: Some(id),
        lab: site.lab.is_some(),
        change: Default::default(),
    };
    let ending = engine.undo(&info, &places, &history.bound()).await;
    drop(engine);
    let sealing = seal.map(|seal| (seal, [&plan, &needed]));
    desk.close(common, &site, ending, &new, sealing).await
}

/// What the run did and nobody took back yet, oldest first.
fn undoable(history: &History) -> Vec<Place> {
    let is_open = |place: &&Place| {
        !matches!(
            history.status(place),
            Status::Closed(Verdict::Undone | Verdict::Stopped)
        )
    };
    history.order.iter().filter(is_open).cloned().collect()
}

/// The newest run that did something nobody took back yet.
fn last_run(common: &Common) -> Result<String, Exit> {
    standing(common, &RunFolder::all(&common.state))
        .pop()
        .ok_or_else(|| {
            eprintln!(
                "error: no run in {} did anything to take back",
                common.state.join("runs")
            );
            Exit::Usage
        })
}

/// A run that later runs built on can't be pulled from under them.
fn built_upon(common: &Common, id: &str) -> Result<(), Exit> {
    let all = RunFolder::all(&common.state);
    let later: Vec<String> = all
        .into_iter()
        .skip_while(|run| run != id)
        .skip(1)
        .collect();
    match standing(common, &later).last() {
        None => Ok(()),
        Some(last) => {
            eprintln!(
                "error: run {last} built on what {id} did\n\
                 help: take it back first: runsheet undo {last}"
            );
            Err(Exit::Stuck)
        }
    }
}

/// Of these runs, oldest first, those whose effects still stand.
fn standing(common: &Common, runs: &[String]) -> Vec<String> {
    let mut standing: Vec<String> = Vec::new();
    for run in runs {
        let folder = RunFolder::new(&common.state, run);
        let Ok(journal) = journal::read(&folder.journal()) else {
            continue;
        };
        let first = journal.entries.first().map(|entry| &entry.body);
        if let Some(Event::RunStarted {
            purpose: Purpose::Undo,
            of: Some(of),
            ..
        }) = first
        {
            standing.retain(|run| run != of);
        } else if History::of(&journal.entries).is_ok_and(|h| !undoable(&h).is_empty()) {
            standing.push(run.clone());
        }
    }
    standing
}
