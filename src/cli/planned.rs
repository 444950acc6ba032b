//! From runbooks to the plan for what was named on the command line.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Exit;
use super::again::Variables;
use super::args::{Common, Which};
use super::ask::ask;
use super::load::{Loaded, load, report};
use crate::event::Selection;
use crate::plan::{self, Plan};
use crate::runbook::Runbook;
use crate::target::inventory::Inventory;
use crate::text::wording::did_you_mean;

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
