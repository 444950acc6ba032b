use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout};

use super::conversation::Conversation;
use super::{IosSession, Login};
use crate::target::{Failure, FailureKind, Silent, ssh};
use crate::wire::ssh::SshConnection;
use crate::wire::terminal::{End, Prompt, Terminal};

/// How long a device may take to show its first prompt.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait before pressing return (again) on a silent console.
const NUDGE: Duration = Duration::from_secs(3);

/// The terminal that is asked for: wide, so that no line is wrapped or scrolled.
const COLUMNS: u32 = 511;
const ROWS: u32 = 24;

/// Opens a shell, or the console line behind a terminal server, and gets to a privileged
/// prompt with paging off.
///
/// # Errors
/// Nothing was sent that changes anything.
pub(crate) async fn open(connection: SshConnection, login: Login) -> Result<IosSession, Failure> {
    let identity = ssh::identity(&connection);
    let stream = connection.shell(COLUMNS, ROWS).await.map_err(|error| {
        Failure::not_sent(FailureKind::Protocol, format!("open a terminal: {error}"))
    })?;
    let mut conversation = Conversation {
        terminal: Terminal::new(stream),
        prompt: Prompt {
            host: String::new(),
            mode: None,
            privileged: false,
        },
        deadline: Instant::now() + PATIENCE,
    };
    let opened = arrive(&mut conversation, &login).await;
    opened.map_err(|failure| Failure {
        maybe_sent: false,
        ..failure
    })?;
    Ok(IosSession::new(conversation, identity, connection))
}

async fn arrive(talk: &mut Conversation, login: &Login) -> Result<(), Failure> {
    let mut tried = false;
    loop {
        match first(talk, login.console).await? {
            End::Prompt(prompt) => {
                talk.prompt = prompt;
                break;
            }
            End::Question(question) => {
                let asks = question.to_ascii_lowercase();
                let (user, password) = login.user.as_ref().ok_or_else(|| refused(&question))?;
                if asks.ends_with("username:") || asks.ends_with("login:") {
                    // One try: a wrong password locks people out.
                    if std::mem::replace(&mut tried, true) {
                        return Err(refused(&question));
                    }
                    talk.send(format!("{user}\r").as_bytes()).await?;
                } else if asks.ends_with("password:") {
                    talk.send(format!("{}\r", password.expose_secret()).as_bytes())
                        .await?;
                } else {
                    // Somebody left a question open.
                    talk.send(b"\x03").await?;
                }
            }
        }
    }
    if talk.prompt.mode.is_some() {
        talk.ask("end", &mut Silent).await?;
    }
    if !talk.prompt.privileged {
        enable(talk, login).await?;
    }
    talk.ask("terminal length 0", &mut Silent).await?;
    talk.ask("terminal width 511", &mut Silent).await?;
    Ok(())
}

/// The first thing the device shows; a console is woken by a return.
async fn first(talk: &mut Conversation, console: bool) -> Result<End, Failure> {
    loop {
        let quiet = timeout(NUDGE, talk.terminal.turn("", |_| {})).await;
        match quiet {
            Ok(Ok(turn)) => return Ok(turn.end),
            Ok(Err(error)) => {
                let message = format!("hear the device's prompt: {error}");
                return Err(Failure::not_sent(FailureKind::Disconnected, message));
            }
            Err(_) if Instant::now() >= talk.deadline => {
                let message = "hear the device's prompt: it stays silent";
                return Err(Failure::not_sent(FailureKind::Timeout, message));
            }
            Err(_) if console => talk.send(b"\r").await?,
            Err(_) => {}
        }
    }
}

async fn enable(talk: &mut Conversation, login: &Login) -> Result<(), Failure> {
    talk.send(b"enable\r").await?;
    let turn = talk.turn("enable", &mut Silent).await?;
    let end = match turn.end {
        End::Question(question) => {
            let secret = login.enable.as_ref().ok_or_else(|| refused(&question))?;
            talk.send(format!("{}\r", secret.expose_secret()).as_bytes())
                .await?;
            talk.turn("", &mut Silent).await?.end
        }
        prompt => prompt,
    };
    match end {
        End::Prompt(prompt) if prompt.privileged => {
            talk.prompt = prompt;
            Ok(())
        }
        _ => Err(Failure::not_sent(
            FailureKind::Authentication,
            format!(
                "become privileged: the device refused {}",
                turn.output.trim()
            ),
        )),
    }
}

fn refused(question: &str) -> Failure {
    let message = format!("log in: the device asks `{question}`");
    Failure::not_sent(FailureKind::Authentication, message)
        .help("give `console-login` or `enable` in the inventory")
}
