//! What a device's command line shows, until it waits again.

use std::time::Duration;

use runsheet::wire::prompt::{Event, PromptError, PromptReader};
use tokio::io::{AsyncWriteExt, duplex};
use tokio::time::Instant;

/// What was understood of an answer.
#[derive(Debug, PartialEq)]
struct Understood {
    event: Result<Event, PromptError>,
    output: String,
    notices: Vec<String>,
}

/// However the bytes are cut on their way, the same is understood; a prompt is only taken from
/// the device that is meant; no carriage return is left in the output.
pub(crate) fn holds(bytes: &[u8]) {
    let whole = understood(bytes, bytes.len().max(1));
    if let Ok(Event::Prompt(prompt)) = &whole.event {
        assert_eq!(prompt.host, "Switch");
    }
    assert!(!whole.output.contains('\r'), "{whole:?}");
    for size in [1, 7] {
        assert_eq!(whole, understood(bytes, size), "in pieces of {size}");
    }
}

/// The answer to `show clock`, after which the device hangs up.
fn understood(bytes: &[u8], size: usize) -> Understood {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(async {
        let (near, mut far) = duplex(1 << 20);
        let mut reader = PromptReader::new(Box::new(near));
        reader.know("Switch");
        let deadline = Instant::now() + Duration::from_secs(20);
        far.write_all(b"Switch#").await.expect("there is room");
        reader.wait(deadline).await.expect("a prompt");
        reader
            .send_line("show clock", deadline)
            .await
            .expect("there is room");
        let device = async move {
            let mut answer = b"show clock\r\n".to_vec();
            answer.extend_from_slice(bytes);
            for piece in answer.chunks(size) {
                // Whoever has read enough hangs up.
                if far.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        let (event, ()) = tokio::join!(reader.wait(deadline), device);
        Understood {
            // What it was doing when the device hung up is chance.
            event: event.map_err(|error| match error {
                PromptError::Closed(_) => PromptError::Closed("it hung up".to_owned()),
                error => error,
            }),
            output: reader.take_output(),
            notices: reader.take_notices(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "Switch#",
        "Switch>",
        "Switch(config)#",
        "Switch(config-if)#",
        "Other#",
        "\r\n",
        "\r",
        "\n",
        "\x08",
        " --More-- ",
        "\x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08",
        "*Jan  5 09:00:00.123: %SYS-5-CONFIG_I: Configured from console by console\r\n",
        "% Invalid input",
        "[confirm]",
        "? [yes/no]: ",
        "Password: ",
        "\x1b[2K",
        "\x1b[",
        "\x07",
        "show clock\r\n",
        " ",
        "^",
        "Destination filename [startup-config]? ",
        "(",
        ")",
        "#",
        ">",
        "%LINK-3-UPDOWN: Interface x\r\n",
    ];

    #[test]
    fn answers() {
        let seeds = seeds::texts([
            "*09:00:00.123 UTC Mon Jan 5 2026\r\nSwitch#",
            "Interface  Status\r\nGi1/0/1    up\r\n --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08        \x08\x08\x08\x08\x08\x08\x08\x08\x08Gi1/0/2    up\r\nSwitch(config-if)#",
            "a\r\nSwitch#\r\n*Jan  5 09:00:00.123: %SYS-5-CONFIG_I: Configured from console by console\r\n",
            "Proceed with reload? [confirm]",
            "          ^\r\n% Invalid input detected at '^' marker.\r\n\r\nSwitch#",
        ]);
        search("tests/property/kept/prompt.txt", seeds, WORDS, holds);
    }
}
