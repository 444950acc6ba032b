use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use russh_sftp::client::error::Error;
use russh_sftp::protocol::Status;

use super::error::{SftpError, done};
use super::{CHUNK, Open, WINDOW};

/// A file that is being written, in order.
pub struct Writing {
    pub(super) file: Open,
    pub(super) offset: u64,
    pub(super) pending: FuturesOrdered<BoxFuture<'static, Result<Status, Error>>>,
}

impl Writing {
    /// So many bytes are sent, and answered, at once.
    pub const CHUNK: usize = CHUNK as usize;

    /// Sends the next bytes. Those before may not have been answered yet.
    ///
    /// # Errors
    ///
    /// See [`SftpError`], of these bytes or of some before.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SftpError> {
        for chunk in bytes.chunks(Self::CHUNK) {
            while self.pending.len() >= WINDOW {
                self.answered().await?;
            }
            let (raw, handle) = (self.file.raw.clone(), self.file.handle.clone());
            let (offset, chunk) = (self.offset, chunk.to_vec());
            self.offset += chunk.len() as u64;
            let sent = async move { raw.write(handle, offset, chunk).await };
            self.pending.push_back(Box::pin(sent));
        }
        Ok(())
    }

    /// Waits for the next answer. `false`: nothing is unanswered.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn answered(&mut self) -> Result<bool, SftpError> {
        match self.pending.next().await {
            Some(answer) => done(&self.file.connection, answer).map(|()| true),
            None => Ok(false),
        }
    }

    /// Waits for all answers, makes it durable where the server can, and closes it.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn close(mut self) -> Result<(), SftpError> {
        while self.answered().await? {}
        let Open {
            raw,
            connection,
            syncs,
            handle,
        } = self.file;
        if syncs {
            done(&connection, raw.fsync(handle.as_str()).await)?;
        }
        done(&connection, raw.close(handle).await)
    }
}
