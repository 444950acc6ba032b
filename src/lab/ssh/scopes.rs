use russh::server::{self, Auth, ChannelOpenHandle, Msg, Response, Session};
use russh::{Channel, ChannelId};

use super::login::Trouble;
use super::password;
use crate::lab::Lab;
use crate::lab::cimc::{self, Cli};
use crate::lab::connection::FateOf;
use crate::lab::floor::{Input, Outcome};

const BACKSPACE: [u8; 2] = [0x08, 0x7f];
const INTERRUPT: u8 = 0x03;

/// One connection to the command line of a server's management controller.
pub(super) struct Scopes {
    pub(super) lab: Lab,
    /// The target's name, for faults.
    pub(super) name: String,
    pub(super) server: String,
    pub(super) fate: FateOf,
    /// Once a shell was asked for.
    pub(super) cli: Option<Cli>,
    /// What was typed of a line.
    pub(super) typed: Vec<u8>,
}

impl Scopes {
    fn answer(&self, user: &str, password: &str) -> Auth {
        let core = self.lab.core();
        let refuses = core.floor.faults.refuses_password(&self.name);
        let machine = core.floor.world.machine(&self.server);
        let known = machine.and_then(|machine| machine.controller.login(user, password));
        match !refuses && known.is_some() {
            true => Auth::Accept,
            false => password::wrong(),
        }
    }

    /// Takes a line; returns what is shown, and whether the user leaves.
    fn line(&mut self, line: &str) -> Result<(String, bool), Trouble> {
        let objects = cimc::objects(&self.lab.core().floor.world, &self.server);
        let Some(cli) = &mut self.cli else {
            return Ok((String::new(), true));
        };
        let step = cli.enter(line, &objects);
        let mut text = step.text;
        if let Some(object) = step.change {
            let input = Input::Order {
                server: self.server.clone(),
                on: self.name.clone(),
                object: object.to_string(),
            };
            if let Outcome::Answered {
                text: refused,
                blow,
            } = self.lab.happen(input)?
            {
                text.push_str(&refused);
                if let Some(blow) = blow {
                    self.fate.send_replace(blow.into());
                }
            }
        }
        Ok((text, step.leaves))
    }

    fn prompt(&self) -> String {
        self.cli.as_ref().map(Cli::prompt).unwrap_or_default()
    }

    /// What typing a byte shows, and whether the user leaves.
    fn key(&mut self, byte: u8) -> Result<(String, bool), Trouble> {
        match byte {
            b'\r' => {
                let typed = std::mem::take(&mut self.typed);
                let (text, leaves) = self.line(&String::from_utf8_lossy(&typed))?;
                let prompt = if leaves { String::new() } else { self.prompt() };
                Ok((
                    format!("\r\n{}{prompt}", text.replace('\n', "\r\n")),
                    leaves,
                ))
            }
            b'\n' => Ok((String::new(), false)),
            INTERRUPT => {
                self.typed.clear();
                Ok((format!("^C\r\n{}", self.prompt()), false))
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

    fn begin(&mut self) {
        let core = self.lab.core();
        let machine = core.floor.world.machine(&self.server);
        let host = machine.map(|machine| machine.controller.hostname.clone());
        self.cli = Some(Cli::new(&host.unwrap_or_default()));
    }
}

impl server::Handler for Scopes {
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
        if self.cli.is_some() {
            return Ok(session.channel_failure(channel)?);
        }
        self.begin();
        session.channel_success(channel)?;
        Ok(session.data(channel, self.prompt().into_bytes())?)
    }

    /// One line, and what it shows.
    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        if self.cli.is_some() {
            return Ok(session.channel_failure(channel)?);
        }
        self.begin();
        session.channel_success(channel)?;
        let (text, _) = self.line(&String::from_utf8_lossy(command))?;
        session.data(channel, text.into_bytes())?;
        session.exit_status_request(channel, 0)?;
        session.eof(channel)?;
        Ok(session.close(channel)?)
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        for byte in data {
            let (text, leaves) = self.key(*byte)?;
            if !text.is_empty() {
                session.data(channel, text.into_bytes())?;
            }
            if leaves {
                session.exit_status_request(channel, 0)?;
                session.eof(channel)?;
                return Ok(session.close(channel)?);
            }
        }
        Ok(())
    }

    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Trouble> {
        Ok(session.close(channel)?)
    }
}
