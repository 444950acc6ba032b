//! XML as data for expressions.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

/// Deeper documents are refused.
const DEPTH: usize = 128;
/// An element with more attributes is refused: each is compared with those before it.
const ATTRIBUTES: usize = 1024;

/// A document as a map with its root element. An element is a map of `@attribute`, child
/// elements (a list where there are several of a name) and `#text`; one with nothing but text
/// is that text. Only XML's own entities are known.
///
/// # Errors
/// Why it is not XML.
pub(super) fn value(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, Map<String, Value>)> = vec![(String::new(), Map::new())];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                if open.len() > DEPTH {
                    return Err(format!("elements are nested more than {DEPTH} deep"));
                }
                open.push(element(&tag)?);
            }
            Event::Empty(tag) => {
                let (name, content) = element(&tag)?;
                add(&mut open, &name, content);
            }
            Event::End(_) => {
                let Some((name, content)) = open.pop() else {
                    break;
                };
                add(&mut open, &name, content);
            }
            Event::Text(piece) => say(&mut open, &piece),
            Event::CData(piece) => say(&mut open, &piece),
            Event::GeneralRef(name) => {
                let character = name.resolve_char_ref().map_err(|error| error.to_string())?;
                match (
                    character,
                    quick_xml::escape::resolve_predefined_entity(&name),
                ) {
                    (Some(c), _) => say(&mut open, c.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => say(&mut open, text),
                    (None, None) => return Err(format!("the entity `&{};` is unknown", &*name)),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some((_, root)), true) => document(root),
        (Some((name, _)), false) => Err(format!("`<{name}>` is never closed")),
        (None, _) => Err("there is no element".to_owned()),
    }
}

/// What was found at the top: one element, and no text beside it.
fn document(mut top: Map<String, Value>) -> Result<Value, String> {
    if let Some(text) = top.remove("#text")
        && text.as_str().is_none_or(|text| !text.trim().is_empty())
    {
        return Err(match top.is_empty() {
            true => "there is no element".to_owned(),
            false => "there is text outside of the element".to_owned(),
        });
    }
    match top.values().next() {
        None => Err("there is no element".to_owned()),
        Some(first) if top.len() > 1 || first.is_array() => {
            Err("there is more than one element at the top".to_owned())
        }
        Some(_) => Ok(top.into()),
    }
}

fn element(tag: &BytesStart<'_>) -> Result<(String, Map<String, Value>), String> {
    let mut content = Map::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(&attribute.value);
        let value = value.map_err(|error| error.to_string())?;
        if content.len() == ATTRIBUTES {
            return Err(format!("an element has more than {ATTRIBUTES} attributes"));
        }
        content.insert(
            format!("@{}", attribute.key.as_ref()),
            value.into_owned().into(),
        );
    }
    Ok((tag.name().as_ref().to_owned(), content))
}

fn add(open: &mut [(String, Map<String, Value>)], name: &str, content: Map<String, Value>) {
    let Some((_, parent)) = open.last_mut() else {
        return;
    };
    let value = simplified(content);
    match parent.get_mut(name) {
        Some(Value::Array(siblings)) => siblings.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None => drop(parent.insert(name.to_owned(), value)),
    }
}

fn simplified(mut content: Map<String, Value>) -> Value {
    let text = match content.remove("#text") {
        Some(Value::String(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    if content.is_empty() {
        return text.into();
    }
    if !text.is_empty() {
        content.insert("#text".to_owned(), text.into());
    }
    content.into()
}

fn say(open: &mut [(String, Map<String, Value>)], text: &str) {
    let Some((_, element)) = open.last_mut() else {
        return;
    };
    match element.get_mut("#text") {
        Some(Value::String(said)) => said.push_str(text),
        _ => drop(element.insert("#text".to_owned(), text.into())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_attributes_and_text() {
        let text = r#"<?xml version="1.0"?><a x="1 &amp; 2"><b>t &lt; u</b><b/><c y=""/></a>"#;
        assert_eq!(
            value(text),
            Ok(json!({"a": {"@x": "1 & 2", "b": ["t < u", ""], "c": {"@y": ""}}}))
        );
    }

    #[test]
    fn a_document_is_one_element() {
        assert_eq!(value(" <!-- a --> <a/>\n"), Ok(json!({"a": ""})));
        for (text, error) in [
            ("<a/><b/>", "there is more than one element at the top"),
            (
                "<a>1</a>\n<a>2</a>",
                "there is more than one element at the top",
            ),
            ("warning: old\n<a/>", "there is text outside of the element"),
            ("<a/>]]", "there is text outside of the element"),
            ("plain", "there is no element"),
            (" ", "there is no element"),
            ("", "there is no element"),
        ] {
            assert_eq!(value(text), Err(error.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_xml_says_why() {
        assert!(value("<a><b></a>").is_err());
        assert!(
            value("<a>")
                .expect_err("open")
                .contains("`<a>` is never closed")
        );
        assert!(value("plain").is_err());
        let wide: String = (0..1_000_000).map(|n| format!(" a{n}=\"\"")).collect();
        assert!(value(&format!("<a{wide}/>")).is_err());
        assert!(value("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>").is_err());
    }
}
