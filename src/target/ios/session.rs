use async_trait::async_trait;
use regex::Regex;
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::time::Instant;

use super::conversation::Conversation;
use super::refusal::refusal;
use super::script::{ScriptLine, script};
use crate::target::{
    DeviceError, Failure, FailureKind, Identity, Progress, Reply, Request, Session, Silent,
};
use crate::wire::ssh::SshConnection;

/// How long confirming or reverting may take.
const SETTLING: Duration = Duration::from_secs(60);

/// A privileged terminal of a switch.
pub(crate) struct IosSession {
    pub(super) talk: Conversation,
    pub(super) identity: Identity,
    /// The terminal lives as long as its connection.
    _connection: SshConnection,
}

impl IosSession {
    pub(super) fn new(talk: Conversation, identity: Identity, connection: SshConnection) -> Self {
        Self {
            talk,
            identity,
            _connection: connection,
        }
    }

    /// Sends exec lines one after the other; the first that is refused ends it.
    pub(super) async fn exec(
        &mut self,
        lines: &[ScriptLine],
        reply: &mut Reply,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        for line in lines {
            let said = self.talk.say(line, progress).await?;
            reply.stdout.extend_from_slice(said.output.as_bytes());
            reply.notices.extend(said.logged);
            reply.error = match said.undeclared {
                Some(question) => Some(undeclared(line.number, &question)),
                None => refusal(&said.output, line.number, said.prompt),
            };
            if reply.error.is_some() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn read(request: &Request) -> Result<Vec<ScriptLine>, Failure> {
        script(request.text.expose_secret()).map_err(|message| {
            Failure::not_sent(FailureKind::Local, message)
                .help("IOS lines are ASCII; a hyphen is `-`")
        })
    }

    /// Serial numbers and version, once.
    async fn meet(&mut self) -> Result<(), Failure> {
        if !self.identity.serials.is_empty() {
            return Ok(());
        }
        let text = self.talk.ask("show version", &mut Silent).await?.output;
        let all = |pattern: &str| -> Vec<String> {
            let Ok(pattern) = Regex::new(pattern) else {
                return Vec::new();
            };
            pattern
                .captures_iter(&text)
                .map(|found| found[1].to_owned())
                .collect()
        };
        self.identity.serials = all(r"(?m)^System [Ss]erial [Nn]umber\s*:\s*(\S+)");
        self.identity.serials.sort();
        self.identity.version = all(r"Version (\S+)").into_iter().next();
        Ok(())
    }

    async fn timer_is_pending(&mut self, progress: &mut dyn Progress) -> Result<bool, Failure> {
        let said = self
            .talk
            .ask("show archive config rollback timer", progress)
            .await?;
        Ok(!said.output.contains("No Rollback Confirmed Change pending"))
    }

    async fn settle(
        &mut self,
        command: &str,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.talk.deadline = Instant::now() + SETTLING;
        let mut reply = Reply::default();
        if !self.timer_is_pending(progress).await? {
            if command == "configure confirm" {
                reply.error = Some(DeviceError {
                    message: "the change is no longer waiting to be confirmed".to_owned(),
                    line: None,
                    column: None,
                    help: Some("its timer ran out, and the device took it back".to_owned()),
                });
            }
            return Ok(reply);
        }
        let said = self.talk.ask(command, progress).await?;
        reply.stdout = said.output.into_bytes();
        reply.notices = said.logged;
        if self.timer_is_pending(progress).await? {
            let message = format!("`{command}` left the rollback timer running");
            reply.error = Some(DeviceError {
                message,
                line: None,
                column: None,
                help: None,
            });
        }
        Ok(reply)
    }
}

/// A question that no line of the fence answers.
pub(super) fn undeclared(line: usize, question: &str) -> DeviceError {
    DeviceError {
        message: format!(
            "the device asks `{question}`, and the runbook does not say what to answer"
        ),
        line: Some(line),
        column: None,
        help: Some("answer it with a line that starts with `?` behind the command".to_owned()),
    }
}

#[async_trait(?Send)]
impl Session for IosSession {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let lines = Self::read(request)?;
        self.talk.deadline = Instant::now() + request.options.timeout;
        self.meet().await?;
        let mut reply = Reply::default();
        match self.exec(&lines, &mut reply, progress).await {
            Ok(()) => Ok(reply),
            Err(failure) => Err(Failure {
                partial: reply,
                ..failure
            }),
        }
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let lines = Self::read(request)?;
        self.talk.deadline = Instant::now() + request.options.timeout;
        self.apply_lines(&lines, &request.options, progress).await
    }

    async fn confirm(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.settle("configure confirm", progress).await
    }

    async fn revert(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.settle("configure revert now", progress).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
