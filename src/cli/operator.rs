use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, BufRead, ErrorKind, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use indicatif::MultiProgress;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

use crate::engine::{Approval, Choice, Interrupt, Operator, Performed, Task};
use crate::event::Place;
use crate::record;
use crate::runbook::{Field, FieldKind, OnUnknown};
use crate::target::Clock;
use crate::target::inventory::{DriverKind, Inventory};
use crate::text::escape;
use crate::text::wording::{list, quoted};

/// How often it is looked whether Ctrl-C came.
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// After so many ticks nobody waits any longer for a signal that is on its way.
const HEARD_WITHIN: u32 = 50;

/// The person at the terminal.
pub(crate) struct Terminal {
    clock: Clock,
    screen: Option<MultiProgress>,
    interrupt: Interrupt,
    /// The input ended: whoever was there is not any more.
    is_left: Cell<bool>,
}

impl Terminal {
    pub(crate) fn new(clock: Clock, screen: Option<MultiProgress>, interrupt: Interrupt) -> Self {
        Self {
            clock,
            screen,
            interrupt,
            is_left: Cell::new(false),
        }
    }

    /// Asks until one of the words is answered. `None`: the input ended, or Ctrl-C.
    fn ask(&self, question: &str, words: &[&str]) -> Option<String> {
        self.alone(|| {
            forget_what_was_typed();
            loop {
                let answer = self.line(&format!("{} [{}] ", escape(question), words.join("/")))?;
                let answer = answer.to_lowercase();
                let is_yes_or_no = words == ["yes", "no"];
                let is = |word: &&&str| **word == answer || is_yes_or_no && word[..1] == answer;
                if let Some(word) = words.iter().find(is) {
                    return Some((*word).to_owned());
                }
                let given = match answer.is_empty() {
                    true => "nothing".to_owned(),
                    false => format!("`{}`", escape(&answer)),
                };
                let can_be = list(&quoted(words.iter().copied()), "or");
                complain!("{given} is no answer to that: type {can_be}");
            }
        })
    }

    /// Asks for a field until its value fits. `None`: the input ended.
    fn fill_in(&self, task: &Task<'_>, field: &Field) -> Option<String> {
        let what = match field.kind {
            FieldKind::Value(kind) => kind.word(),
            FieldKind::File => "file",
            FieldKind::Fingerprint => "SHA256:…",
        };
        let prompt = format!("{} ({what}): ", field.name);
        self.alone(|| {
            loop {
                let text = match task.hides {
                    true => self.hidden_line(&prompt)?,
                    false => self.line(&prompt)?,
                };
                match (task.refuses)(field, &text) {
                    None => return Some(text),
                    // What is hidden is not repeated.
                    Some(_) if task.hides => complain!("this is not {}", field.kind.meaning()),
                    Some(why) => complain!("{}", escape(&why)),
                }
            }
        })
    }

    /// One line that is typed, without blanks at its ends. `None`: the input ended, or Ctrl-C.
    fn line(&self, prompt: &str) -> Option<String> {
        if self.is_left.get() {
            return None;
        }
        let mut line = String::new();
        // Counted first: Ctrl-C may be pressed as soon as the question can be read.
        let before = self.interrupt.times();
        let shown = io::stderr().write_all(prompt.as_bytes());
        if !self.is_typed(before) {
            return None;
        }
        let read = shown.and_then(|()| io::stdin().lock().read_line(&mut line));
        self.is_left.set(!matches!(read, Ok(1..)));
        (!self.is_left.get()).then(|| line.trim().to_owned())
    }

    /// Waits for a line, or for the end of the input. `false`: Ctrl-C came first. Reading alone
    /// would wait for the line. `before`: how often it had come when the question was shown.
    fn is_typed(&self, before: u8) -> bool {
        let stdin = io::stdin();
        while self.interrupt.times() == before {
            let mut keyboard = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut keyboard, Some(&TICK)) {
                Ok(0) | Err(Errno::INTR) => {}
                // What went wrong is told by reading.
                Ok(_) | Err(_) => return true,
            }
        }
        false
    }

    /// The same, typed unseen.
    fn hidden_line(&self, prompt: &str) -> Option<String> {
        if self.is_left.get() {
            return None;
        }
        let line = self.unseen(prompt);
        self.is_left.set(line.is_none());
        line.map(|line| line.trim().to_owned())
    }

    /// Whoever reads unseen waits for the line, and leaves the keyboard silent when it is left: so
    /// another thread reads, and after Ctrl-C nothing more is asked.
    fn unseen(&self, prompt: &str) -> Option<String> {
        let before = self.interrupt.times();
        let keyboard = tcgetattr(io::stdin()).ok();
        let (sender, typed) = mpsc::channel();
        let prompt = prompt.to_owned();
        thread::spawn(move || sender.send(rpassword::prompt_password(prompt)));
        let patience = Duration::from_nanos(TICK.tv_nsec.unsigned_abs());
        loop {
            match typed.recv_timeout(patience) {
                Ok(Ok(line)) => return Some(line),
                Ok(Err(error)) if error.kind() == ErrorKind::Interrupted => {
                    self.hear(before);
                    return None;
                }
                Ok(Err(_)) => return None,
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if self.interrupt.times() == before => {}
                Err(RecvTimeoutError::Timeout) => {
                    // Where it can't be set, there is no keyboard.
                    let set = |was| tcsetattr(io::stdin(), OptionalActions::Now, &was);
                    let _ = keyboard.map(set);
                    return None;
                }
            }
        }
    }

    /// Whoever reads unseen sees Ctrl-C itself and passes it on: waits until it is heard here.
    fn hear(&self, before: u8) {
        let patience = Duration::from_nanos(TICK.tv_nsec.unsigned_abs());
        for _ in 0..HEARD_WITHIN {
            if self.interrupt.times() != before {
                return;
            }
            thread::sleep(patience);
        }
    }

    /// Says all that stands before a question, and gives that.
    fn told<'a>(&self, question: &'a str) -> &'a str {
        let (found, question) = question.rsplit_once('\n').unwrap_or(("", question));
        self.say(found);
        question
    }

    fn say(&self, text: &str) {
        self.alone(|| {
            for line in text.trim_end().lines() {
                complain!("{}", escape(line));
            }
        });
    }

    /// Has the screen and the keyboard for itself.
    fn alone<T>(&self, ask: impl FnOnce() -> T) -> T {
        // A person thinks in real time, whatever the lab's clock does.
        let _running = self.clock.real_work();
        match &self.screen {
            Some(screen) => screen.suspend(ask),
            None => ask(),
        }
    }
}

/// What was typed before a question was shown is no answer to it. Where there is no keyboard there is
/// nothing to forget.
fn forget_what_was_typed() {
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
}

/// The person at the keyboard, by the name of the account that this process belongs to: whoever
/// types `USER=boss` is not the boss.
pub(crate) fn me() -> String {
    record::Operator::here().user
}

#[async_trait(?Send)]
impl Operator for Terminal {
    async fn approve(&self, question: &str, _targets: &[String]) -> Approval {
        match self.ask(self.told(question), &["yes", "no"]).as_deref() {
            Some("yes") => Approval::Given(me()),
            Some(_) => Approval::Refused(me()),
            None => Approval::NobodyThere,
        }
    }

    async fn decide(&self, place: &Place, found: &str, choices: &[OnUnknown]) -> Option<Choice> {
        self.say(&format!("{place}: {found}"));
        let words: Vec<&str> = choices.iter().map(|choice| choice.word()).collect();
        let answer = self.ask("what now?", &words)?;
        let then = choices.iter().find(|choice| choice.word() == answer);
        then.map(|then| Choice {
            then: *then,
            by: me(),
        })
    }

    async fn back_out(&self, place: &Place, reason: &str) -> Option<(bool, String)> {
        let answer = self.ask(&format!("{place} failed: {reason}"), &["yes", "no"])?;
        Some((answer == "yes", me()))
    }

    fn attends(&self) -> bool {
        !self.is_left.get()
    }

    async fn perform(&self, task: &Task<'_>) -> Performed {
        forget_what_was_typed();
        self.say(&format!("{} ({})", task.title, task.place));
        self.say(&task.text);
        if let Some(question) = task.question {
            match self.ask(question, &["yes", "no"]).as_deref() {
                Some("yes") => {}
                Some(_) => return Performed::Refused { by: me() },
                None => return Performed::NobodyThere,
            }
        }
        let filled = task.fields.iter().map(|field| self.fill_in(task, field));
        match filled.collect() {
            Some(filled) => Performed::Done { by: me(), filled },
            None => Performed::NobodyThere,
        }
    }

    async fn confirm(&self, question: &str) -> Option<(bool, String)> {
        let answer = self.ask(self.told(question), &["yes", "no"])?;
        Some((answer == "yes", me()))
    }
}

/// The lab's operator lets every step run that is the lab's: there is nothing to lose there, and the
/// record says who it was. What is done to this machine, and what else only a person can know, is
/// for whoever watches.
pub(crate) struct LabOperator {
    watching: Box<dyn Operator>,
    /// The targets that are this machine.
    here: BTreeSet<String>,
}

impl LabOperator {
    const NAME: &'static str = "the lab's operator";

    pub(crate) fn beside(watching: Box<dyn Operator>, inventory: &Inventory) -> Self {
        let targets = inventory.targets.values();
        let here = targets.filter(|target| target.driver == DriverKind::Local);
        Self {
            watching,
            here: here.map(|target| target.name.clone()).collect(),
        }
    }
}

#[async_trait(?Send)]
impl Operator for LabOperator {
    async fn approve(&self, question: &str, targets: &[String]) -> Approval {
        match targets.iter().any(|target| self.here.contains(target)) {
            true => self.watching.approve(question, targets).await,
            false => Approval::Given(Self::NAME.to_owned()),
        }
    }

    async fn decide(&self, place: &Place, found: &str, choices: &[OnUnknown]) -> Option<Choice> {
        self.watching.decide(place, found, choices).await
    }

    async fn back_out(&self, place: &Place, reason: &str) -> Option<(bool, String)> {
        self.watching.back_out(place, reason).await
    }

    fn attends(&self) -> bool {
        self.watching.attends()
    }

    async fn perform(&self, task: &Task<'_>) -> Performed {
        self.watching.perform(task).await
    }

    async fn confirm(&self, question: &str) -> Option<(bool, String)> {
        self.watching.confirm(question).await
    }
}
