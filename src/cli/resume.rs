use super::Exit;
use super::again::{self, Basis, Edited};
use super::args::{Common, ResumeArgs, Which};
use super::begun::Begun;
use super::begun_steps::{still_as_sent, still_there};
use super::call::Named;
use super::change::permit_again;
use super::desk::{Desk, Past};
use super::device_locks::DeviceLocks;
use super::edited_steps::EditedSteps;
use super::kept_variables::kept_variables;
use super::operator::me;
use super::planned;
use super::resumable::{can_go_on, last, still_stands};
use super::same_site::same_site;
use super::seal::Seal;
use super::show::{no_line, no_run};
use super::shown_plan::ShownPlan;
use super::site::Site;
use crate::engine::{Engine, Resumption};
use crate::event::{Event, Purpose, Revision, StepInfo};
use crate::journal::{self, History, Recovered, RecoveryError, RunFolder};
use crate::plan::Plan;
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
    let seal = Seal::proven(&args.signing).await?;
    let id = match &args.run {
        Some(run) => common.run_id(run).to_owned(),
        None => last(common)?,
    };
    let folder = RunFolder::new(common.state(), &id);
    let Recovered {
        storage,
        journal,
        torn,
    } = reopen(&folder)?;
    let history = History::of(&journal.entries).map_err(|error| {
        complain!("error: the journal of {id} can't be trusted: {error}");
        Exit::Usage
    })?;
    let begun = Begun::of(&journal).ok_or_else(|| no_line(&folder))?;
    if !can_go_on(&history) {
        complain!("error: run {id} has ended; there is nothing to go on with");
        return Err(Exit::Usage);
    }
    same_site(common, &folder, &begun, "resume")?;

    let _held = still_stands(common, &folder, &journal, &begun)?;
    let basis = Basis::of(&folder, &journal, &begun);
    basis.intact()?;
    let edited = basis.edited();
    let which = text(&basis, &edited);
    let inventory = Site::inventory(common)?;
    let is_refused = !edited.is_empty() && !args.accept_edit;
    let loaded = planned::plan_again(common, &which, &basis.variables, &inventory);
    let (plan, needed) = match loaded {
        // It need not even be a runbook.
        Err(_) if is_refused => return Err(other_text((common, args), &folder)),
        loaded => loaded?,
    };
    let undone = match (&begun.purpose, &begun.of) {
        (Purpose::Undo, Some(of)) => Some(read(common, of)?),
        _ => None,
    };
    let (plan, steps) = match &undone {
        // An undo has the plan of what it takes back.
        Some(undone) => (taken_back(common, plan, &basis, &begun, undone), None),
        // So has a run that is backing out.
        None if history.backing_out => (kept(plan, &basis, &begun), None),
        None => {
            let (plan, steps) = EditedSteps::of(plan, &basis, &begun, &history)?;
            (plan, Some(steps))
        }
    };
    steps.iter().for_each(EditedSteps::show);
    let kept = kept_variables(&basis, &edited);
    kept.iter().for_each(|kept| tell!("{kept}\n"));
    if is_refused {
        return Err(other_text((common, args), &folder));
    }
    still_there(&history, &plan)?;
    if !edited.is_empty() {
        let then = planned::plan_again(common, &basis.which(), &basis.variables, &inventory)?;
        still_as_sent(&history, &then.0, &plan)?;
    }
    let site = Site::open(common, &[&plan, &needed])?;
    let shown = ShownPlan::at(&site, [&plan, &needed])?;
    let is_same = same_plan((common, args), &folder, &basis, &shown, !edited.is_empty())?;
    let (plan, shown, is_same) = match args.on_failure {
        None => (plan, shown, is_same),
        // Said where it goes on, so it is no edit; but it is another plan that goes on.
        Some(policy) => {
            let mut other = plan;
            other.on_failure(policy.into());
            let now = shown.again([&other, &needed]);
            let is_same = is_same && now.text == shown.text;
            (other, now, is_same)
        }
    };
    let locks = DeviceLocks::take(common, &site, &plan)?;
    locks.of_run(&id);
    let permitted = permit_again(
        common,
        &args.permission,
        &folder,
        &begun.change,
        &shown,
        seal.as_ref(),
    )?;
    let revision = match is_same && edited.is_empty() {
        true => None,
        false => {
            let steps = match &undone {
                Some(_) => Vec::new(),
                None => plan.steps(),
            };
            Some(revise(&folder, &journal, [&plan, &needed], &shown, steps)?)
        }
    };
    let mut deviations: Vec<String> = revision.iter().flat_map(|r| told(r, &edited)).collect();
    deviations.extend(steps.iter().flat_map(EditedSteps::deviations));
    deviations.extend(kept);
    deviations.extend(permitted);

    let desk = Desk::new(common, &site, args.json, args.unattended);
    let past = Past {
        storage,
        journal,
        history,
    };
    let (recorder, environment) =
        desk.take_up(common, &site, (&folder, past), &shown, seal.as_ref())?;
    let recorder = match (&undone, &begun.of) {
        (Some(_), Some(of)) => recorder.taking_back(&RunFolder::new(common.state(), of)),
        _ => recorder,
    };
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
        revision,
    };
    let ending = match undone {
        Some(undone) => {
            let undone = History::of(&undone.entries).unwrap_or_default();
            let of = begun.of.as_deref().unwrap_or_default();
            engine.resume_undo(how, of, &begun.places, &undone).await
        }
        None => engine.resume(how).await,
    };
    let known = engine.into_redactor();
    let sealing = seal.map(|seal| (seal, known));
    let closing = (named(args), sealing);
    desk.close(common, &site, ending, &folder, closing).await
}

/// What is to be named again.
fn named(args: &ResumeArgs) -> Named<'_> {
    Named {
        signing: &args.signing,
        permission: &args.permission,
    }
}

fn reopen(folder: &RunFolder) -> Result<Recovered, Exit> {
    if !folder.journal().exists() && !folder.has_remains() {
        return Err(no_run(folder));
    }
    folder.reopen().map_err(|error| {
        complain!("error: {error}");
        match &error {
            RecoveryError::Journal(error) => {
                if error.is_locked() {
                    complain!("help: another process works on this run; wait for it, or stop it");
                }
                Exit::Stuck
            }
            RecoveryError::Damage(_) => Exit::Usage,
        }
    })
}

fn read(common: &Common, id: &str) -> Result<journal::Journal, Exit> {
    super::show::read(&RunFolder::new(common.state(), id))
}

/// Which runbooks to go on with, if what was edited is accepted. Shows what that is.
fn text(basis: &Basis, edited: &[Edited]) -> Which {
    let mut which = basis.which();
    for Edited { path, copy, diff } in edited {
        tell!("{}", escape(diff));
        for of in which.paths.iter_mut().filter(|of| *of == copy) {
            path.as_str().clone_into(of);
        }
    }
    which
}

fn other_text((common, args): (&Common, &ResumeArgs), folder: &RunFolder) -> Exit {
    complain!(
        "error: the run began with another text; nothing was sent\n\
         help: put the text back, or go on with the new one: {}",
        named(args).call(common, &format!("resume {} --accept-edit", folder.id()))
    );
    Exit::Stuck
}

/// The plan of an undo: that of the run that is taken back, as that one had it last.
fn taken_back(
    common: &Common,
    mut plan: Plan,
    basis: &Basis,
    begun: &Begun,
    undone: &journal::Journal,
) -> Plan {
    let whole = Begun::of(undone);
    let whole = whole.as_ref().unwrap_or(begun);
    let of = RunFolder::new(common.state(), begun.of.as_deref().unwrap_or_default());
    let run = Basis::of(&of, undone, whole);
    again::as_planned(&mut plan, basis, whole, &run.places);
    if let Some(policy) = run.on_failure {
        plan.on_failure(policy);
    }
    plan
}

fn kept(mut plan: Plan, basis: &Basis, begun: &Begun) -> Plan {
    again::as_planned(&mut plan, basis, begun, &basis.places);
    plan
}

/// Keeps what the run goes on with.
fn revise(
    folder: &RunFolder,
    journal: &journal::Journal,
    plans: [&Plan; 2],
    shown: &ShownPlan,
    steps: Vec<StepInfo>,
) -> Result<Revision, Exit> {
    let resumed = journal.entries.iter();
    let resumed = resumed.filter(|entry| matches!(entry.body, Event::Resumed { .. }));
    again::revise(folder, resumed.count() + 1, plans, shown, steps).map_err(|error| {
        complain!("error: {error}\nnothing was sent");
        Exit::Failed
    })
}

/// What is on record about a run that goes on with something else.
fn told(revision: &Revision, edited: &[Edited]) -> Vec<String> {
    let kept_in = &revision.kept_in;
    if edited.is_empty() {
        return vec![format!(
            "the plan was not the one that the run had, which was accepted; as resumed: \
             {kept_in}/{PLAN} (SHA-256 {})",
            revision.plan_sha256
        )];
    }
    let each = edited.iter().map(|Edited { path, .. }| {
        let runbooks = revision.runbooks.iter();
        let own = runbooks.filter(|runbook| *path == runbook.path);
        let digest: String = own.map(|runbook| runbook.sha256.as_str()).collect();
        let name = path.file_name().unwrap_or_default();
        format!(
            "{path} was edited after the run began, which was accepted; as resumed: \
             {kept_in}/{name} (SHA-256 {digest})"
        )
    });
    each.collect()
}

/// The text may be the same and the plan another: an inventory or a secret's name was edited.
/// Whether it is the one that the run had.
fn same_plan(
    (common, args): (&Common, &ResumeArgs),
    folder: &RunFolder,
    basis: &Basis,
    shown: &ShownPlan,
    is_edited: bool,
) -> Result<bool, Exit> {
    let now = &shown.text;
    if shown.sha256() == basis.plan_sha256 {
        return Ok(true);
    }
    if !is_edited {
        let then = basis.plan();
        let diff = similar::TextDiff::from_lines(&then, now);
        let diff = diff
            .unified_diff()
            .header("the plan then", "the plan now")
            .to_string();
        tell!("{}", escape(&diff));
    }
    if !args.accept_edit {
        complain!(
            "error: the plan is not the one that the run began with; nothing was sent\n\
             help: put the inventory back, in the folder that the run began in; or go on with the \
             new plan: {}",
            named(args).call(common, &format!("resume {} --accept-edit", folder.id()))
        );
        return Err(Exit::Stuck);
    }
    Ok(false)
}
