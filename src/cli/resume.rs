use super::Exit;
use super::again::{self, Edited};
use super::args::{Common, ResumeArgs, Which};
use super::begun::Begun;
use super::change::permit_again;
use super::desk::{Desk, Past};
use super::load;
use super::operator::me;
use super::seal::Seal;
use super::site::Site;
use crate::engine::{Engine, Resumption};
use crate::event::{Ending, Event, Purpose, Verdict};
use crate::journal::{self, History, JournalError, Recovered, RecoveryError, RunFolder, Status};
use crate::plan::{Plan, sha256, show};
use crate::record::PLAN;
use crate::text::escape;

pub(crate) fn resume(common: &Common, args: &ResumeArgs) -> Exit {
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

async fn execute(common: &Common, args: &ResumeArgs) -> Result<Exit, Exit> {
    let seal = Seal::open(&args.signing)?;
    let id = match &args.run {
        Some(id) => id.clone(),
        None => last(common)?,
    };
    let folder = RunFolder::new(&common.state, &id);
    let Recovered {
        storage,
        journal,
        torn,
    } = reopen(&folder)?;
    let history = History::of(&journal.entries).map_err(|error| {
        complain!("error: the journal of {id} can't be trusted: {error}");
        Exit::Usage
    })?;
    let begun = Begun::of(&journal).ok_or_else(|| {
        complain!("error: run {id} had not begun: nothing was sent\nhelp: run it again");
        Exit::Usage
    })?;
    if !can_go_on(&history) {
        complain!("error: run {id} has ended; there is nothing to go on with");
        return Err(Exit::Usage);
    }

    let (which, mut deviations) = text(args, &folder, &journal, &begun)?;
    let inventory = Site::inventory(common)?;
    let (mut plan, needed) = load::plan_again(common, &which, &inventory)?;
    let undone = match (&begun.purpose, &begun.of) {
        (Purpose::Undo, Some(of)) => Some(read(common, of)?),
        _ => None,
    };
    // An undo has the plan of what it takes back.
    let whole = undone.as_ref().and_then(Begun::of);
    let whole = whole.as_ref().unwrap_or(&begun);
    again::as_planned(&mut plan, &folder, whole);
    deviations.extend(same_plan(
        args,
        &folder,
        &plan,
        &begun,
        !deviations.is_empty(),
    )?);

    deviations.extend(permit_again(
        common,
        &args.permission,
        &folder,
        &begun.change,
        &plan,
        seal.as_ref(),
    )?);

    let site = Site::open(common, &[&plan, &needed])?;
    let desk = Desk::new(common, &site, args.json, args.unattended);
    let past = Past {
        storage,
        journal,
        history,
    };
    let plans = [&plan, &needed];
    let (recorder, environment) =
        desk.take_up(common, &site, (&folder, past), plans, seal.as_ref())?;
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
        engine.on_failure(policy.into());
    }
    let how = Resumption {
        by: me(),
        environment: Some(environment),
        torn,
        deviations,
    };
    let ending = match undone {
        Some(undone) => {
            let undone = History::of(&undone.entries).unwrap_or_default();
            engine.resume_undo(how, &begun.places, &undone).await
        }
        None => engine.resume(how).await,
    };
    let known = engine.into_redactor();
    let sealing = seal.map(|seal| (seal, known));
    desk.close(common, &site, ending, &folder, sealing).await
}

fn reopen(folder: &RunFolder) -> Result<Recovered, Exit> {
    if !folder.journal().is_file() {
        complain!(
            "error: there is no run `{}`\nhelp: `runsheet show` lists them",
            folder.id()
        );
        return Err(Exit::Usage);
    }
    folder.reopen().map_err(|error| {
        complain!("error: {error}");
        match &error {
            RecoveryError::Journal(error) if error.is_locked() => {
                complain!("help: another process works on this run; wait for it, or stop it");
                Exit::Stuck
            }
            _ => Exit::Usage,
        }
    })
}

fn read(common: &Common, id: &str) -> Result<journal::Journal, Exit> {
    super::show::read(&RunFolder::new(&common.state, id))
}

/// A run that did all it was to do, or failed and did what its policy says, is over. One that
/// stopped because it could not look may look again.
fn can_go_on(history: &History) -> bool {
    let stopped = |status: &Status| *status == Status::Closed(Verdict::Stopped);
    match history.ended {
        None | Some(Ending::Interrupted | Ending::Stuck) => true,
        Some(Ending::Done) => false,
        Some(Ending::Failed) => {
            let mut steps = history.steps.values();
            !history.backing_out && steps.any(|step| stopped(&step.status))
        }
    }
}

/// The newest run that can go on.
fn last(common: &Common) -> Result<String, Exit> {
    let newest_first = RunFolder::all(&common.state).into_iter().rev();
    let mut open = newest_first.filter(|id| {
        let journal = journal::read(&RunFolder::new(&common.state, id).journal());
        let history = journal.ok().and_then(|j| History::of(&j.entries).ok());
        history.is_some_and(|history| can_go_on(&history))
    });
    open.next().ok_or_else(|| {
        let runs = common.state.join("runs");
        complain!("error: no run in {runs} can go on: all have ended");
        Exit::Usage
    })
}

/// Which runbooks to go on with. Edited ones only where that is accepted; then they are kept
/// beside those that the run began with.
fn text(
    args: &ResumeArgs,
    folder: &RunFolder,
    journal: &journal::Journal,
    begun: &Begun,
) -> Result<(Which, Vec<String>), Exit> {
    let mut which = again::which(folder, journal);
    let edited = again::edited(folder, &begun.runbooks);
    if edited.is_empty() {
        return Ok((which, Vec::new()));
    }
    for Edited { diff, .. } in &edited {
        tell!("{}", escape(diff));
    }
    if !args.accept_edit {
        complain!(
            "error: the run began with another text; nothing was sent\n\
             help: put the text back, or go on with the new one: \
             runsheet resume {} --accept-edit",
            folder.id()
        );
        return Err(Exit::Stuck);
    }
    let mut deviations = Vec::new();
    let count = journal.entries.iter();
    let count = count.filter(|entry| matches!(entry.body, Event::Resumed { .. }));
    let number = count.count() + 1;
    for Edited { path, text, .. } in edited {
        let stem = path.file_stem().unwrap_or("runbook");
        let name = format!("runbooks/{stem}.resumed-{number}.md");
        folder.write(&name, text.as_bytes()).map_err(unwritten)?;
        let digest = sha256(text.as_bytes());
        deviations.push(format!(
            "{path} was edited after the run began, which was accepted; as resumed: {name} \
             (SHA-256 {digest})"
        ));
        for (of, info) in which.paths.iter_mut().zip(&begun.runbooks) {
            if info.path == path {
                of.clone_from(&info.path);
            }
        }
    }
    Ok((which, deviations))
}

fn unwritten(error: JournalError) -> Exit {
    complain!("error: {error}\nnothing was sent");
    Exit::Failed
}

/// The text may be the same and the plan another: an inventory or a secret's name was edited.
fn same_plan(
    args: &ResumeArgs,
    folder: &RunFolder,
    plan: &Plan,
    begun: &Begun,
    is_edited: bool,
) -> Result<Option<String>, Exit> {
    let now = show(plan);
    let digest = sha256(now.as_bytes());
    if digest == begun.plan_sha256 {
        return Ok(None);
    }
    if !is_edited {
        let then = std::fs::read_to_string(folder.path().join(PLAN)).unwrap_or_default();
        let diff = similar::TextDiff::from_lines(&then, &now);
        let diff = diff
            .unified_diff()
            .header("the plan then", "the plan now")
            .to_string();
        tell!("{}", escape(&diff));
    }
    if !args.accept_edit {
        complain!(
            "error: the plan is not the one that the run began with; nothing was sent\n\
             help: put the inventory back, or go on with the new plan: \
             runsheet resume {} --accept-edit",
            folder.id()
        );
        return Err(Exit::Stuck);
    }
    Ok(Some(format!(
        "the plan was not the one that the run began with, which was accepted; as resumed: \
         SHA-256 {digest}"
    )))
}
