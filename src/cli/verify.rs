use camino::Utf8Path;
use jiff::Timestamp;

use super::Exit;
use super::args::VerifyArgs;
use super::timestamp;
use crate::record::{self, AllowedSigners, ApprovedBy, Rejection, Untrusted, Verified};
use crate::text::escape;
use crate::text::wording::count;

pub(crate) fn verify(args: &VerifyArgs) -> Exit {
    let trusted = match &args.allowed_signers {
        Some(path) => match allowed_signers(path) {
            Ok(trusted) => trusted,
            Err(exit) => return exit,
        },
        None => AllowedSigners::default(),
    };
    if !args.record.is_dir() {
        complain!("error: there is no record {}", args.record);
        return Exit::Usage;
    }
    let at = args.at.unwrap_or_else(Timestamp::now);
    match record::verify_folder(&args.record, &trusted, at) {
        Ok(verified) => {
            tell(&args.record, &verified);
            timestamp::tell(&args.record);
            Exit::Done
        }
        Err(rejection) => {
            complain!("error: {} is not authentic", args.record);
            complain!("  {}", escape(&rejection.to_string()));
            if let Some(help) = help(&rejection, args) {
                complain!("help: {help}");
            }
            Exit::Forged
        }
    }
}

pub(crate) fn allowed_signers(path: &Utf8Path) -> Result<AllowedSigners, Exit> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        complain!("error: failed to read the allowed signers {path}: {error}");
        Exit::Usage
    })?;
    AllowedSigners::parse(&text).map_err(|bad| {
        complain!("error: {path}: {bad}");
        Exit::Usage
    })
}

fn help(rejection: &Rejection, args: &VerifyArgs) -> Option<&'static str> {
    match rejection {
        Rejection::Signer { .. } if args.allowed_signers.is_none() => {
            Some("name the file with the keys you trust: --allowed-signers FILE")
        }
        Rejection::Signer {
            reason: Untrusted::OtherTime { .. },
            ..
        } => Some("if you know otherwise when it was signed, say so with --at TIME"),
        _ => None,
    }
}

fn by(approval: &ApprovedBy) -> &str {
    let name = approval.by.as_deref();
    name.unwrap_or("somebody your list does not name")
}

/// Nobody approves their own change: whoever ran or sealed it is not another one.
fn oneself(approval: &ApprovedBy) -> &'static str {
    match (approval.by_runner, approval.by_sealer) {
        (true, true) => ": who ran and sealed it too",
        (true, false) => ": who ran it too",
        (false, true) => ": who sealed it too",
        (false, false) => "",
    }
}

fn tell(path: &Utf8Path, verified: &Verified) {
    let record = &verified.record;
    say!("{path} is authentic");
    say!("  sealed by  {} ({})", escape(&verified.by), verified.key);
    if let Some(keys) = record.other_keys(&verified.key) {
        say!("             and not with a key of those who ran it: {keys}");
    }
    say!("  run        {}", escape(&record.id));
    say!(
        "  by         {} on {}",
        escape(&record.implementer.user),
        escape(&record.implementer.machine)
    );
    for approval in &verified.approvals {
        say!(
            "  approved   by {} ({}) at {}{}",
            escape(by(approval)),
            approval.key,
            approval.at,
            oneself(approval)
        );
    }
    for approval in &verified.afterwards {
        say!(
            "  approved   afterwards by {} ({}) at {}{}",
            escape(by(approval)),
            approval.key,
            approval.at,
            oneself(approval)
        );
    }
    if let Some(retrospective) = &record.retrospective {
        for plan in retrospective.missing() {
            let due = retrospective.due;
            match retrospective.plans.len() {
                1 => say!("  approved   by nobody: due since {due}"),
                _ => say!("  approved   by nobody, for the plan {plan}: due since {due}"),
            }
        }
    }
    say!(
        "  when       {} to {}",
        record.window.began,
        record.window.ended
    );
    say!(
        "  result     {}: {}",
        record.result.word(),
        escape(&record.summary)
    );
    for deviation in &record.deviations {
        let told = deviation.to_string();
        let what = told.lines().next().unwrap_or_default();
        say!("  deviation  {} (entry {})", escape(what), deviation.entry);
    }
    say!(
        "  evidence   {}, head {}",
        count(record.journal.entries, "journal line"),
        record.journal.head
    );
}
