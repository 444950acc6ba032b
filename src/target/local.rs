use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::posix::{Event, Exit, Lost, Machine, Posix, Process};
use super::{Clock, Failure, FailureKind, Session, StreamKind};
use crate::wire::RealWork;

/// A daemon that a command started may keep its output open for ever; this long after the
/// command's end nobody listens any more.
const LINGER: Duration = Duration::from_secs(1);

/// Opens this machine.
pub(super) fn open(clock: Clock) -> Box<dyn Session> {
    Box::new(Posix::new(ThisMachine { clock }))
}

struct ThisMachine {
    clock: Clock,
}

#[async_trait(?Send)]
impl Machine for ThisMachine {
    async fn start(&mut self, words: &[String], tty: bool) -> Result<Box<dyn Process>, Failure> {
        if tty {
            let message = "give the command a terminal: `tty` needs an SSH target";
            return Err(Failure::not_sent(FailureKind::Local, message));
        }
        let Some((program, arguments)) = words.split_first() else {
            let message = "start a command: it has no words";
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        let started = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let mut child = started.map_err(|error| {
            Failure::not_sent(FailureKind::Local, format!("start `{program}`: {error}"))
        })?;
        let group = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let (input, mut pieces) = mpsc::unbounded_channel::<Vec<u8>>();
        if let Some(mut stdin) = child.stdin.take() {
            // On its own, so that a command that writes much before it reads can't block us.
            tokio::spawn(async move {
                while let Some(piece) = pieces.recv().await {
                    // A command need not read all that it is given.
                    if stdin.write_all(&piece).await.is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Box::new(Running {
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            child,
            group,
            input: Some(input),
            ended: None,
        }))
    }

    fn real_work(&self) -> Option<RealWork> {
        Some(self.clock.real_work())
    }
}

struct Running {
    child: Child,
    /// The process group; `None` once it must not be killed any more.
    group: Option<Pid>,
    input: Option<mpsc::UnboundedSender<Vec<u8>>>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    ended: Option<(ExitStatus, Instant)>,
}

#[async_trait(?Send)]
impl Process for Running {
    fn group(&self) -> Option<i32> {
        self.group.map(|group| group.as_raw_nonzero().get())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        if let Some(input) = &self.input {
            // Fails only when the command no longer reads; its end tells more.
            let _ = input.send(bytes.to_vec());
        }
        Ok(())
    }

    async fn end_input(&mut self) -> Result<(), Lost> {
        self.input = None;
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, Lost> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        loop {
            let (stdout_open, stderr_open) = (self.stdout.is_some(), self.stderr.is_some());
            if let Some((status, since)) = self.ended
                && (!(stdout_open || stderr_open) || since.elapsed() >= LINGER)
            {
                self.group = None;
                return Ok(Event::Ended(exit(status)));
            }
            let since = self.ended.map(|(_, since)| since);
            let give_up = sleep_until(since.unwrap_or_else(Instant::now) + LINGER);
            tokio::select! {
                biased;
                read = read(&mut self.stdout, &mut out), if stdout_open => {
                    match read.map_err(lost)? {
                        0 => self.stdout = None,
                        _ => return Ok(Event::Output(StreamKind::Stdout, out)),
                    }
                }
                read = read(&mut self.stderr, &mut err), if stderr_open => {
                    match read.map_err(lost)? {
                        0 => self.stderr = None,
                        _ => return Ok(Event::Output(StreamKind::Stderr, err)),
                    }
                }
                status = self.child.wait(), if since.is_none() => {
                    self.ended = Some((status.map_err(lost)?, Instant::now()));
                }
                () = give_up, if since.is_some() => {}
            }
        }
    }

    async fn kill(&mut self) -> bool {
        self.kill_group();
        // Collects the dead; it was killed, so this is quick.
        self.child.wait().await.is_ok()
    }
}

impl Running {
    fn kill_group(&mut self) {
        if let Some(group) = self.group.take() {
            // It may be gone already, which is what we want.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Nobody waits for it any more: the deadline passed, or the run was stopped.
impl Drop for Running {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// Bytes that are read at once, at most.
const PIECE: usize = 64 << 10;

/// Reads a piece; nothing is lost if this is cancelled.
async fn read<R: AsyncRead + Unpin>(
    stream: &mut Option<R>,
    into: &mut Vec<u8>,
) -> io::Result<usize> {
    match stream {
        Some(stream) => {
            into.reserve(PIECE);
            stream.read_buf(into).await
        }
        None => Ok(0),
    }
}

fn lost(error: io::Error) -> Lost {
    Lost {
        kind: FailureKind::Local,
        message: format!("watch the command: {error}"),
    }
}

fn exit(status: ExitStatus) -> Exit {
    match status.code() {
        Some(code) => Exit::Status(code),
        None => Exit::Signal(format!("signal {}", status.signal().unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use camino::Utf8PathBuf;
    use secrecy::SecretString;

    use super::*;
    use crate::target::{Options, Reply, Request, Silent};
    use crate::value::Scope;

    fn fence(lang: &'static str, text: &str, options: Options) -> Request {
        Request {
            names: Scope::default(),
            lang,
            text: SecretString::from(text),
            options,
        }
    }

    async fn sh(session: &mut dyn Session, text: &str, options: Options) -> Result<Reply, Failure> {
        session
            .apply(&fence("sh", text, options), &mut Silent)
            .await
    }

    fn shared(name: &str) -> Options {
        Options {
            session: Some(name.to_owned()),
            ..Options::default()
        }
    }

    fn for_at_most(millis: u64) -> Options {
        Options {
            timeout: Duration::from_millis(millis),
            ..Options::default()
        }
    }

    #[tokio::test]
    async fn a_command_answers_with_output_errors_and_status() {
        let mut here = open(Clock::real());
        let text = "echo \"it's $((1 + 1))\"; echo oops >&2; exit 3";
        let reply = sh(&mut *here, text, Options::default()).await.unwrap();
        assert_eq!(reply.stdout, b"it's 2\n");
        assert_eq!(reply.stderr, b"oops\n");
        assert_eq!(reply.exit, Some(3));
    }

    #[tokio::test]
    async fn long_scripts_run_too_and_read_nothing_of_themselves() {
        let mut here = open(Clock::real());
        let text = format!("cat\n: {}\necho end; exit 4", "x".repeat(300_000));
        let reply = sh(&mut *here, &text, Options::default()).await.unwrap();
        assert_eq!(
            (reply.stdout.as_slice(), reply.exit),
            (b"end\n".as_slice(), Some(4))
        );
    }

    #[tokio::test]
    async fn a_hung_command_and_its_children_are_ended_at_the_deadline() {
        let mut here = open(Clock::real());
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let text = format!("echo before; sleep 60 & echo $! > {}; wait", pid.display());
        let failure = sh(&mut *here, &text, for_at_most(400)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Timeout);
        assert!(failure.maybe_sent());
        assert_eq!(failure.partial.stdout, b"before\n");
        let child = std::fs::read_to_string(pid).unwrap();
        // A killed process takes a moment to be gone.
        let gone = || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", child.trim()));
            state.is_err() || state.is_ok_and(|stat| stat.contains(") Z "))
        };
        let patience = std::time::Instant::now() + Duration::from_secs(5);
        while !gone() {
            assert!(std::time::Instant::now() < patience, "still runs");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn in_the_lab_a_local_command_takes_real_time() {
        let clock = Clock::paused(jiff::Timestamp::UNIX_EPOCH);
        let mut here = open(clock);
        let slow = sh(&mut *here, "sleep 0.3; echo done", for_at_most(30_000))
            .await
            .unwrap();
        assert_eq!(slow.stdout, b"done\n");
        let before = std::time::Instant::now();
        let hung = sh(&mut *here, "sleep 60", for_at_most(300))
            .await
            .unwrap_err();
        assert_eq!(hung.kind, FailureKind::Timeout);
        assert!(before.elapsed() >= Duration::from_millis(300));
    }

    #[tokio::test]
    async fn a_daemon_left_behind_does_not_hold_up_the_answer() {
        let mut here = open(Clock::real());
        let text = "sleep 5 & echo started $!";
        let reply = sh(&mut *here, text, for_at_most(4_000)).await.unwrap();
        let words = String::from_utf8(reply.stdout).unwrap();
        assert!(words.starts_with("started "), "{words}");
        // It was left running on purpose.
        let pid = words.trim_start_matches("started ").trim();
        assert!(std::fs::exists(format!("/proc/{pid}")).unwrap());
        sh(&mut *here, &format!("kill {pid}"), Options::default())
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn fences_of_one_session_share_a_shell() {
        let mut here = open(Clock::real());
        let session = &mut *here;
        sh(session, "cd /; name='a b'", shared("one"))
            .await
            .unwrap();
        let reply = sh(
            session,
            "pwd; printf %s \"$name\"; cat; (exit 7)",
            shared("one"),
        )
        .await;
        let reply = reply.unwrap();
        assert_eq!(
            (reply.stdout.as_slice(), reply.exit),
            (b"/\na b".as_slice(), Some(7))
        );
        let other = sh(session, "echo \"<$name>\" >&2", shared("two"))
            .await
            .unwrap();
        assert_eq!(other.stderr, b"<>\n");
        let ended = sh(session, "echo bye; exit 5", shared("one"))
            .await
            .unwrap();
        assert_eq!(
            (ended.stdout.as_slice(), ended.exit),
            (b"bye\n".as_slice(), Some(5))
        );
        assert_eq!(
            ended.notices,
            ["the script ended the shared shell; the next fence gets a new one"]
        );
        let fresh = sh(session, "echo \"<$name>\"", shared("one"))
            .await
            .unwrap();
        assert_eq!(fresh.stdout, b"<>\n");
    }

    #[tokio::test]
    async fn a_file_is_written_whole_with_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let mut here = open(Clock::real());
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(dir.path().join("it's a file")).unwrap();
        let write = |text: &str, mode| {
            let options = Options {
                path: Some(path.clone()),
                mode,
                ..Options::default()
            };
            fence("file", text, options)
        };
        let first = here
            .apply(&write("one\n", Some(0o640)), &mut Silent)
            .await
            .unwrap();
        assert_eq!(first.exit, Some(0), "{}", first.stderr.escape_ascii());
        here.apply(&write("two\n", None), &mut Silent)
            .await
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two\n");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }

    #[tokio::test]
    async fn what_this_machine_cannot_do_is_refused_unsent() {
        let mut here = open(Clock::real());
        let options = Options {
            tty: true,
            ..Options::default()
        };
        let failure = sh(&mut *here, "true", options).await.unwrap_err();
        assert!(!failure.maybe_sent());
        assert_eq!(failure.kind, FailureKind::Local);
        let ios = fence("ios", "vlan 5", Options::default());
        assert!(
            !here
                .apply(&ios, &mut Silent)
                .await
                .unwrap_err()
                .maybe_sent()
        );
    }
}
