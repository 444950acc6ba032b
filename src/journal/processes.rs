//! The processes of this machine that a run's effects started. Who is killed takes no command with
//! him that works for him: whoever goes on must know that it still does. A kill that strikes between
//! a command's start and its note, within a millisecond or so, leaves one that nobody knows of.

use std::fs::{self, File};
use std::io::Write;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process_group};
use serde::{Deserialize, Serialize};

use super::{History, RunFolder};
use crate::event::{Outcome, Place};

/// Beside the journal: a JSON object a line. It says nothing that outlives the processes, so it is
/// no part of the record.
const PROCESSES: &str = "processes.jsonl";

/// A process group that does an effect's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The step.
    pub place: Place,
    /// Index of the fence in its step.
    pub fence: usize,
    /// Where it went.
    pub target: String,
    /// Whether it takes an effect back.
    pub undo: bool,
    /// The group's number, which is that of its first process.
    pub group: i32,
    /// By what its first process is told from another one with its number, where the system says.
    pub began: Option<String>,
}

impl Process {
    /// The group that has just been started for an effect.
    pub fn started(place: &Place, fence: usize, target: &str, undo: bool, group: i32) -> Self {
        Self {
            place: place.clone(),
            fence,
            target: target.to_owned(),
            undo,
            group,
            began: boot().zip(Member::read(group)).map(began),
        }
    }

    /// Whether a process of the group has not ended.
    pub fn is_running(&self) -> bool {
        let Some(group) = Pid::from_raw(self.group) else {
            return false;
        };
        if test_kill_process_group(group) == Err(Errno::SRCH) {
            return false;
        }
        // Of another one with this number its first process tells, or the system's start.
        let first = boot().zip(Member::read(self.group)).map(began);
        let boot = boot();
        if let (Some(then), Some(boot)) = (&self.began, &boot)
            && (!then.starts_with(boot.as_str()) || first.is_some_and(|now| now != *then))
        {
            return false;
        }
        // One that ended and was not collected yet does nothing.
        let members: Vec<Member> = Member::all().filter(|m| m.group == self.group).collect();
        members.is_empty() || members.iter().any(|member| member.state != 'Z')
    }
}

impl RunFolder {
    /// Notes a process. Without this note nothing is lost but that it is not missed later.
    pub fn note_process(&self, process: &Process) {
        let Ok(mut line) = serde_json::to_string(process) else {
            return;
        };
        line.push('\n');
        let path = self.path().join(PROCESSES);
        let file = File::options().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }

    /// The processes that still work at an effect of which nobody knows yet what became of it.
    pub fn running(&self) -> Vec<Process> {
        let noted = fs::read_to_string(self.path().join(PROCESSES)).unwrap_or_default();
        let noted = noted.lines().map(serde_json::from_str::<Process>);
        let mut running: Vec<Process> = noted
            .filter_map(Result::ok)
            .filter(Process::is_running)
            .collect();
        if running.is_empty() {
            return running;
        }
        // A journal that can't be read knows of no end.
        let journal = self.read().ok();
        let history = journal.and_then(|journal| History::of(&journal.entries).ok());
        running.retain(|process| {
            let history = history.as_ref();
            history.is_none_or(|history| !history.knows_the_end_of(process))
        });
        running
    }
}

impl History {
    fn knows_the_end_of(&self, process: &Process) -> bool {
        let Some(step) = self.steps.get(&process.place) else {
            return false;
        };
        let sent = match process.undo {
            true => &step.undos,
            false => &step.effects,
        };
        let mut last_first = sent.iter().rev();
        let same = last_first
            .find(|effect| effect.fence == process.fence && effect.target == process.target);
        same.is_some_and(|effect| matches!(effect.outcome, Some(Outcome::Ok | Outcome::Error)))
    }
}

/// What `/proc` says of a process, where there is one: see proc_pid_stat(5).
struct Member {
    state: char,
    group: i32,
    /// In ticks since the system's start.
    started: u64,
}

impl Member {
    fn all() -> impl Iterator<Item = Self> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter_map(Self::read)
    }

    fn read(process: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name stands in brackets, and may hold any character.
        let (_, rest) = stat.rsplit_once(')')?;
        let words: Vec<&str> = rest.split_whitespace().collect();
        Some(Self {
            state: words.first()?.chars().next()?,
            group: words.get(2)?.parse().ok()?,
            started: words.get(19)?.parse().ok()?,
        })
    }
}

fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

fn began((boot, first): (String, Member)) -> String {
    format!("{boot} {}", first.started)
}
