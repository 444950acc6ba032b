use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use russh_sftp::client::error::Error;
use russh_sftp::protocol::{Data, StatusCode};

use super::error::{SftpError, done, explain};
use super::{CHUNK, Open, WINDOW};

/// A file that is being read, in order and ahead.
pub struct Reading {
    pub(super) file: Open,
    pub(super) ahead: Ahead,
    pub(super) pending: FuturesOrdered<BoxFuture<'static, Asked>>,
    pub(super) is_over: bool,
}

/// What was asked for, and the answer.
type Asked = (u64, u32, Result<Data, Error>);

/// Where the next request begins, and how much it asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ahead {
    offset: u64,
    chunk: u32,
}

impl Ahead {
    pub(super) fn from(offset: u64) -> Self {
        let chunk = CHUNK;
        Self { offset, chunk }
    }

    fn ask(&mut self) -> (u64, u32) {
        let asked = (self.offset, self.chunk);
        self.offset += u64::from(self.chunk);
        asked
    }

    /// Takes note of an answer. `false`: it is shorter than what was asked for, so whatever was
    /// asked for behind it begins too late.
    fn heard(&mut self, at: u64, asked: u32, came: u32) -> bool {
        if came >= asked {
            return true;
        }
        // A server that gives less than it must would else be asked for everything many times.
        *self = Self {
            offset: at + u64::from(came),
            chunk: came,
        };
        false
    }
}

impl Reading {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, SftpError> {
        while !self.is_over && self.pending.len() < WINDOW {
            let (raw, handle) = (self.file.raw.clone(), self.file.handle.clone());
            let (offset, length) = self.ahead.ask();
            self.pending.push_back(Box::pin(async move {
                (offset, length, raw.read(handle, offset, length).await)
            }));
        }
        let Some((offset, asked, answer)) = self.pending.next().await else {
            return Ok(None);
        };
        match answer {
            Ok(data) if data.data.is_empty() => self.end(),
            Ok(data) => {
                let came = u32::try_from(data.data.len()).unwrap_or(u32::MAX);
                if !self.ahead.heard(offset, asked, came) {
                    self.pending = FuturesOrdered::new();
                }
                Ok(Some(data.data))
            }
            Err(Error::Status(status)) if status.status_code == StatusCode::Eof => self.end(),
            Err(error) => Err(explain(&self.file.connection, error)),
        }
    }

    fn end(&mut self) -> Result<Option<Vec<u8>>, SftpError> {
        self.is_over = true;
        self.pending = FuturesOrdered::new();
        Ok(None)
    }

    /// Closes it.
    ///
    /// # Errors
    ///
    /// See [`SftpError`].
    pub async fn close(self) -> Result<(), SftpError> {
        let Open {
            raw,
            connection,
            handle,
            ..
        } = self.file;
        done(&connection, raw.close(handle).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_answers_keep_the_requests_going() {
        let mut ahead = Ahead::from(100);
        assert_eq!(ahead.ask(), (100, CHUNK));
        assert_eq!(ahead.ask(), (100 + u64::from(CHUNK), CHUNK));
        assert!(ahead.heard(100, CHUNK, CHUNK));
        assert_eq!(ahead.ask(), (100 + 2 * u64::from(CHUNK), CHUNK));
    }

    #[test]
    fn a_server_that_gives_less_is_asked_for_no_more_than_that() {
        let mut ahead = Ahead::from(0);
        for _ in 0..WINDOW {
            ahead.ask();
        }
        assert!(!ahead.heard(0, CHUNK, 1000));
        assert_eq!(ahead.ask(), (1000, 1000));
        assert_eq!(ahead.ask(), (2000, 1000));
        assert!(ahead.heard(1000, 1000, 1000));
        assert_eq!(ahead.ask(), (3000, 1000));
    }
}
