//! Somebody at a terminal, who answers what is asked when it is asked.

use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a question ends with.
const ASKED: [&str; 2] = ["] ", "): "];

/// What somebody does who has no answer left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Leaves,
    PressesCtrlC,
}

const CTRL_C: [u8; 1] = [3];

/// Types one of these lines at each question, and leaves at the one for which there is none. How the
/// program ended, and all that was shown.
pub(crate) fn typing(terminal: &mut Command, lines: &[&str]) -> (Option<i32>, String) {
    typing_then(terminal, lines, Then::Leaves)
}

/// The same, and something else at the last question.
pub(crate) fn typing_then(
    terminal: &mut Command,
    lines: &[&str],
    then: Then,
) -> (Option<i32>, String) {
    let mut script = terminal.spawn().expect("script is there");
    let mut keyboard = script.stdin.take();
    let mut screen = script.stdout.take().expect("a screen");
    let watchdog = Watchdog::over(&script);
    let mut lines = lines.iter();
    let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = screen.read(&mut piece).expect("a screen");
        if read == 0 {
            break;
        }
        shown.extend_from_slice(&piece[..read]);
        if !ASKED.iter().any(|end| shown.ends_with(end.as_bytes())) {
            continue;
        }
        let Some(keys) = &mut keyboard else { continue };
        match lines.next() {
            Some(line) => writeln!(keys, "{line}").expect("somebody reads"),
            None if then == Then::PressesCtrlC => keys.write_all(&CTRL_C).expect("it is heard"),
            None => keyboard = None,
        }
    }
    let ended = script.wait().expect("it ends");
    watchdog.done();
    (ended.code(), String::from_utf8_lossy(&shown).into_owned())
}

/// Ends a program that does not end, so that its test does.
struct Watchdog {
    done: Sender<()>,
    watching: JoinHandle<()>,
}

impl Watchdog {
    fn over(program: &Child) -> Self {
        let (done, is_done) = mpsc::channel::<()>();
        let pid = rustix::process::Pid::from_child(program);
        let watching = thread::spawn(move || {
            if is_done.recv_timeout(Duration::from_secs(60)).is_err() {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        });
        Self { done, watching }
    }

    fn done(self) {
        let _ = self.done.send(());
        self.watching.join().expect("nobody was ended");
    }
}
