use std::sync::LazyLock;

use regex::Regex;

use super::notice::is_notice;
use super::script::Entry;
use crate::target::DeviceError;

/// How a switch begins to say no.
static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:% ?Invalid |% ?Incomplete command|% ?Ambiguous command|% ?Unknown command",
        r"|% ?Bad |Bad mask |% ?Error|%? ?Command rejected|Command authorization failed",
        r"|% ?Authorization failed|% ?Access denied|% ?Range command terminated",
        r"|% \S+ overlaps with |% Switch \d+ is not present|%Switch \d+ is present",
        r"|%.*[Tt]urn config archive on|startup-config file open failed)",
    ))
    .expect("a pattern of ours compiles")
});

/// In the output of a command that shows things, a refusal stands at the top or nowhere.
const SHOWN_LINES: usize = 3;

/// What kind of line the output belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// It shows things: any text may be in there.
    Shows,
    /// An effect in exec mode: a `%` line nobody knows means no.
    Effect,
    /// Configuration: success is silent, so any line nobody knows means no.
    Configuration,
}

/// The refusal in the output of a line, if there is one. `prompt` is how long the prompt was
/// where it was typed: the device's caret counts it.
pub(super) fn find(
    output: &str,
    entry: &Entry<'_>,
    prompt: usize,
    strictness: Strictness,
) -> Option<DeviceError> {
    let lines: Vec<&str> = output.lines().collect();
    let spoken = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let is_caret = |line: &str| line.trim() == "^";
    let at = match strictness {
        Strictness::Shows => spoken
            .take(SHOWN_LINES)
            .find(|(_, line)| REFUSAL.is_match(line)),
        Strictness::Effect => spoken
            .skip_while(|(_, line)| !line.starts_with('%') && !REFUSAL.is_match(line))
            .find(|(_, line)| {
                REFUSAL.is_match(line) || (line.starts_with('%') && !is_notice(line))
            }),
        Strictness::Configuration => spoken
            .filter(|(_, line)| !is_caret(line))
            .find(|(_, line)| !is_notice(line)),
    };
    let (at, first) = at?;
    let caret = at.checked_sub(1).and_then(|above| lines.get(above));
    let column = caret
        .filter(|line| is_caret(line))
        .and_then(|line| line.find('^')?.checked_sub(prompt))
        .map(|column| column + entry.indent);
    let is_known = REFUSAL.is_match(first);
    let message: Vec<&str> = match strictness {
        Strictness::Shows => vec![first],
        _ => lines[at..]
            .iter()
            .copied()
            .filter(|l| !l.trim().is_empty() && !is_notice(l))
            .collect(),
    };
    let message = message.join("\n");
    Some(DeviceError {
        message: match is_known || first.starts_with('%') {
            true => message,
            false => format!("unexpected output: {message}"),
        },
        line: Some(entry.line),
        column,
        help: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry<'_> {
        Entry {
            line: 2,
            text,
            indent: 1,
            answers: Vec::new(),
        }
    }

    #[test]
    fn the_caret_points_into_the_line_as_it_was_written() {
        let output = format!(
            "{}^\n% Invalid input detected at '^' marker.\n\n",
            " ".repeat(19)
        );
        let error = find(
            &output,
            &entry("no shutdwn"),
            "Switch(config-if)#".len() - 2,
            Strictness::Configuration,
        );
        let error = error.expect("a refusal");
        assert_eq!(error.message, "% Invalid input detected at '^' marker.");
        assert_eq!((error.line, error.column), (Some(2), Some(4)));
    }

    #[test]
    fn configuration_fails_closed() {
        let find = |output| find(output, &entry("x"), 0, Strictness::Configuration);
        assert_eq!(
            find("Creating a port-channel interface Port-channel 1\n\n"),
            None
        );
        let strange = find("The moon is full.\n").expect("nobody knows that line");
        assert_eq!(strange.message, "unexpected output: The moon is full.");
    }

    #[test]
    fn what_a_command_shows_is_not_a_refusal() {
        let shown = "a\nb\nc\n% Invalid input detected at '^' marker.\n";
        assert_eq!(find(shown, &entry("show x"), 0, Strictness::Shows), None);
        let refused = find(
            "%Error opening flash:x (No such file)\n",
            &entry("more x"),
            0,
            Strictness::Shows,
        );
        assert!(refused.is_some());
    }
}
