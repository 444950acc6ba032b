use serde::{Deserialize, Serialize};

use super::cimc;
use super::cimc::redfish::{self, Asked, Told};
use super::dom0::{self, Ran};
use super::faults::{Blow, Fault, Faults};
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
    /// Somebody typed, on a session of the target `on`.
    Type {
        session: SessionId,
        on: String,
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
    /// An object to be changed by the command line of a server's management controller, from the
    /// target `on`.
    Order {
        server: String,
        on: String,
        object: String,
    },
    /// A command line for the shell of a host, from the target `on`.
    Shell {
        server: String,
        on: String,
        line: String,
    },
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
    /// A fault struck; the connection ends like this.
    Struck(Blow),
    /// What a controller answers, unless a fault strikes.
    Answered { text: String, blow: Option<Blow> },
    /// What its Redfish service answers, unless a fault strikes.
    Told { told: Told, blow: Option<Blow> },
    /// What a command line came to, unless a fault strikes.
    Ran { ran: Ran, blow: Option<Blow> },
    /// What a toolstack answers, unless a fault strikes.
    Replied {
        reply: xapi::Reply,
        blow: Option<Blow>,
    },
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

    /// What a blow does to the devices, after all that arrived before it.
    fn strike(&mut self, blow: Option<&Blow>) {
        match blow {
            // A unit that isn't there has no power to lose; the connection ends anyway.
            Some(Blow::PowerCycle(unit)) => {
                let _ = self.world.technician(&format!("power-cycle {unit}"));
            }
            Some(Blow::Restart(server)) => self.world.start_controller(server),
            Some(Blow::Silence | Blow::Reset) | None => {}
        }
    }

    /// Lets an input happen at `at`. The one way in, live and at replay.
    pub(crate) fn happen(&mut self, at: Millis, input: &Input) -> Outcome {
        self.world.advance_to(at);
        match input {
            Input::Wait => Outcome::Done,
            Input::Open(line) => Outcome::Opened(ios::open(&mut self.world, line.clone())),
            Input::Type { session, on, bytes } => {
                let (arrive, blow) = self.faults.typing(on, bytes.len());
                ios::feed(&mut self.world, *session, &bytes[..arrive]);
                self.strike(blow.as_ref());
                blow.map_or(Outcome::Done, Outcome::Struck)
            }
            Input::Cimc { server, on, body } => {
                let (arrive, blow) = self.faults.typing(on, body.len());
                let text = if arrive < body.len() {
                    // Half a document is none.
                    String::new()
                } else if self.faults.refuses_password(on) {
                    cimc::answer_without_logins(&mut self.world, server, body)
                } else {
                    cimc::answer(&mut self.world, server, body)
                };
                self.strike(blow.as_ref());
                Outcome::Answered { text, blow }
            }
            Input::Redfish { server, on, asked } => {
                let length = asked.body.len().max(1);
                let (arrive, blow) = self.faults.typing(on, length);
                let told = if arrive < length {
                    // Half a request is none.
                    redfish::unreadable()
                } else if self.faults.refuses_password(on) {
                    redfish::answer_without_logins(&mut self.world, server, asked)
                } else {
                    redfish::answer(&mut self.world, server, asked)
                };
                self.strike(blow.as_ref());
                Outcome::Told { told, blow }
            }
            Input::Order { server, on, object } => {
                let (arrive, blow) = self.faults.typing(on, object.len());
                // Half an order is none.
                let refused = match arrive < object.len() {
                    true => None,
                    false => cimc::order(&mut self.world, server, object),
                };
                let text = refused.unwrap_or_default();
                self.strike(blow.as_ref());
                Outcome::Answered { text, blow }
            }
            Input::Shell { server, on, line } => {
                let (arrive, blow) = self.faults.typing(on, line.len());
                let ran = match arrive < line.len() {
                    // Half a request is none.
                    true => Ran::default(),
                    false => dom0::run(&mut self.world, server, line),
                };
                self.strike(blow.as_ref());
                Outcome::Ran { ran, blow }
            }
            Input::Xapi { server, on, asked } => {
                let (arrive, blow) = self.faults.typing(on, asked.body.len());
                let reply = if arrive < asked.body.len() {
                    // Half a call is none.
                    xapi::Reply::default()
                } else if self.faults.refuses_password(on) {
                    xapi::answer_without_logins(&mut self.world, server, asked)
                } else {
                    xapi::answer(&mut self.world, server, asked)
                };
                self.strike(blow.as_ref());
                Outcome::Replied { reply, blow }
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
