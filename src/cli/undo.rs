use std::fs::File;

use super::Exit;
use super::again::{self, Basis};
use super::args::{Common, UndoArgs};
use super::begun::Begun;
use super::change::permit_undo;
use super::desk::Desk;
use super::drift::drift;
use super::load;
use super::operator::me;
use super::runs;
use super::seal::Seal;
use super::show::read;
use super::shown_plan::ShownPlan;
use super::site::Site;
use super::standing::{built_upon, last_run, standing};
use crate::engine::{Engine, RunInfo};
use crate::event::{Place, Purpose, Verdict};
use crate::journal::{self, History, RunFolder, Status};
use crate::plan::Plan;
use crate::text::escape;

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
    let seal = Seal::proven(&args.signing).await?;
    let id = match &args.run {
        // As shells complete the name of a folder.
        Some(id) => id.trim_end_matches('/').to_owned(),
        None => last_run(common)?,
    };
    let folder = RunFolder::new(&common.state, &id);
    let _held = hold(&folder)?;
    let journal = read(&folder)?;
    let history = History::of(&journal.entries).map_err(|error| {
        complain!("error: the journal of {id} can't be trusted: {error}");
        Exit::Usage
    })?;
    let standing = standing(common)?;
    built_upon(&standing, &id)?;

    let here = standing.into_iter().find(|run| run.id == id);
    let mut places = here.map(|run| run.places).unwrap_or_default();
    if let Some(to) = &args.to {
        let Some(at) = places.iter().position(|place| place.step == *to) else {
            complain!("error: run {id} has nothing to take back in a step `{to}`");
            return Err(Exit::Usage);
        };
        places.drain(..at);
    }
    let begun = Begun::of(&journal).ok_or_else(|| {
        complain!("error: run {id} had not begun: there is nothing to take back");
        Exit::Usage
    })?;
    let inventory = Site::inventory(common)?;
    let basis = Basis::of(&folder, &journal, &begun);
    basis.intact()?;
    let (mut plan, needed) =
        load::plan_again(common, &basis.which(), &basis.variables, &inventory)?;
    again::as_planned(&mut plan, &basis, &begun, &basis.places);
    let site = Site::open(common, &[&plan, &needed])?;
    let shown = ShownPlan::at(&site, [&plan, &needed])?;
    let mut edited = same_plan(args, &folder, &basis.plan(), (&plan, &shown), &places)?;
    let permitted = permit_undo(common, &args.change, &folder, &begun, &shown, seal.as_ref())?;
    edited.extend(permitted.departs.iter().cloned());
    let desk = Desk::new(common, &site, args.json, false);
    let (new, recorder) = desk.begin(common, &site, [&plan, &needed], &shown, seal.as_ref())?;
    permitted.keep(&new)?;
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
        edited,
        change: permitted.change,
    };
    let ending = engine.undo(&info, &places, &history).await;
    let known = engine.into_redactor();
    let sealing = seal.map(|seal| (seal, known));
    desk.close(common, &site, ending, &new, sealing).await
}

/// Keeps a run from going on, or from being taken back by somebody else, while this is kept.
pub(super) fn hold(folder: &RunFolder) -> Result<Option<File>, Exit> {
    let Ok(journal) = File::open(folder.journal()) else {
        // Who reads it says why it can't be read.
        return Ok(None);
    };
    match journal.try_lock() {
        Ok(()) => Ok(Some(journal)),
        Err(_) => {
            complain!(
                "error: another process works on run {}; nothing was sent\n\
                 help: wait for it, or stop it",
                folder.id()
            );
            Err(Exit::Stuck)
        }
    }
}

/// The runbooks are as run; an inventory may have been edited since, and with it what would be
/// sent. Gives what is to be said about that, if it is accepted.
fn same_plan(
    args: &UndoArgs,
    folder: &RunFolder,
    then: &str,
    (plan, shown): (&Plan, &ShownPlan),
    places: &[Place],
) -> Result<Vec<String>, Exit> {
    let Some(diff) = drift(then, plan, &shown.text, places) else {
        return Ok(Vec::new());
    };
    tell!("{}", escape(&diff));
    if !args.yes {
        complain!(
            "error: what would be taken back is not what the run was to do; nothing was sent\n\
             help: put the inventory back, in the folder that the run began in; or take it back as \
             it stands now: \
             runsheet undo {} --yes",
            folder.id()
        );
        return Err(Exit::Stuck);
    }
    Ok(vec![format!(
        "the plan of what is taken back was not the run's, which {} accepted; as taken back: \
         SHA-256 {}",
        me(),
        shown.sha256()
    )])
}

/// An undo, other than this one, that took back something of a run.
pub(super) fn taken_back_by(
    common: &Common,
    id: &str,
    other_than: &str,
) -> Result<Option<String>, Exit> {
    let undos = runs::all(common)?.into_iter();
    let mut others = undos.filter(|undo| undo != other_than);
    Ok(others.find(|undo| {
        let journal = journal::read(&RunFolder::new(&common.state, undo).journal());
        let Ok(journal) = journal else { return false };
        let of = Begun::of(&journal).and_then(|begun| begun.of);
        let history = History::of(&journal.entries).unwrap_or_default();
        let mut statuses = history.steps.values().map(|step| &step.status);
        of.as_deref() == Some(id)
            && statuses.any(|s| matches!(s, Status::Closed(Verdict::Undone | Verdict::Kept)))
    }))
}
