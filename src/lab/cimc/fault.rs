use super::answer_to;
use crate::lab::world::machine::VolumeRefusal;
use crate::wire::xml::Element;

/// Why a controller does not do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    code: String,
    result: &'static str,
    text: String,
}

impl From<VolumeRefusal> for Fault {
    fn from(refusal: VolumeRefusal) -> Self {
        match refusal {
            VolumeRefusal::NoVolume(_) => Self::no_object(),
            other => Self::operation(&other.to_string()),
        }
    }
}

impl Fault {
    /// What is no document by its schema.
    pub(super) fn parse(reason: &str) -> Self {
        Self {
            code: "ERR-xml-parse-error".to_owned(),
            result: "594",
            text: format!("XML PARSING ERROR: {reason}"),
        }
    }

    /// A wrong name or password.
    pub(super) fn login() -> Self {
        Self::coded("551", "unidentified-fail", "Authentication failed")
    }

    /// No session of this cookie.
    pub(super) fn cookie() -> Self {
        Self::coded("552", "service-unavailable", "Authorization required")
    }

    /// There is no room for another session.
    pub(super) fn sessions() -> Self {
        Self::coded(
            "572",
            "unidentified-fail",
            "Maximum number of sessions reached",
        )
    }

    /// The host's state or its disks don't allow it.
    pub(super) fn operation(reason: &str) -> Self {
        Self::coded(
            "2003",
            "unidentified-fail",
            &format!("Operation failed. {reason}"),
        )
    }

    /// There is no object of this name to change.
    pub(super) fn no_object() -> Self {
        Self::coded("170", "unidentified-fail", "DN does not exist")
    }

    /// It is that there is no room for another session.
    pub(super) fn is_full(&self) -> bool {
        self.code == "572"
    }

    /// What it says.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn coded(code: &str, result: &'static str, text: &str) -> Self {
        Self {
            code: code.to_owned(),
            result,
            text: text.to_owned(),
        }
    }

    /// As the answer to a request. What can't be parsed is answered by an element of its own.
    pub(super) fn to(&self, request: &Element) -> Element {
        if self.result == "594" {
            return self.alone();
        }
        self.told(answer_to(request))
    }

    /// As an answer to what is no request.
    pub(super) fn alone(&self) -> Element {
        let error = Element::new("error").with("cookie", "");
        self.told(error.with("response", "yes"))
    }

    fn told(&self, answer: Element) -> Element {
        answer
            .with("errorCode", self.code.as_str())
            .with("invocationResult", self.result)
            .with("errorDescr", self.text.as_str())
    }
}
