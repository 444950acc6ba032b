use std::fs;

use camino::Utf8PathBuf;
use jiff::Timestamp;

use super::Exit;
use super::afterwards;
use super::args::{ApproveArgs, Common};
use super::change;
use super::durable;
use super::seal::{runtime, signer};
use crate::plan;
use crate::record::{Approval, Statement, signature_of};

pub(crate) fn approve(common: &Common, args: &ApproveArgs) -> Exit {
    match execute(common, args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn execute(common: &Common, args: &ApproveArgs) -> Result<Exit, Exit> {
    let plan = fs::read(&args.plan).map_err(|error| {
        complain!("error: failed to read the plan {}: {error}", args.plan);
        Exit::Usage
    })?;
    let text = std::str::from_utf8(&plan).map_err(|_| "it is no text".to_owned());
    if let Err(why) = text.and_then(plan::is_printed) {
        complain!(
            "error: {} is not what `runsheet plan` prints: {why}\n\
             help: sign what was read: runsheet plan RUNBOOK > plan.txt",
            args.plan
        );
        return Err(Exit::Usage);
    }
    can_ever_be_valid(args)?;
    let signer = signer(&args.key)?;
    let statement = Statement {
        ticket: args.ticket.clone(),
        from: args.from,
        until: args.until,
        ..Statement::new(&plan)
    };
    let approval = runtime()?
        .block_on(Approval::sign(&statement, &signer))
        .map_err(|error| {
            complain!("error: {error}");
            Exit::Usage
        })?;
    let path = write(common, &statement, &approval).map_err(|error| {
        complain!("error: failed to write the approval: {error}");
        Exit::Failed
    })?;
    say!("approved: the plan {}", statement.approves_plan);
    say!("by: {} ({})", signer.comment(), signer.fingerprint());
    say!("in: {path} and {}", signature_of(&path));
    for (run, known) in afterwards::keep_all(common, &statement.approves_plan)? {
        if known.by.is_some() {
            say!("afterwards: the emergency {run}, whose record can be sealed anew");
        } else {
            say!(
                "afterwards: the emergency {run} in part: {}",
                afterwards::due(&known)
            );
        }
    }
    Ok(Exit::Done)
}

/// An approval that is never valid was meant otherwise.
fn can_ever_be_valid(args: &ApproveArgs) -> Result<(), Exit> {
    let why = match (args.from, args.until) {
        (Some(from), Some(until)) if from >= until => {
            format!("it would be valid from {from} until {until}, which is at no time")
        }
        (_, Some(until)) if until <= Timestamp::now() => {
            format!("it would be valid until {until}, which is over")
        }
        _ => return Ok(()),
    };
    complain!("error: nothing is signed: {why}");
    Err(Exit::Usage)
}

/// Writes it under the next free name. Its signature first, so that it is never without one.
fn write(
    common: &Common,
    statement: &Statement,
    approval: &Approval,
) -> std::io::Result<Utf8PathBuf> {
    let folder = change::folder(common);
    fs::create_dir_all(&folder)?;
    let plan = &statement.approves_plan[..12];
    let mut number = 1;
    let free = |number: u32| folder.join(format!("{plan}-{number}.json"));
    while free(number).exists() {
        number += 1;
    }
    let path = free(number);
    durable::write(&signature_of(&path), &approval.signature)?;
    durable::write(&path, &approval.statement)?;
    Ok(path)
}
