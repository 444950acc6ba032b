use russh::server::{self, Auth, ChannelOpenHandle, Msg, Response, Session};
use russh::{Channel, ChannelId};

use super::password;
use crate::lab::LabError;
use crate::lab::faults::Bytes;
use crate::lab::visit::Visit;
use crate::lab::world::World;

/// The number of standard error among a channel's streams.
const STDERR: u32 = 1;

/// What an SSH server of the lab leads to.
pub(super) trait Behind: Send + 'static {
    /// Whether this is a user's password.
    fn lets_in(&mut self, world: &World, user: &str, password: &str) -> bool;

    /// The client wants to type.
    fn shell(&mut self, client: &mut Client<'_>) -> Result<(), Trouble>;

    /// The client has one command.
    fn exec(&mut self, client: &mut Client<'_>, command: &[u8]) -> Result<(), Trouble>;

    /// The client types. Where there is nobody to type to, nothing comes of it.
    fn typed(&mut self, _client: &mut Client<'_>, _bytes: &[u8]) -> Result<(), Trouble> {
        Ok(())
    }

    /// The client won't type any more.
    fn typed_out(&mut self, _client: &mut Client<'_>) -> Result<(), Trouble> {
        Ok(())
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

/// One connection: a password is asked for, and then leads to what is behind.
pub(super) struct Gate<B> {
    visit: Visit,
    behind: B,
}

/// The client of an open channel.
pub(super) struct Client<'a> {
    pub(super) visit: &'a Visit,
    pub(super) channel: ChannelId,
    pub(super) session: &'a mut Session,
}

impl Client<'_> {
    pub(super) fn accept(&mut self) -> Result<(), Trouble> {
        Ok(self.session.channel_success(self.channel)?)
    }

    pub(super) fn refuse(&mut self) -> Result<(), Trouble> {
        Ok(self.session.channel_failure(self.channel)?)
    }

    pub(super) fn show(&mut self, text: impl Into<Vec<u8>>) -> Result<(), Trouble> {
        self.say(text.into(), None)
    }

    pub(super) fn complain(&mut self, text: impl Into<Vec<u8>>) -> Result<(), Trouble> {
        self.say(text.into(), Some(STDERR))
    }

    fn say(&mut self, mut text: Vec<u8>, stream: Option<u32>) -> Result<(), Trouble> {
        if text.is_empty() {
            return Ok(());
        }
        let (count, blow) = self.visit.pass(Bytes::Shown, text.len())?;
        text.truncate(count);
        match stream {
            _ if text.is_empty() => {}
            None => self.session.data(self.channel, text)?,
            Some(stream) => self.session.extended_data(self.channel, stream, text)?,
        }
        if let Some(blow) = blow {
            self.visit.strike(Bytes::Shown, blow)?;
        }
        Ok(())
    }

    /// Ends what the client had asked for.
    pub(super) fn end(&mut self, status: u32) -> Result<(), Trouble> {
        if self.visit.is_over() {
            return Ok(());
        }
        self.session.exit_status_request(self.channel, status)?;
        self.session.eof(self.channel)?;
        self.close()
    }

    pub(super) fn close(&mut self) -> Result<(), Trouble> {
        if self.visit.is_over() {
            return Ok(());
        }
        Ok(self.session.close(self.channel)?)
    }
}

impl<B: Behind> Gate<B> {
    pub(super) fn new(visit: Visit, behind: B) -> Self {
        Self { visit, behind }
    }

    fn answer(&mut self, user: &str, password: &str) -> Auth {
        let core = self.visit.lab.core();
        let refuses = core.floor.faults.refuses_password(&self.visit.name);
        match !refuses && self.behind.lets_in(&core.floor.world, user, password) {
            true => Auth::Accept,
            false => password::wrong(),
        }
    }

    /// What is behind, and who asks.
    fn meet<'a>(
        &'a mut self,
        channel: ChannelId,
        session: &'a mut Session,
    ) -> (&'a mut B, Client<'a>) {
        let client = Client {
            visit: &self.visit,
            channel,
            session,
        };
        (&mut self.behind, client)
    }
}

impl<B: Behind> server::Handler for Gate<B> {
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
        self.meet(channel, session).1.accept()
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Trouble> {
        let (behind, mut client) = self.meet(channel, session);
        behind.shell(&mut client)
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        let (behind, mut client) = self.meet(channel, session);
        let (count, blow) = client.visit.pass(Bytes::Typed, command.len())?;
        // Half a request is none.
        if count == command.len() {
            behind.exec(&mut client, command)?;
        }
        if let Some(blow) = blow {
            client.visit.strike(Bytes::Typed, blow)?;
        }
        Ok(())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Trouble> {
        let (behind, mut client) = self.meet(channel, session);
        let (count, blow) = client.visit.pass(Bytes::Typed, data.len())?;
        behind.typed(&mut client, &data[..count])?;
        if let Some(blow) = blow {
            client.visit.strike(Bytes::Typed, blow)?;
        }
        Ok(())
    }

    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Trouble> {
        let (behind, mut client) = self.meet(channel, session);
        behind.typed_out(&mut client)
    }
}
