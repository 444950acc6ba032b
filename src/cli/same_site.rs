use std::fs;

use super::Exit;
use super::args::{Common, INVENTORY_VARIABLE};
use super::begun::Begun;
use super::call::call;
use crate::journal::RunFolder;
use crate::record::{ENVIRONMENT, Environment};

/// A run goes on, and is taken back, where it was. The lab's operator does not speak for devices,
/// and what was simulated is not at any of them.
pub(super) fn same_site(
    common: &Common,
    folder: &RunFolder,
    begun: &Begun,
    verb: &str,
) -> Result<(), Exit> {
    let id = folder.id();
    let words = format!("{verb} {id}");
    match (begun.lab, &common.inventory) {
        (true, None) | (false, Some(_)) => return Ok(()),
        (true, Some(_)) => {
            let without = match std::env::var_os(INVENTORY_VARIABLE) {
                Some(_) => format!("env -u {INVENTORY_VARIABLE} "),
                None => String::new(),
            };
            complain!(
                "error: run {id} was in the lab, and an inventory is named; nothing was sent\n\
                 help: leave the inventory away: {without}{}",
                call(common.state.as_deref(), None, &words)
            );
        }
        (false, None) => {
            let inventory = inventory_of(folder).unwrap_or_else(|| "FILE".to_owned());
            complain!(
                "error: run {id} was not in the lab, and no inventory is named; nothing was sent\n\
                 help: name the one that it had: {}",
                call(common.state.as_deref(), Some(inventory.as_ref()), &words)
            );
        }
    }
    Err(Exit::Usage)
}

/// What the run's inventory was called when it began.
fn inventory_of(folder: &RunFolder) -> Option<String> {
    let json = fs::read(folder.path().join(ENVIRONMENT)).ok()?;
    let environment: Environment = serde_json::from_slice(&json).ok()?;
    Some(environment.inventory?.path)
}
