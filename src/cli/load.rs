use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;

use camino::{Utf8Path, Utf8PathBuf};

use super::Exit;
use super::args::{Color, Common};
use super::paths::{expand, is_called};
use crate::plan;
use crate::runbook::{self, LoadError, Runbook};
use crate::target::inventory::Inventory;
use crate::text::wording::count;
use crate::text::{ColorChoice, Diagnostic, Severity, render};

/// Runbooks without an error, in the order of their needs.
pub(crate) struct Loaded {
    pub(crate) runbooks: Vec<Runbook>,
    /// The steps that `FILE#step` names, by the names of their runbooks.
    pub(crate) only: BTreeMap<String, BTreeSet<String>>,
    /// What was named itself; the rest is there because it is needed.
    pub(crate) named: BTreeSet<String>,
    /// How many warnings were printed.
    pub(crate) warnings: usize,
}

/// Reads, parses and lints. Findings are printed; errors end it.
pub(crate) fn load(
    common: &Common,
    paths: &[String],
    inventory: &Inventory,
) -> Result<Loaded, Exit> {
    let mut findings = Vec::new();
    let mut runbooks: Vec<Runbook> = Vec::new();
    let mut only: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut files: Vec<Utf8PathBuf> = Vec::new();
    let mut named = BTreeSet::new();
    let mut whole = BTreeSet::new();
    for path in paths {
        let (path, step) = match path.split_once('#') {
            Some((path, step)) => (path, Some(step)),
            None => (path.as_str(), None),
        };
        for file in expand(Utf8Path::new(path))? {
            let name = match files.iter().position(|known| *known == file) {
                // Several steps of one file.
                Some(index) => runbooks[index].name.clone(),
                None => {
                    let runbook = read(&file, &mut findings)?;
                    let name = runbook.name.clone();
                    named.insert(name.clone());
                    files.push(file);
                    runbooks.push(runbook);
                    name
                }
            };
            match step {
                Some(step) => {
                    only.entry(name).or_default().insert(step.to_owned());
                }
                None => {
                    whole.insert(name);
                }
            }
        }
    }
    if let Some(name) = only.keys().find(|name| whole.contains(*name)) {
        complain!(
            "error: all of the runbook `{name}` is named, and a step of it besides\n\
             help: leave out one of them"
        );
        return Err(Exit::Usage);
    }
    pull_in_needs(&files, &mut runbooks, &mut findings)?;

    one_of_each_name(&runbooks)?;
    let known = plan::known(inventory, &runbooks);
    findings.extend(runbook::lint(&runbooks.iter().collect::<Vec<_>>(), &known));
    let order = match runbook::order(&runbooks) {
        Ok(order) => order,
        Err(cycle) => {
            findings.extend(cycle);
            (0..runbooks.len()).collect()
        }
    };
    runbook::sort(&mut findings);
    report(common, &findings)?;
    if let Some(empty) = runbooks.iter().find(|runbook| runbook.steps.is_empty()) {
        let path = empty.source.path();
        complain!(
            "error: {path} has no step\nhelp: a step is a section with a fence like ```sh run"
        );
        return Err(Exit::Usage);
    }
    let mut slots: Vec<Option<Runbook>> = runbooks.into_iter().map(Some).collect();
    let runbooks = order
        .into_iter()
        .filter_map(|index| slots[index].take())
        .collect();
    Ok(Loaded {
        runbooks,
        only,
        named,
        // Nothing else was found.
        warnings: findings.len(),
    })
}

/// A runbook is known by its name, in `needs` as in the record.
fn one_of_each_name(runbooks: &[Runbook]) -> Result<(), Exit> {
    for (index, runbook) in runbooks.iter().enumerate() {
        let path = runbook.source.path();
        let same = |other: &&Runbook| {
            other.name == runbook.name || other.source.path().file_name() == path.file_name()
        };
        if let Some(other) = runbooks[..index].iter().find(same) {
            complain!(
                "error: two runbooks are called `{}`: {} and {path}\n\
                 help: run them one after the other, or rename one",
                runbook.name,
                other.source.path()
            );
            return Err(Exit::Usage);
        }
    }
    Ok(())
}

fn read(file: &Utf8Path, findings: &mut Vec<Diagnostic>) -> Result<Runbook, Exit> {
    let source = runbook::load(file).map_err(|error| {
        match &error {
            LoadError::NotUtf8(finding) => {
                tell!(
                    "{}",
                    render(&[Diagnostic::clone(finding)], ColorChoice::Never)
                );
            }
            _ => complain!("error: {error}"),
        }
        Exit::Usage
    })?;
    let parsed = runbook::parse(source);
    findings.extend(parsed.diagnostics);
    Ok(parsed.runbook)
}

/// Runbooks that are needed but were not named lie beside those that need them.
fn pull_in_needs(
    files: &[Utf8PathBuf],
    runbooks: &mut Vec<Runbook>,
    findings: &mut Vec<Diagnostic>,
) -> Result<(), Exit> {
    let mut folders: Vec<&Utf8Path> = files.iter().filter_map(|file| file.parent()).collect();
    folders.dedup();
    let mut next = 0;
    while let Some(runbook) = runbooks.get(next) {
        next += 1;
        let wanted: Vec<String> = runbook
            .meta
            .needs
            .iter()
            .map(|need| need.value.clone())
            .collect();
        for name in wanted {
            if runbooks.iter().any(|known| known.is_called(&name)) {
                continue;
            }
            let beside = folders.iter().find_map(|folder| {
                let folder = if folder.as_str().is_empty() {
                    Utf8Path::new(".")
                } else {
                    folder
                };
                let files = expand(folder).ok()?;
                files.into_iter().find(|file| is_called(file, &name))
            });
            if let Some(file) = beside {
                runbooks.push(read(&file, findings)?);
            }
        }
    }
    Ok(())
}

/// Prints findings. Warnings are no reason to stop.
pub(crate) fn report(common: &Common, findings: &[Diagnostic]) -> Result<(), Exit> {
    if findings.is_empty() {
        return Ok(());
    }
    tell!("{}", render(findings, diagnostics_color(common)));
    let errors = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    if errors == 0 {
        return Ok(());
    }
    complain!("\n{} found; nothing was sent", count(errors, "error"));
    Err(Exit::Usage)
}

fn diagnostics_color(common: &Common) -> ColorChoice {
    if colored(common, std::io::stderr().is_terminal()) {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    }
}

/// Whether to colour: `--color`, then `NO_COLOR`, then whether it is a terminal.
pub(crate) fn colored(common: &Common, terminal: bool) -> bool {
    match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}
