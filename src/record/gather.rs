use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use camino::Utf8Path;

use super::bundle::is_plain;
use super::instructions::instructions;
use super::people::resumed_from;
use super::sums::sha256;
use super::{
    APPROVALS, Bundle, ChangeRecord, ENVIRONMENT, Ended, Environment, JOURNAL, Made, PLAN, Planned,
    RECORD_FILE, RESUMED_FROM, RUNBOOKS, SealError, TORN, VERIFY,
};
use crate::event::{Attachment, Event, Place, Revision, RunbookInfo, Torn};
use crate::journal::{self, EVIDENCE, Journal};
use crate::redact::count_marks;
use crate::runbook::{self, Runbook};
use crate::text::{Needed, Source, is_unambiguous};

/// Collects what a run left behind, and derives `record.json` from it; `signer`: whom it names,
/// and the fingerprint of the key that will sign it.
///
/// # Errors
/// A file is missing or was changed.
pub fn gather(mut run: Ended, signer: Option<(&str, &str)>) -> Result<Bundle, SealError> {
    let wrong = SealError::Run;
    // Its bytes become the record's: there may be a hundred megabytes of them.
    let mut bytes = std::mem::take(&mut run.bytes);
    let (folder, journal) = (run.folder(), run.journal());
    bytes.truncate(bytes.len() - journal.torn.as_ref().map_or(0, Vec::len));

    let mut bundle = Bundle::default();
    bundle.add(JOURNAL, bytes)?;
    if let Some(torn) = &journal.torn {
        bundle.add(TORN, torn.as_slice())?;
    }
    for name in [PLAN, ENVIRONMENT] {
        bundle.add(name, read(&folder.path().join(name))?)?;
    }
    for name in resumed_from(journal) {
        if !name.starts_with(RESUMED_FROM) || !is_plain(name) || name.contains('/') {
            return Err(wrong(format!("`{name}` does not say who took the run up")));
        }
        bundle.add(name, read(&folder.path().join(name))?)?;
    }
    for torn in torn(journal) {
        bundle.add(&torn.kept_in, read(&folder.path().join(&torn.kept_in))?)?;
    }
    for kept in attachments(journal) {
        if bundle.get(&kept.file).is_none() {
            if !kept.file.starts_with(EVIDENCE) || !is_plain(&kept.file) {
                let name = &kept.file;
                return Err(wrong(format!("`{name}` is not in `{EVIDENCE}`")));
            }
            bundle.add(&kept.file, read(&folder.path().join(&kept.file))?)?;
        }
    }
    for name in [RUNBOOKS, APPROVALS] {
        add_folder(&mut bundle, &folder.path().join(name), name)?;
    }
    let key = signer.map(|(_, key)| key);
    let record = derive_from(journal, &bundle, key).map_err(wrong)?;
    let id = record.id.clone();
    bundle.add(RECORD_FILE, json(&record).map_err(wrong)?)?;
    bundle.add(VERIFY, instructions(&id, signer.map(|(name, _)| name)))?;
    Ok(bundle)
}

/// What `record.json` must say, given the other files of a bundle and the key that it is signed
/// with. Also checks that they fit each other.
pub(crate) fn derive(bundle: &Bundle, key: &str) -> Result<ChangeRecord, String> {
    let missing = |name: &str| format!("`{name}` is missing");
    let bytes = bundle.get(JOURNAL).ok_or_else(|| missing(JOURNAL))?;
    let journal = journal::parse(Utf8Path::new(JOURNAL), bytes).map_err(|e| e.to_string())?;
    if journal.torn.is_some() {
        return Err(format!("the last line of `{JOURNAL}` is torn"));
    }
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        is_unambiguous(line).map_err(|e| format!("line {number} of `{JOURNAL}`: {e}"))?;
    }
    derive_from(&journal, bundle, Some(key))
}

/// The same, where the bundle's journal was read before.
fn derive_from(
    journal: &Journal,
    bundle: &Bundle,
    sealed_by: Option<&str>,
) -> Result<ChangeRecord, String> {
    let missing = |name: &str| format!("`{name}` is missing");
    let bytes = bundle.get(JOURNAL).ok_or_else(|| missing(JOURNAL))?;
    for torn in torn(journal) {
        if bundle.get(&torn.kept_in).map(sha256).as_ref() != Some(&torn.sha256) {
            return Err(format!("`{}` is not what was set aside", torn.kept_in));
        }
    }
    for kept in attachments(journal) {
        let is_it = |bytes: &[u8]| bytes.len() as u64 == kept.size && sha256(bytes) == kept.sha256;
        if !bundle.get(&kept.file).is_some_and(is_it) {
            return Err(format!("`{}` is not the file that was kept", kept.file));
        }
    }
    for revision in revisions(journal) {
        is_kept(revision, bundle)?;
    }
    for (plan, folder) in plans(journal) {
        needs_are_kept(&plan, &folder, bundle)?;
    }
    if let Some(stray) = stray(journal, bundle) {
        return Err(format!("the journal does not name `{stray}`"));
    }
    let environment = bundle
        .get(ENVIRONMENT)
        .ok_or_else(|| missing(ENVIRONMENT))?;
    let environment = environment_of(ENVIRONMENT, environment)?;
    let mut again = BTreeMap::new();
    for name in resumed_from(journal) {
        let bytes = bundle.get(name).ok_or_else(|| missing(name))?;
        again.insert(name, environment_of(name, bytes)?);
    }
    let made = Made {
        environment: &environment,
        again,
        approvals: bundle.within(APPROVALS),
        sealed_by,
    };
    let planned = planned(journal, bundle)?;
    let record = ChangeRecord::of(journal, &planned, &made, count_marks(bytes))?;
    let plan = bundle.get(PLAN).ok_or_else(|| missing(PLAN))?;
    if sha256(plan) != record.plan_sha256 {
        return Err(format!("`{PLAN}` is not the plan that was run"));
    }
    Ok(record)
}

/// The file's bytes.
pub(crate) fn json(record: &ChangeRecord) -> Result<Vec<u8>, String> {
    let mut json = serde_json::to_vec_pretty(record).map_err(|e| e.to_string())?;
    json.push(b'\n');
    Ok(json)
}

/// What crashes left behind the last whole line, and resumes set aside.
fn torn(journal: &Journal) -> impl Iterator<Item = &Torn> {
    journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Event::Resumed { torn, .. } => torn.as_ref(),
            _ => None,
        })
}

fn environment_of(name: &str, bytes: &[u8]) -> Result<Environment, String> {
    let read = is_unambiguous(bytes).and_then(|()| serde_json::from_slice(bytes));
    read.map_err(|e| format!("`{name}` can't be read: {e}"))
}

/// The files that came with answers.
fn attachments(journal: &Journal) -> impl Iterator<Item = &Attachment> {
    journal.entries.iter().flat_map(|entry| {
        let answer = match &entry.body {
            Event::Looked { answer, .. } => answer.as_ref(),
            Event::Outcome { answer, .. } => Some(answer),
            _ => None,
        };
        answer.map_or(&[][..], |answer| &answer.attachments)
    })
}

/// What the run went on with, each time that it was something else than before.
fn revisions(journal: &Journal) -> impl Iterator<Item = &Revision> {
    let bodies = journal.entries.iter().map(|entry| &entry.body);
    bodies.filter_map(|body| match body {
        Event::Resumed { revision, .. } => revision.as_ref(),
        _ => None,
    })
}

/// The plans that it had, and the folders of their runbooks.
fn plans(journal: &Journal) -> impl Iterator<Item = (String, String)> {
    let again = revisions(journal).map(|revision| {
        let kept_in = &revision.kept_in;
        (format!("{kept_in}/{PLAN}"), format!("{kept_in}/"))
    });
    [(PLAN.to_owned(), RUNBOOKS.to_owned())]
        .into_iter()
        .chain(again)
}

/// What was looked at first, in runbooks that others need, is what the plan says it was.
fn needs_are_kept(plan: &str, folder: &str, bundle: &Bundle) -> Result<(), String> {
    let text = bundle
        .get(plan)
        .ok_or_else(|| format!("`{plan}` is missing"))?;
    let text = std::str::from_utf8(text).map_err(|_| format!("`{plan}` is no text"))?;
    for needed in Needed::of_plan(text) {
        let name = format!("{folder}{}", needed.file);
        if bundle.get(&name).map(sha256).as_ref() != Some(&needed.sha256) {
            return Err(format!("`{name}` is not what `{plan}` says was looked at"));
        }
    }
    Ok(())
}

fn is_kept(revision: &Revision, bundle: &Bundle) -> Result<(), String> {
    let kept_in = &revision.kept_in;
    if !kept_in.starts_with(RUNBOOKS) {
        return Err(format!("`{kept_in}` is not in `{RUNBOOKS}`"));
    }
    let texts = revision.runbooks.iter().map(|info| {
        let name = Utf8Path::new(&info.path).file_name();
        (name.unwrap_or("runbook.md"), &info.sha256)
    });
    for (name, digest) in texts.chain([(PLAN, &revision.plan_sha256)]) {
        let name = format!("{kept_in}/{name}");
        if bundle.get(&name).map(sha256).as_ref() != Some(digest) {
            return Err(format!("`{name}` is not what the run went on with"));
        }
    }
    Ok(())
}

/// The steps that a run planned when it began, and those that edits added, with their texts: each
/// what the journal says it was.
fn planned(journal: &Journal, bundle: &Bundle) -> Result<Vec<Planned>, String> {
    let Some(Event::RunStarted {
        runbooks, steps, ..
    }) = journal.entries.first().map(|entry| &entry.body)
    else {
        return Err("the journal does not begin with the start of a run".to_owned());
    };
    let texts = |runbooks: &[RunbookInfo], folder: &str| {
        let each = runbooks.iter().map(|info| runbook(info, folder, bundle));
        each.collect::<Result<Vec<Runbook>, String>>()
    };
    let mut planned = vec![Planned {
        steps: steps.clone(),
        runbooks: texts(runbooks, RUNBOOKS)?,
    }];
    for revision in revisions(journal) {
        let known = planned.iter().flat_map(|planned| &planned.steps);
        let known: BTreeSet<&Place> = known.map(|step| &step.place).collect();
        let mut new = revision.steps.clone();
        new.retain(|step| !known.contains(&step.place));
        if !new.is_empty() {
            planned.push(Planned {
                steps: new,
                runbooks: texts(&revision.runbooks, &format!("{}/", revision.kept_in))?,
            });
        }
    }
    Ok(planned)
}

fn runbook(info: &RunbookInfo, folder: &str, bundle: &Bundle) -> Result<Runbook, String> {
    let file = Utf8Path::new(&info.path).file_name();
    let name = format!("{folder}{}", file.unwrap_or("runbook.md"));
    let bytes = bundle
        .get(&name)
        .ok_or_else(|| format!("`{name}` is missing"))?;
    if sha256(bytes) != info.sha256 {
        return Err(format!("`{name}` is not the runbook that was run"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| format!("`{name}` is no text"))?;
    Ok(runbook::parse(Source::new(name.as_str(), text)).runbook)
}

/// A file that passes itself off as one that came with a step.
fn stray<'b>(journal: &Journal, bundle: &'b Bundle) -> Option<&'b str> {
    let named: BTreeSet<&str> = attachments(journal)
        .map(|kept| kept.file.as_str())
        .collect();
    let mut files = bundle.files().map(|(name, _)| name);
    files.find(|name| name.starts_with(EVIDENCE) && !named.contains(name))
}

fn read(path: &Utf8Path) -> Result<Vec<u8>, SealError> {
    fs::read(path).map_err(|e| SealError::Run(format!("failed to read {path}: {e}")))
}

/// Adds the files of a folder, which need not be there.
fn add_folder(bundle: &mut Bundle, folder: &Utf8Path, name: &str) -> Result<(), SealError> {
    if !folder.is_dir() {
        return Ok(());
    }
    for (file, bytes) in Bundle::read(folder)?.files() {
        bundle.add(&format!("{name}{file}"), bytes)?;
    }
    Ok(())
}
