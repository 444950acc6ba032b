use super::Exit;
use super::again;
use super::args::{Common, UndoArgs};
use super::desk::Desk;
use super::load;
use super::operator::me;
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
    let standing = standing(common);
    built_upon(&standing, &id)?;

    let here = standing.into_iter().find(|run| run.id == id);
    let mut places = here.map(|run| run.places).unwrap_or_default();
    if let Some(to) = &args.to {
        let Some(at) = places.iter().position(|place| place.step == *to) else {
            eprintln!("error: run {id} has nothing to take back in a step `{to}`");
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
    let mut engine = Engine::new(
        &plan,
        &needed,
        &site,
        desk.operator.as_ref(),
        &secrets,
        recorder,
        desk.interrupt.clone(),
    );
    if args.yes {
        engine.accept_changes(me());
    }
    let info = RunInfo {
        id: new.id().to_owned(),
        purpose: Purpose::Undo,
        of: Some(id),
        lab: site.lab.is_some(),
        change: Default::default(),
    };
    let ending = engine.undo(&info, &places, &history).await;
    let known = engine.into_redactor();
    let sealing = seal.map(|seal| (seal, known));
    desk.close(common, &site, ending, &new, sealing).await
}

/// What the run did and nobody took back yet, oldest first.
fn undoable(history: &History) -> Vec<Place> {
    let is_open = |place: &&Place| {
        !matches!(
            history.status(place),
            Status::Closed(Verdict::Undone | Verdict::Kept | Verdict::Stopped)
        )
    };
    history.order.iter().filter(is_open).cloned().collect()
}

/// The newest run that did something nobody took back yet.
fn last_run(common: &Common) -> Result<String, Exit> {
    let last = standing(common).pop().map(|run| run.id);
    last.ok_or_else(|| {
        eprintln!(
            "error: no run in {} did anything to take back",
            common.state.join("runs")
        );
        Exit::Usage
    })
}

/// A run that later runs built on can't be pulled from under them.
fn built_upon(standing: &[Standing], id: &str) -> Result<(), Exit> {
    match standing.last() {
        Some(last) if last.id != id && standing.iter().any(|run| run.id == id) => {
            let last = &last.id;
            eprintln!(
                "error: run {last} built on what {id} did\n\
                 help: take it back first: runsheet undo {last}"
            );
            Err(Exit::Stuck)
        }
        _ => Ok(()),
    }
}

/// A run of which something still stands.
struct Standing {
    id: String,
    /// What nobody took back yet, oldest first.
    places: Vec<Place>,
}

/// All runs whose effects still stand, oldest first.
fn standing(common: &Common) -> Vec<Standing> {
    let mut standing: Vec<Standing> = Vec::new();
    for id in RunFolder::all(&common.state) {
        let folder = RunFolder::new(&common.state, &id);
        let Ok(journal) = journal::read(&folder.journal()) else {
            continue;
        };
        let Ok(history) = History::of(&journal.entries) else {
            continue;
        };
        if let Some(Event::RunStarted {
            purpose: Purpose::Undo,
            of: Some(of),
            ..
        }) = journal.entries.first().map(|entry| &entry.body)
        {
            let is_back = |place: &Place| {
                let status = history.status(place);
                matches!(status, Status::Closed(Verdict::Undone | Verdict::Kept))
            };
            if let Some(run) = standing.iter_mut().find(|run| run.id == *of) {
                run.places.retain(|place| !is_back(place));
            }
        } else {
            let places = undoable(&history);
            standing.push(Standing { id, places });
        }
    }
    standing.retain(|run| !run.places.is_empty());
    standing
}
