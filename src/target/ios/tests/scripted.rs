//! Switches that the lab does not have.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use crate::target::ios::{IosSession, Login, Way};
use crate::target::{Failure, FailureKind, Identity, LineFate, Options, Request, Session, Silent};
use crate::value::Scope;

/// Answers each line with what the script says, until it says `None`: then the line is dead.
async fn play(mut stream: DuplexStream, mut script: impl FnMut(&str) -> Option<String>) {
    let mut line = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        if byte != b'\r' {
            line.push(byte);
            continue;
        }
        let typed = String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned();
        let Some(answer) = script(&typed) else { return };
        let text = format!("{typed}\r\n{answer}");
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn on_shell<T>(
    greeting: &str,
    script: impl FnMut(&str) -> Option<String>,
    work: impl AsyncFnOnce(&mut IosSession) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (near, mut far) = duplex(4096);
    far.write_all(greeting.as_bytes())
        .await
        .expect("a listener");
    let work = async move {
        let login = Login {
            way: Way::Shell,
            enable: None,
        };
        let mut session = IosSession::open(Box::new(near), login, Identity::default()).await?;
        work(&mut session).await
    };
    tokio::join!(work, play(far, script)).0
}

fn prompt(line: &str) -> Option<String> {
    Some(match line {
        "configure terminal" => "Switch(config)#".to_owned(),
        _ => "Switch#".to_owned(),
    })
}

#[tokio::test(start_paused = true)]
async fn a_message_of_the_day_is_not_a_prompt() {
    let greeting = "\r\n### Property of ACME #\r\nkeep-out#\r\n\r\nSwitch#";
    let identity = on_shell(greeting, prompt, async |session| {
        let look = Request {
            names: Scope::default(),
            lang: "ios",
            text: "show clock\n".into(),
            options: Options::default(),
        };
        session.look(&look, &mut Silent).await
    })
    .await;
    assert!(identity.is_ok(), "{identity:?}");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_kills_the_session_is_unknown() {
    let script = |line: &str| match line {
        "hostname One" => Some("One(config)#".to_owned()),
        "no ip routing" => None,
        line => prompt(line),
    };
    let failure = on_shell("Switch#", script, async |session| {
        let block = Request {
            names: Scope::default(),
            lang: "ios",
            text: "hostname One\nno ip routing\nhostname Two\n".into(),
            options: Options::default(),
        };
        session.apply(&block, &mut Silent).await
    })
    .await
    .expect_err("nobody answers any more");
    assert!(failure.maybe_sent());
    assert_eq!(failure.kind, FailureKind::Disconnected);
    let fates: Vec<LineFate> = failure.partial.lines.iter().map(|line| line.fate).collect();
    assert_eq!(
        fates,
        [LineFate::Accepted, LineFate::Unknown, LineFate::NotSent]
    );
}

#[tokio::test(start_paused = true)]
async fn an_expected_restart_is_a_success() {
    let script = |line: &str| match line {
        "reload" => Some("Proceed with reload? [confirm]".to_owned()),
        "" => None,
        line => prompt(line),
    };
    let mut is_open = false;
    // The first returns only ask for the prompt.
    let script = move |line: &str| {
        is_open |= line == "reload";
        match is_open {
            true => script(line),
            false => prompt(line),
        }
    };
    let reply = on_shell("Switch#", script, async |session| {
        let options = Options {
            exec: true,
            disconnects: true,
            timeout: Duration::from_secs(120),
            ..Options::default()
        };
        let block = Request {
            names: Scope::default(),
            lang: "ios",
            text: "reload\n?\n".into(),
            options,
        };
        session.apply(&block, &mut Silent).await
    })
    .await
    .expect("it was told to");
    assert_eq!(reply.lines[0].fate, LineFate::Accepted);
}

#[tokio::test(start_paused = true)]
async fn an_indented_line_is_not_typed_into_the_wrong_mode() {
    let reply = on_shell(
        "Switch#",
        |line: &str| match line {
            "end" => prompt(line),
            line if line.starts_with("interface") || line == "configure terminal" => {
                Some("Switch(config)#".to_owned())
            }
            line => {
                assert_ne!(line, "shutdown");
                prompt(line)
            }
        },
        async |session| {
            let block = Request {
                names: Scope::default(),
                lang: "ios",
                text: "interface range Gi1/0/1 - 2\n shutdown\n".into(),
                options: Options::default(),
            };
            session.apply(&block, &mut Silent).await
        },
    )
    .await
    .expect("the switch answers");
    assert_eq!(reply.error.and_then(|error| error.line), Some(1));
    assert_eq!(reply.lines[1].fate, LineFate::NotSent);
}
