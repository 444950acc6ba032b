use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::session::Xapi;
use super::value::to_wire;
use crate::target::{Failure, FailureKind, Progress, Reply};
use crate::value::{Call, Lack, Lookups, Scope, Wanted};
use crate::wire::xmlrpc;

/// What came of a call.
pub(super) enum Invoked {
    /// It was sent, and this is its answer.
    Answered(Answer),
    /// It was not sent: something that it names is not there, or not the only one.
    NotOne(String),
    /// It was not sent: the host is a member of a pool, and only its master answers.
    IsMember(Refusal),
}

impl Xapi {
    /// Makes a call whose arguments are evaluated with these names, and waits for its end.
    pub(super) async fn invoke(
        &mut self,
        call: &Call,
        names: &Scope,
        timeout: Duration,
        progress: &mut dyn Progress,
    ) -> Result<Invoked, Failure> {
        if let Some(refusal) = self.enter().await? {
            return Ok(Invoked::IsMember(refusal));
        }
        let arguments = match self.arguments(call, names, timeout).await? {
            Ok(arguments) => arguments,
            Err(found) => return Ok(Invoked::NotOne(found)),
        };
        let method = call.written.method();
        let answer = self.call(&method, arguments, timeout).await?;
        let answer = match answer {
            Ok(task) if call.written.is_async => {
                let Value::String(task) = task else {
                    let message = format!("learn what became of {method}: it gave no task");
                    let partial = Reply::default();
                    return Err(Failure::unknown(FailureKind::Protocol, message, partial));
                };
                self.task_ended(&method, &task, timeout, progress).await?
            }
            answer => answer,
        };
        Ok(Invoked::Answered(answer))
    }

    /// The arguments of a call. The inner error says what they name in vain.
    async fn arguments(
        &mut self,
        call: &Call,
        names: &Scope,
        timeout: Duration,
    ) -> Result<Result<Vec<xmlrpc::Value>, String>, Failure> {
        let local = |why: String| {
            let method = call.written.method();
            let message = format!("evaluate the arguments of `{method}`: {why}");
            Failure::not_sent(FailureKind::Local, message)
        };
        let mut known = Vec::new();
        loop {
            let mut lookups = Lookups::default();
            for (wanted, reference) in &known {
                lookups.know(Wanted::clone(wanted), String::clone(reference));
            }
            let lookups = Arc::new(lookups);
            let error = match call.arguments(names, &lookups) {
                Ok(arguments) => {
                    let arguments = arguments.iter().map(to_wire);
                    return arguments.collect::<Result<_, _>>().map(Ok).map_err(local);
                }
                Err(error) => error,
            };
            let wanted = match lookups.take_lack() {
                Some(Lack::Unknown(wanted)) => wanted,
                // The server's answers decide that, so it is one.
                Some(Lack::NotOne(found)) => return Ok(Err(found)),
                None => return Err(local(error.message)),
            };
            match self.look_up(&wanted, timeout).await? {
                Ok(reference) => known.push((wanted, reference)),
                Err(found) => return Ok(Err(found)),
            }
        }
    }

    /// The reference of the one object with a name.
    async fn look_up(
        &mut self,
        wanted: &Wanted,
        timeout: Duration,
    ) -> Result<Result<String, String>, Failure> {
        let Wanted { class, name } = wanted;
        let method = format!("{class}.get_by_name_label");
        let name_label = vec![xmlrpc::Value::Text(name.clone())];
        // It changes nothing, so nothing of a change has left.
        let found = self
            .call(&method, name_label, timeout)
            .await
            .map_err(Failure::before_request)?;
        let found = match found {
            Ok(found) => found,
            Err(refusal) if refusal.is_unknown_message() => {
                return Ok(Err(format!(
                    "objects of the class {class} have no names to look for, if there is such a \
                     class: bind what `{class}.get_all()` gives, and use `one`"
                )));
            }
            Err(refusal) => {
                return Ok(Err(format!(
                    "failed to look for the {class} `{name}`: {refusal}"
                )));
            }
        };
        let found = found.as_array().into_iter().flatten();
        let found: Vec<&str> = found.filter_map(Value::as_str).collect();
        Ok(match found[..] {
            [only] => Ok(only.to_owned()),
            [] => Err(format!("there is no {class} with the name `{name}`")),
            _ => Err(format!(
                "there are {} objects of the class {class} with the name `{name}`",
                found.len()
            )),
        })
    }
}
