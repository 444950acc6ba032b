use super::gate::{Behind, Client, Trouble};
use crate::lab::cimc::{self, Cli};
use crate::lab::floor::{Input, Outcome};
use crate::lab::visit::Visit;
use crate::lab::world::World;

const BACKSPACE: [u8; 2] = [0x08, 0x7f];
const INTERRUPT: u8 = 0x03;

/// The command line of a server's management controller.
pub(super) struct Scopes {
    server: String,
    /// Who has come in.
    user: Option<u8>,
    /// Once a shell was asked for.
    cli: Option<Cli>,
    /// What was typed of a line.
    typed: Vec<u8>,
}

impl Scopes {
    pub(super) fn new(server: String) -> Self {
        Self {
            server,
            user: None,
            cli: None,
            typed: Vec::new(),
        }
    }

    /// Takes a line; returns what is shown, and whether the user leaves.
    fn line(&mut self, visit: &Visit, line: &str) -> Result<(String, bool), Trouble> {
        let objects = cimc::objects(&visit.lab.core().floor.world, &self.server);
        let Some(cli) = &mut self.cli else {
            return Ok((String::new(), true));
        };
        let step = cli.enter(line, &objects);
        let mut text = step.text;
        if let Some(object) = step.change {
            let input = Input::Order {
                server: self.server.clone(),
                object: object.to_string(),
            };
            if let Outcome::Answered(refused) = visit.lab.happen(input)? {
                cli.came_to(!refused.is_empty());
                text.push_str(&refused);
            }
        }
        Ok((text, step.leaves))
    }

    fn prompt(&self) -> String {
        self.cli.as_ref().map(Cli::prompt).unwrap_or_default()
    }

    /// What typing a byte shows, and whether the user leaves.
    fn key(&mut self, visit: &Visit, byte: u8) -> Result<(String, bool), Trouble> {
        match byte {
            b'\r' => {
                let typed = std::mem::take(&mut self.typed);
                let (text, leaves) = self.line(visit, &String::from_utf8_lossy(&typed))?;
                let prompt = if leaves { String::new() } else { self.prompt() };
                Ok((
                    format!("\r\n{}{prompt}", text.replace('\n', "\r\n")),
                    leaves,
                ))
            }
            b'\n' => Ok((String::new(), false)),
            INTERRUPT => {
                self.typed.clear();
                let leaves = self.cli.as_mut().is_some_and(Cli::interrupt);
                let prompt = if leaves { String::new() } else { self.prompt() };
                Ok((format!("^C\r\n{prompt}"), leaves))
            }
            byte if BACKSPACE.contains(&byte) => {
                let gone = self.typed.pop().is_some() && !self.hides();
                Ok((
                    if gone {
                        "\u{8} \u{8}".to_owned()
                    } else {
                        String::new()
                    },
                    false,
                ))
            }
            byte => {
                self.typed.push(byte);
                let shown = !self.hides() && byte.is_ascii_graphic() || byte == b' ';
                let shown = shown.then(|| char::from(byte).to_string());
                Ok((shown.unwrap_or_default(), false))
            }
        }
    }

    fn hides(&self) -> bool {
        self.cli.as_ref().is_some_and(Cli::hides)
    }

    /// Begins a session; returns what is said first.
    fn begin(&mut self, visit: &Visit) -> &'static str {
        let core = visit.lab.core();
        let machine = core.floor.world.machine(&self.server);
        let controller = machine.map(|machine| &machine.controller);
        let host = controller.map_or("", |controller| controller.hostname.as_str());
        let forced = self.user.filter(|slot| {
            controller.is_some_and(|controller| controller.has_factory_password(*slot))
        });
        let cli = match forced {
            Some(slot) => Cli::forcing(host, slot),
            None => Cli::new(host),
        };
        self.cli.insert(cli).notice()
    }
}

impl Behind for Scopes {
    fn lets_in(&mut self, world: &World, user: &str, password: &str) -> bool {
        let machine = world.machine(&self.server);
        self.user = machine.and_then(|machine| machine.controller.login(user, password));
        self.user.is_some()
    }

    fn shell(&mut self, client: &mut Client<'_>) -> Result<(), Trouble> {
        if self.cli.is_some() {
            return client.refuse();
        }
        let notice = self.begin(client.visit).replace('\n', "\r\n");
        client.accept()?;
        client.show(notice + &self.prompt())
    }

    /// One line, and what it shows. There is nobody to ask for a new password.
    fn exec(&mut self, client: &mut Client<'_>, command: &[u8]) -> Result<(), Trouble> {
        if self.cli.is_some() {
            return client.refuse();
        }
        let notice = self.begin(client.visit);
        client.accept()?;
        if !notice.is_empty() {
            client.complain(notice)?;
            return client.end(1);
        }
        let (text, _) = self.line(client.visit, &String::from_utf8_lossy(command))?;
        client.show(text)?;
        client.end(0)
    }

    fn typed(&mut self, client: &mut Client<'_>, bytes: &[u8]) -> Result<(), Trouble> {
        for byte in bytes {
            let (text, leaves) = self.key(client.visit, *byte)?;
            client.show(text)?;
            if leaves {
                return client.end(0);
            }
        }
        Ok(())
    }

    fn typed_out(&mut self, client: &mut Client<'_>) -> Result<(), Trouble> {
        client.close()
    }
}
