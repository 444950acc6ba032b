use serde_json::json;

use super::Outcome;
use super::call::{Call, Dialect};
use super::value::Value;

/// What a host's web server says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// What the body is. Clients compare it letter by letter.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// How long it takes until it is said, in milliseconds.
    pub after: u64,
    /// It says that nothing happened; for so many milliseconds that may still change.
    pub patience: Option<u64>,
}

impl Reply {
    /// To something that is no call.
    pub(super) fn broken(reason: &str) -> Self {
        Self {
            status: 500,
            content_type: "text/html",
            body: format!(
                "<html><body><h1>HTTP 500 internal server error</h1>An unexpected error \
                 occurred; please wait a while and try again.<h1>Additional information</h1>\
                 Xmlrpc.Parse_error({reason})</body></html>"
            ),
            after: 0,
            patience: None,
        }
    }

    pub(super) fn new(dialect: &Dialect, call: &Call, outcome: Outcome) -> Self {
        let Outcome {
            answer,
            after,
            patience,
        } = outcome;
        let (content_type, body) = match dialect {
            Dialect::Xml => {
                // The one that answers without an envelope, as clients know.
                let bare = call.method == "system.listMethods";
                let value = match answer {
                    Ok(value) if bare => value,
                    Ok(value) => envelope("Success", "Value", value),
                    Err(fault) => {
                        let words = Value::texts(fault.0.iter().map(String::as_str));
                        envelope("Failure", "ErrorDescription", words)
                    }
                };
                ("text/xml", value.to_xml().response())
            }
            Dialect::Json1(id) => {
                let body = match answer {
                    Ok(value) => json!({"result": value.to_json(), "error": null, "id": id}),
                    Err(fault) => json!({"result": null, "error": fault.0, "id": id}),
                };
                ("application/json", body.to_string())
            }
            Dialect::Json2(id) => {
                let body = match answer {
                    Ok(value) => json!({"jsonrpc": "2.0", "result": value.to_json(), "id": id}),
                    Err(fault) => {
                        let (code, about) = fault.0.split_first().unzip();
                        let error = json!({"code": 1, "message": code, "data": about});
                        json!({"jsonrpc": "2.0", "error": error, "id": id})
                    }
                };
                ("application/json", body.to_string())
            }
        };
        Self {
            status: 200,
            content_type,
            body,
            after,
            patience,
        }
    }
}

fn envelope(status: &str, name: &str, value: Value) -> Value {
    let members = [("Status", status.into()), (name, value)];
    Value::Map(members.map(|(name, value)| (name.to_owned(), value)).into())
}
