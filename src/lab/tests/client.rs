use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, AuthResult, KeyboardInteractiveAuthResponse, Msg};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelMsg, Preferred};
use tokio::time::timeout;

use crate::lab::{Lab, PASSWORD};
use crate::wire::Endpoint;

/// A terminal that somebody at the desk has open. It trusts every host key.
pub(super) struct Terminal {
    channel: Channel<Msg>,
    _session: client::Handle<Trusting>,
    seen: String,
}

#[derive(Default)]
pub(super) struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _key: &PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

pub(super) fn endpoint(text: &str) -> Endpoint {
    let (host, port) = text.split_once(':').unwrap();
    Endpoint {
        host: host.to_owned(),
        port: port.parse().unwrap(),
    }
}

/// Connects to an address of the lab, with a minute of patience.
pub(super) async fn connect(
    lab: &Lab,
    to: &str,
    preferred: Preferred,
) -> Result<client::Handle<Trusting>, String> {
    let dial = lab.dialer();
    let to = endpoint(to);
    let stream = timeout(Duration::from_secs(60), dial.dial(&to))
        .await
        .map_err(|_| "silence".to_owned())?
        .map_err(|error| error.to_string())?;
    let config = Arc::new(client::Config {
        preferred,
        ..client::Config::default()
    });
    client::connect_stream(config, stream, Trusting)
        .await
        .map_err(|error| error.to_string())
}

/// Logs in with a password, the plain way.
pub(super) async fn log_in(lab: &Lab, to: &str, user: &str) -> Result<Terminal, String> {
    log_in_with(lab, to, user, PASSWORD).await
}

/// The same with any password.
pub(super) async fn log_in_with(
    lab: &Lab,
    to: &str,
    user: &str,
    password: &str,
) -> Result<Terminal, String> {
    let mut session = connect(lab, to, Preferred::DEFAULT).await?;
    match session.authenticate_password(user, password).await {
        Ok(AuthResult::Success) => Terminal::open(session).await,
        other => Err(format!("{other:?}")),
    }
}

/// Logs in as netmiko and OpenSSH do when they are asked.
pub(super) async fn answer_prompts(
    mut session: client::Handle<Trusting>,
    user: &str,
) -> Result<Terminal, String> {
    let first = session
        .authenticate_keyboard_interactive_start(user, None)
        .await;
    let Ok(KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. }) = first else {
        return Err(format!("{first:?}"));
    };
    assert_eq!(prompts[0].prompt, "Password: ");
    match session
        .authenticate_keyboard_interactive_respond(vec![PASSWORD.to_owned()])
        .await
    {
        Ok(KeyboardInteractiveAuthResponse::Success) => Terminal::open(session).await,
        other => Err(format!("{other:?}")),
    }
}

impl Terminal {
    async fn open(session: client::Handle<Trusting>) -> Result<Self, String> {
        let open = async {
            let channel = session.channel_open_session().await?;
            channel
                .request_pty(false, "vt100", 80, 24, 0, 0, &[])
                .await?;
            channel.request_shell(true).await?;
            Ok::<_, russh::Error>(channel)
        };
        let channel = open.await.map_err(|error| error.to_string())?;
        Ok(Self {
            channel,
            _session: session,
            seen: String::new(),
        })
    }

    pub(super) async fn send(&mut self, text: &str) {
        // A connection that is gone shows in what is read next.
        let _ = self.channel.data(text.as_bytes()).await;
    }

    /// Reads up to `wanted` and returns it with what came before; `Err` is what had come when
    /// the connection ended, or nothing came for ten minutes.
    pub(super) async fn until(&mut self, wanted: &str) -> Result<String, String> {
        loop {
            if let Some(at) = self.seen.find(wanted) {
                let rest = self.seen.split_off(at + wanted.len());
                return Ok(std::mem::replace(&mut self.seen, rest));
            }
            match timeout(Duration::from_secs(600), self.channel.wait()).await {
                Ok(Some(ChannelMsg::Data { data })) => {
                    self.seen.push_str(&String::from_utf8_lossy(&data));
                }
                Ok(Some(ChannelMsg::Close) | None) => return Err(format!("{}<end>", self.seen)),
                Ok(Some(_)) => {}
                Err(_) => return Err(format!("{}<silence>", self.seen)),
            }
        }
    }

    /// Types a line and reads up to the next prompt that ends in `prompt`.
    pub(super) async fn ask(&mut self, line: &str, prompt: &str) -> Result<String, String> {
        self.send(&format!("{line}\r")).await;
        self.until(prompt).await
    }
}
