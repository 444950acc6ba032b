use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use super::capture::Capture;
use super::command::quoted;
use super::process::{Event, Exit, Lost, Process};
use crate::target::{FailureKind, Progress, StreamKind};

/// A shell that fences with the same `session=` share: its variables, functions and folder stay.
///
/// Scripts go to its standard input, each followed by a command that prints a marker and the
/// exit status. The marker can't be guessed, so no output is taken for it.
pub(super) struct SharedShell {
    pub(super) process: Box<dyn Process>,
    marker: String,
}

/// How a script in a shared shell ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// With this status; the shell lives on.
    Status(i32),
    /// It ended the shell.
    ShellEnded(Exit),
}

impl SharedShell {
    pub(super) fn new(process: Box<dyn Process>) -> Self {
        // The hasher's keys come from the system's random numbers.
        let random = || RandomState::new().build_hasher().finish();
        Self {
            process,
            marker: format!("[{:016x}{:016x}]", random(), random()),
        }
    }

    /// Runs a script to its end. Its own standard input is empty: what follows is ours.
    pub(super) async fn run(
        &mut self,
        script: &str,
        capture: &mut Capture,
        progress: &mut dyn Progress,
    ) -> Result<Fate, Lost> {
        let marker = &self.marker;
        let piece = format!(
            "{{ eval {}\n}} </dev/null; printf '%s%d\\n' '{marker}' \"$?\"; printf '%s\\n' '{marker}' >&2\n",
            quoted(script)
        );
        self.process.write(piece.as_bytes()).await?;
        let mut stdout = Tail::new(marker);
        let mut stderr = Tail::new(marker);
        let mut status = None;
        let mut stderr_done = false;
        loop {
            match self.process.next().await? {
                Event::Output(stream, bytes) => {
                    let tail = match stream {
                        StreamKind::Stdout => &mut stdout,
                        StreamKind::Stderr => &mut stderr,
                    };
                    let (output, rest) = tail.push(&bytes);
                    capture.add(stream, &output, progress);
                    match (stream, rest) {
                        (_, None) => {}
                        (StreamKind::Stdout, Some(word)) => status = Some(parse(&word)?),
                        (StreamKind::Stderr, Some(_)) => stderr_done = true,
                    }
                }
                Event::Ended(exit) => {
                    capture.add(StreamKind::Stdout, &stdout.held, progress);
                    capture.add(StreamKind::Stderr, &stderr.held, progress);
                    return Ok(Fate::ShellEnded(exit));
                }
            }
            if let (Some(status), true) = (status, stderr_done) {
                return Ok(Fate::Status(status));
            }
        }
    }
}

fn parse(word: &[u8]) -> Result<i32, Lost> {
    std::str::from_utf8(word)
        .ok()
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| Lost {
            kind: FailureKind::Protocol,
            message: format!(
                "the shared shell gave no exit status: {:?}",
                word.escape_ascii()
            ),
        })
}

/// Finds the marker in a stream that is cut anywhere.
struct Tail<'a> {
    marker: &'a [u8],
    held: Vec<u8>,
}

impl<'a> Tail<'a> {
    fn new(marker: &'a str) -> Self {
        Self {
            marker: marker.as_bytes(),
            held: Vec::new(),
        }
    }

    /// What is output for certain, and, once its line is complete, what follows the marker.
    fn push(&mut self, bytes: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
        self.held.extend_from_slice(bytes);
        let found = self
            .held
            .windows(self.marker.len())
            .position(|part| part == self.marker);
        let Some(at) = found else {
            let may_begin = (1..self.marker.len().min(self.held.len() + 1))
                .rev()
                .find(|&len| self.held.ends_with(&self.marker[..len]))
                .unwrap_or(0);
            let certain = self.held.len() - may_begin;
            return (self.held.drain(..certain).collect(), None);
        };
        let output: Vec<u8> = self.held.drain(..at).collect();
        let word = &self.held[self.marker.len()..];
        let word = word
            .iter()
            .position(|&b| b == b'\n')
            .map(|end| word[..end].to_vec());
        if word.is_some() {
            self.held.clear();
        }
        (output, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_is_found_wherever_the_stream_is_cut() {
        let stream = b"[12 not it\n[1234]7\n";
        for cut in 0..stream.len() {
            let mut tail = Tail::new("[1234]");
            let (mut output, mut word) = tail.push(&stream[..cut]);
            let (more, then) = tail.push(&stream[cut..]);
            output.extend(more);
            word = word.or(then);
            assert_eq!(output, b"[12 not it\n", "cut at {cut}");
            assert_eq!(word.as_deref(), Some(b"7".as_slice()), "cut at {cut}");
        }
    }
}
