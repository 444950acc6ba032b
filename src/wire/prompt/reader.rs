use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::noise::is_noise;
use super::question::is_question;
use super::screen::Screen;
use super::{Echo, Prompt, PromptError};
use crate::wire::Stream;

/// More output than this for one line is refused.
const LIMIT: usize = 4 << 20;
/// A prompt counts when nothing follows it for so long: output may hold one, cut behind it.
const PROMPT_QUIET: Duration = Duration::from_millis(50);
/// A question's end is less distinctive.
const QUESTION_QUIET: Duration = Duration::from_millis(300);
/// So long the device may take to show a prompt again that a log line pushed away.
const REPEAT_QUIET: Duration = Duration::from_millis(500);

/// What the device waits with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A prompt: the command is done.
    Prompt(Prompt),
    /// A question, as it stands on the last line.
    Question(String),
}

/// Who may show a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    /// Anybody: nothing is known yet.
    Any,
    /// Devices of these names.
    Named(Vec<String>),
}

/// What may be an end, if nothing follows.
enum Candidate {
    Event(Event),
    /// A log line stands where the prompt was.
    PushedAway,
}

/// The near end of a command line.
pub struct PromptReader {
    stream: Box<dyn Stream>,
    screen: Screen,
    hosts: Hosts,
    echo: Echo,
    /// What stood on the last line when something was typed.
    before: String,
    /// The prompt or question on a finished line, while only log lines follow it.
    standing: Option<(Event, String)>,
    is_pushed_away: bool,
    is_page_answered: bool,
    output: String,
    notices: Vec<String>,
    keeps_log_lines: bool,
}

impl PromptReader {
    /// A reader that takes any prompt until it is told names.
    pub fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            screen: Screen::default(),
            hosts: Hosts::Any,
            echo: Echo::Done,
            before: String::new(),
            standing: None,
            is_pushed_away: false,
            is_page_answered: false,
            output: String::new(),
            notices: Vec::new(),
            keeps_log_lines: false,
        }
    }

    /// Takes prompts of this device too. Earlier names stay: a revert brings them back.
    pub fn know(&mut self, host: &str) {
        match &mut self.hosts {
            Hosts::Any => self.hosts = Hosts::Named(vec![host.to_owned()]),
            Hosts::Named(names) if names.iter().any(|name| name == host) => {}
            Hosts::Named(names) => names.push(host.to_owned()),
        }
    }

    /// Takes any prompt again.
    pub fn forget_names(&mut self) {
        self.hosts = Hosts::Any;
    }

    /// Log lines are what was asked for; they stay in the output of the next lines.
    pub fn keep_log_lines(&mut self, keep: bool) {
        self.keeps_log_lines = keep;
    }

    /// What came since the last call: no echo, prompts or log lines.
    pub fn take_output(&mut self) -> String {
        std::mem::take(&mut self.output)
    }

    /// Log lines, and lines that came before the echo.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    /// Types bytes and says what will be shown back of them.
    pub async fn send(
        &mut self,
        bytes: &[u8],
        echo: Echo,
        deadline: Instant,
    ) -> Result<(), PromptError> {
        self.before = self.screen.line();
        self.echo = echo;
        self.standing = None;
        self.is_pushed_away = false;
        self.write(bytes, deadline).await
    }

    /// Types a line and a return.
    pub async fn send_line(&mut self, line: &str, deadline: Instant) -> Result<(), PromptError> {
        self.send(format!("{line}\r").as_bytes(), Echo::of(line), deadline)
            .await
    }

    async fn write(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), PromptError> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout_at(deadline, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(PromptError::Closed(error.to_string())),
            Err(_) => Err(PromptError::Timeout(self.screen.line())),
        }
    }

    /// Reads until the device waits for somebody.
    pub async fn wait(&mut self, deadline: Instant) -> Result<Event, PromptError> {
        let mut chunk = [0; 4096];
        let mut may_ask_again = true;
        loop {
            self.answer_page(deadline).await?;
            let candidate = self.candidate();
            let quiet = match &candidate {
                Some(Candidate::Event(Event::Prompt(_))) => Some(PROMPT_QUIET),
                Some(Candidate::Event(Event::Question(_))) => Some(QUESTION_QUIET),
                Some(Candidate::PushedAway) if may_ask_again => Some(REPEAT_QUIET),
                _ => None,
            };
            let until = quiet.map_or(deadline, |quiet| deadline.min(Instant::now() + quiet));
            let read = timeout_at(until, self.stream.read(&mut chunk)).await;
            match (read, candidate) {
                (Ok(Ok(count)), _) if count > 0 => self.take(&chunk[..count])?,
                // It hung up behind a prompt: whoever sends next finds that out.
                (_, Some(Candidate::Event(event))) => return Ok(event),
                (Err(_), Some(Candidate::PushedAway))
                    if may_ask_again && Instant::now() < deadline =>
                {
                    may_ask_again = false;
                    self.send(b"\r", Echo::of(""), deadline).await?;
                }
                (Ok(Ok(_)), _) => return Err(PromptError::Closed("end of stream".to_owned())),
                (Ok(Err(error)), _) => return Err(PromptError::Closed(error.to_string())),
                (Err(_), _) => return Err(PromptError::Timeout(self.screen.line())),
            }
        }
    }

    async fn answer_page(&mut self, deadline: Instant) -> Result<(), PromptError> {
        let is_page = self.screen.line().trim().eq_ignore_ascii_case("--more--");
        if is_page && self.echo == Echo::Done && !self.is_page_answered {
            self.is_page_answered = true;
            self.write(b" ", deadline).await?;
        }
        Ok(())
    }

    fn candidate(&self) -> Option<Candidate> {
        if self.echo != Echo::Done {
            return None;
        }
        let line = self.screen.line();
        if line.is_empty() && self.is_pushed_away {
            return match &self.standing {
                Some((Event::Prompt(_), _)) => Some(Candidate::PushedAway),
                Some((question, _)) => Some(Candidate::Event(question.clone())),
                None => None,
            };
        }
        self.event(&line).map(Candidate::Event)
    }

    fn event(&self, line: &str) -> Option<Event> {
        if let Some(prompt) = Prompt::whole(line).filter(|prompt| self.knows(prompt)) {
            return Some(Event::Prompt(prompt));
        }
        is_question(line).then(|| Event::Question(line.trim().to_owned()))
    }

    fn knows(&self, prompt: &Prompt) -> bool {
        match &self.hosts {
            Hosts::Any => true,
            Hosts::Named(names) => names.iter().any(|name| prompt.is_of(name)),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), PromptError> {
        for byte in bytes {
            if let Some(line) = self.screen.show(*byte) {
                self.finish(line);
            }
        }
        match self.output.len() + self.screen.line_len() > LIMIT {
            true => Err(PromptError::TooLong(LIMIT)),
            false => Ok(()),
        }
    }

    /// Sorts a finished line.
    fn finish(&mut self, line: String) {
        self.is_page_answered = false;
        if self.is_log_line(&line) {
            return;
        }
        if self.is_pushed_away && line.is_empty() {
            return;
        }
        if self.echo != Echo::Done {
            if !self.echo.take(&line, &self.before) && !line.is_empty() {
                self.notices.push(line);
            }
            return;
        }
        self.is_pushed_away = false;
        if let Some((_, text)) = self.standing.take() {
            self.put(&text);
        }
        match self.event(&line) {
            Some(event) => self.standing = Some((event, line)),
            None => self.put(&line),
        }
    }

    /// Whether it is a log line, alone or glued to a prompt.
    fn is_log_line(&mut self, line: &str) -> bool {
        let glued =
            Prompt::at_start(line).filter(|(prompt, rest)| self.knows(prompt) && is_noise(rest));
        let noise = match &glued {
            Some((_, rest)) => *rest,
            None if is_noise(line) => line,
            None => return false,
        };
        if self.keeps_log_lines && self.echo == Echo::Done && glued.is_none() {
            return false;
        }
        self.notices.push(noise.to_owned());
        if self.echo == Echo::Done {
            if let Some((prompt, rest)) = glued {
                let text = line[..line.len() - rest.len()].to_owned();
                self.standing = Some((Event::Prompt(prompt), text));
            }
            self.is_pushed_away = self.standing.is_some();
            // A log line begins with a line feed of its own.
            if self.standing.is_none() && self.output.ends_with("\n\n") {
                self.output.pop();
            }
        }
        true
    }

    fn put(&mut self, line: &str) {
        self.output += line;
        self.output.push('\n');
    }
}
