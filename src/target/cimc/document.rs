use crate::wire::xml::Element;

/// The methods that change nothing.
const QUERIES: [&str; 5] = [
    "configResolveDn",
    "configResolveClass",
    "configResolveChildren",
    "configResolveParent",
    "configResolveDns",
];
/// The methods that may change something.
const CHANGES: [&str; 2] = ["configConfMo", "configConfMos"];

/// A document as a fence has it: the session's cookie is not in it, other secrets may be, so there
/// is no `Debug`.
pub(super) struct Document {
    root: Element,
    query: bool,
}

impl Document {
    /// Reads a fence.
    ///
    /// # Errors
    ///
    /// It is no document that can be sent; the reason fits "failed to read the fence: …".
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let root = Element::parse(text)?;
        let name = root.name.as_str();
        let query = QUERIES.contains(&name);
        if !query && !CHANGES.contains(&name) {
            return Err(match name.strip_prefix("aaa") {
                Some(_) => format!("`{name}` is not for runbooks: the driver logs in and out"),
                None => format!("the XML API has no method `{name}`"),
            });
        }
        if root.attribute("cookie").is_some() {
            return Err("it has a `cookie`, which the driver adds".to_owned());
        }
        Ok(Self { root, query })
    }

    /// Whether it asks only.
    pub(super) fn is_query(&self) -> bool {
        self.query
    }

    /// The name of its method.
    pub(super) fn method(&self) -> &str {
        &self.root.name
    }

    /// As it is sent.
    pub(super) fn with_cookie(&self, cookie: &str) -> String {
        let mut root = self.root.clone();
        root.attributes
            .insert(0, ("cookie".to_owned(), cookie.to_owned()));
        root.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_added_and_nothing_else() {
        let document = Document::read("<!-- x -->\n<configResolveDn dn=\"sys\"/>\n");
        let document = document.expect("a document");
        assert!(document.is_query());
        assert_eq!(
            document.with_cookie("a\"b"),
            "<configResolveDn cookie=\"a&quot;b\" dn=\"sys\"/>"
        );
    }

    #[test]
    fn what_a_runbook_must_not_send_is_refused() {
        for (text, why) in [
            (
                "<aaaLogin/>",
                "`aaaLogin` is not for runbooks: the driver logs in and out",
            ),
            (
                "<configConfMo cookie=\"1\"/>",
                "it has a `cookie`, which the driver adds",
            ),
            ("<reboot/>", "the XML API has no method `reboot`"),
        ] {
            assert_eq!(Document::read(text).map(drop), Err(why.to_owned()));
        }
    }
}
