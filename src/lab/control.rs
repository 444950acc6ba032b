//! Talking to a lab that another process serves: one JSON line asked, one JSON line answered,
//! over the unix socket `control.sock` in the lab's directory.

use std::io::{BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::inventory::targets;
use super::world::Stage;
use super::{Blow, Fault, Lab, LabError};
use crate::text::wording::{did_you_mean, list};

/// What can be asked of a lab. `{"do":"wait","ms":600000}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Order {
    /// What stands on the floor.
    Show,
    /// What is different from the first morning.
    Diff,
    /// A new floor.
    Reset {
        /// What it begins with.
        #[serde(default)]
        stage: Stage,
    },
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
            Order::Reset { stage } => self.reset(*stage).map(|()| String::new()),
            Order::Break { fault } => {
                self.has_target(fault.on())?;
                self.has_unit(fault)?;
                self.set_fault(fault.clone()).map(|()| String::new())
            }
            Order::Mend { target } => {
                target.as_deref().map_or(Ok(()), |on| self.has_target(on))?;
                self.mend(target.as_deref()).map(|()| String::new())
            }
            Order::Wait { ms } => self.skip(*ms).map(|()| format!("{}\n", self.time())),
            Order::Step => Ok(match self.step()? {
                true => format!("{}\n", self.time()),
                false => "nothing is going to happen by itself\n".to_owned(),
            }),
            Order::Technician { orders } => self.perform(orders),
        }
    }
}

impl Lab {
    /// A fault on a target that there isn't would never strike.
    fn has_target(&self, name: &str) -> Result<(), LabError> {
        let targets = targets(self.seed());
        // What the runbooks give an address later is called by it.
        let is_address = name.parse::<Ipv4Addr>().is_ok();
        known(name, "target", &targets, is_address)
    }

    fn has_unit(&self, fault: &Fault) -> Result<(), LabError> {
        let Fault::Blow { blow, .. } = fault else {
            return Ok(());
        };
        let state = self.world().state;
        let servers = state.servers.into_keys();
        match blow {
            Blow::PowerCycle(unit) => {
                let devices: Vec<_> = state.units.into_keys().chain(servers).collect();
                known(unit, "device", &devices, false)
            }
            Blow::Restart(server) => known(server, "server", &servers.collect::<Vec<_>>(), false),
            Blow::Silence | Blow::Reset => Ok(()),
        }
    }
}

fn known(name: &str, what: &str, all: &[String], else_fine: bool) -> Result<(), LabError> {
    if else_fine || all.iter().any(|known| known == name) {
        return Ok(());
    }
    let near = match did_you_mean(name, all.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", list(all, "and")),
    };
    Err(LabError::Refused(format!(
        "the lab has no {what} `{name}`; {near}"
    )))
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
