//! The reader against a scripted device, in virtual time.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::*;

const LOG: &str = "*Jan  5 09:00:00.123: %SYS-5-CONFIG_I: Configured from console by console";

struct Shown {
    event: Result<Event, PromptError>,
    output: String,
    notices: Vec<String>,
}

impl Shown {
    fn is_at_prompt(&self) -> bool {
        matches!(&self.event, Ok(Event::Prompt(prompt)) if prompt.mode == Mode::Privileged)
    }
}

/// What comes of `show clock` on a device that behaves like that after it was typed.
async fn shown(device: impl AsyncFnOnce(&mut DuplexStream)) -> Shown {
    let (near, mut far) = duplex(64);
    let mut reader = PromptReader::new(Box::new(near));
    reader.know("Switch");
    let deadline = Instant::now() + Duration::from_secs(20);
    let typist = async {
        reader.wait(deadline).await?;
        reader.send_line("show clock", deadline).await?;
        reader.wait(deadline).await
    };
    let device = async move {
        say(&mut far, "Switch#").await;
        assert_eq!(typed(&mut far).await, "show clock\r");
        device(&mut far).await;
        far
    };
    let (event, _) = tokio::join!(typist, device);
    Shown {
        event,
        output: reader.take_output(),
        notices: reader.take_notices(),
    }
}

async fn typed(device: &mut DuplexStream) -> String {
    let mut typed = Vec::new();
    while typed.last() != Some(&b'\r') {
        typed.push(device.read_u8().await.expect("somebody types"));
    }
    String::from_utf8(typed).expect("text")
}

async fn say(device: &mut DuplexStream, text: &str) {
    device.write_all(text.as_bytes()).await.expect("a listener");
}

/// A device that says these pieces, 10 ms apart.
async fn says(pieces: &[&str]) -> Shown {
    shown(async |device: &mut DuplexStream| {
        for piece in pieces {
            say(device, piece).await;
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn output_may_come_byte_by_byte() {
    let text = "show clock\r\n09:00:00 UTC\r\nSwitch#";
    let bytes: Vec<&str> = (0..text.len()).map(|at| &text[at..=at]).collect();
    let shown = says(&bytes).await;
    assert!(shown.is_at_prompt());
    assert_eq!(shown.output, "09:00:00 UTC\n");
}

#[tokio::test(start_paused = true)]
async fn a_log_line_in_the_echo_is_set_aside() {
    for again in ["ock", "Switch#show clock"] {
        let said = format!("show cl\r\n{LOG}\r\n{again}\r\n09:00:00 UTC\r\nSwitch#");
        let shown = says(&[&said]).await;
        assert!(shown.is_at_prompt());
        assert_eq!(shown.output, "09:00:00 UTC\n");
        assert_eq!(shown.notices, [LOG]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_prompt_shown_again_before_the_echo_does_not_end_the_line() {
    for prompt in ["", "Switch#"] {
        let shown = shown(async |device: &mut DuplexStream| {
            say(device, &format!("\r\n{LOG}\r\n{prompt}")).await;
            sleep(Duration::from_secs(5)).await;
            say(device, "show clock\r\n09:00:00 UTC\r\nSwitch#").await;
        })
        .await;
        assert!(shown.is_at_prompt());
        assert_eq!(shown.output, "09:00:00 UTC\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_prompt_that_a_log_line_pushed_away_is_fetched_with_one_return() {
    let shown = shown(async |device: &mut DuplexStream| {
        let said = format!("show clock\r\n09:00:00 UTC\r\nSwitch#\r\n{LOG}\r\n");
        say(device, &said).await;
        assert_eq!(typed(device).await, "\r");
        say(device, "\r\nSwitch#").await;
    })
    .await;
    assert!(shown.is_at_prompt());
    assert_eq!(shown.output, "09:00:00 UTC\n");
    assert_eq!(shown.notices, [LOG]);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_a_log_line_pushed_away_gets_no_return() {
    let shown = shown(async |device: &mut DuplexStream| {
        let said = format!("show clock\r\nProceed with reload? [confirm]\r\n{LOG}\r\n");
        say(device, &said).await;
        let key = tokio::time::timeout(Duration::from_secs(10), device.read_u8()).await;
        assert!(key.is_err(), "a return there would restart the switch");
    })
    .await;
    let question = "Proceed with reload? [confirm]".to_owned();
    assert_eq!(shown.event, Ok(Event::Question(question)));
}

#[tokio::test(start_paused = true)]
async fn a_log_line_in_a_long_command_does_not_press_a_key() {
    let shown = shown(async |device: &mut DuplexStream| {
        say(device, &format!("show clock\r\nworking\r\n{LOG}\r\n")).await;
        let key = tokio::time::timeout(Duration::from_secs(10), device.read_u8()).await;
        assert!(key.is_err());
        say(device, "done\r\nSwitch#").await;
    })
    .await;
    assert!(shown.is_at_prompt());
    assert_eq!(shown.output, "working\ndone\n");
}

#[tokio::test(start_paused = true)]
async fn what_looks_like_a_prompt_in_the_output_is_output() {
    let shown = says(&[
        "show clock\r\nfoo#\r\nfoo#",
        "bar\r\nSwitch#",
        " is not free\r\nSwit",
        "ch#",
    ])
    .await;
    assert!(shown.is_at_prompt());
    assert_eq!(shown.output, "foo#\nfoo#bar\nSwitch# is not free\n");
}

#[tokio::test(start_paused = true)]
async fn pages_are_turned() {
    let erase = format!("{0}{1}{0}", "\u{8}".repeat(9), " ".repeat(8));
    let shown = shown(async |device: &mut DuplexStream| {
        say(device, "show clock\r\none\r\n --More-- ").await;
        for rest in ["two\r\n --More-- ", "three\r\nSwitch#"] {
            assert_eq!(device.read_u8().await.ok(), Some(b' '));
            say(device, &format!("{erase}{rest}")).await;
        }
    })
    .await;
    assert!(shown.is_at_prompt());
    assert_eq!(shown.output, "one\ntwo\nthree\n");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_at_the_deadline_and_a_hang_up_at_once() {
    let silent = says(&["show clock\r\nhalf"]).await;
    assert_eq!(silent.event, Err(PromptError::Timeout("half".to_owned())));
    let gone = shown(async |device: &mut DuplexStream| {
        say(device, "show clock\r\nhalf").await;
        device.shutdown().await.expect("hangs up");
    })
    .await;
    assert!(matches!(gone.event, Err(PromptError::Closed(_))));
}
