use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::dialogue::{DECLARE, Dialogue, Trouble, undeclared};
use super::effect::Sending;
use super::login::{Login, Way};
use super::refusal::Strictness;
use super::snapshot::Snapshot;
use super::{first_contact, identity, script, timer};
use crate::target::{DeviceError, Failure, Identity, LineFate, Progress, Reply, Request, Session};
use crate::wire::Stream;

/// The deadline of what is not a fence: confirming, reverting, the second snapshot.
const OWN: Duration = Duration::from_secs(90);

/// A privileged command line on a switch.
pub(crate) struct IosSession {
    dialogue: Dialogue,
    identity: Identity,
    is_console: bool,
}

impl IosSession {
    /// Logs in over a stream and asks who is there.
    ///
    /// # Errors
    ///
    /// Nobody answers, or the login is refused. Nothing was changed.
    pub(crate) async fn open(
        stream: Box<dyn Stream>,
        how: Login,
        mut identity: Identity,
    ) -> Result<Self, Failure> {
        let mut dialogue = first_contact::open(stream, &how).await?;
        let version = dialogue.ask("show version").await.map_err(|trouble| {
            trouble.into_failure(false, "ask the switch for its version", Reply::default())
        })?;
        identity::read(&mut identity, &version);
        Ok(Self {
            dialogue,
            identity,
            is_console: matches!(how.way, Way::Console { .. }),
        })
    }

    fn finish(
        &mut self,
        result: Result<(), Trouble>,
        mut reply: Reply,
        sent: bool,
        doing: &str,
    ) -> Result<Reply, Failure> {
        reply.notices.extend(self.dialogue.reader.take_notices());
        match result {
            Ok(()) => Ok(reply),
            // A question is an answer too, and nothing was done: it was told to forget it.
            Err(Trouble::Question(question)) => {
                let asked = reply
                    .lines
                    .iter_mut()
                    .find(|line| line.fate == LineFate::Unknown);
                let line = asked.map(|line| {
                    line.fate = LineFate::Rejected;
                    line.line
                });
                reply.error = Some(DeviceError {
                    message: undeclared(&question),
                    line,
                    column: None,
                    help: Some(DECLARE.to_owned()),
                });
                Ok(reply)
            }
            Err(trouble) => Err(trouble.into_failure(sent, doing, reply)),
        }
    }

    async fn own(
        &mut self,
        line: &str,
        progress: &mut dyn Progress,
        keep: bool,
    ) -> Result<Reply, Failure> {
        self.dialogue.deadline = Instant::now() + OWN;
        progress.sending(line);
        let mut output = String::new();
        let result: Result<Option<DeviceError>, Trouble> = match keep {
            true => timer::confirm(&mut self.dialogue, &mut output).await,
            false => timer::revert(&mut self.dialogue, &mut output).await,
        };
        let mut reply = Reply {
            stdout: output.into_bytes(),
            ..Reply::default()
        };
        let result = result.map(|error| reply.error = error);
        self.finish(result, reply, true, line)
    }
}

#[async_trait(?Send)]
impl Session for IosSession {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let entries = script::parse(request.text.expose_secret())?;
        self.dialogue.deadline = Instant::now() + request.options.timeout;
        let mut sending = Sending {
            dialogue: &mut self.dialogue,
            progress,
            reply: Reply {
                lines: script::not_sent(&entries),
                ..Reply::default()
            },
            sent: false,
        };
        let result = sending.exec(&entries, Strictness::Shows, false).await;
        let Sending { reply, sent, .. } = sending;
        self.finish(result, reply, sent, "look at the switch")
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let options = &request.options;
        let entries = script::parse(request.text.expose_secret())?;
        let minutes = options.revert.map(timer::minutes).transpose()?;
        self.dialogue.deadline = Instant::now() + options.timeout;
        let touches_config = !options.exec
            || entries
                .iter()
                .any(|e| e.text.starts_with("configure ") || e.text.ends_with("running-config"));
        let before = match touches_config && !options.disconnects {
            true => Some(
                Snapshot::take(&mut self.dialogue)
                    .await
                    .map_err(|trouble| {
                        let doing = "save the configuration before the change";
                        trouble.into_failure(false, doing, Reply::default())
                    })?,
            ),
            false => None,
        };
        let mut sending = Sending {
            dialogue: &mut self.dialogue,
            progress,
            reply: Reply {
                lines: script::not_sent(&entries),
                ..Reply::default()
            },
            sent: false,
        };
        let result = match options.exec {
            true => {
                let gone = options.disconnects;
                sending.exec(&entries, Strictness::Effect, gone).await
            }
            false => sending.configure(&entries, minutes).await,
        };
        let Sending {
            mut reply, sent, ..
        } = sending;
        if result.is_err() && self.is_console && self.dialogue.is_in_config() {
            // A console stays where it was left.
            // Nobody is left to tell if that does not work either.
            let _ = self.dialogue.cancel().await;
        }
        if let (Ok(()), Some(before)) = (&result, before) {
            self.dialogue.deadline = Instant::now() + OWN;
            match Snapshot::take(&mut self.dialogue).await {
                Ok(after) => reply.diffs = before.diffs(&after),
                Err(trouble) => {
                    let doing = "read the configuration after the change";
                    let failure = trouble.into_failure(true, doing, Reply::default());
                    reply.notices.push(format!("failed to {failure}"));
                }
            }
        }
        let doing = match options.exec {
            true => "run the lines",
            false => "configure the switch",
        };
        self.finish(result, reply, sent, doing)
    }

    async fn confirm(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.own("configure confirm", progress, true).await
    }

    async fn revert(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.own("configure revert now", progress, false).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
