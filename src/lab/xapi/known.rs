//! What a toolstack knows of the objects that a call is about.

use super::fault::Fault;
use super::hosts::system;
use crate::lab::world::World;
use crate::lab::world::xapi::{Database, Field, Record};

/// The database that a toolstack answers from; `about` is what is looked for there.
pub(super) fn database<'w>(
    world: &'w World,
    server: &str,
    class: &str,
    about: &str,
) -> Result<&'w Database, Fault> {
    let system = system(world, server).ok_or_else(|| Fault::handle(class, about))?;
    Ok(&system.xapi)
}

/// An object in it.
pub(super) fn record<'d>(
    database: &'d Database,
    class: &str,
    about: &str,
) -> Result<&'d Record, Fault> {
    let record = database.get(class, about);
    record.ok_or_else(|| Fault::handle(class, about))
}

/// Fields of an object, by name.
pub(super) fn fields<const N: usize>(fields: [(&str, Field); N]) -> Record {
    fields.map(|(name, field)| (name.to_owned(), field)).into()
}
