use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::target::{Failure, FailureKind, Progress, Reply, StreamKind};
use crate::wire::Stream;
use crate::wire::prompt::{Echo, Event, Mode, Prompt, PromptError, PromptReader};

/// How long the switch may take to give up a question.
const CANCEL: Duration = Duration::from_secs(5);

/// Why a line has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No prompt came.
    Wire(PromptError),
    /// It asked what nobody declared an answer to, and was told to forget it.
    Question(String),
}

impl Trouble {
    /// As a failure of a request of which bytes may have been `sent`.
    pub(super) fn into_failure(self, sent: bool, doing: &str, partial: Reply) -> Failure {
        let (kind, message, help) = match self {
            Self::Wire(error) => {
                let kind = match &error {
                    PromptError::Timeout(_) => FailureKind::Timeout,
                    PromptError::Closed(_) => FailureKind::Disconnected,
                    PromptError::TooLong(_) => FailureKind::Protocol,
                };
                (kind, format!("{doing}: {error}"), None)
            }
            Self::Question(question) => (
                FailureKind::Protocol,
                format!("{doing}: {}", undeclared(&question)),
                Some(DECLARE),
            ),
        };
        let failure = match sent {
            true => Failure::unknown(kind, message, partial),
            false => Failure {
                partial,
                ..Failure::not_sent(kind, message)
            },
        };
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

impl From<PromptError> for Trouble {
    fn from(error: PromptError) -> Self {
        Self::Wire(error)
    }
}

/// What a line's exchange came to.
#[derive(Debug)]
pub(super) struct Answered {
    /// Its output.
    pub(super) output: String,
    /// Its output and the questions it asked, as a reader wants to see it.
    pub(super) shown: String,
    /// How many declared answers nothing asked for.
    pub(super) unasked: usize,
}

/// Lines typed and answers read, in whatever mode the command line is.
pub(super) struct Dialogue {
    pub(super) reader: PromptReader,
    pub(super) prompt: Prompt,
    pub(super) deadline: Instant,
}

impl Dialogue {
    /// Nothing was said yet.
    pub(super) fn new(stream: Box<dyn Stream>, deadline: Instant) -> Self {
        Self {
            reader: PromptReader::new(stream),
            prompt: Prompt {
                host: String::new(),
                mode: Mode::User,
            },
            deadline,
        }
    }

    /// Whether the prompt is one of a configuration mode.
    pub(super) fn is_in_config(&self) -> bool {
        matches!(self.prompt.mode, Mode::Config(_))
    }

    /// How many characters the prompt has.
    pub(super) fn prompt_len(&self) -> usize {
        let mode = match &self.prompt.mode {
            Mode::Config(sub) => sub.len() + 2,
            _ => 0,
        };
        self.prompt.host.chars().count() + mode + 1
    }

    /// Types a line of our own that asks nothing.
    pub(super) async fn ask(&mut self, line: &str) -> Result<String, Trouble> {
        let answered = self.exchange(line, &[], &mut crate::target::Silent).await?;
        Ok(answered.output)
    }

    /// Types a line, answers what it asks and reads up to the next prompt. An undeclared
    /// question is given up with Ctrl-C.
    pub(super) async fn exchange(
        &mut self,
        line: &str,
        answers: &[&str],
        progress: &mut dyn Progress,
    ) -> Result<Answered, Trouble> {
        self.expect_names(line);
        self.reader.keep_log_lines(line.starts_with("show log"));
        self.reader.send_line(line, self.deadline).await?;
        let mut answers = answers.iter();
        let (mut output, mut shown) = (String::new(), String::new());
        loop {
            let event = self.reader.wait(self.deadline).await;
            let mut piece = self.reader.take_output();
            output += &piece;
            if let Ok(Event::Question(question)) = &event {
                piece += question;
                piece.push('\n');
            }
            progress.output(StreamKind::Stdout, piece.as_bytes());
            shown += &piece;
            match event? {
                Event::Prompt(prompt) => {
                    self.arrive(prompt);
                    return Ok(Answered {
                        output,
                        shown,
                        unasked: answers.len(),
                    });
                }
                Event::Question(question) => match answers.next() {
                    Some(answer) => self.answer(&question, answer).await?,
                    None => {
                        self.cancel().await?;
                        return Err(Trouble::Question(question));
                    }
                },
            }
        }
    }

    /// Answers a question. `[confirm]` takes one key: a return behind it would answer the
    /// next question.
    pub(super) async fn answer(&mut self, question: &str, answer: &str) -> Result<(), PromptError> {
        let lower = question.to_ascii_lowercase();
        if lower.ends_with("[confirm]") {
            let key = answer.bytes().next().unwrap_or(b'\r');
            return self.reader.send(&[key], Echo::AnyLine, self.deadline).await;
        }
        if lower.ends_with("password:") {
            return self.answer_secret(&SecretString::from(answer)).await;
        }
        self.reader.send_line(answer, self.deadline).await
    }

    /// Answers a question that does not show what is typed.
    pub(super) async fn answer_secret(&mut self, secret: &SecretString) -> Result<(), PromptError> {
        let line = SecretString::from(format!("{}\r", secret.expose_secret()));
        let bytes = line.expose_secret().as_bytes();
        self.reader.send(bytes, Echo::AnyLine, self.deadline).await
    }

    /// Ctrl-C, as far as the line still works. It leaves configuration mode too.
    pub(super) async fn cancel(&mut self) -> Result<(), Trouble> {
        let deadline = Instant::now() + CANCEL;
        self.reader.send(&[0x03], Echo::AnyLine, deadline).await?;
        if let Event::Prompt(prompt) = self.reader.wait(deadline).await? {
            self.arrive(prompt);
        }
        self.reader.take_output();
        Ok(())
    }

    fn arrive(&mut self, prompt: Prompt) {
        if !matches!(prompt.mode, Mode::Config(_)) {
            self.reader.know(&prompt.host);
        }
        self.prompt = prompt;
    }

    /// Gets ready for a line that changes the prompt.
    fn expect_names(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["hostname", name, ..] => self.reader.know(name),
            ["no" | "default", "hostname", ..] => {
                self.reader.know("Switch");
                self.reader.know("Router");
            }
            ["configure", "replace" | "revert", ..] => self.reader.forget_names(),
            ["copy", .., "running-config" | "system:running-config"] => self.reader.forget_names(),
            _ => {}
        }
    }
}

/// What to do about a question that stops a block.
pub(super) const DECLARE: &str =
    "put the answer on a line `? ANSWER` behind the line that asks; `?` alone is a return";

/// A question that stops a block, as a message.
pub(super) fn undeclared(question: &str) -> String {
    format!("the switch asked `{question}`, and no answer is declared")
}
