use crate::target::{DeviceError, Reply};
use crate::wire::xml::Element;

/// A controller's answer that is one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) root: Element,
}

/// The controller's own error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) text: String,
}

/// The codes with which it says that it does not know us: a wrong password, a cookie that is
/// not valid any more.
const LOGIN: &str = "551";
const COOKIE: [&str; 2] = ["552", "555"];
/// There is no room for another session.
const FULL: &str = "572";

impl Answer {
    /// Reads the answer to `method`.
    ///
    /// # Errors
    ///
    /// It is none; the reason fits "failed to read the answer: …".
    pub(super) fn read(method: &str, text: &str) -> Result<Self, String> {
        let root = Element::parse(text)?;
        if root.name != method && root.name != "error" {
            return Err(format!("it is a `{}`, not a `{method}`", root.name));
        }
        if root.attribute("response") != Some("yes") {
            return Err("it does not say that it is a response".to_owned());
        }
        Ok(Self { root })
    }

    /// What the controller refused, if it did. Codes are compared, texts differ by release.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        let code = self.root.attribute("errorCode");
        if self.root.name != "error" && code.is_none() {
            return None;
        }
        let text = self.root.attribute("errorDescr").unwrap_or_default();
        Some(Refusal {
            code: code.unwrap_or_default().to_owned(),
            text: text.trim().to_owned(),
        })
    }

    /// As the record shows it: without the session's cookie, an element a line.
    pub(super) fn reply(mut self, cookie: &str) -> Reply {
        if !cookie.is_empty() {
            hide(&mut self.root, cookie);
        }
        let refusal = self.refusal();
        for (name, value) in &mut self.root.attributes {
            if matches!(name.as_str(), "cookie" | "outCookie") {
                value.clear();
            }
        }
        let mut text = String::new();
        laid_out(&self.root, 0, &mut text);
        Reply {
            stdout: text.into_bytes(),
            exit: Some(i32::from(refusal.is_some())),
            error: refusal.map(|refusal| DeviceError {
                message: refusal.to_string(),
                line: None,
                column: None,
                help: None,
            }),
            ..Reply::default()
        }
    }
}

impl Refusal {
    pub(super) fn is_login(&self) -> bool {
        self.code == LOGIN
    }

    pub(super) fn is_cookie(&self) -> bool {
        COOKIE.contains(&self.code.as_str())
    }

    pub(super) fn is_full(&self) -> bool {
        self.code == FULL
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "error {}: {}", self.code, self.text)
    }
}

/// A controller may repeat what it was sent, wherever it likes.
fn hide(element: &mut Element, cookie: &str) {
    const HIDDEN: &str = "«cookie»";
    let values = element.attributes.iter_mut().map(|(_, value)| value);
    for text in values.chain([&mut element.text]) {
        if text.contains(cookie) {
            *text = text.replace(cookie, HIDDEN);
        }
    }
    for child in &mut element.children {
        hide(child, cookie);
    }
}

/// Each element on a line of its own, so that an excerpt can be compared line by line.
fn laid_out(element: &Element, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    if element.children.is_empty() {
        out.push_str(&format!("{indent}{element}\n"));
        return;
    }
    let mut open = element.clone();
    open.children.clear();
    open.text.clear();
    let tag = open.to_string();
    let tag = tag.strip_suffix("/>").unwrap_or(&tag);
    out.push_str(&format!("{indent}{tag}>\n"));
    for child in &element.children {
        laid_out(child, depth + 1, out);
    }
    out.push_str(&format!("{indent}</{}>\n", element.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_laid_out_without_its_cookie() {
        let text = "<configResolveDn cookie=\"1/2\" response=\"yes\" dn=\"sys\"><outConfig>\
                    <topSystem dn=\"sys\" name=\"C220\"/></outConfig></configResolveDn>";
        let answer = Answer::read("configResolveDn", text).expect("an answer");
        assert_eq!(answer.refusal(), None);
        assert_eq!(
            String::from_utf8_lossy(&answer.reply("").stdout),
            "<configResolveDn cookie=\"\" response=\"yes\" dn=\"sys\">\n  <outConfig>\n    \
             <topSystem dn=\"sys\" name=\"C220\"/>\n  </outConfig>\n</configResolveDn>\n"
        );
    }

    #[test]
    fn a_cookie_that_is_repeated_is_hidden_wherever_it_is() {
        let text = "<error cookie=\"1/2\" response=\"yes\" errorCode=\"7\" \
                    errorDescr=\"1/2 is odd\"><a b=\"x 1/2 y\">of 1/2</a></error>";
        let reply = Answer::read("error", text).expect("an answer").reply("1/2");
        let shown = String::from_utf8_lossy(&reply.stdout).into_owned();
        assert!(!shown.contains("1/2"), "{shown}");
        assert!(shown.contains("b=\"x «cookie» y\""), "{shown}");
        let error = reply.error.expect("a refusal");
        assert_eq!(error.message, "error 7: «cookie» is odd");
    }

    #[test]
    fn an_error_in_either_shape_is_the_devices_own() {
        let own = "<configConfMo response=\"yes\" errorCode=\"2003\" invocationResult=\"x\" \
                   errorDescr=\"Operation failed. storage subsystem not ready yet\"/>";
        let parse = "<error cookie=\"\" response=\"yes\" errorCode=\"ERR-xml-parse-error\" \
                     errorDescr=\"XML PARSING ERROR: no \"/>";
        let told = |text| {
            let answer = Answer::read("configConfMo", text).expect("an answer");
            answer.refusal().expect("a refusal").to_string()
        };
        assert_eq!(
            told(own),
            "error 2003: Operation failed. storage subsystem not ready yet"
        );
        assert_eq!(
            told(parse),
            "error ERR-xml-parse-error: XML PARSING ERROR: no"
        );
    }

    #[test]
    fn what_is_no_answer_says_why() {
        for text in [
            "",
            "<html/>",
            "<configConfMo/>",
            "<configConfMo response=\"yes\"",
        ] {
            assert!(Answer::read("configConfMo", text).is_err(), "{text}");
        }
    }
}
