use super::fault::Fault;
use super::object::{dn, object, objects};
use super::{accounts, answer_to, boot, host, media, network, storage};
use crate::lab::world::World;
use crate::wire::xml::Element;

/// What every object of a change may have besides its own.
const COMMON: [&str; 4] = ["dn", "rn", "status", "childAction"];

/// A class of objects that can be changed.
pub(super) struct Class {
    pub(super) name: &'static str,
    /// Its attributes, in the schema's words.
    pub(super) attributes: &'static [&'static str],
    pub(super) apply: fn(&mut Change<'_>) -> Result<(), Fault>,
}

/// A change of one object.
pub(super) struct Change<'w> {
    pub(super) world: &'w mut World,
    pub(super) server: &'w str,
    pub(super) dn: String,
    pub(super) object: Element,
}

impl Change<'_> {
    /// The new value of an attribute; one that is empty counts as well.
    pub(super) fn wanted(&self, name: &str) -> Option<&str> {
        self.object.attribute(name)
    }

    /// Whether the object is to go.
    pub(super) fn deletes(&self) -> bool {
        matches!(self.wanted("status"), Some("deleted" | "removed"))
    }

    /// The last part of its name, behind a prefix.
    pub(super) fn key(&self, prefix: &str) -> Result<String, Fault> {
        let last = self.dn.rsplit('/').next().unwrap_or_default();
        let key = last.strip_prefix(prefix).map(str::to_owned);
        key.ok_or_else(Fault::no_object)
    }
}

/// `configConfMo`. Its answer says `modified`, also where nothing changed.
pub(super) fn one(world: &mut World, server: &str, request: &Element) -> Result<Element, Fault> {
    let config = request.child("inConfig").map(|config| &config.children);
    let Some([object]) = config.map(Vec::as_slice) else {
        return Err(Fault::parse(
            "Element 'inConfig': Missing child element(s). ",
        ));
    };
    let name = request.attribute("dn").filter(|name| !name.is_empty());
    let changed = apply(world, server, name.unwrap_or(dn(object)), object)?;
    Ok(answer_to(request).holding([Element::new("outConfig").holding([changed])]))
}

/// `configConfMos`: one after the other; the first that fails ends it.
pub(super) fn several(
    world: &mut World,
    server: &str,
    request: &Element,
) -> Result<Element, Fault> {
    let pairs = request.child("inConfigs").map(|configs| &configs.children);
    let mut changed = Vec::new();
    for pair in pairs.into_iter().flatten() {
        let [object] = pair.children.as_slice() else {
            return Err(Fault::parse("Element 'pair': Missing child element(s). "));
        };
        let name = pair.attribute("key").unwrap_or(dn(object));
        let done = apply(world, server, name, object)?;
        changed.push(Element::new("pair").with("key", name).holding([done]));
    }
    Ok(answer_to(request).holding([Element::new("outConfigs").holding(changed)]))
}

fn class(name: &str) -> Option<&'static Class> {
    let all = [
        host::CLASSES,
        network::CLASSES,
        storage::CLASSES,
        boot::CLASSES,
        accounts::CLASSES,
        media::CLASSES,
    ];
    all.into_iter().flatten().find(|class| class.name == name)
}

fn apply(world: &mut World, server: &str, name: &str, wanted: &Element) -> Result<Element, Fault> {
    let Some(class) = class(&wanted.name) else {
        return Err(Fault::parse(&format!(
            "Element '{}': This element is not expected. ",
            wanted.name
        )));
    };
    for (attribute, _) in &wanted.attributes {
        let known = |known: &&str| known == attribute;
        if !COMMON.iter().any(known) && !class.attributes.iter().any(known) {
            return Err(Fault::parse(&format!(
                "Element '{}', attribute '{attribute}': The attribute '{attribute}' is not \
                 allowed. ",
                wanted.name
            )));
        }
    }
    (class.apply)(&mut Change {
        world: &mut *world,
        server,
        dn: name.to_owned(),
        object: wanted.clone(),
    })?;
    let all = objects(world, server);
    let now = all.into_iter().find(|object| dn(object) == name);
    let mut answer = now.unwrap_or_else(|| object(&wanted.name, name));
    answer
        .attributes
        .push(("status".to_owned(), "modified".to_owned()));
    Ok(answer)
}
