use super::notices::is_notice;
use super::refusal::refusal;
use super::script::ScriptLine;
use super::session::{IosSession, undeclared};
use super::snapshot::Snapshot;
use crate::target::{
    DeviceError, Failure, FailureKind, LineFate, Options, Progress, Reply, SentLine, wrapping,
};

impl IosSession {
    /// Sends an effect: snapshot, lines, snapshot. Whatever fails before the first line left
    /// was not sent.
    pub(super) async fn apply_lines(
        &mut self,
        lines: &[ScriptLine],
        options: &Options,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let before = Snapshot::take(&mut self.talk, progress)
            .await
            .map_err(|failure| Failure {
                maybe_sent: false,
                ..failure
            })?;
        let mut reply = Reply {
            lines: lines
                .iter()
                .map(|line| SentLine {
                    line: line.number,
                    fate: LineFate::NotSent,
                })
                .collect(),
            ..Reply::default()
        };
        let sent = if options.exec {
            self.exec_effect(lines, &mut reply, progress).await
        } else {
            self.configure(lines, options, &mut reply, progress).await
        };
        if let Err(failure) = sent {
            let lost = matches!(
                failure.kind,
                FailureKind::Disconnected | FailureKind::Timeout
            );
            let all_left = reply
                .lines
                .iter()
                .all(|line| line.fate != LineFate::NotSent);
            if options.disconnects && lost && all_left {
                reply
                    .notices
                    .push("the connection ended, as expected".to_owned());
                return Ok(reply);
            }
            return Err(Failure {
                partial: reply,
                ..failure
            });
        }
        match Snapshot::take(&mut self.talk, progress).await {
            Ok(after) => reply.diffs = before.differences(&after),
            Err(failure) => {
                reply
                    .notices
                    .push(format!("no snapshot after the effect: failed to {failure}"));
            }
        }
        Ok(reply)
    }

    async fn exec_effect(
        &mut self,
        lines: &[ScriptLine],
        reply: &mut Reply,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        for (index, line) in lines.iter().enumerate() {
            reply.lines[index].fate = LineFate::Unknown;
            self.exec(std::slice::from_ref(line), reply, progress)
                .await?;
            if reply.error.is_some() {
                reply.lines[index].fate = LineFate::Rejected;
                break;
            }
            reply.lines[index].fate = LineFate::Accepted;
        }
        Ok(())
    }

    async fn configure(
        &mut self,
        lines: &[ScriptLine],
        options: &Options,
        reply: &mut Reply,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        let (before, _) = wrapping("ios", options);
        for command in before {
            let said = self
                .talk
                .ask(&command, progress)
                .await
                // Configuration mode alone changes nothing; an armed timer takes nothing back.
                .map_err(|failure| Failure {
                    maybe_sent: false,
                    ..failure
                })?;
            reply.notices.extend(said.logged);
            if self.talk.prompt.mode.is_none() {
                reply.error = refusal(&said.output, 0, said.prompt)
                    .or_else(|| Some(unexpected(0, &command, said.output.trim())));
                reply.error.iter_mut().for_each(|error| error.line = None);
                return Ok(());
            }
        }
        for (index, line) in lines.iter().enumerate() {
            reply.lines[index].fate = LineFate::Unknown;
            let said = self.talk.say(line, progress).await?;
            reply.notices.extend(said.logged);
            reply.stdout.extend_from_slice(said.output.as_bytes());
            reply.error = match said.undeclared {
                Some(question) => Some(undeclared(line.number, &question)),
                None => refusal(&said.output, line.number, said.prompt)
                    .or_else(|| surprise(line, &said.output))
                    .or_else(|| self.wrong_mode(line, lines.get(index + 1))),
            };
            if reply.error.is_some() {
                reply.lines[index].fate = LineFate::Rejected;
                break;
            }
            reply.lines[index].fate = LineFate::Accepted;
        }
        if self.talk.prompt.mode.is_some() {
            let said = self.talk.ask("end", progress).await?;
            reply.notices.extend(said.logged);
        }
        if reply.error.is_some() && options.revert.is_some() {
            self.talk.ask("configure revert now", progress).await?;
        }
        Ok(())
    }

    /// Lines that belong to a section must not be sent if the device is not in it: they would
    /// hit what was configured before.
    fn wrong_mode(&self, line: &ScriptLine, next: Option<&ScriptLine>) -> Option<DeviceError> {
        let opens = !line.indented && next.is_some_and(|next| next.indented);
        let mode = self.talk.prompt.mode.as_deref();
        let message = match mode {
            None => "the device left configuration mode",
            Some("config") if opens => "the device did not enter the section that this line opens",
            Some(_) => return None,
        };
        Some(unexpected(line.number, &line.text, message))
    }
}

/// Output that nobody knows fails closed: IOS has no other way to say no.
fn surprise(line: &ScriptLine, output: &str) -> Option<DeviceError> {
    let strange: Vec<&str> = output.lines().filter(|text| !is_notice(text)).collect();
    if strange.is_empty() {
        return None;
    }
    Some(unexpected(line.number, &line.text, &strange.join("\n")))
}

fn unexpected(number: usize, sent: &str, found: &str) -> DeviceError {
    DeviceError {
        message: format!("unexpected answer to `{sent}`: {found}"),
        line: Some(number),
        column: None,
        help: None,
    }
}
