use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use secrecy::{ExposeSecret, SecretString};

use super::answer::Answer;
use super::document::Document;
use crate::target::https::Https;
use crate::target::{
    Failure, FailureKind, Identity, Progress, Reply, Request, Session, StreamKind,
};
use crate::wire::http;
use crate::wire::xml::Element;

/// How long logging in and out may take.
const LOGIN_DEADLINE: Duration = Duration::from_secs(60);
const LOGOUT_DEADLINE: Duration = Duration::from_secs(10);

/// Logs in, and learns whose controller it is.
pub(in crate::target) async fn open(web: Https) -> Result<Box<dyn Session>, Failure> {
    let mut cimc = Cimc {
        web,
        cookie: None,
        identity: Identity::default(),
    };
    cimc.log_in().await?;
    if let Err(failure) = cimc.identify().await {
        cimc.close().await;
        return Err(failure);
    }
    Ok(Box::new(cimc))
}

struct Cimc {
    web: Https,
    cookie: Option<SecretString>,
    identity: Identity,
}

impl Cimc {
    async fn log_in(&mut self) -> Result<(), Failure> {
        let Some((user, password)) = self.web.login()? else {
            let message = format!(
                "log in to `{}`: the inventory gives no user or no password",
                self.web.spec().name
            );
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        let login = Element::new("aaaLogin")
            .with("inName", user.clone())
            .with("inPassword", password.expose_secret());
        let answer = self
            .ask("aaaLogin", login.to_string(), LOGIN_DEADLINE)
            .await;
        // Nothing of a runbook was in it, so nothing of a runbook may have arrived.
        let answer = answer.map_err(Failure::before_request)?;
        let name = &self.web.spec().name;
        if let Some(refusal) = answer.refusal() {
            let kind = match refusal.is_login() {
                true => FailureKind::Authentication,
                false => FailureKind::Protocol,
            };
            let message = format!("log in to `{name}` as `{user}`: {refusal}");
            let failure = Failure::not_sent(kind, message);
            return Err(match refusal.is_full() {
                true => failure.help(
                    "a process that is killed leaves its sessions behind: they end by themselves \
                     ten minutes after their last use; then resume",
                ),
                false => failure,
            });
        }
        let cookie = answer.root.attribute("outCookie").unwrap_or_default();
        if cookie.is_empty() {
            let message = format!("log in to `{name}` as `{user}`: it gave no session");
            return Err(Failure::not_sent(FailureKind::Protocol, message));
        }
        self.cookie = Some(cookie.to_owned().into());
        let version = answer.root.attribute("outVersion");
        self.identity.version = version.map(|version| format!("CIMC {version}"));
        Ok(())
    }

    /// The serial number is what tells one server from the next.
    async fn identify(&mut self) -> Result<(), Failure> {
        let query = "<configResolveDn dn=\"sys/rack-unit-1\" inHierarchical=\"false\"/>";
        let document =
            Document::read(query).map_err(|error| Failure::not_sent(FailureKind::Local, error))?;
        let answer = self.send(&document, LOGIN_DEADLINE).await?;
        let unit = answer.root.child("outConfig");
        let unit = unit.and_then(|config| config.child("computeRackUnit"));
        let serial = unit.and_then(|unit| unit.attribute("serial"));
        self.identity.serials = serial.map(str::to_owned).into_iter().collect();
        self.identity.host_key = self.web.key();
        self.identity.trusted_by = self
            .web
            .key()
            .map(|_| "tls-pin in the inventory".to_owned());
        Ok(())
    }

    /// Sends a document. A cookie that has run out is replaced once: what came with it was not
    /// looked at.
    async fn send(&mut self, document: &Document, timeout: Duration) -> Result<Answer, Failure> {
        if self.cookie.is_none() {
            self.log_in().await?;
        }
        let answer = self.with_cookie(document, timeout).await?;
        if !answer.refusal().is_some_and(|refusal| refusal.is_cookie()) {
            return Ok(answer);
        }
        self.cookie = None;
        self.log_in().await?;
        self.with_cookie(document, timeout).await
    }

    async fn with_cookie(
        &mut self,
        document: &Document,
        timeout: Duration,
    ) -> Result<Answer, Failure> {
        let cookie = self.cookie.as_ref().map(|cookie| cookie.expose_secret());
        let text = document.with_cookie(cookie.unwrap_or_default());
        self.ask(document.method(), text, timeout).await
    }

    async fn ask(
        &mut self,
        method: &str,
        text: String,
        timeout: Duration,
    ) -> Result<Answer, Failure> {
        let request = http::Request::post("/nuova")
            .header("Content-Type", "text/xml")
            .body(Full::new(Bytes::from(text)))
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
        Answer::read(method, text).map_err(unreadable)
    }

    fn document(&self, request: &Request) -> Result<Document, Failure> {
        let local = |message| Failure::not_sent(FailureKind::Local, message);
        let name = &self.web.spec().name;
        if request.lang != "cimc" {
            let lang = request.lang;
            return Err(local(format!(
                "run a `{lang}` fence on `{name}`: it is a CIMC"
            )));
        }
        Document::read(request.text.expose_secret())
            .map_err(|reason| local(format!("read the fence for `{name}`: {reason}")))
    }

    async fn answered(
        &mut self,
        document: &Document,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        progress.sending(request.text.expose_secret());
        let answer = self.send(document, request.options.timeout).await?;
        let cookie = self.cookie.as_ref().map(|cookie| cookie.expose_secret());
        let reply = answer.reply(cookie.unwrap_or_default());
        progress.output(StreamKind::Stdout, &reply.stdout);
        Ok(reply)
    }
}

#[async_trait(?Send)]
impl Session for Cimc {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let document = self.document(request)?;
        if !document.is_query() {
            return Err(self.web.not_a_look(&document.method()));
        }
        self.answered(&document, request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let document = self.document(request)?;
        self.answered(&document, request, progress).await
    }

    /// A controller has room for four sessions.
    async fn close(&mut self) {
        let Some(cookie) = self.cookie.take() else {
            return;
        };
        let logout = Element::new("aaaLogout")
            .with("cookie", cookie.expose_secret())
            .with("inCookie", cookie.expose_secret());
        // One that can't be told forgets the session by itself after ten minutes.
        let _ = self
            .ask("aaaLogout", logout.to_string(), LOGOUT_DEADLINE)
            .await;
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
