use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::Exit;
use super::again::Variables;
use super::args::{Color, Common, Which};
use super::ask::ask;
use crate::event::Selection;
use crate::plan::{self, Plan};
use crate::runbook::{self, LoadError, Runbook};
use crate::target::inventory::Inventory;
use crate::text::wording::{count, did_you_mean};
use crate::text::{ColorChoice, Diagnostic, Severity, render};

/// Runbooks without an error, in the order of their needs.
pub(crate) struct Loaded {
    pub(crate) runbooks: Vec<Runbook>,
    /// The steps that `FILE#step` names, by the names of their runbooks.
    pub(crate) only: BTreeMap<String, BTreeSet<String>>,
    /// What was named itself; the rest is there because it is needed.
    pub(crate) named: BTreeSet<String>,
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
            if let Some(step) = step {
                only.entry(name).or_default().insert(step.to_owned());
            }
        }
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

/// The plan for what was named on the command line.
pub(crate) fn plan(
    common: &Common,
    which: &Which,
    inventory: &Inventory,
) -> Result<(Plan, Plan), Exit> {
    let loaded = load(common, &which.paths, inventory)?;
    let given = given(&which.var)?;
    declared(&given, &loaded.runbooks, inventory)?;
    bind(common, which, inventory, loaded, &|_| given.clone())
}

/// The plan that a run had, with the variables that each of its runbooks had. They include the
/// inventory's of that day, which no runbook need declare.
pub(crate) fn plan_again(
    common: &Common,
    which: &Which,
    had: &Variables,
    inventory: &Inventory,
) -> Result<(Plan, Plan), Exit> {
    let loaded = load(common, &which.paths, inventory)?;
    // What the run builds on had the same ones, as far as they were given for all.
    let all: BTreeMap<String, Value> = had
        .values()
        .flatten()
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let given = |name: &str| had.get(name).unwrap_or(&all).clone();
    bind(common, which, inventory, loaded, &given)
}

/// A value for a variable that nothing reads is a slip of the pen, and the default would be used.
fn declared(
    given: &BTreeMap<String, Value>,
    runbooks: &[Runbook],
    inventory: &Inventory,
) -> Result<(), Exit> {
    let names = || {
        let all = runbooks.iter().flat_map(|runbook| &runbook.meta.vars);
        all.map(|(name, _)| name.value.as_str())
            .chain(inventory.vars.keys().map(String::as_str))
    };
    for name in given.keys() {
        if names().any(|known| known == name) {
            continue;
        }
        complain!("error: no runbook has a variable `{name}`");
        if let Some(near) = did_you_mean(name, names()) {
            complain!("help: did you mean `{near}`?");
        }
        return Err(Exit::Usage);
    }
    Ok(())
}

fn bind(
    common: &Common,
    which: &Which,
    inventory: &Inventory,
    loaded: Loaded,
    given: &dyn Fn(&str) -> BTreeMap<String, Value>,
) -> Result<(Plan, Plan), Exit> {
    let mut bound = Vec::new();
    for runbook in loaded.runbooks {
        let (mut scope, missing) =
            match plan::variables(&runbook, &inventory.vars, &given(&runbook.name)) {
                Ok(both) => both,
                Err(findings) => {
                    report(common, &findings)?;
                    return Err(Exit::Usage);
                }
            };
        for missing in missing {
            let Some(value) = ask(&missing) else {
                let help = missing.spec.help.as_deref().unwrap_or("it has no default");
                let name = &missing.name;
                complain!(
                    "error: `{}` needs a value for `{name}`: {help}\n\
                     help: give it with --var {name}=VALUE",
                    runbook.name
                );
                return Err(Exit::Stuck);
            };
            scope.bind(missing.name, value);
        }
        bound.push((runbook, scope));
    }
    let whole = plan::build(bound, inventory).map_err(|findings| {
        let _ = report(common, &findings);
        Exit::Usage
    })?;
    let (named, needed) = split(whole, &loaded.named, which.needs);
    let selection = Selection {
        only: loaded.only,
        from: which.from.clone(),
        until: which.until.clone(),
        limit: members(&which.limit, inventory),
    };
    match plan::select(named, &selection) {
        Ok(named) => Ok((named, needed)),
        Err(message) => {
            complain!("error: {message}");
            Err(Exit::Usage)
        }
    }
}

/// Targets, each group's members in its place.
fn members(names: &[String], inventory: &Inventory) -> Vec<String> {
    let groups = &inventory.groups;
    let each = names.iter().flat_map(|name| match groups.get(name) {
        Some(members) => members.clone(),
        None => vec![name.clone()],
    });
    each.collect()
}

fn split(plan: Plan, named: &BTreeSet<String>, with_needs: bool) -> (Plan, Plan) {
    let Plan {
        runbooks,
        deviations,
        selection,
        ways,
        references,
    } = plan;
    let (named, needed) = runbooks
        .into_iter()
        .partition(|runbook| with_needs || named.contains(&runbook.name));
    (
        Plan {
            runbooks: named,
            deviations,
            selection: selection.clone(),
            ways: ways.clone(),
            references: references.clone(),
        },
        Plan {
            runbooks: needed,
            deviations: Vec::new(),
            selection,
            ways,
            references,
        },
    )
}

/// `--var NAME=VALUE`.
fn given(vars: &[String]) -> Result<BTreeMap<String, Value>, Exit> {
    let mut given = BTreeMap::new();
    for var in vars {
        let Some((name, value)) = var.split_once('=') else {
            complain!("error: `--var {var}` has no `=`\nhelp: write --var NAME=VALUE");
            return Err(Exit::Usage);
        };
        given.insert(name.to_owned(), Value::from(value));
    }
    Ok(given)
}

/// A file, or the runbooks in a folder, by name.
fn expand(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Exit> {
    let path = &short(path);
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error: std::io::Error| {
        complain!("error: failed to list the folder {path}: {error}");
        Exit::Usage
    };
    let mut files = Vec::new();
    for entry in path.read_dir_utf8().map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path().to_owned();
        if file.extension() == Some("md") && file.file_stem() != Some("README") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        complain!("error: there is no runbook in the folder {path}");
        return Err(Exit::Usage);
    }
    Ok(files)
}

/// One way to write a path: the plan's digest must not hang on `./`.
fn short(path: &Utf8Path) -> Utf8PathBuf {
    let parts = path.components();
    let short: Utf8PathBuf = parts
        .filter(|part| *part != Utf8Component::CurDir)
        .collect();
    if short.as_str().is_empty() {
        return Utf8PathBuf::from(".");
    }
    short
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

/// Whether a file is the runbook of that name, with or without its leading number.
fn is_called(file: &Utf8Path, name: &str) -> bool {
    let stem = file.file_stem().unwrap_or_default();
    let bare = stem
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches('-');
    stem == name || bare == name
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
