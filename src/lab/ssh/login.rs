use tokio::sync::watch;
use tokio::task::JoinSet;

use super::CONSOLE_USER;
use super::gate::{Behind, Client, Trouble};
use super::screen::Screen;
use crate::lab::console_hold::ConsoleHold;
use crate::lab::floor::Input;
use crate::lab::ios::{self, Line, SessionId};
use crate::lab::place::Terminal;
use crate::lab::world::{DESK, World};
use crate::lab::{Lab, LabError, PASSWORD};

/// The terminal of a switch.
pub(super) struct Login {
    line: Terminal,
    user: String,
    open: Option<Open>,
    /// What shows the terminal's output; ends with the connection.
    tasks: JoinSet<()>,
}

/// The terminal that the connection has opened.
struct Open {
    lab: Lab,
    session: SessionId,
    /// Says that the client won't type any more.
    typed_out: watch::Sender<bool>,
    _console: Option<ConsoleHold>,
}

impl Login {
    pub(super) fn new(line: Terminal) -> Self {
        Self {
            line,
            user: String::new(),
            open: None,
            tasks: JoinSet::new(),
        }
    }

    /// Opens the device's terminal; `None` if its line is taken.
    fn terminal(
        &mut self,
        lab: &Lab,
    ) -> Result<Option<(SessionId, watch::Receiver<bool>)>, LabError> {
        let (line, console) = match &self.line {
            Terminal::Console(unit) => {
                let Some(hold) = lab.take_console(unit) else {
                    return Ok(None);
                };
                (Line::Console(unit.clone()), Some(hold))
            }
            Terminal::Vty { chassis, .. } => (
                Line::Vty {
                    chassis: chassis.clone(),
                    user: self.user.clone(),
                    from: DESK.to_string(),
                },
                None,
            ),
        };
        let session = lab.open_session(line)?;
        if console.is_some() {
            // What a console showed while nobody listened is lost.
            lab.output(session);
        }
        let (typed_out, over) = watch::channel(false);
        self.open = Some(Open {
            lab: lab.clone(),
            session,
            typed_out,
            _console: console,
        });
        Ok(Some((session, over)))
    }

    fn type_in(&mut self, bytes: &[u8]) -> Result<(), LabError> {
        let Some(open) = &self.open else {
            return Ok(());
        };
        let input = Input::Type {
            session: open.session,
            bytes: bytes.to_owned(),
        };
        open.lab.happen(input).map(drop)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // If it can't be written down, the session is still there after the next start, and
        // ends then.
        let _ = self.lab.happen(Input::HangUp(self.session));
    }
}

fn screen(client: &Client<'_>, terminal: SessionId) -> Screen {
    Screen {
        visit: client.visit.clone(),
        terminal,
        client: client.session.handle(),
        channel: client.channel,
    }
}

impl Behind for Login {
    fn lets_in(&mut self, world: &World, user: &str, password: &str) -> bool {
        let known = match &self.line {
            Terminal::Console(_) => user == CONSOLE_USER && password == PASSWORD,
            Terminal::Vty { chassis, .. } => ios::check_login(world, chassis, user, password),
        };
        if known {
            user.clone_into(&mut self.user);
        }
        known
    }

    fn shell(&mut self, client: &mut Client<'_>) -> Result<(), Trouble> {
        if self.open.is_some() {
            return client.refuse();
        }
        let Some((terminal, typed_out)) = self.terminal(&client.visit.lab)? else {
            client.accept()?;
            client.show("line is in use\r\n")?;
            return client.end(1);
        };
        client.accept()?;
        self.tasks.spawn(screen(client, terminal).show(typed_out));
        Ok(())
    }

    fn exec(&mut self, client: &mut Client<'_>, command: &[u8]) -> Result<(), Trouble> {
        // A terminal server has nothing to execute.
        if self.open.is_some() || matches!(self.line, Terminal::Console(_)) {
            return client.refuse();
        }
        let lab = &client.visit.lab;
        let Some((terminal, _)) = self.terminal(lab)? else {
            return client.refuse();
        };
        client.accept()?;
        let greeting = lab.output(terminal).bytes;
        let greeting = String::from_utf8_lossy(&greeting).into_owned();
        let prompt = greeting.rsplit('\n').next().unwrap_or_default().to_owned();
        self.type_in(b"terminal length 0\r")?;
        lab.output(terminal);
        self.type_in(&[command, b"\r"].concat())?;
        self.tasks
            .spawn(screen(client, terminal).show_answer(prompt));
        Ok(())
    }

    fn typed(&mut self, _client: &mut Client<'_>, bytes: &[u8]) -> Result<(), Trouble> {
        Ok(self.type_in(bytes)?)
    }

    fn typed_out(&mut self, _client: &mut Client<'_>) -> Result<(), Trouble> {
        if let Some(open) = &self.open {
            open.typed_out.send_replace(true);
        }
        Ok(())
    }
}
