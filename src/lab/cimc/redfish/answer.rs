use serde_json::{Value, json};

/// An answer: a status, headers of its own, and JSON where there is any.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) json: Option<Value>,
}

impl Told {
    /// The same with one more header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub(super) fn told(status: u16, json: Value) -> Told {
    Told {
        status,
        headers: Vec::new(),
        json: Some(json),
    }
}

/// It is done, and there is nothing more to say.
pub(super) fn done() -> Told {
    Told {
        status: 204,
        headers: Vec::new(),
        json: None,
    }
}

pub(super) fn refused(status: u16, code: &str, message: impl Into<String>) -> Told {
    let message = message.into();
    told(
        status,
        json!({"error": {
            "code": format!("Base.1.4.{code}"),
            "message": "See ExtendedInfo for more information.",
            "@Message.ExtendedInfo": [{
                "@odata.type": "Message.v1_0_6.Message",
                "MessageId": format!("Base.1.4.{code}"),
                "Message": message,
                "Severity": "Critical",
            }],
        }}),
    )
}

pub(super) fn not_allowed(method: &str) -> Told {
    let message = format!("The action {method} is not supported by the resource.");
    refused(405, "ActionNotSupported", message)
}

/// A property or parameter that has to be there.
pub(super) fn missing(action: &str, parameter: &str) -> Told {
    let message = format!(
        "The action {action} requires the parameter {parameter} to be present in the request body."
    );
    refused(400, "ActionParameterMissing", message)
}

/// A value that is none of those that there are.
pub(super) fn not_in_list(property: &str, value: &str) -> Told {
    let message = format!(
        "The value {value} for the property {property} is not in the list of acceptable values."
    );
    refused(400, "PropertyValueNotInList", message)
}
