use std::fs;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::Exit;
use super::afterwards;
use super::args::{ApproveArgs, Common};
use super::change;
use super::seal::{runtime, signer};
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
    if plan.is_empty() {
        complain!("error: the plan {} is empty", args.plan);
        return Err(Exit::Usage);
    }
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
    let on_disk = |path: &Utf8Path, bytes: &[u8]| {
        let mut file = fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    on_disk(&signature_of(&path), &approval.signature)?;
    on_disk(&path, &approval.statement)?;
    fs::File::open(&folder)?.sync_all()?;
    Ok(path)
}
