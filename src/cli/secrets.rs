use std::collections::BTreeSet;
use std::io::{self, IsTerminal};

use secrecy::SecretString;
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};

use super::Exit;
use crate::plan::Plan;
use crate::redact::Redactor;
use crate::target::Vault;
use crate::target::inventory::{Inventory, SecretRef, Typed};

/// Asks a person for the secrets that the inventory leaves to one, before anything is sent.
pub(crate) fn ask(inventory: &mut Inventory, plans: &[&Plan]) -> Result<(), Exit> {
    ask_for(used(inventory, plans))
}

fn ask_for(secrets: Vec<Used<'_>>) -> Result<(), Exit> {
    for used in secrets {
        if *used.reference == SecretRef::Prompt {
            *used.reference = SecretRef::Typed(typed(&used.what)?);
        }
    }
    Ok(())
}

/// Fetches every secret that the plans use, so that the vault's redactor knows it.
pub(crate) fn fetch(vault: &Vault, inventory: &Inventory, plans: &[&Plan]) -> Result<(), Exit> {
    let mut inventory = inventory.clone();
    fetch_each(vault, used(&mut inventory, plans))
}

/// A redactor that knows those of them that can be had without asking a person.
pub(crate) fn known(inventory: &Inventory, plans: &[&Plan]) -> Redactor {
    let mut inventory = inventory.clone();
    let vault = Vault::default();
    for used in used(&mut inventory, plans) {
        // One that is not at hand, or too short, stops the run, not who reads what it would do.
        let _ = vault.fetch(&used.name, used.reference);
    }
    vault.redactor()
}

/// A redactor that knows every secret of an inventory, whoever uses it; those that are left to a
/// person are asked for.
pub(crate) fn fetch_all(mut inventory: Inventory) -> Result<Redactor, Exit> {
    let vault = Vault::default();
    ask_for(select(&mut inventory, |_| true, |_| true))?;
    fetch_each(&vault, select(&mut inventory, |_| true, |_| true))?;
    Ok(vault.redactor())
}

/// The same with those that can be had without asking a person, where a run has ended: for what
/// `seal` would search its record. Gives those that can't be had.
pub(crate) fn fetch_rest(redactor: &Redactor, mut inventory: Inventory) -> Vec<String> {
    let vault = Vault::new(redactor.clone());
    let all = select(&mut inventory, |_| true, |_| true).into_iter();
    let missing = all.filter_map(|used| {
        let fetched = vault.fetch(&used.name, used.reference);
        fetched.is_err().then_some(used.what)
    });
    missing.collect()
}

fn fetch_each(vault: &Vault, secrets: Vec<Used<'_>>) -> Result<(), Exit> {
    for used in secrets {
        let what = used.what;
        vault.fetch(&used.name, used.reference).map_err(|failure| {
            complain!("error: {what} can't be used: failed to {}", failure.message);
            if let Some(help) = &failure.help {
                complain!("help: {help}");
            }
            Exit::Usage
        })?;
    }
    Ok(())
}

/// A secret that a plan uses.
struct Used<'i> {
    /// What stands in its place where it is redacted.
    name: String,
    /// What it is, for a person.
    what: String,
    reference: &'i mut SecretRef,
}

/// The secrets that the plans use: a change on one machine asks for nobody else's password.
fn used<'i>(inventory: &'i mut Inventory, plans: &[&Plan]) -> Vec<Used<'i>> {
    let named: BTreeSet<String> = plans.iter().flat_map(|plan| plan.secrets()).collect();
    let mut targets = BTreeSet::new();
    for target in plans.iter().flat_map(|plan| plan.targets()) {
        // The way there leads through jump hosts, each with a login of its own.
        let mut next = Some(target);
        while let Some(name) = next.take().filter(|name| !targets.contains(name)) {
            next = inventory
                .targets
                .get(&name)
                .and_then(|spec| spec.via.clone());
            targets.insert(name);
        }
    }
    select(
        inventory,
        |name| named.contains(name),
        |target| targets.contains(target),
    )
}

/// The secrets of some names, and those of some targets.
fn select(
    inventory: &mut Inventory,
    is_named: impl Fn(&str) -> bool,
    is_target: impl Fn(&str) -> bool,
) -> Vec<Used<'_>> {
    let by_name = inventory
        .secrets
        .iter_mut()
        .filter(|(name, _)| is_named(name))
        .map(|(name, reference)| Used {
            name: name.clone(),
            what: format!("the secret `{name}`"),
            reference,
        });
    let by_target = inventory
        .targets
        .values_mut()
        .filter(|target| is_target(&target.name))
        .flat_map(|target| {
            let name = &target.name;
            let console = target.console_login.as_mut().map(|(_, password)| password);
            let all = [
                ("password", target.password.as_mut()),
                ("enable password", target.enable.as_mut()),
                ("console password", console),
            ];
            all.into_iter().filter_map(move |(what, reference)| {
                Some(Used {
                    name: name.clone(),
                    what: format!("the {what} of `{name}`"),
                    reference: reference?,
                })
            })
        });
    by_name.chain(by_target).collect()
}

/// Asks until what is typed can be redacted.
fn typed(what: &str) -> Result<Typed, Exit> {
    let nobody = |why: &str| {
        complain!(
            "error: {what} must be typed, and {why}\n\
             help: unattended runs take secrets from `env:`, `file:` or `command:`"
        );
        Exit::Stuck
    };
    if !io::stdin().is_terminal() {
        return Err(nobody("nobody is there"));
    }
    // Whoever reads unseen passes Ctrl-C on, and the keyboard is shown again only if that does not
    // end the process.
    let _heard = Handle::try_current().map(|_| signal(SignalKind::interrupt()));
    loop {
        let text = rpassword::prompt_password(format!("{what}: "))
            .map_err(|error| nobody(&error.to_string()))?;
        let typed = Typed(SecretString::from(text));
        match Vault::default().fetch(what, &SecretRef::Typed(typed.clone())) {
            Ok(_) => return Ok(typed),
            Err(failure) => complain!("failed to {}", failure.message),
        }
    }
}
