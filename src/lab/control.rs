//! Talking to a lab that another process serves: one JSON line asked, one JSON line answered,
//! over the unix socket `control.sock` in the lab's directory.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::{Fault, Lab, LabError};

/// What can be asked of a lab. `{"do":"wait","ms":600000}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Order {
    /// What stands on the floor.
    Show,
    /// What is different from the first morning.
    Diff,
    /// A new floor.
    Reset,
    /// A fault is set.
    Break {
        /// Which.
        fault: Fault,
    },
    /// Faults go away.
    Mend {
        /// Those of this target; all if there is none.
        target: Option<String>,
    },
    /// Time passes.
    Wait {
        /// How much, in milliseconds of the world's time.
        ms: u64,
    },
    /// Time passes up to the next thing that happens by itself.
    Step,
    /// The technician does something.
    Technician {
        /// The orders, one a line or separated by `;`.
        orders: String,
    },
}

/// The answer: `{"said":"…"}` or `{"refused":"…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    Said(String),
    Refused(String),
}

/// Where a served lab's control socket is.
pub(crate) fn socket_of(dir: &Utf8Path) -> Utf8PathBuf {
    dir.join("control.sock")
}

impl Lab {
    /// Does what an order says; returns what there is to tell.
    pub fn obey(&self, order: &Order) -> Result<String, LabError> {
        match order {
            Order::Show => Ok(self.show()),
            Order::Diff => Ok(self.diff()),
            Order::Reset => self.reset().map(|()| String::new()),
            Order::Break { fault } => self.set_fault(fault.clone()).map(|()| String::new()),
            Order::Mend { target } => self.mend(target.as_deref()).map(|()| String::new()),
            Order::Wait { ms } => self.skip(*ms).map(|()| format!("{}\n", self.time())),
            Order::Step => Ok(match self.step()? {
                true => format!("{}\n", self.time()),
                false => "nothing is going to happen by itself\n".to_owned(),
            }),
            Order::Technician { orders } => self.perform(orders),
        }
    }
}

/// Sends an order to the process that serves the lab in `dir`. `None` if nobody does.
pub fn send(dir: &Utf8Path, order: &Order) -> Result<Option<String>, LabError> {
    let path = socket_of(dir);
    // A socket file without a listener is left from a process that was killed.
    let Ok(mut stream) = UnixStream::connect(&path) else {
        return Ok(None);
    };
    let mut exchange = || {
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        stream.write_all(&line)?;
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    };
    match exchange().map_err(LabError::file("asking", &path))? {
        Answer::Said(said) => Ok(Some(said)),
        Answer::Refused(why) => Err(LabError::Refused(why)),
    }
}
