use async_trait::async_trait;

use crate::target::{Failure, FailureKind, Identity, StreamKind};
use crate::wire::RealWork;

/// Somewhere that commands can be started.
#[async_trait(?Send)]
pub(in crate::target) trait Machine {
    /// Starts a program with its arguments. An error means that it did not run.
    async fn start(&mut self, words: &[String], tty: bool) -> Result<Box<dyn Process>, Failure>;

    /// Held while a command runs, if it takes real time.
    fn real_work(&self) -> Option<RealWork> {
        None
    }

    /// Who the machine is.
    fn identity(&self) -> Identity {
        Identity::default()
    }
}

/// A command that runs. Dropping it ends it as far as possible.
#[async_trait(?Send)]
pub(in crate::target) trait Process {
    /// Its process group, if it is one of this machine.
    fn group(&self) -> Option<i32> {
        None
    }

    /// Sends to its standard input.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Lost>;

    /// Ends its standard input.
    async fn end_input(&mut self) -> Result<(), Lost>;

    /// What it does next. Can be cancelled without loss.
    async fn next(&mut self) -> Result<Event, Lost>;

    /// Ends it now, because its deadline passed; says whether that is certain.
    async fn kill(&mut self) -> bool;
}

/// What a process does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::target) enum Event {
    /// It wrote.
    Output(StreamKind, Vec<u8>),
    /// It is over, and all its output was seen.
    Ended(Exit),
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::target) enum Exit {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(String),
}

/// It is not known any more what the process does.
#[derive(Clone, Debug)]
pub(in crate::target) struct Lost {
    /// Why.
    pub(in crate::target) kind: FailureKind,
    /// In words.
    pub(in crate::target) message: String,
}
