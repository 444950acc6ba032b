//! A line-oriented device terminal: prompts, questions, paging, echo and syslog lines. What is
//! sent, and what an answer means, is for the driver.

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::Stream;

/// How long a prompt must stand last before it is believed: output may go on behind a
/// look-alike.
const QUIET: Duration = Duration::from_millis(10);
/// How long to wait for a prompt that a log line has pushed away, before asking for a new one.
const PUSHED_AWAY: Duration = Duration::from_secs(1);
/// The most that one answer may hold.
const LIMIT: usize = 4 << 20;
/// How much of the host name configuration prompts show.
const SHORT_HOST: usize = 20;

static PROMPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?P<host>[^\s()#>][^\s#>]{0,98}?)(?:\((?P<mode>config[^)\s]*)\))?(?P<end>[>#])\s*$")
});
static MORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*-+\s?[Mm]ore\s?-+\s*$"));
static QUESTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(\]\s*\?\s*|\[confirm\]\s*|\[[^\]\s]+\]\s*:\s*|(username|password|login):\s*)$")
});
static SYSLOG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\d{6}: )?[*.]?(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{3,4})?: )?%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+: ",
    )
});
static ANSI: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\^_])|\x07"));

/// Only for patterns written here, which the tests compile.
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

/// A prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The name it shows, cut off in configuration modes.
    pub host: String,
    /// `config`, `config-if`, … in configuration modes.
    pub mode: Option<String>,
    /// `#` rather than `>`.
    pub privileged: bool,
}

/// What ended an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The device waits for a command.
    Prompt(Prompt),
    /// The device waits for an answer to this.
    Question(String),
}

/// What came back for one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The lines between echo and end, each ended by `\n`.
    pub output: String,
    /// Log lines that came in between.
    pub logged: Vec<String>,
    /// What ended it.
    pub end: End,
}

/// A device's terminal.
pub struct Terminal {
    stream: Box<dyn Stream>,
    heard: Vec<u8>,
    host: Option<String>,
}

impl Terminal {
    /// A terminal over a shell, or a console line.
    pub fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            heard: Vec::new(),
            host: None,
        }
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Forgets the host name, after a line that changes it.
    pub fn unlearn(&mut self) {
        self.host = None;
    }

    /// Reads what the device answers to `sent`, up to a prompt or a question. Has no deadline
    /// of its own; it may be dropped and called again.
    ///
    /// # Errors
    /// The connection is gone, or the answer is larger than any command's.
    pub async fn turn(&mut self, sent: &str, mut live: impl FnMut(&[u8])) -> io::Result<Turn> {
        let mut asked_again = false;
        loop {
            let screen = clean(&self.heard);
            let (lines, last) = match screen.rsplit_once('\n') {
                Some((lines, last)) => (lines, last),
                None => ("", screen.as_str()),
            };
            if MORE.is_match(last) {
                self.drop_last_line();
                self.send(b" ").await?;
            } else if let Some(end) = self.end(last) {
                if !self.more_within(QUIET, &mut live).await? {
                    let turn = answer(lines, sent, end);
                    if let End::Prompt(prompt) = &turn.end {
                        self.host = Some(prompt.host.clone());
                    }
                    self.heard.clear();
                    return Ok(turn);
                }
                continue;
            } else if !asked_again && pushed_away(lines, last) {
                if self.more_within(PUSHED_AWAY, &mut live).await? {
                    continue;
                }
                asked_again = true;
                self.send(b"\r").await?;
            }
            self.more(&mut live).await?;
        }
    }

    fn end(&self, last: &str) -> Option<End> {
        if let Some(found) = PROMPT.captures(last) {
            let host = found["host"].to_owned();
            let mode = found.name("mode").map(|mode| mode.as_str().to_owned());
            if self.knows(&host, mode.is_some()) {
                return Some(End::Prompt(Prompt {
                    host,
                    mode,
                    privileged: &found["end"] == "#",
                }));
            }
        }
        QUESTION
            .is_match(last)
            .then(|| End::Question(last.trim().to_owned()))
    }

    /// Whether a name in a prompt is the device's: a line of output may look like a prompt.
    fn knows(&self, host: &str, cut: bool) -> bool {
        let short = |name: &str| name.chars().take(SHORT_HOST).collect::<String>();
        match &self.host {
            None => true,
            Some(known) if cut || known.chars().count() == SHORT_HOST => {
                short(known) == short(host)
            }
            Some(known) => known == host,
        }
    }

    async fn more_within(
        &mut self,
        wait: Duration,
        live: &mut impl FnMut(&[u8]),
    ) -> io::Result<bool> {
        match timeout(wait, self.more(live)).await {
            Ok(result) => result.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    async fn more(&mut self, live: &mut impl FnMut(&[u8])) -> io::Result<()> {
        let mut chunk = [0; 16 << 10];
        let read = self.stream.read(&mut chunk).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.heard.len() + read > LIMIT {
            return Err(io::Error::other("the answer is larger than 4 MiB"));
        }
        live(&chunk[..read]);
        self.heard.extend_from_slice(&chunk[..read]);
        Ok(())
    }

    fn drop_last_line(&mut self) {
        let keep = self
            .heard
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        self.heard.truncate(keep);
    }
}

/// A prompt stood there and a log line came behind it: the device won't show it again.
fn pushed_away(lines: &str, last: &str) -> bool {
    last.is_empty()
        && lines
            .lines()
            .next_back()
            .is_some_and(|line| SYSLOG.is_match(line))
}

/// What a person would see: no colours, backspaces and carriage returns applied.
fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = ANSI.replace_all(&text, "");
    let mut screen = String::with_capacity(text.len());
    let mut line: Vec<char> = Vec::new();
    let mut at = 0_usize;
    for c in text.chars() {
        match c {
            '\n' => {
                screen.extend(line.drain(..));
                screen.push('\n');
                at = 0;
            }
            '\r' => at = 0,
            '\u{8}' => at = at.saturating_sub(1),
            '\0' => {}
            c => {
                if at < line.len() {
                    line[at] = c;
                } else {
                    line.push(c);
                }
                at += 1;
            }
        }
    }
    screen.extend(line);
    screen
}

fn answer(lines: &str, sent: &str, end: End) -> Turn {
    let echo = sent.trim_end();
    let all: Vec<&str> = lines.lines().collect();
    let echoed = match echo.is_empty() {
        true => None,
        false => all.iter().position(|line| line.trim_end().ends_with(echo)),
    };
    let mut output = String::new();
    let mut logged = Vec::new();
    for (index, line) in all.iter().enumerate() {
        if SYSLOG.is_match(line) {
            logged.push((*line).to_owned());
        } else if echoed.is_none_or(|echoed| index > echoed) {
            output.push_str(line.trim_end());
            output.push('\n');
        }
    }
    Turn {
        output,
        logged,
        end,
    }
}
