use std::fmt;

use serde_json::Value;

use super::session::SESSION;
use super::value::from_wire;
use crate::target::Refused;
use crate::wire::xmlrpc;

/// What the toolstack answered to a call.
pub(super) type Answer = Result<Value, Refusal>;

/// The toolstack's own error: a code, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) about: Vec<String>,
}

impl Refusal {
    /// Reads `[CODE, …]`.
    pub(super) fn read(description: &Value) -> Self {
        let mut words = description.as_array().into_iter().flatten().map(|word| {
            let text = word.as_str().map(str::to_owned);
            text.unwrap_or_else(|| word.to_string())
        });
        Self {
            code: words.next().unwrap_or_else(|| "no error code".to_owned()),
            about: words.collect(),
        }
    }

    /// Our session is not known any more; nothing was looked at.
    pub(super) fn is_our_session(&self) -> bool {
        let about = self.about.first();
        self.code == "SESSION_INVALID" && about.is_some_and(|about| about == SESSION)
    }

    /// What it says of what the call was about.
    pub(super) fn says(&self) -> Refused {
        match self.code.as_str() {
            "HOST_IS_SLAVE" => Refused::Elsewhere,
            "HANDLE_INVALID" | "UUID_INVALID" => Refused::Absent,
            _ => Refused::Itself,
        }
    }

    /// Without our session.
    pub(super) fn without(self, session: &str) -> Self {
        let about = self.about.iter();
        Self {
            about: about.map(|text| text.replace(session, SESSION)).collect(),
            ..self
        }
    }

    /// The server does not let us in.
    pub(super) fn is_login(&self) -> bool {
        self.code == "SESSION_AUTHENTICATION_FAILED"
    }

    /// There is no such message.
    pub(super) fn is_unknown_message(&self) -> bool {
        self.code == "MESSAGE_METHOD_UNKNOWN"
    }

    /// The address of the pool's master, where only that answers.
    pub(super) fn master(&self) -> Option<&str> {
        let is_member = self.code == "HOST_IS_SLAVE";
        self.about.first().filter(|_| is_member).map(String::as_str)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        let about: Vec<&str> = self
            .about
            .iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        match about.is_empty() {
            true => Ok(()),
            false => write!(f, ": {}", about.join(", ")),
        }
    }
}

/// Reads the answer to a call.
///
/// # Errors
/// It is none; the reason fits "failed to read the answer: …".
pub(super) fn read(text: &str) -> Result<Answer, String> {
    let value = from_wire(xmlrpc::Value::response_in(text)?);
    match value.get("Status").and_then(Value::as_str) {
        // What gives nothing has no value.
        Some("Success") => Ok(Ok(value.get("Value").cloned().unwrap_or_else(|| "".into()))),
        Some("Failure") => {
            let description = value.get("ErrorDescription").unwrap_or(&Value::Null);
            Ok(Err(Refusal::read(description)))
        }
        _ => Err("it says neither success nor failure".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(members: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>{members}</struct>\
             </value></param></params></methodResponse>"
        )
    }

    #[test]
    fn success_and_failure_are_told_apart() {
        let fine = "<member><name>Status</name><value>Success</value></member>\
                    <member><name>Value</name><value>OpaqueRef:1</value></member>";
        assert_eq!(read(&response(fine)), Ok(Ok("OpaqueRef:1".into())));
        let bad = "<member><name>Status</name><value>Failure</value></member>\
                   <member><name>ErrorDescription</name><value><array><data>\
                   <value>HOST_IS_SLAVE</value><value>10.0.0.1</value></data></array></value></member>";
        let refusal = read(&response(bad))
            .expect("an answer")
            .expect_err("a failure");
        assert_eq!(refusal.master(), Some("10.0.0.1"));
        assert_eq!(refusal.to_string(), "HOST_IS_SLAVE: 10.0.0.1");
    }

    #[test]
    fn what_is_no_answer_says_why() {
        for (text, why) in [
            ("<a/>", "`a` is no `methodResponse`"),
            ("<methodResponse/>", "it has no value"),
            (&response("") as &str, "it says neither success nor failure"),
        ] {
            assert_eq!(read(text).expect_err(text), why);
        }
    }
}
