//! What a terminal shows goes to the client.

use russh::ChannelId;
use russh::server::Handle;
use tokio::sync::watch;

use crate::lab::Lab;
use crate::lab::ios::SessionId;

/// The client's end of a terminal.
pub(super) struct Screen {
    pub(super) lab: Lab,
    pub(super) terminal: SessionId,
    pub(super) client: Handle,
    pub(super) channel: ChannelId,
}

impl Screen {
    /// Shows what the terminal shows, until the device ends the session, or the client has said
    /// that it won't type any more.
    pub(super) async fn show(self, mut typed_out: watch::Receiver<bool>) {
        let mut changes = self.lab.changes();
        loop {
            changes.borrow_and_update();
            let over = *typed_out.borrow_and_update();
            let output = self.lab.output(self.terminal);
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
        let mut changes = self.lab.changes();
        let end = format!("\n{prompt}");
        let mut seen = Vec::new();
        loop {
            changes.borrow_and_update();
            let output = self.lab.output(self.terminal);
            seen.extend(output.bytes);
            let answer = seen.strip_suffix(end.as_bytes());
            if answer.is_some() || output.closed {
                let answer = answer.unwrap_or(&seen);
                let echo = answer.iter().position(|byte| *byte == b'\n');
                let answer = echo.map_or(&[][..], |echo| &answer[echo + 1..]);
                let mut answer = answer.to_vec();
                if !answer.is_empty() {
                    answer.push(b'\n');
                    self.send(answer).await;
                }
                return self.close().await;
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    async fn send(&self, bytes: Vec<u8>) -> bool {
        self.client.data(self.channel, bytes).await.is_ok()
    }

    /// Nobody left to tell is as good as told.
    async fn close(&self) {
        let _ = self.client.exit_status_request(self.channel, 0).await;
        let _ = self.client.eof(self.channel).await;
        let _ = self.client.close(self.channel).await;
    }
}
