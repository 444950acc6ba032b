use russh::server::{self, Auth, ChannelOpenHandle, Msg, Response, Session};
use russh::{Channel, ChannelId};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::screen::Screen;
use super::{CONSOLE_USER, password};
use crate::lab::connection::FateOf;
use crate::lab::console_hold::ConsoleHold;
use crate::lab::floor::{Input, Outcome};
use crate::lab::ios::{self, Line, SessionId};
use crate::lab::place::Terminal;
use crate::lab::world::DESK;
use crate::lab::{Lab, LabError, PASSWORD};

/// One connection.
pub(super) struct Login {
    lab: Lab,
    /// The target's name, for faults.
    name: String,
    line: Terminal,
    fate: FateOf,
    user: String,
    open: Option<Open>,
    /// What shows the terminal's output; ends with the connection.
    tasks: JoinSet<()>,
}

/// The terminal that the connection has opened.
struct Open {
    session: SessionId,
    /// Says that the client won't type any more.
    typed_out: watch::Sender<bool>,
    _console: Option<ConsoleHold>,
}

impl Login {
    pub(super) fn new(lab: Lab, name: String, line: Terminal, fate: FateOf) -> Self {
        Self {
            lab,
            name,
            line,
            fate,
            user: String::new(),
            open: None,
            tasks: JoinSet::new(),
        }
    }

    fn lets_in(&self, user: &str, password: &str) -> bool {
        let core = self.lab.core();
        if core.floor.faults.refuses_password(&self.name) {
            return false;
        }
        match &self.line {
            Terminal::Console(_) => user == CONSOLE_USER && password == PASSWORD,
            Terminal::Vty { chassis, .. } => {
                ios::check_login(&core.floor.world, chassis, user, password)
            }
        }
    }

    fn answer(&mut self, user: &str, password: &str) -> Auth {
        if self.lets_in(user, password) {
            self.user = user.to_owned();
            return Auth::Accept;
        }
        password::wrong()
    }

    /// Opens the device's terminal; `None` if its line is taken.
    fn terminal(&mut self) -> Result<Option<(SessionId, watch::Receiver<bool>)>, LabError> {
        let (line, console) = match &self.line {
            Terminal::Console(unit) => {
                let Some(hold) = self.lab.take_console(unit) else {
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
        let session = self.lab.open_session(line)?;
        if console.is_some() {
            // What a console showed while nobody listened is lost.
            self.lab.output(session);
        }
        let (typed_out, over) = watch::channel(false);
        self.open = Some(Open {
            session,
            typed_out,
            _console: console,
        });
        Ok(Some((session, over)))
    }

    fn screen(&self, terminal: SessionId, channel: ChannelId, session: &Session) -> Screen {
        Screen {
            lab: self.lab.clone(),
            terminal,
            client: session.handle(),
            channel,
        }
    }

    fn type_in(&mut self, bytes: &[u8]) -> Result<(), LabError> {
        let Some(open) = &self.open else {
            return Ok(());
        };
        let input = Input::Type {
            session: open.session,
            on: self.name.clone(),
            bytes: bytes.to_owned(),
        };
        if let Outcome::Struck(blow) = self.lab.happen(input)? {
            self.fate.send_replace(blow.into());
        }
        Ok(())
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            // If it can't be written down, the session is still there after the next start,
            // and ends then.
            let _ = self.lab.happen(Input::HangUp(open.session));
        }
    }
}

/// What goes wrong within a connection ends it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Ssh(#[from] russh::Error),
    #[error(transparent)]
    Lab(#[from] LabError),
}

impl server::Handler for Login {
    type Error = Trouble;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Trouble> {
        Ok(self.answer(user, password))
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Trouble> {
        Ok(match password::typed(response) {
            Ok(password) => self.answer(user, &password),
            Err(question) => question,
        })
    }

    async fn channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Trouble> {
        reply.accept().await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _term: &str,
        _columns: u32,
        _rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(russh::Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        Ok(session.channel_success(channel)?)
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Trouble> {
        if self.open.is_some() {
            return Ok(session.channel_failure(channel)?);
        }
        let Some((terminal, typed_out)) = self.terminal()? else {
            session.channel_success(channel)?;
            session.data(channel, b"line is in use\r\n".to_vec())?;
            session.exit_status_request(channel, 1)?;
            session.eof(channel)?;
            return Ok(session.close(channel)?);
        };
        session.channel_success(channel)?;
        self.tasks
            .spawn(self.screen(terminal, channel, session).show(typed_out));
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        // A terminal server has nothing to execute.
        if self.open.is_some() || matches!(self.line, Terminal::Console(_)) {
            return Ok(session.channel_failure(channel)?);
        }
        let Some((terminal, _)) = self.terminal()? else {
            return Ok(session.channel_failure(channel)?);
        };
        session.channel_success(channel)?;
        let greeting = self.lab.output(terminal).bytes;
        let greeting = String::from_utf8_lossy(&greeting).into_owned();
        let prompt = greeting.rsplit('\n').next().unwrap_or_default().to_owned();
        self.type_in(b"terminal length 0\r")?;
        self.lab.output(terminal);
        self.type_in(&[command, b"\r"].concat())?;
        self.tasks
            .spawn(self.screen(terminal, channel, session).show_answer(prompt));
        Ok(())
    }

    async fn channel_eof(
        &mut self,
        _channel: ChannelId,
        _session: &mut Session,
    ) -> Result<(), Trouble> {
        if let Some(open) = &self.open {
            open.typed_out.send_replace(true);
        }
        Ok(())
    }

    async fn data(
        &mut self,
        _channel: ChannelId,
        data: &[u8],
        _session: &mut Session,
    ) -> Result<(), Trouble> {
        Ok(self.type_in(data)?)
    }
}
