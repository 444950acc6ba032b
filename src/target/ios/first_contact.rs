use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::dialogue::{Dialogue, Trouble};
use super::login::{Login, Way};
use crate::target::{Failure, FailureKind, Reply};
use crate::wire::Stream;
use crate::wire::prompt::{Echo, Event, Mode, PromptError};

/// The deadline of everything up to the first privileged prompt.
const LOGIN: Duration = Duration::from_secs(45);
/// A console that says nothing for so long has nobody behind it.
const SILENCE: Duration = Duration::from_secs(15);
/// Between two returns on a silent console.
const KNOCK: Duration = Duration::from_secs(3);
/// A message of the day that ends like a prompt does not do so twice.
const TRIES: usize = 4;

/// Gets to a privileged prompt on a terminal without pages.
pub(super) async fn open(stream: Box<dyn Stream>, login: &Login) -> Result<Dialogue, Failure> {
    let mut dialogue = Dialogue::new(stream, Instant::now() + LOGIN);
    let event = match &login.way {
        Way::Shell => dialogue
            .reader
            .wait(dialogue.deadline)
            .await
            .map_err(wire)?,
        Way::Console { login } => {
            let event = wake(&mut dialogue).await?;
            log_in(&mut dialogue, event, login.as_ref()).await?
        }
    };
    learn(&mut dialogue, event).await?;
    if dialogue.is_in_config() {
        dialogue.ask("end").await.map_err(trouble)?;
    }
    if dialogue.prompt.mode == Mode::User {
        enable(&mut dialogue, login.enable.as_ref()).await?;
    }
    let host = dialogue.prompt.host.clone();
    dialogue.reader.know(&host);
    for line in ["terminal length 0", "terminal width 511"] {
        dialogue.ask(line).await.map_err(trouble)?;
    }
    Ok(dialogue)
}

/// Presses return until somebody answers. What was half typed is rubbed out first: a return
/// would run it. (Ctrl-C would do that too, and stop a switch that is just starting.)
async fn wake(dialogue: &mut Dialogue) -> Result<Event, Failure> {
    let end = Instant::now() + SILENCE;
    let reader = &mut dialogue.reader;
    reader.send(&[0x15], Echo::Done, end).await.map_err(wire)?;
    loop {
        reader.send(b"\r", Echo::Done, end).await.map_err(wire)?;
        let knock = end.min(Instant::now() + KNOCK);
        match reader.wait(knock).await {
            Ok(event) => return Ok(event),
            Err(PromptError::Timeout(_)) if knock < end => {}
            Err(PromptError::Timeout(line)) => {
                let said = match line.trim() {
                    "" => "it is silent".to_owned(),
                    line => format!("it says `{}`", crate::text::escape(line)),
                };
                return Err(Failure::not_sent(
                    FailureKind::Unreachable,
                    format!(
                        "get a prompt on the console: {said} for {} s",
                        SILENCE.as_secs()
                    ),
                )
                .help(
                    "is the switch on, has it finished starting, and is this its console cable?",
                ));
            }
            Err(error) => return Err(wire(error)),
        }
    }
}

/// Answers what a console asks before it gives a prompt.
async fn log_in(
    dialogue: &mut Dialogue,
    mut event: Event,
    login: Option<&(String, SecretString)>,
) -> Result<Event, Failure> {
    let mut is_answered = false;
    loop {
        let Event::Question(question) = event else {
            return Ok(event);
        };
        let lower = question.to_ascii_lowercase();
        let asks_user = lower.ends_with("username:");
        let asks_password = lower.ends_with("password:");
        if asks_user || asks_password {
            let Some((user, password)) = login else {
                return Err(
                    refused("the console asks for a login, and the inventory has none")
                        .help("add `login:` with a user and a password reference to the target"),
                );
            };
            // A second round means that the first was refused; a third would lock the user.
            if is_answered && asks_user {
                return Err(refused(&format!("it refused the login of `{user}`")));
            }
            is_answered |= asks_password;
            match asks_user {
                true => dialogue.answer(&question, user).await,
                false => dialogue.answer_secret(password).await,
            }
            .map_err(wire)?;
        } else if lower.contains("initial configuration dialog") {
            dialogue.answer(&question, "no").await.map_err(wire)?;
        } else if lower.contains("terminate autoinstall") {
            dialogue.answer(&question, "yes").await.map_err(wire)?;
        } else {
            // Somebody walked away from it.
            let deadline = dialogue.deadline;
            let reader = &mut dialogue.reader;
            reader
                .send(&[0x03], Echo::AnyLine, deadline)
                .await
                .map_err(wire)?;
        }
        event = dialogue
            .reader
            .wait(dialogue.deadline)
            .await
            .map_err(wire)?;
    }
}

/// Learns the prompt: one that comes back on a return.
async fn learn(dialogue: &mut Dialogue, first: Event) -> Result<(), Failure> {
    let mut event = first;
    for _ in 0..TRIES {
        let Event::Prompt(seen) = event else {
            return Err(refused("it asks instead of showing a prompt"));
        };
        let deadline = dialogue.deadline;
        let reader = &mut dialogue.reader;
        reader
            .send(b"\r", Echo::AnyLine, deadline)
            .await
            .map_err(wire)?;
        event = reader.wait(deadline).await.map_err(wire)?;
        reader.take_output();
        if event == Event::Prompt(seen.clone()) {
            dialogue.prompt = seen;
            return Ok(());
        }
    }
    Err(Failure::not_sent(
        FailureKind::Protocol,
        "log in to the switch: it shows another prompt after each return",
    ))
}

async fn enable(dialogue: &mut Dialogue, secret: Option<&SecretString>) -> Result<(), Failure> {
    let deadline = dialogue.deadline;
    dialogue
        .reader
        .send_line("enable", deadline)
        .await
        .map_err(wire)?;
    let mut event = dialogue.reader.wait(deadline).await.map_err(wire)?;
    if matches!(event, Event::Question(_)) {
        let Some(secret) = secret.filter(|secret| !secret.expose_secret().is_empty()) else {
            return Err(
                refused("`enable` asks for a password, and the inventory has none")
                    .help("add `enable:` with a secret reference to the target"),
            );
        };
        dialogue.answer_secret(secret).await.map_err(wire)?;
        event = dialogue.reader.wait(deadline).await.map_err(wire)?;
    }
    let said = dialogue.reader.take_output();
    match event {
        Event::Prompt(prompt) if prompt.mode == Mode::Privileged => {
            dialogue.prompt = prompt;
            Ok(())
        }
        Event::Prompt(_) => Err(refused(&format!("`enable` was refused: {}", said.trim()))),
        Event::Question(_) => Err(refused("it refused the enable password")),
    }
}

fn refused(what: &str) -> Failure {
    Failure::not_sent(
        FailureKind::Authentication,
        format!("log in to the switch: {what}"),
    )
}

fn wire(error: PromptError) -> Failure {
    trouble(Trouble::Wire(error))
}

fn trouble(trouble: Trouble) -> Failure {
    trouble.into_failure(false, "log in to the switch", Reply::default())
}
