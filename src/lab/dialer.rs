use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use async_trait::async_trait;

use super::connection::connect;
use super::place::{Door, Place, Reach};
use super::visit::Visit;
use super::world::{Node, PingResult};
use super::{Lab, cimc, ssh, xapi};
use crate::wire::{Dial, Endpoint, Stream};

impl Lab {
    /// The lab's network, seen from the desk. Where nothing answers, connecting takes for ever:
    /// the caller needs a deadline. Names and addresses that no lab has are an error.
    pub fn dialer(&self) -> Arc<dyn Dial> {
        Arc::new(LabDial { lab: self.clone() })
    }
}

/// The bytes of an echo request with its headers.
const ECHO: u32 = 84;

struct LabDial {
    lab: Lab,
}

#[async_trait]
impl Dial for LabDial {
    async fn ping(&self, host: &str) -> io::Result<()> {
        let address: Ipv4Addr = host.parse().map_err(|_| io::ErrorKind::NotFound)?;
        let result = self
            .lab
            .core()
            .floor
            .world
            .ping(&Node::Desk, address, ECHO, false);
        match result {
            PingResult::Answered => Ok(()),
            // What is lost is lost without a word.
            _ => std::future::pending().await,
        }
    }

    async fn dial(&self, to: &Endpoint) -> io::Result<Box<dyn Stream>> {
        let mut changes = self.lab.changes();
        let place = Place::find(to, &self.lab.core())
            .map_err(|has| io::Error::new(io::ErrorKind::NotFound, format!("{to}: {has}")))?;
        loop {
            changes.borrow_and_update();
            let reach = place.reach(&self.lab.core());
            match reach {
                Reach::Closed => return Err(io::ErrorKind::ConnectionRefused.into()),
                Reach::Open(door) => {
                    let (client, device, fate) = connect(&self.lab, place.clone(), door.clone());
                    let visit = Visit {
                        lab: self.lab.clone(),
                        name: place.name.clone(),
                        fate,
                    };
                    match door {
                        Door::Controller { server, .. } => {
                            cimc::serve(visit, place.port, server, device);
                        }
                        Door::Scopes { server, .. } => ssh::serve_scopes(visit, server, device),
                        Door::Shell { server, .. } => ssh::serve_shell(visit, server, device),
                        Door::Web { server, .. } => xapi::serve(visit, server, device),
                        Door::Terminal(terminal) => ssh::serve(visit, terminal, device),
                    }
                    return Ok(Box::new(client));
                }
                // As TCP does, go on asking: an answer may come once the path is there.
                Reach::Silence => {
                    if changes.changed().await.is_err() {
                        return Err(io::ErrorKind::NotConnected.into());
                    }
                }
            }
        }
    }
}
