use super::Exit;
use super::args::{Common, RunArgs};
use super::call::Named;
use super::change::permit;
use super::desk::Desk;
use super::device_locks::DeviceLocks;
use super::planned;
use super::seal::Seal;
use super::shown_plan::ShownPlan;
use super::site::Site;
use crate::engine::{Engine, RunInfo};
use crate::event::Purpose;
use crate::plan::{Plan, PlannedRunbook};
use crate::record::is_plain;

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
    let seal = Seal::proven(&args.signing).await?;
    let inventory = Site::inventory(common)?;
    let (mut plan, needed) = planned::plan(common, &args.which, &inventory)?;
    if let Some(policy) = args.on_failure {
        plan.on_failure(policy.into());
    }
    can_be_kept(&[&plan, &needed])?;
    let site = Site::open(common, &[&plan, &needed])?;
    let shown = ShownPlan::at(&site, [&plan, &needed])?;
    let permitted = permit(common, &args.change, &shown, seal.as_ref())?;
    let desk = Desk::new(common, &site, args.json, args.unattended);
    let locks = DeviceLocks::take(common, &site, &plan)?;
    let (folder, recorder) = desk.begin(common, &site, [&plan, &needed], &shown, seal.as_ref())?;
    locks.of_run(folder.id());
    permitted.keep(&folder)?;
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
    let info = RunInfo {
        id: folder.id().to_owned(),
        purpose: Purpose::Run,
        of: None,
        lab: site.lab.is_some(),
        edited: Vec::new(),
        change: permitted.change,
    };
    let ending = engine.run(&info).await;
    let known = engine.into_redactor();
    let sealing = seal.map(|seal| (seal, known));
    let closing = (named(args), sealing);
    desk.close(common, &site, ending, &folder, closing).await
}

/// What is to be named again.
fn named(args: &RunArgs) -> Named<'_> {
    Named {
        signing: &args.signing,
        permission: &args.change.permission,
    }
}

/// What no record can hold must not be found out once everything is done.
fn can_be_kept(plans: &[&Plan]) -> Result<(), Exit> {
    let mut runbooks = plans.iter().flat_map(|plan| &plan.runbooks);
    let name = |runbook: &PlannedRunbook| runbook.source.path().file_name().map(str::to_owned);
    let bad = runbooks.find_map(|runbook| name(runbook).filter(|name| !is_plain(name)));
    let Some(bad) = bad else { return Ok(()) };
    complain!(
        "error: no record can hold a file called `{}`; nothing was sent\n\
         help: rename it: no control character, no `\\`, and no blank, `-` or `*` in front",
        bad.escape_debug()
    );
    Err(Exit::Usage)
}
