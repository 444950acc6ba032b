use std::io;

use tokio::time::{Instant, timeout_at};

use super::script::ScriptLine;
use crate::target::{Failure, FailureKind, Progress, Reply, StreamKind};
use crate::wire::terminal::{End, Prompt, Terminal, Turn};

/// Ctrl-C: leaves a question, or a half-typed line.
const ABORT: &[u8] = b"\x03";

/// Lines sent and answers read, each within the request's deadline.
pub(super) struct Conversation {
    pub(super) terminal: Terminal,
    pub(super) prompt: Prompt,
    pub(super) deadline: Instant,
}

/// What became of a line.
pub(super) struct Said {
    pub(super) output: String,
    pub(super) logged: Vec<String>,
    /// A question that the runbook does not answer.
    pub(super) undeclared: Option<String>,
    /// How many characters the prompt took on the screen.
    pub(super) prompt: usize,
}

impl Conversation {
    /// Sends a line and answers the questions it leads to as declared.
    pub(super) async fn say(
        &mut self,
        line: &ScriptLine,
        progress: &mut dyn Progress,
    ) -> Result<Said, Failure> {
        progress.sending(&line.text);
        let prompt = shown(&self.prompt);
        if line.text.starts_with("hostname ") || line.text == "no hostname" {
            self.terminal.unlearn();
        }
        self.send(format!("{}\r", line.text).as_bytes()).await?;
        let mut said = Said {
            output: String::new(),
            logged: Vec::new(),
            undeclared: None,
            prompt,
        };
        let mut sent = line.text.clone();
        let mut answers = line.answers.iter();
        loop {
            let turn = self.turn(&sent, progress).await?;
            said.output += &turn.output;
            said.logged.extend(turn.logged);
            match turn.end {
                End::Prompt(prompt) => {
                    self.prompt = prompt;
                    return Ok(said);
                }
                End::Question(question) => match answers.next() {
                    Some(answer) => {
                        self.answer(&question, answer).await?;
                        sent.clone_from(answer);
                    }
                    None => {
                        said.undeclared = Some(question);
                        self.send(ABORT).await?;
                        sent.clear();
                    }
                },
            }
        }
    }

    /// A plain command without questions.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        progress: &mut dyn Progress,
    ) -> Result<Said, Failure> {
        let text = command.to_owned();
        let line = ScriptLine {
            number: 0,
            text,
            indented: false,
            answers: Vec::new(),
        };
        self.say(&line, progress).await
    }

    async fn answer(&mut self, question: &str, answer: &str) -> Result<(), Failure> {
        // `[confirm]` takes one key: a return behind it would answer the next question.
        let one_key = question.to_ascii_lowercase().ends_with("[confirm]");
        match (one_key, answer) {
            (true, "") => self.send(b"\r").await,
            (true, answer) => self.send(&answer.as_bytes()[..1]).await,
            (false, answer) => self.send(format!("{answer}\r").as_bytes()).await,
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let sent = timeout_at(self.deadline, self.terminal.send(bytes)).await;
        sent.map_err(|_| late("send a line"))?
            .map_err(|error| gone("send a line", &error))
    }

    pub(super) async fn turn(
        &mut self,
        sent: &str,
        progress: &mut dyn Progress,
    ) -> Result<Turn, Failure> {
        let live = |bytes: &[u8]| progress.output(StreamKind::Stdout, bytes);
        let turn = timeout_at(self.deadline, self.terminal.turn(sent, live)).await;
        let doing = if sent.is_empty() {
            "hear the device's prompt".to_owned()
        } else {
            format!("hear the answer to `{sent}`")
        };
        turn.map_err(|_| late(&doing))?
            .map_err(|error| gone(&doing, &error))
    }
}

/// How many characters a prompt takes.
fn shown(prompt: &Prompt) -> usize {
    let mode = prompt
        .mode
        .as_ref()
        .map_or(0, |mode| mode.chars().count() + 2);
    prompt.host.chars().count() + mode + 1
}

fn late(doing: &str) -> Failure {
    let message = format!("{doing}: the deadline passed");
    Failure::unknown(FailureKind::Timeout, message, Reply::default())
}

fn gone(doing: &str, error: &io::Error) -> Failure {
    let message = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("{doing}: the connection ended"),
        _ => format!("{doing}: {error}"),
    };
    Failure::unknown(FailureKind::Disconnected, message, Reply::default())
}
