use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use secrecy::ExposeSecret;

use super::capture::Capture;
use super::command;
use super::process::{Event, Exit, Lost, Machine, Process};
use super::shared_shell::{Fate, SharedShell};
use crate::target::{
    DeviceError, Failure, FailureKind, Identity, Progress, Reply, Request, Sent, Session,
};

/// A session with a POSIX machine.
pub(in crate::target) struct Posix<M> {
    machine: M,
    /// By `session=` and the user it runs as.
    shells: BTreeMap<(String, Option<String>), SharedShell>,
    /// Those that a script ended: the next fence gets a new one.
    ended: BTreeSet<(String, Option<String>)>,
}

/// What is known of a request whose end did not come.
#[derive(Default)]
struct Sofar {
    capture: Capture,
    sent: Sent,
    process: Option<Box<dyn Process>>,
    shell: Option<SharedShell>,
    notice: Option<&'static str>,
}

impl<M: Machine> Posix<M> {
    pub(in crate::target) fn new(machine: M) -> Self {
        Self {
            machine,
            shells: BTreeMap::new(),
            ended: BTreeSet::new(),
        }
    }

    async fn perform(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let _running = self.machine.real_work();
        let timeout = request.options.timeout;
        let mut sofar = Sofar::default();
        let talk = self.talk(request, &mut sofar, progress);
        let outcome = match tokio::time::timeout(timeout, talk).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let shared = sofar.shell.as_mut().map(|shell| &mut shell.process);
                let ended = match sofar.process.as_mut().or(shared) {
                    Some(process) => process.kill().await,
                    None => false,
                };
                let message = format!("wait for the command's end: it took over {timeout:?}");
                let late = Failure::unknown(FailureKind::Timeout, message, Reply::default());
                Err(if ended {
                    late
                } else {
                    late.help("it may still run there: look before sending it again")
                })
            }
        };
        let Sofar {
            capture,
            sent,
            notice,
            ..
        } = sofar;
        let mut reply = capture.into_reply();
        reply.notices.extend(notice.map(str::to_owned));
        match outcome {
            Ok(exit) => {
                match exit {
                    Exit::Status(status) => reply.exit = Some(status),
                    Exit::Signal(name) => {
                        reply.error = Some(DeviceError {
                            message: format!("the command was ended by {name}"),
                            line: None,
                            column: None,
                            help: None,
                        });
                    }
                }
                Ok(reply)
            }
            Err(failure) => Err(Failure {
                sent,
                partial: reply,
                ..failure
            }),
        }
    }

    async fn talk(
        &mut self,
        request: &Request,
        sofar: &mut Sofar,
        progress: &mut dyn Progress,
    ) -> Result<Exit, Failure> {
        if request.options.session.is_some() && request.lang == "sh" {
            return self.share(request, sofar, progress).await;
        }
        let command = command::command(request)?;
        progress.sending(request.text.expose_secret());
        // Nobody hears how far it came if its time is over meanwhile.
        sofar.sent = Sent::Some;
        let process = self
            .machine
            .start(&command.words, request.options.tty)
            .await;
        sofar.sent = process
            .as_ref()
            .map_or_else(|failure| failure.sent, |_| Sent::Some);
        let process = sofar.process.insert(process?);
        if let Some(group) = process.group() {
            progress.started(group);
        }
        if !command.input.is_empty() {
            process.write(&command.input).await?;
        }
        process.end_input().await?;
        sofar.sent = Sent::All;
        loop {
            match process.next().await? {
                Event::Output(stream, bytes) => sofar.capture.add(stream, &bytes, progress),
                Event::Ended(exit) => {
                    sofar.process = None;
                    return Ok(exit);
                }
            }
        }
    }

    async fn share(
        &mut self,
        request: &Request,
        sofar: &mut Sofar,
        progress: &mut dyn Progress,
    ) -> Result<Exit, Failure> {
        let options = &request.options;
        // Refuses what it refuses for fences that share nothing.
        command::command(request)?;
        let name = options.session.clone().unwrap_or_default();
        let key = (name, options.become_user.clone());
        let shell = match self.shells.remove(&key) {
            Some(shell) => shell,
            None if options.goes_on && !self.ended.remove(&key) => {
                let name = &key.0;
                let gone = format!(
                    "go on in the shell `{name}`: it ended with its connection, and with it what \
                     earlier fences prepared there"
                );
                return Err(Failure::not_sent(FailureKind::Local, gone));
            }
            None => {
                let words = command::interactive(options)?;
                SharedShell::new(self.machine.start(&words, options.tty).await?)
            }
        };
        progress.sending(request.text.expose_secret());
        sofar.sent = Sent::Some;
        // Until its end is seen the shell is not back in the map: after a deadline it is gone.
        let shell = sofar.shell.insert(shell);
        if let Some(group) = shell.process.group() {
            progress.started(group);
        }
        match shell
            .run(request.text.expose_secret(), &mut sofar.capture, progress)
            .await?
        {
            Fate::Status(status) => {
                self.shells
                    .extend(sofar.shell.take().map(|shell| (key, shell)));
                Ok(Exit::Status(status))
            }
            Fate::ShellEnded(exit) => {
                self.ended.insert(key);
                sofar.notice =
                    Some("the script ended the shared shell; the next fence gets a new one");
                Ok(exit)
            }
        }
    }
}

impl From<Lost> for Failure {
    fn from(lost: Lost) -> Self {
        Self::unknown(lost.kind, lost.message, Reply::default())
    }
}

#[async_trait(?Send)]
impl<M: Machine> Session for Posix<M> {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.perform(request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.perform(request, progress).await
    }

    fn identity(&self) -> Identity {
        self.machine.identity()
    }
}
