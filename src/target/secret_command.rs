use std::io::{self, Read, Write};
use std::process::{ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;
use super::secret::local;
use crate::redact::Redactor;
use crate::text::escape;

/// How much of what a command complains about is shown, bytes.
const MOST: usize = 4096;
/// How long its last words may be on their way once it has ended. What it leaves running holds
/// standard error open, and is not waited for.
const LINGER: Duration = Duration::from_millis(200);

/// What a command prints that knows a secret. Password stores ask people on the terminal itself
/// (`/dev/tty`); their standard error may hold the secret, so it is shown only to explain why there
/// is none.
pub(super) fn output_of(command: &str) -> Result<String, Failure> {
    let start = |error: io::Error| local(format!("start `{command}` for a secret: {error}"));
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(start)?;
    let said = child.stderr.take().map(listen);
    let mut printed = Vec::new();
    let read = child
        .stdout
        .take()
        .map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut printed));
    let status = child.wait().and_then(|status| read.map(|_| status));
    let status: ExitStatus =
        status.map_err(|error| local(format!("get a secret from `{command}`: {error}")))?;
    if !status.success() {
        let said = said.map(beginning).unwrap_or_default();
        explain(command, &said, &printed);
        return Err(local(format!("get a secret from `{command}`: {status}")));
    }
    String::from_utf8(printed).map_err(|_| {
        local(format!(
            "read the secret that `{command}` printed: it is not UTF-8"
        ))
    })
}

/// Hears all that is said, so that nobody waits until somebody does.
fn listen(mut stderr: ChildStderr) -> Receiver<Vec<u8>> {
    let (heard, said) = channel();
    thread::spawn(move || {
        let mut piece = [0; MOST];
        let mut all = 0;
        loop {
            let length = match stderr.read(&mut piece) {
                Ok(0) => return,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            if all <= MOST {
                // Nobody asks where there is a secret.
                let _ = heard.send(piece[..length].to_vec());
            }
            all = all.saturating_add(length);
        }
    });
    said
}

/// The beginning of what was said until now.
fn beginning(said: Receiver<Vec<u8>>) -> Vec<u8> {
    let until = Instant::now() + LINGER;
    let mut all = Vec::new();
    while all.len() <= MOST {
        match said.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(piece) => all.extend(piece),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    all
}

/// Tells the user, and nobody else: in an error it would be journaled. What it printed may be a
/// secret although it failed.
fn explain(command: &str, said: &[u8], printed: &[u8]) {
    let cut = &said[..said.len().min(MOST)];
    let redactor = Redactor::new();
    // One that is too short can't be told from other text.
    let _ = redactor.add_secret("what it printed", &String::from_utf8_lossy(printed));
    let text = String::from_utf8_lossy(cut);
    let text = redactor.redact_str(&text);
    if text.trim().is_empty() {
        return;
    }
    let mut told = format!("`{}` said:\n", escape(command));
    for line in text.lines() {
        told += &format!("  {}\n", escape(line));
    }
    if said.len() > MOST {
        told += "  ...\n";
    }
    // Who does not hear it is told all the same that there is no secret.
    let _ = io::stderr().write_all(told.as_bytes());
}
