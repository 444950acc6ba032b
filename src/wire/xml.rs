//! XML documents as devices exchange them: elements, attributes, text.

use std::fmt;

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};

/// An element of an XML document, without comments, processing instructions and the blanks
/// between elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// Its text.
    pub text: String,
}

/// How deep elements may be nested: nobody's are deeper, and a hostile document's would be.
const DEPTH: usize = 64;
/// How many attributes an element may have: each is compared with those before it.
const ATTRIBUTES: usize = 1024;

impl Element {
    /// An element with nothing in it.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// With an attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// With elements more.
    #[must_use]
    pub fn holding(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first element in it that has this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Reads a document with one root.
    ///
    /// # Errors
    ///
    /// It is not well formed; the reason fits "failed to read the document: …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Self> = Vec::new();
        let mut root = None;
        // Where the text begins that no element interrupts.
        let mut run = 0;
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            if matches!(event, Event::Start(_) | Event::Empty(_) | Event::End(_)) {
                drop_blank(&mut open, run);
            }
            match event {
                Event::Start(tag) => {
                    if open.len() == DEPTH {
                        return Err(format!("elements are nested deeper than {DEPTH}"));
                    }
                    open.push(start(&tag)?);
                    run = 0;
                }
                Event::Empty(tag) => {
                    close(start(&tag)?, &mut open, &mut root)?;
                    run = text_len(&open);
                }
                // The reader has seen to it that it closes what was opened last.
                Event::End(_) => {
                    let element = open.pop();
                    let element = element.ok_or("an element is closed that was never opened")?;
                    close(element, &mut open, &mut root)?;
                    run = text_len(&open);
                }
                Event::Text(text) => say(&text, &mut open)?,
                Event::CData(text) => say(&text, &mut open)?,
                Event::GeneralRef(name) => match name.resolve_char_ref().map_err(error)? {
                    Some(c) => say(c.encode_utf8(&mut [0; 4]), &mut open)?,
                    None => {
                        let text = resolve_predefined_entity(&name)
                            .ok_or_else(|| format!("the entity `&{};` is unknown", &*name))?;
                        say(text, &mut open)?;
                    }
                },
                Event::Eof if open.is_empty() => {
                    return root.ok_or_else(|| "there is no element in it".to_owned());
                }
                Event::Eof => {
                    let last = open.last().map_or("", |element| &element.name);
                    return Err(format!("it ends before `{last}` is closed"));
                }
                Event::DocType(_) => return Err("it declares a document type".to_owned()),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }
}

fn error(error: impl fmt::Display) -> String {
    error.to_string()
}

fn start(tag: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element::new(tag.name().as_ref());
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(error)?;
        let key = attribute.key.as_ref().to_owned();
        let value = unescape(&attribute.value).map_err(error)?.into_owned();
        if element.attributes.len() == ATTRIBUTES {
            return Err(format!("an element has more than {ATTRIBUTES} attributes"));
        }
        element.attributes.push((key, value));
    }
    Ok(element)
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(format!("`{}` stands behind its end", element.name)),
    }
    Ok(())
}

fn text_len(open: &[Element]) -> usize {
    open.last().map_or(0, |element| element.text.len())
}

/// Blanks between elements are layout. Those between an entity and what follows it are not, so
/// this is only known where the text ends.
fn drop_blank(open: &mut [Element], run: usize) {
    if let Some(element) = open.last_mut()
        && element.text[run..].trim().is_empty()
    {
        element.text.truncate(run);
    }
}

fn say(text: &str, open: &mut [Element]) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => {
            element.text.push_str(text);
            Ok(())
        }
        None if text
            .trim_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .is_empty() =>
        {
            Ok(())
        }
        None => Err("there is text outside its elements".to_owned()),
    }
}

impl fmt::Display for Element {
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"{}\"", escape(value.as_str()))?;
        }
        if self.children.is_empty() && self.text.is_empty() {
            return f.write_str("/>");
        }
        write!(f, ">{}", escape(self.text.as_str()))?;
        for child in &self.children {
            child.fmt(f)?;
        }
        write!(f, "</{}>", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_was_read() {
        let text = "<a x=\"1 &amp; 2\"><b>t &lt; u</b><c/><c y=\"&quot;\"/></a>";
        let element = Element::parse(text).expect("a document");
        assert_eq!(element.attribute("x"), Some("1 & 2"));
        assert_eq!(element.child("b").map(|b| b.text.as_str()), Some("t < u"));
        assert_eq!(element.to_string(), text);
    }

    #[test]
    fn blanks_beside_an_entity_belong_to_the_text() {
        let text = "<a>\n  <b>x &amp; &lt; y</b>\n  <c> </c>&amp; <d/></a>";
        let element = Element::parse(text).expect("a document");
        assert_eq!(element.child("b").map(|b| b.text.as_str()), Some("x & < y"));
        assert_eq!(element.child("c").map(|c| c.text.as_str()), Some(""));
        assert_eq!(element.text, "& ");
    }

    #[test]
    fn either_quotes_comments_and_a_declaration_are_fine() {
        let text = "<?xml version='1.0'?>\n<!-- x -->\n<a b='1'>\n  <!-- y -->\n</a>\n";
        assert_eq!(
            Element::parse(text).map(|a| a.to_string()),
            Ok("<a b=\"1\"/>".to_owned())
        );
    }

    #[test]
    fn what_is_broken_says_why() {
        for broken in [
            "",
            "words",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a b=1/>",
            "<a b=\"1\" b=\"2\"/>",
            "<a>&nothing;</a>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a/>",
            "<a",
        ] {
            assert!(Element::parse(broken).is_err(), "{broken}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(Element::parse(&deep).is_err());
        let wide: String = (0..1_000_000).map(|n| format!(" a{n}=\"\"")).collect();
        assert!(Element::parse(&format!("<a{wide}/>")).is_err());
    }
}
