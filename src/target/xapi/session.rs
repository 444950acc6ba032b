use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::answer::{self, Answer, Refusal};
use super::invocation::Invoked;
use super::value::shown;
use crate::target::https::Https;
use crate::target::{
    DeviceError, Failure, FailureKind, Identity, LineFate, Progress, Refused, Reply, Request,
    SentLine, Session, StreamKind,
};
use crate::value::Call;
use crate::wire::{http, xmlrpc};

/// How long logging in and out may take.
pub(super) const LOGIN_DEADLINE: Duration = Duration::from_secs(60);
const LOGOUT_DEADLINE: Duration = Duration::from_secs(10);
/// The version of the interface that we speak, and who we say that we are.
const VERSION: &str = "1.0";
const ORIGINATOR: &str = "runsheet";
/// What stands in the place of our session where an answer tells of it.
pub(super) const SESSION: &str = "(this session)";

/// Logs in, and learns whose toolstack it is.
pub(in crate::target) async fn open(web: Https) -> Result<Box<dyn Session>, Failure> {
    let mut xapi = Xapi {
        web,
        session: None,
        identity: Identity::default(),
    };
    // That it is a member of a pool is told to whoever asks for something.
    match xapi.enter().await {
        Ok(_) => Ok(Box::new(xapi)),
        Err(failure) => {
            xapi.close().await;
            Err(failure)
        }
    }
}

pub(super) struct Xapi {
    pub(super) web: Https,
    pub(super) session: Option<SecretString>,
    identity: Identity,
}

impl Xapi {
    /// Logs in. Gives what a host says that is a member of a pool: that is an answer, and it has no
    /// other.
    async fn log_in(&mut self) -> Result<Option<Refusal>, Failure> {
        let name = self.web.spec().name.clone();
        let Some((user, password)) = self.web.login()? else {
            let message = format!("log in to `{name}`: the inventory gives no user or no password");
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        let words = [&user, password.expose_secret(), VERSION, ORIGINATOR];
        let params = words
            .map(|word| xmlrpc::Value::Text(word.to_owned()))
            .to_vec();
        let answer = self.ask("session.login_with_password", params, LOGIN_DEADLINE);
        // Nothing of a runbook was in it, so nothing of a runbook may have arrived.
        let answer = answer.await.map_err(Failure::before_request)?;
        match answer {
            Ok(Value::String(session)) if !session.is_empty() => {
                self.session = Some(session.into());
                Ok(None)
            }
            Ok(_) => {
                let message = format!("log in to `{name}` as `{user}`: it gave no session");
                Err(Failure::not_sent(FailureKind::Protocol, message))
            }
            Err(refusal) if refusal.master().is_some() => Ok(Some(refusal)),
            Err(refusal) => {
                let kind = match refusal.is_login() {
                    true => FailureKind::Authentication,
                    false => FailureKind::Protocol,
                };
                let message = format!("log in to `{name}` as `{user}`: {refusal}");
                Err(Failure::not_sent(kind, message))
            }
        }
    }

    /// Logs in where we are not, and learns whose toolstack it is; gives what keeps us out.
    pub(super) async fn enter(&mut self) -> Result<Option<Refusal>, Failure> {
        if self.session.is_some() {
            return Ok(None);
        }
        let refusal = self.log_in().await?;
        // A member of a pool can't be asked for more than its key.
        let (serials, version) = match refusal {
            Some(_) => Default::default(),
            None => self.learn_host().await?,
        };
        let known = &self.identity.serials;
        if !known.is_empty() && !serials.is_empty() && *known != serials {
            let name = self.web.spec().name.clone();
            let message = format!(
                "log in to `{name}` again: it is another host: its serial number is {}, and was {}",
                serials.join(", "),
                known.join(", ")
            );
            self.close().await;
            return Err(Failure::not_sent(FailureKind::HostKey, message));
        }
        self.identity = Identity {
            serials,
            version,
            host_key: self.web.key(),
            trusted_by: self
                .web
                .key()
                .map(|_| "tls-pin in the inventory".to_owned()),
            ..Identity::default()
        };
        Ok(refusal)
    }

    /// Makes a call within our session. One that is not known any more is replaced once: what
    /// came with it was not looked at.
    pub(super) async fn call(
        &mut self,
        method: &str,
        params: Vec<xmlrpc::Value>,
        timeout: Duration,
    ) -> Result<Answer, Failure> {
        if let Some(refusal) = self.enter().await? {
            return Ok(Err(refusal));
        }
        let answer = self.in_session(method, params.clone(), timeout).await?;
        // What another host says of a session of its own is no reason to send anything again.
        if !answer.as_ref().is_err_and(Refusal::is_our_session) {
            return Ok(answer);
        }
        self.session = None;
        if let Some(refusal) = self.enter().await? {
            return Ok(Err(refusal));
        }
        self.in_session(method, params, timeout).await
    }

    pub(super) async fn in_session(
        &mut self,
        method: &str,
        params: Vec<xmlrpc::Value>,
        timeout: Duration,
    ) -> Result<Answer, Failure> {
        let session = self.session.as_ref();
        let session = session.map(|session| session.expose_secret().to_owned());
        let session = session.unwrap_or_default();
        let own = xmlrpc::Value::Text(session.clone());
        let params = std::iter::once(own).chain(params).collect();
        let answer = self.ask(method, params, timeout).await?;
        // Whoever has the session can do all that we can.
        Ok(match answer {
            _ if session.is_empty() => answer,
            Ok(value) => Ok(hide(value, &session)),
            Err(refusal) => Err(refusal.without(&session)),
        })
    }

    async fn ask(
        &mut self,
        method: &str,
        params: Vec<xmlrpc::Value>,
        timeout: Duration,
    ) -> Result<Answer, Failure> {
        let call = xmlrpc::Call {
            method: method.to_owned(),
            params,
        };
        let request = http::Request::post("/RPC2")
            .header("Content-Type", "text/xml")
            .body(Full::new(Bytes::from(call.document())))
            .map_err(|error| Failure::not_sent(FailureKind::Local, error.to_string()))?;
        let response = self.web.exchange(request, timeout).await?;
        let name = &self.web.spec().name;
        let unreadable = |reason: String| {
            let message = format!("read the answer of `{name}` to {method}: {reason}");
            Failure::unknown(FailureKind::Protocol, message, Reply::default())
        };
        if !response.status().is_success() {
            return Err(unreadable(format!("it is HTTP {}", response.status())));
        }
        let text = std::str::from_utf8(response.body())
            .map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
        answer::read(text).map_err(unreadable)
    }

    fn calls(&self, request: &Request) -> Result<Vec<Call>, Failure> {
        let local = |message| Failure::not_sent(FailureKind::Local, message);
        let name = &self.web.spec().name;
        if request.lang != "xapi" {
            let lang = request.lang;
            return Err(local(format!(
                "run a `{lang}` fence on `{name}`: it is a XenServer's toolstack"
            )));
        }
        Call::parse(request.text.expose_secret())
            .map_err(|error| local(format!("read the fence for `{name}`: {}", error.message)))
    }

    /// Makes the calls of a fence, one after the other, up to the first that is refused.
    async fn perform(
        &mut self,
        calls: &[Call],
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        progress.sending(request.text.expose_secret());
        let mut names = request.names.clone();
        let mut bound = Map::new();
        let mut lines = Vec::new();
        let mut texts = Vec::new();
        let mut error = None;
        let mut refused = Refused::default();
        let text = request.text.expose_secret();
        for call in calls {
            // A call may go over several lines.
            let span = call.written.span;
            let line_at = |at: usize| text[..at].matches('\n').count();
            let own = line_at(span.start)..=line_at(span.end);
            let sent = |fate| own.clone().map(move |line| SentLine { line, fate });
            if error.is_some() {
                lines.extend(sent(LineFate::NotSent));
                continue;
            }
            let timeout = request.options.timeout;
            let refusal = match self.invoke(call, &names, timeout, progress).await? {
                Invoked::Answered(Ok(value)) => {
                    lines.extend(sent(LineFate::Accepted));
                    texts.push(told(call, &value, calls.len() == 1));
                    if let Some(name) = &call.written.name {
                        names.bind(name, value.clone());
                        bound.insert(name.clone(), value);
                    }
                    continue;
                }
                Invoked::Answered(Err(refusal)) => {
                    refused = refusal.says();
                    lines.extend(sent(LineFate::Rejected));
                    refusal.to_string()
                }
                Invoked::NotOne(found) => {
                    lines.extend(sent(LineFate::NotSent));
                    found
                }
                Invoked::IsMember(refusal) => {
                    refused = refusal.says();
                    lines.extend(sent(LineFate::NotSent));
                    format!("{refusal}: it is a member of a pool, and only the master answers")
                }
            };
            error = Some(DeviceError {
                message: refusal,
                line: Some(*own.start()),
                column: None,
                help: None,
            });
        }
        let stdout = texts.concat().into_bytes();
        progress.output(StreamKind::Stdout, &stdout);
        Ok(Reply {
            stdout,
            bound,
            lines,
            error,
            refused,
            ..Reply::default()
        })
    }
}

#[async_trait(?Send)]
impl Session for Xapi {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let calls = self.calls(request)?;
        if let Some(call) = calls.iter().find(|call| !call.written.only_reads()) {
            return Err(self.web.not_a_look(&call.written.method()));
        }
        self.perform(&calls, request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let calls = self.calls(request)?;
        // What became of each is told apart only where each is sent by itself.
        if calls.len() > 1 {
            let name = &self.web.spec().name;
            let message = format!("send {} calls to `{name}` as one effect", calls.len());
            return Err(Failure::not_sent(FailureKind::Local, message));
        }
        self.perform(&calls, request, progress).await
    }

    /// A member of a pool lets nobody in, whatever the password.
    async fn knock(&mut self, _: &Request) -> Result<(), Failure> {
        let name = self.web.spec().name.clone();
        match self.enter().await? {
            None => Ok(()),
            Some(refusal) => {
                let message = format!(
                    "log in to `{name}`: {refusal}: it is a member of a pool, and only the master \
                     answers"
                );
                Err(Failure::not_sent(FailureKind::Protocol, message))
            }
        }
    }

    async fn close(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        let session = vec![xmlrpc::Value::Text(session.expose_secret().to_owned())];
        // One that can't be told forgets the session by itself after a day.
        let _ = self.ask("session.logout", session, LOGOUT_DEADLINE).await;
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

/// A line, or the lines of a text. Where there are several calls it says whose.
fn told(call: &Call, value: &Value, is_only: bool) -> String {
    let value = shown(value);
    match (&call.written.name, is_only) {
        (_, true) if value.is_empty() => String::new(),
        (_, true) => format!("{value}\n"),
        (Some(name), false) => format!("{name} = {value}\n"),
        (None, false) => format!("{} = {value}\n", call.written.method()),
    }
}

fn hide(value: Value, session: &str) -> Value {
    match value {
        Value::String(text) => text.replace(session, SESSION).into(),
        Value::Array(items) => items.into_iter().map(|item| hide(item, session)).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            let members =
                members.map(|(name, item)| (name.replace(session, SESSION), hide(item, session)));
            Value::Object(members.collect())
        }
        other => other,
    }
}
