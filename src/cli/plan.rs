use std::collections::BTreeSet;

use super::Exit;
use super::args::{Common, PlanArgs};
use super::planned;
use super::shown_plan::ShownPlan;
use super::site::Site;
use crate::engine::{Engine, Interrupt, Recorder, Survey, Unattended};
use crate::journal::Writer;
use crate::plan::Plan;
use crate::text::escape;

/// Of the words that say how a step stands; a longer one that occurs makes room for itself.
const WIDTH: usize = 10;

pub(crate) fn plan(common: &Common, args: &PlanArgs) -> Exit {
    let plans = Site::inventory(common).and_then(|inventory| {
        let plans = planned::plan(common, &args.which, &inventory)?;
        Ok((plans, inventory))
    });
    let ((mut plan, needed), inventory) = match plans {
        Ok(plans) => plans,
        Err(exit) => return exit,
    };
    if let Some(policy) = args.on_failure {
        plan.on_failure(policy.into());
    }
    if !args.check {
        show!("{}", ShownPlan::to_read(&inventory, [&plan, &needed]).text);
        return Exit::Done;
    }
    let runtime = match Site::runtime(common) {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    runtime.block_on(async {
        match survey(common, &plan, &needed).await {
            Ok(exit) | Err(exit) => exit,
        }
    })
}

/// `--check`: looks at everything, sends nothing that changes anything, keeps no journal.
async fn survey(common: &Common, plan: &Plan, needed: &Plan) -> Result<Exit, Exit> {
    let site = Site::open(common, &[plan, needed])?;
    let clock = site.clock.clone();
    let writer = Writer::discarding(Box::new(move || clock.now()));
    let redactor = site.redactor(&[plan, needed])?;
    let recorder = Recorder::new(writer, redactor, Vec::new());
    let secrets = |name: &str| site.secret(name);
    let engine = Engine::new(
        plan,
        needed,
        &site,
        &Unattended,
        &secrets,
        recorder,
        Interrupt::default(),
    );
    let findings = engine.survey().await;
    site.close()?;
    let findings = findings.map_err(|error| {
        complain!("error: {error}");
        Exit::Stuck
    })?;
    print_all(&findings);
    Ok(Exit::Done)
}

/// A line for every step on every target, and why. What is to be done about a reason that many share
/// is said once.
fn print_all(findings: &[Survey]) {
    let mut given = BTreeSet::new();
    let width = findings.iter().map(|survey| survey.finding.len()).max();
    let width = width.unwrap_or_default().max(WIDTH);
    for survey in findings {
        say!(
            "{:>width$}  {}  {}",
            survey.finding,
            escape(&survey.title),
            escape(&survey.place.to_string())
        );
        if let Some(reason) = &survey.reason {
            let is_new = given.insert(reason);
            let lines = if is_new { usize::MAX } else { 1 };
            for line in reason.lines().take(lines) {
                say!("{:>width$}    {}", "", escape(line));
            }
        }
    }
}
