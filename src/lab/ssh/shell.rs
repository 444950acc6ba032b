use russh::server::{self, Auth, ChannelOpenHandle, Msg, Response, Session};
use russh::{Channel, ChannelId};

use super::login::Trouble;
use super::password;
use crate::lab::Lab;
use crate::lab::connection::FateOf;
use crate::lab::dom0;
use crate::lab::floor::{Input, Outcome};

/// The number of standard error among a channel's streams.
const STDERR: u32 = 1;

/// One connection to the shell of a host.
pub(super) struct Shell {
    pub(super) lab: Lab,
    /// The target's name, for faults.
    pub(super) name: String,
    pub(super) server: String,
    pub(super) fate: FateOf,
}

impl Shell {
    fn answer(&self, user: &str, password: &str) -> Auth {
        let core = self.lab.core();
        let refuses = core.floor.faults.refuses_password(&self.name);
        match !refuses && dom0::check_login(&core.floor.world, &self.server, user, password) {
            true => Auth::Accept,
            false => password::wrong(),
        }
    }
}

impl server::Handler for Shell {
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

    /// There is nobody to type to.
    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Trouble> {
        session.channel_success(channel)?;
        let text = b"the lab's hosts run single commands: ssh root@HOST COMMAND\r\n";
        session.extended_data(channel, STDERR, text.to_vec())?;
        session.exit_status_request(channel, 1)?;
        session.eof(channel)?;
        Ok(session.close(channel)?)
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        session.channel_success(channel)?;
        let input = Input::Shell {
            server: self.server.clone(),
            on: self.name.clone(),
            line: String::from_utf8_lossy(command).into_owned(),
        };
        let Outcome::Ran { ran, blow } = self.lab.happen(input)? else {
            return Ok(session.close(channel)?);
        };
        if let Some(blow) = blow {
            self.fate.send_replace(blow.into());
        }
        if !ran.stdout.is_empty() {
            session.data(channel, ran.stdout.into_bytes())?;
        }
        if !ran.stderr.is_empty() {
            session.extended_data(channel, STDERR, ran.stderr.into_bytes())?;
        }
        session.exit_status_request(channel, ran.status)?;
        session.eof(channel)?;
        Ok(session.close(channel)?)
    }
}
