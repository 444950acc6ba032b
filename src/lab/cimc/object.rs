use super::{accounts, boot, host, media, network, storage};
use crate::lab::world::World;
use crate::lab::world::machine::Machine;
use crate::wire::xml::Element;

/// The distinguished name of the server itself.
pub(super) const UNIT: &str = "sys/rack-unit-1";

/// A machine with what its controller knows about it besides.
pub(super) struct Known<'w> {
    pub(super) server: &'w str,
    pub(super) machine: &'w Machine,
}

/// A managed object. Its class is the element's name.
pub(super) fn object(class: &str, dn: impl Into<String>) -> Element {
    Element::new(class).with("dn", dn)
}

/// All objects of a controller, in the order of the tree.
pub(crate) fn objects(world: &World, server: &str) -> Vec<Element> {
    let Some(machine) = world.machine(server) else {
        return Vec::new();
    };
    let known = Known { server, machine };
    let mut objects = Vec::new();
    host::objects(&known, &mut objects);
    network::objects(&known, &mut objects);
    storage::objects(&known, &mut objects);
    boot::objects(&known, &mut objects);
    accounts::objects(&known, &mut objects);
    media::objects(&known, &mut objects);
    objects
}

/// The distinguished name of an object.
pub(super) fn dn(object: &Element) -> &str {
    object.attribute("dn").unwrap_or_default()
}

/// The name of what an object is in.
pub(super) fn parent_of(dn: &str) -> &str {
    dn.rsplit_once('/').map_or("", |(parent, _)| parent)
}
