//! XML as controllers send it and as runbooks have it.

use runsheet::lab::cimc;
use runsheet::lab::world::World;
use runsheet::runbook::{Known, lint, parse};
use runsheet::text::Source;
use runsheet::wire::xml::Element;

/// What is read and written is read as the same; the lab's controller answers any document with
/// one; and lint finds every document that can't be sent without looking at a device.
pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(element) = Element::parse(&text) {
        let written = element.to_string();
        assert_eq!(
            Element::parse(&written).as_ref(),
            Ok(&element),
            "{written:?}"
        );
    }
    let mut world = World::unpacked(1);
    let server = world.state.servers.keys().next().expect("a server").clone();
    let answer = cimc::answer(&mut world, &server, &text);
    let answer = Element::parse(&answer).unwrap_or_else(|why| panic!("{why}: {answer:?}"));
    assert!(
        answer.attribute("response").is_some() || answer.name == "error",
        "{answer}"
    );

    let markdown = format!("# A\n\n```cimc run\n{}\n```\n", text.replace("```", ""));
    let parsed = parse(Source::new("01-a.md", &*markdown));
    for finding in lint(&[&parsed.runbook], &Known::default()) {
        assert!(
            markdown.get(finding.primary.span.range()).is_some(),
            "{finding:?}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "<a>",
        "</a>",
        "<a/>",
        " b='c'",
        " b=\"\"",
        "=",
        "<",
        ">",
        "/",
        "&amp;",
        "&#0;",
        "&#x41;",
        "&x;",
        "&",
        ";",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?xml version='1.0'?>",
        "<!DOCTYPE a [",
        "]>",
        "\"",
        "'",
        "cookie=\"x\"",
        "dn=\"sys/rack-unit-1\"",
        "inHierarchical=\"true\"",
        "<inConfig>",
        "</inConfig>",
        "classId=\"computeRackUnit\"",
        "adminPower=\"up\"",
    ];

    #[test]
    fn blanks_between_entities_stay() {
        holds(b"<a>&lt; &gt; </a>");
    }

    #[test]
    fn documents() {
        let mut seeds = seeds::fences("cimc");
        seeds.extend(seeds::texts([
            "<aaaLogin inName=\"admin\" inPassword=\"password\"/>",
            "<configResolveDn cookie=\"x\" inHierarchical=\"false\" dn=\"sys/rack-unit-1\"/>",
            "<configConfMo cookie=\"x\" dn=\"sys/rack-unit-1\"><inConfig><computeRackUnit adminPower=\"up\" dn=\"sys/rack-unit-1\"/></inConfig></configConfMo>",
            "<?xml version=\"1.0\"?><a b=\"1 &lt; 2\">x &amp; y<![CDATA[<z>]]><c/></a>",
        ]));
        search("tests/property/kept/xml.txt", seeds, WORDS, holds);
    }
}
