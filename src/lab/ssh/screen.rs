//! What a terminal shows goes to the client.

use russh::ChannelId;
use russh::server::Handle;
use tokio::sync::watch;

use crate::lab::faults::Bytes;
use crate::lab::ios::SessionId;
use crate::lab::visit::Visit;

/// The client's end of a terminal.
pub(super) struct Screen {
    pub(super) visit: Visit,
    pub(super) terminal: SessionId,
    pub(super) client: Handle,
    pub(super) channel: ChannelId,
}

impl Screen {
    /// Shows what the terminal shows, until the device ends the session, or the client has said
    /// that it won't type any more.
    pub(super) async fn show(self, mut typed_out: watch::Receiver<bool>) {
        let mut changes = self.visit.lab.changes();
        loop {
            changes.borrow_and_update();
            let over = *typed_out.borrow_and_update();
            let output = self.visit.lab.output(self.terminal);
            if !output.bytes.is_empty() && !self.send(output.bytes).await {
                return;
            }
            if output.closed || over {
                return self.close().await;
            }
            tokio::select! {
                biased;
                changed = changes.changed() => if changed.is_err() { return },
                changed = typed_out.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Shows what one command puts out: all between its echo and the next prompt.
    pub(super) async fn show_answer(self, prompt: String) {
        let mut changes = self.visit.lab.changes();
        let end = format!("\n{prompt}");
        let mut seen = Vec::new();
        loop {
            changes.borrow_and_update();
            let output = self.visit.lab.output(self.terminal);
            seen.extend(output.bytes);
            let answer = seen.strip_suffix(end.as_bytes());
            if answer.is_some() || output.closed {
                let answer = answer.unwrap_or(&seen);
                let echo = answer.iter().position(|byte| *byte == b'\n');
                let answer = echo.map_or(&[][..], |echo| &answer[echo + 1..]);
                let mut answer = answer.to_vec();
                if !answer.is_empty() {
                    answer.push(b'\n');
                    if !self.send(answer).await {
                        return;
                    }
                }
                return self.close().await;
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// `false` if nothing more can be shown.
    async fn send(&self, mut bytes: Vec<u8>) -> bool {
        let Ok((count, blow)) = self.visit.pass(Bytes::Shown, bytes.len()) else {
            return false;
        };
        bytes.truncate(count);
        if !bytes.is_empty() && self.client.data(self.channel, bytes).await.is_err() {
            return false;
        }
        if let Some(blow) = blow {
            // One that can't be written down does not happen.
            let _ = self.visit.strike(Bytes::Shown, blow);
        }
        !self.visit.is_over()
    }

    /// Nobody left to tell is as good as told.
    async fn close(&self) {
        let _ = self.client.exit_status_request(self.channel, 0).await;
        let _ = self.client.eof(self.channel).await;
        let _ = self.client.close(self.channel).await;
    }
}
