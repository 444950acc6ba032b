use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

use super::Exit;
use super::args::{Common, VerifyArgs};
use super::timestamp;
use crate::record::{self, AllowedSigners, ApprovedBy, Rejection, Untrusted, Verified};
use crate::text::escape;
use crate::text::wording::count;

pub(crate) fn verify(common: &Common, args: &VerifyArgs) -> Exit {
    let trusted = match &args.allowed_signers {
        Some(path) => match allowed_signers(path) {
            Ok(trusted) => trusted,
            Err(exit) => return exit,
        },
        None => AllowedSigners::default(),
    };
    let Some(record) = folder(common, &args.record) else {
        let records = common.state().join("records");
        complain!(
            "error: there is no record {}, and none of that name in {records}",
            args.record
        );
        return Exit::Usage;
    };
    let at = args.at.unwrap_or_else(Timestamp::now);
    match record::verify_folder(&record, &trusted, at) {
        Ok(verified) => {
            tell(&record, &verified);
            timestamp::tell(&record);
            Exit::Done
        }
        Err(rejection) => {
            // Its signature is good, and whose it is nobody could say.
            let is_judged = !(matches!(rejection, Rejection::Signer { .. }) && trusted.is_empty());
            match is_judged {
                true => complain!("error: {record} is not authentic"),
                false => {
                    complain!("error: {record} can't be judged: no key is known to be trusted")
                }
            }
            complain!("  {}", escape(&rejection.to_string()));
            if let Some(help) = help(&rejection, args, trusted.is_empty()) {
                complain!("help: {help}");
            }
            Exit::Forged
        }
    }
}

/// A record's folder, by its path or by its run's name.
fn folder(common: &Common, named: &Utf8Path) -> Option<Utf8PathBuf> {
    let by_name = common.state().join("records").join(named);
    let mut both = [named.to_owned(), by_name].into_iter();
    both.find(|path| path.is_dir())
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

fn help(rejection: &Rejection, args: &VerifyArgs, is_empty: bool) -> Option<&'static str> {
    match rejection {
        Rejection::Signer { .. } if args.allowed_signers.is_none() => {
            Some("name the file with the keys you trust: --allowed-signers FILE")
        }
        Rejection::Signer { .. } if is_empty => Some("the file with the keys you trust has none"),
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
