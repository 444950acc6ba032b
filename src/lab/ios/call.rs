use super::grammar::Refusal;
use super::mode::Mode;
use super::pager::Filter;
use super::ping::Ping;
use super::question::Question;
use super::session::Session;
use super::{Line, SessionId};
use crate::lab::world::World;
use crate::lab::world::switch::{Chassis, ChassisId, InterfaceConfig, InterfaceName, SwitchConfig};

/// A command that is being carried out.
pub(super) struct Call<'w> {
    pub(super) world: &'w mut World,
    pub(super) id: SessionId,
    pub(super) owner: ChassisId,
    /// The line as it was typed, and the width of the prompt before it.
    pub(super) line: String,
    pub(super) prompt: usize,
    /// The configuration is only read: nothing follows from a change.
    pub(super) on_paper: bool,
    /// The parameters of the pattern, in order.
    pub(super) args: Vec<String>,
    pub(super) filter: Option<Filter>,
    pub(super) out: String,
}

/// How a session goes on after a command.
#[derive(Debug)]
pub(super) enum Flow {
    Done,
    Ask(Question),
    Ping(Ping),
    /// Asks around for the address of a host.
    Translate(String),
    Close,
}

impl<'w> Call<'w> {
    pub(super) fn new(world: &'w mut World, id: SessionId, owner: ChassisId) -> Self {
        Self {
            world,
            id,
            owner,
            line: String::new(),
            prompt: 0,
            on_paper: false,
            args: Vec::new(),
            filter: None,
            out: String::new(),
        }
    }

    pub(super) fn say(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    /// Says why the line is no command.
    pub(super) fn refuse(&mut self, refusal: &Refusal) -> Flow {
        self.out.push_str(&refusal.words(&self.line, self.prompt));
        Flow::Done
    }

    pub(super) fn text(&self, index: usize) -> String {
        self.args.get(index).cloned().unwrap_or_default()
    }

    pub(super) fn number<N: std::str::FromStr + Default>(&self, index: usize) -> N {
        self.args
            .get(index)
            .and_then(|arg| arg.parse().ok())
            .unwrap_or_default()
    }

    pub(super) fn interface(&self, index: usize) -> Option<InterfaceName> {
        self.args
            .get(index)
            .and_then(|arg| InterfaceName::parse(arg))
    }

    pub(super) fn chassis(&self) -> Option<&Chassis> {
        self.world.state.chassis.get(&self.owner)
    }

    pub(super) fn running(&self) -> SwitchConfig {
        self.chassis()
            .map_or_else(SwitchConfig::factory, |c| c.running.clone())
    }

    pub(super) fn session(&mut self) -> Option<&mut Session> {
        self.world.traces.sessions.get_mut(&self.id)
    }

    pub(super) fn mode(&self) -> Mode {
        self.world
            .traces
            .sessions
            .get(&self.id)
            .map(|s| s.mode.clone())
            .unwrap_or_default()
    }

    pub(super) fn enter(&mut self, mode: Mode) -> Flow {
        if let Some(session) = self.session() {
            session.mode = mode;
        }
        Flow::Done
    }

    /// The name of who is at this terminal.
    pub(super) fn user(&self) -> String {
        let session = self.world.traces.sessions.get(&self.id);
        session.map_or_else(|| "console".to_owned(), Session::who)
    }

    /// Who is at this terminal, as log lines name it.
    pub(super) fn who(&self) -> String {
        let Some(session) = self.world.traces.sessions.get(&self.id) else {
            return "console".to_owned();
        };
        match (&session.line, &session.user) {
            (Line::Vty { user, from, .. }, _) => {
                let earlier = self.world.traces.sessions.range(..self.id);
                let is_here = |line: &Line| matches!(line, Line::Vty { chassis, .. } if *chassis == self.owner);
                let number = earlier
                    .filter(|(_, session)| is_here(&session.line))
                    .count();
                format!("console by {user} on vty{number} ({from})")
            }
            (Line::Console(_), Some(user)) => format!("console by {user} on console"),
            (Line::Console(_), None) => "console by console".to_owned(),
        }
    }

    /// Changes the running configuration.
    pub(super) fn configure<T: Default>(&mut self, edit: impl FnOnce(&mut SwitchConfig) -> T) -> T {
        let owner = self.owner.clone();
        if self.on_paper {
            let chassis = self.world.state.chassis.get_mut(&owner);
            return chassis.map(|c| edit(&mut c.running)).unwrap_or_default();
        }
        self.world.configure(&owner, edit).unwrap_or_default()
    }

    /// Changes the interfaces of the mode one after the other; the first that refuses ends it,
    /// and those before it keep the change.
    pub(super) fn each_interface(
        &mut self,
        mut edit: impl FnMut(InterfaceName, &mut InterfaceConfig) -> Result<(), String>,
    ) -> Flow {
        let Mode::Interface { names, range } = self.mode() else {
            return Flow::Done;
        };
        for name in names {
            let refusal = self.configure(|config| {
                let interface = config.interfaces.get_mut(&name)?;
                edit(name, interface).err()
            });
            if let Some(refusal) = refusal {
                self.say(refusal);
                if range {
                    self.say(format!(
                        "% Range command terminated because it failed on {name}"
                    ));
                }
                break;
            }
        }
        Flow::Done
    }

    /// Leaves configuration mode, with the log line that says who configured.
    pub(super) fn end_configuration(&mut self) {
        if !self.mode().is_config() {
            return;
        }
        self.enter(Mode::Privileged);
        let (owner, who) = (self.owner.clone(), self.who());
        self.world
            .syslog(&owner, format!("%SYS-5-CONFIG_I: Configured from {who}"));
        super::archive::touch(self);
    }
}
