use serde::{Deserialize, Serialize};

use super::cimc;
use super::cimc::redfish::{self, Asked, Told};
use super::dom0::{self, Ran};
use super::faults::{Blow, Bytes, Fault, Faults};
use super::ios::{self, Line, SessionId};
use super::world::{Millis, Stage, World};
use super::xapi;

/// All that outlives the process: the world and the faults that are set.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Floor {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    /// What it began with.
    #[serde(default)]
    pub(crate) stage: Stage,
    /// How many runs there were.
    #[serde(default)]
    pub(crate) runs: u64,
}

/// Something that reaches the floor from outside. Replaying all of them, each at its time, over
/// the same floor gives the same floor again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Input {
    /// Only time passed.
    Wait,
    /// Somebody connected.
    Open(Line),
    /// So many bytes are on their way to or from the target `on`.
    Pass { on: String, of: Bytes, count: usize },
    /// A fault strikes the devices.
    Strike(Blow),
    /// Somebody typed.
    Type {
        session: SessionId,
        #[serde(with = "bytes_as_text")]
        bytes: Vec<u8>,
    },
    /// A document for a server's management controller, from the target `on`.
    Cimc {
        server: String,
        on: String,
        body: String,
    },
    /// A request for a controller's Redfish service, from the target `on`.
    Redfish {
        server: String,
        on: String,
        asked: Asked,
    },
    /// An object to be changed by the command line of a server's management controller.
    Order { server: String, object: String },
    /// A command line for the shell of a host.
    Shell { server: String, line: String },
    /// A call of a host's toolstack, from the target `on`.
    Xapi {
        server: String,
        on: String,
        asked: xapi::Asked,
    },
    /// A connection ended.
    HangUp(SessionId),
    /// Orders for the technician.
    Technician(String),
    /// A fault was set.
    Break(Fault),
    /// Faults were taken away: those of a target, or all.
    Mend(Option<String>),
    /// A run begins.
    Run,
}

/// What came of an input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// Nothing to tell.
    Done,
    /// The new session.
    Opened(SessionId),
    /// So many bytes pass, and then a fault strikes, if there is one.
    Passed { count: usize, blow: Option<Blow> },
    /// What a controller answers.
    Answered(String),
    /// What its Redfish service answers.
    Told(Told),
    /// What a command line came to.
    Ran(Ran),
    /// What a toolstack answers.
    Replied(Option<xapi::Reply>),
    /// What the technician says.
    Said(Result<String, String>),
    /// The number of the run.
    Run(u64),
}

impl Floor {
    /// The floor on the first morning.
    pub(crate) fn new(stage: Stage, seed: u64) -> Self {
        Self {
            world: World::new(stage, seed),
            faults: Faults::default(),
            stage,
            runs: 0,
        }
    }

    /// Ends every session over the network: the process that held their other ends is gone.
    /// Console lines stay as they were left.
    pub(crate) fn hang_up_all(&mut self) {
        for session in ios::network_sessions(&self.world) {
            ios::hang_up(&mut self.world, session);
        }
    }

    /// What a blow does to the devices.
    fn strike(&mut self, blow: &Blow) {
        match blow {
            // A unit that isn't there has no power to lose; the connection ends anyway.
            Blow::PowerCycle(unit) => {
                let _ = self.world.technician(&format!("power-cycle {unit}"));
            }
            Blow::Restart(server) => self.world.start_controller(server),
            Blow::Silence | Blow::Reset => {}
        }
    }

    /// Lets an input happen at `at`. The one way in, live and at replay.
    pub(crate) fn happen(&mut self, at: Millis, input: &Input) -> Outcome {
        self.world.advance_to(at);
        match input {
            Input::Wait => Outcome::Done,
            Input::Open(line) => Outcome::Opened(ios::open(&mut self.world, line.clone())),
            Input::Pass { on, of, count } => {
                let (count, blow) = self.faults.pass(on, *of, *count);
                Outcome::Passed { count, blow }
            }
            Input::Strike(blow) => {
                self.strike(blow);
                Outcome::Done
            }
            Input::Type { session, bytes } => {
                ios::feed(&mut self.world, *session, bytes);
                Outcome::Done
            }
            Input::Cimc { server, on, body } => {
                let answer = match self.faults.refuses_password(on) {
                    true => cimc::answer_without_logins,
                    false => cimc::answer,
                };
                Outcome::Answered(answer(&mut self.world, server, body))
            }
            Input::Redfish { server, on, asked } => {
                let answer = match self.faults.refuses_password(on) {
                    true => redfish::answer_without_logins,
                    false => redfish::answer,
                };
                Outcome::Told(answer(&mut self.world, server, asked))
            }
            Input::Order { server, object } => {
                let refused = cimc::order(&mut self.world, server, object);
                Outcome::Answered(refused.unwrap_or_default())
            }
            Input::Shell { server, line } => Outcome::Ran(dom0::run(&mut self.world, server, line)),
            Input::Xapi { server, on, asked } => {
                let answer = match self.faults.refuses_password(on) {
                    true => xapi::answer_without_logins,
                    false => xapi::answer,
                };
                Outcome::Replied(answer(&mut self.world, server, asked))
            }
            Input::HangUp(session) => {
                ios::hang_up(&mut self.world, *session);
                Outcome::Done
            }
            Input::Technician(orders) => Outcome::Said(self.world.technician(orders)),
            Input::Break(fault) => {
                self.faults.set(fault.clone());
                Outcome::Done
            }
            Input::Mend(on) => {
                self.faults.mend(on.as_deref());
                Outcome::Done
            }
            Input::Run => {
                self.runs += 1;
                Outcome::Run(self.runs)
            }
        }
    }
}

/// Bytes as a string with one character each, so that a log of inputs can be read.
mod bytes_as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&bytes.iter().copied().map(char::from).collect::<String>())
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let byte = |char: char| u8::try_from(char).map_err(D::Error::custom);
        text.chars().map(byte).collect()
    }
}
