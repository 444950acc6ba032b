use std::time::Duration;

use tokio::time::Instant;

use super::dialogue::{Dialogue, Trouble};
use super::refusal::{self, Strictness};
use super::script::Entry;
use super::timer;
use crate::target::{DeviceError, LineFate, Progress, Reply};
use crate::wire::prompt::{Mode, PromptError};

/// A switch that restarts need not hang up: after so long without a word it is gone.
const GONE: Duration = Duration::from_secs(30);

/// Lines on their way, and what came of them by now.
pub(super) struct Sending<'s> {
    pub(super) dialogue: &'s mut Dialogue,
    pub(super) progress: &'s mut dyn Progress,
    /// One fate for each entry.
    pub(super) reply: Reply,
    /// A byte of the fence may have left.
    pub(super) sent: bool,
}

impl Sending<'_> {
    /// Types exec-mode lines up to the first refused one.
    pub(super) async fn exec(
        &mut self,
        entries: &[Entry<'_>],
        strictness: Strictness,
        disconnects: bool,
    ) -> Result<(), Trouble> {
        for (index, entry) in entries.iter().enumerate() {
            let is_last = index + 1 == entries.len();
            if disconnects && is_last {
                let gone = Instant::now() + GONE;
                self.dialogue.deadline = self.dialogue.deadline.min(gone);
            }
            let prompt = self.dialogue.prompt_len();
            let output = match self.line(index, entry).await {
                Err(Trouble::Wire(PromptError::Closed(_) | PromptError::Timeout(_)))
                    if disconnects && is_last =>
                {
                    self.reply.lines[index].fate = LineFate::Accepted;
                    self.reply
                        .notices
                        .push("the switch is gone, as expected".to_owned());
                    return Ok(());
                }
                output => output?,
            };
            let error = refusal::find(&output, entry, prompt, strictness);
            self.settle(index, error);
            if self.dialogue.is_in_config() {
                self.dialogue.ask("end").await?;
                self.refuse(
                    index,
                    "the line enters configuration mode, and the fence is `exec`",
                );
            }
            if self.reply.error.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Enters configuration mode, types the lines up to the first refused one, and leaves.
    pub(super) async fn configure(
        &mut self,
        entries: &[Entry<'_>],
        minutes: Option<u64>,
    ) -> Result<(), Trouble> {
        if !self.enter(minutes).await? {
            return Ok(());
        }
        match self.lines(entries).await {
            Err(Trouble::Question(question)) => {
                self.leave().await?;
                self.take_back(minutes).await?;
                return Err(Trouble::Question(question));
            }
            typed => typed?,
        }
        self.leave().await?;
        if self.reply.error.is_some() {
            self.take_back(minutes).await?;
        }
        Ok(())
    }

    async fn enter(&mut self, minutes: Option<u64>) -> Result<bool, Trouble> {
        let line = timer::enter(minutes);
        self.progress.sending(&line);
        let said = self.dialogue.ask(&line).await?;
        if self.dialogue.prompt.mode == Mode::Config("config".to_owned()) {
            return Ok(true);
        }
        let help = match minutes {
            Some(_) if said.contains("archive on") => {
                "`revert=` needs `archive` with a `path` in the switch's configuration"
            }
            Some(_) if said.contains("already pending") => {
                "another change waits to be confirmed: confirm or revert it first"
            }
            _ => "see who else configures it: `show users`, `show configuration lock`",
        };
        self.reply.error = Some(DeviceError {
            message: format!("`{line}` did not enter configuration mode: {}", said.trim()),
            line: None,
            column: None,
            help: Some(help.to_owned()),
        });
        Ok(false)
    }

    async fn lines(&mut self, entries: &[Entry<'_>]) -> Result<(), Trouble> {
        let base = entries.iter().map(|entry| entry.indent).min().unwrap_or(0);
        for (index, entry) in entries.iter().enumerate() {
            let is_at_top = self.dialogue.prompt.mode == Mode::Config("config".to_owned());
            if entry.indent > base && is_at_top {
                self.refuse(
                    index,
                    "not sent: it is indented, and the line before opened no mode",
                );
                self.reply.lines[index].fate = LineFate::NotSent;
                break;
            }
            let prompt = self.dialogue.prompt_len();
            let output = self.line(index, entry).await?;
            let strictness = match entry.text.starts_with("do ") {
                true => Strictness::Shows,
                false => Strictness::Configuration,
            };
            let error = refusal::find(&output, entry, prompt, strictness);
            self.settle(index, error);
            if !self.dialogue.is_in_config() {
                self.refuse(index, "the line left configuration mode");
            }
            if self.reply.error.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Types one line. Its fate is unknown until the prompt is back.
    async fn line(&mut self, index: usize, entry: &Entry<'_>) -> Result<String, Trouble> {
        self.progress.sending(entry.text);
        self.sent = true;
        self.reply.lines[index].fate = LineFate::Unknown;
        let answered = self
            .dialogue
            .exchange(entry.text, &entry.answers, self.progress)
            .await?;
        if answered.unasked > 0 {
            let number = entry.line + 1;
            let needless = match answered.unasked {
                1 => "1 answer was".to_owned(),
                many => format!("{many} answers were"),
            };
            self.reply.notices.push(format!(
                "line {number} asked less than expected: {needless} not needed",
            ));
        }
        self.reply
            .stdout
            .extend_from_slice(answered.shown.as_bytes());
        Ok(answered.output)
    }

    fn settle(&mut self, index: usize, error: Option<DeviceError>) {
        self.reply.lines[index].fate = match error {
            Some(_) => LineFate::Rejected,
            None => LineFate::Accepted,
        };
        self.reply.error = error;
    }

    /// Stops at a line for a reason of our own, unless the device gave one.
    fn refuse(&mut self, index: usize, why: &str) {
        let sent = &mut self.reply.lines[index];
        sent.fate = LineFate::Rejected;
        let line = Some(sent.line);
        self.reply.error.get_or_insert(DeviceError {
            message: why.to_owned(),
            line,
            column: None,
            help: None,
        });
    }

    async fn leave(&mut self) -> Result<(), Trouble> {
        if !self.dialogue.is_in_config() {
            return Ok(());
        }
        self.progress.sending("end");
        let said = self.dialogue.ask("end").await?;
        // A VLAN is made when its mode is left.
        let end = Entry {
            line: 0,
            text: "end",
            indent: 0,
            answers: Vec::new(),
        };
        let late = refusal::find(
            &said,
            &end,
            self.dialogue.prompt_len(),
            Strictness::Configuration,
        );
        if let Some(error) = late {
            let error = DeviceError {
                line: None,
                column: None,
                ..error
            };
            self.reply.error.get_or_insert(error);
        }
        Ok(())
    }

    /// After a refusal under a timer: at once, rather than when it runs out.
    async fn take_back(&mut self, minutes: Option<u64>) -> Result<(), Trouble> {
        if minutes.is_none() {
            return Ok(());
        }
        self.progress.sending("configure revert now");
        let mut said = String::new();
        let failed = timer::revert(self.dialogue, &mut said).await?;
        self.reply.notices.push(match failed {
            None => "the switch took the accepted lines back".to_owned(),
            Some(error) => format!("`configure revert now` did not work: {}", error.message),
        });
        Ok(())
    }
}
