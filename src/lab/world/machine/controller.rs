use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::lab::world::{Event, Millis, World};

/// From the order to start anew to its going down.
const LAST_WORDS: Millis = 2_000;

/// The password that everybody knows.
pub const FACTORY_PASSWORD: &str = "password";
/// The slot of the user that a controller comes with.
const ADMIN: u8 = 1;

/// The settings of a management controller itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controller {
    /// Its host name.
    pub hostname: String,
    /// Its address and prefix length. From the factory it asks for one by DHCP, and nobody
    /// answers.
    pub address: Option<(Ipv4Addr, u8)>,
    /// Its gateway.
    pub gateway: Option<Ipv4Addr>,
    /// Which port it uses: `dedicated`, or `shared_lom_ext` as from the factory.
    pub nic_mode: String,
    /// Its users, by slot.
    pub users: BTreeMap<u8, Account>,
}

/// A user of a management controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: String,
    /// `admin`, `user` or `read-only`.
    pub privilege: String,
    /// Whether it may log in.
    pub active: bool,
}

impl World {
    /// A management controller that has power again starts; or one that crashed, without a last
    /// word.
    pub(in crate::lab) fn start_controller(&mut self, server: &str) {
        self.controller_starts(server, self.now());
    }

    /// A management controller is told to start anew: it has time for an answer, forgets its
    /// sessions, and is there again after a while. What its host does goes on.
    pub fn restart_controller(&mut self, server: &str) {
        self.controller_starts(server, self.now() + LAST_WORDS);
    }

    fn controller_starts(&mut self, server: &str, down: Millis) {
        self.traces.controllers.remove(server);
        let up = down + self.state.settings.controller_boot;
        let times = (down, up);
        self.traces
            .controllers_start
            .insert(server.to_owned(), times);
        for at in [down, up] {
            self.schedule(at, Event::ControllerStarts(server.to_owned()));
        }
    }

    /// A management controller goes down, or has come up. Whether it is up follows from the time.
    pub(in crate::lab::world) fn controller_started(&mut self, server: &str) {
        if let Some((down, up)) = self.traces.controllers_start.get(server)
            && *down <= self.now()
        {
            let since = (server.to_owned(), *up);
            self.traces.controllers_since.extend([since]);
        }
    }

    /// Since when a management controller runs: what was connected to it before is gone.
    pub fn controller_since(&self, server: &str) -> Millis {
        let since = self.traces.controllers_since.get(server);
        since.copied().unwrap_or_default()
    }

    /// Whether a management controller has power and has come up.
    pub(in crate::lab::world) fn controller_runs(&self, server: &str) -> bool {
        let corded = self.machine(server).is_some_and(|machine| machine.corded);
        let start = self.traces.controllers_start.get(server);
        corded && start.is_none_or(|(down, up)| !(*down..*up).contains(&self.now()))
    }
}

impl Controller {
    /// As from the factory: nowhere to be reached, and the password that everybody knows.
    pub fn factory() -> Self {
        let admin = Account {
            name: "admin".to_owned(),
            password: FACTORY_PASSWORD.to_owned(),
            privilege: "admin".to_owned(),
            active: true,
        };
        Self {
            hostname: "C220".to_owned(),
            address: None,
            gateway: None,
            nic_mode: "shared_lom_ext".to_owned(),
            users: [(ADMIN, admin)].into(),
        }
    }

    /// Its own MAC address; it follows from the machine's name.
    pub fn mac(&self, server: &str) -> String {
        let digits = server
            .bytes()
            .fold(0x20_u8, |sum, byte| sum.wrapping_add(byte));
        format!("0cc4.7a12.40{digits:02x}")
    }

    /// Whether a user still has the factory's password.
    pub fn has_factory_password(&self, slot: u8) -> bool {
        let user = self.users.get(&slot).filter(|_| slot == ADMIN);
        user.is_some_and(|user| user.password == FACTORY_PASSWORD)
    }

    /// The slot of an active user with this password.
    pub fn login(&self, name: &str, password: &str) -> Option<u8> {
        let fits = |user: &Account| user.active && user.name == name && user.password == password;
        let found = self.users.iter().find(|(_, user)| fits(user));
        found.map(|(slot, _)| *slot)
    }
}
