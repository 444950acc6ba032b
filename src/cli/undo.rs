use std::fs::File;
use std::io::ErrorKind;

use super::Exit;
use super::again::{self, Basis};
use super::args::{Common, UndoArgs};
use super::begun::Begun;
use super::built_upon::built_upon;
use super::call::Named;
use super::change::permit_undo;
use super::desk::Desk;
use super::device_locks::DeviceLocks;
use super::drift::drift;
use super::operator::me;
use super::planned;
use super::same_site::same_site;
use super::seal::Seal;
use super::show::{no_line, read};
use super::shown_plan::ShownPlan;
use super::site::Site;
use super::standing::{last_run, standing};
use super::undoing::{none_is_open, nothing_stands};
use crate::engine::{Engine, RunInfo};
use crate::event::{Place, Purpose};
use crate::journal::{History, RunFolder};
use crate::plan::Plan;
use crate::text::escape;
use crate::text::wording::{list, quoted, which_of};

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
        Some(run) => common.run_id(run).to_owned(),
        None => last_run(common)?,
    };
    let folder = RunFolder::new(common.state(), &id);
    let _held = hold(&folder)?;
    let journal = read(&folder)?;
    let history = History::of(&journal.entries).map_err(|error| {
        complain!("error: the journal of {id} can't be trusted: {error}");
        Exit::Usage
    })?;
    let begun = Begun::of(&journal).ok_or_else(|| no_line(&folder))?;
    same_site(common, &folder, &begun, "undo")?;
    none_is_open(common, &id)?;
    let standing = standing(common)?;
    let here = standing.iter().find(|run| run.id == id);
    let mut places = here.map(|run| run.places.clone()).unwrap_or_default();
    if places.is_empty() {
        return Err(nothing_stands(common, &id, &begun, &history)?);
    }
    if let Some(to) = &args.to {
        let at = oldest(&places, &id, to)?;
        places.drain(..at);
    }
    let me = me();
    let leave = args.yes.then_some(me.as_str());
    let gone_on = built_upon(common, &standing, &id, &places, leave)?;
    let inventory = Site::inventory(common)?;
    let basis = Basis::of(&folder, &journal, &begun);
    basis.intact()?;
    let (mut plan, needed) =
        planned::plan_again(common, &basis.which(), &basis.variables, &inventory)?;
    again::as_planned(&mut plan, &basis, &begun, &basis.places);
    let site = Site::open(common, &[&plan, &needed])?;
    let shown = ShownPlan::at(&site, [&plan, &needed])?;
    let mut edited = same_plan(
        (common, args),
        &folder,
        &basis.plan(),
        (&plan, &shown),
        &places,
    )?;
    edited.extend(gone_on);
    let permitted = permit_undo(common, &args.change, &folder, &begun, &shown, seal.as_ref())?;
    edited.extend(permitted.departs.iter().cloned());
    let desk = Desk::new(common, &site, args.json, args.unattended);
    let mut part = plan.clone();
    part.keep(&places);
    let locks = DeviceLocks::take(common, &site, &part)?;
    let (new, recorder) = desk.begin(common, &site, [&plan, &needed], &shown, seal.as_ref())?;
    locks.of_run(new.id());
    permitted.keep(&new)?;
    let recorder = recorder.taking_back(&folder);
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
        engine.accept_changes(me);
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
    let closing = (named(args), sealing);
    desk.close(common, &site, ending, &new, closing).await
}

/// What is to be named again.
fn named(args: &UndoArgs) -> Named<'_> {
    Named {
        signing: &args.signing,
        permission: &args.change.permission,
    }
}

/// Where the step lies that is taken back last: `STEP`, or `RUNBOOK#STEP`.
fn oldest(places: &[Place], id: &str, to: &str) -> Result<usize, Exit> {
    let is_it = |place: &&Place| match to.split_once('#') {
        Some((runbook, step)) => place.runbook == runbook && place.step == step,
        None => place.step == to,
    };
    let mut names: Vec<String> = places
        .iter()
        .filter(is_it)
        .map(|place| format!("{}#{}", place.runbook, place.step))
        .collect();
    names.sort();
    names.dedup();
    if names.len() > 1 {
        complain!(
            "error: run {id} has more than one step `{to}`: {}; nothing was sent\n\
             help: name it with its runbook: --to {}",
            list(&quoted(names.iter().map(String::as_str)), "and"),
            names[0]
        );
        return Err(Exit::Usage);
    }
    places
        .iter()
        .position(|place| is_it(&place))
        .ok_or_else(|| {
            complain!("error: run {id} has nothing to take back in a step `{to}`");
            let (of, step) = to
                .split_once('#')
                .map_or((None, to), |(of, id)| (Some(of), id));
            let places = places
                .iter()
                .filter(|place| of.is_none_or(|of| place.runbook == of));
            if let Some(which) = which_of(step, "step", places.map(|place| place.step.as_str())) {
                complain!("help: {which}");
            }
            Exit::Usage
        })
}

/// Keeps a run from going on, or from being taken back by somebody else, while this is kept.
pub(super) fn hold(folder: &RunFolder) -> Result<Option<File>, Exit> {
    let journal = match File::open(folder.journal()) {
        Ok(journal) => journal,
        // Who reads it says that it is not there.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            complain!(
                "error: failed to open the journal {}: {error}\nnothing was sent",
                folder.journal()
            );
            return Err(Exit::Stuck);
        }
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
    (common, args): (&Common, &UndoArgs),
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
             it stands now: {}",
            named(args).call(common, &format!("undo {} --yes", folder.id()))
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
