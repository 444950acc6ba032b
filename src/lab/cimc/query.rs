use super::answer_to;
use super::fault::Fault;
use super::object::{dn, objects, parent_of};
use crate::lab::world::World;
use crate::wire::xml::Element;

/// One object. One that there isn't is no error: there is nothing in the answer.
pub(super) fn by_dn(world: &World, server: &str, request: &Element) -> Result<Element, Fault> {
    let name = wanted(request, "dn")?;
    let all = objects(world, server);
    let found = all.iter().find(|object| dn(object) == name);
    let found = found.map(|object| whole(object, &all, request));
    Ok(answer_to(request).holding([Element::new("outConfig").holding(found)]))
}

/// All objects of a class.
pub(super) fn by_class(world: &World, server: &str, request: &Element) -> Result<Element, Fault> {
    let class = wanted(request, "classId")?;
    let all = objects(world, server);
    let found = all.iter().filter(|object| object.name == class);
    Ok(configs(
        request,
        found.map(|object| whole(object, &all, request)),
    ))
}

/// The objects in another one.
pub(super) fn children(world: &World, server: &str, request: &Element) -> Result<Element, Fault> {
    let parent = wanted(request, "inDn")?;
    let class = request
        .attribute("classId")
        .filter(|class| !class.is_empty());
    let all = objects(world, server);
    let is_in = |object: &&Element| within(dn(object), parent, &all);
    let found = all
        .iter()
        .filter(is_in)
        .filter(|object| class.is_none_or(|class| object.name == class));
    Ok(configs(
        request,
        found.map(|object| whole(object, &all, request)),
    ))
}

/// The object that another one is in.
pub(super) fn parent(world: &World, server: &str, request: &Element) -> Result<Element, Fault> {
    let name = parent_of(wanted(request, "dn")?);
    let all = objects(world, server);
    let found = all.iter().find(|object| dn(object) == name);
    let found = found.map(|object| whole(object, &all, request));
    Ok(answer_to(request).holding([Element::new("outConfig").holding(found)]))
}

fn configs(request: &Element, found: impl Iterator<Item = Element>) -> Element {
    answer_to(request).holding([Element::new("outConfigs").holding(found)])
}

fn wanted<'r>(request: &'r Element, attribute: &str) -> Result<&'r str, Fault> {
    request.attribute(attribute).ok_or_else(|| {
        Fault::parse(&format!(
            "Element '{}': The attribute '{attribute}' is required but missing. ",
            request.name
        ))
    })
}

/// Whether the nearest object around `name` that there is is `parent`: the tree has names, like
/// `board`, that no object stands for.
fn within(name: &str, parent: &str, all: &[Element]) -> bool {
    let mut around = parent_of(name);
    while !around.is_empty() {
        if around == parent {
            return true;
        }
        if all.iter().any(|object| dn(object) == around) {
            return false;
        }
        around = parent_of(around);
    }
    false
}

/// An object, with all that is in it where that is asked for.
fn whole(object: &Element, all: &[Element], request: &Element) -> Element {
    let deep = matches!(request.attribute("inHierarchical"), Some("true" | "yes"));
    let mut object = object.clone();
    if deep {
        let name = dn(&object).to_owned();
        let inner = all.iter().filter(|other| within(dn(other), &name, all));
        object.children = inner.map(|other| whole(other, all, request)).collect();
    }
    object
}
