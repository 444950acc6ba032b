use crate::target::DeviceError;

/// The device's refusal of a line, if its output is one. `prompt` is how many characters stood
/// before the line on the screen: the caret counts them.
pub(super) fn refusal(output: &str, number: usize, prompt: usize) -> Option<DeviceError> {
    let mut caret = None;
    for line in output.lines() {
        let text = line.trim();
        if text == "^" {
            caret = line.find('^');
            continue;
        }
        if is_refusal(text) {
            let rest: Vec<&str> = output
                .lines()
                .map(str::trim)
                .filter(|l| !l.is_empty() && *l != "^")
                .collect();
            return Some(DeviceError {
                message: rest.join("\n"),
                line: Some(number),
                column: caret.map(|at| at.saturating_sub(prompt)),
                help: help(text),
            });
        }
    }
    None
}

fn is_refusal(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "% Invalid input detected",
        "% Incomplete command",
        "% Ambiguous command",
        "% Unknown command",
        "% Bad IP address",
        "% Range command terminated",
        "% Access denied",
        "% Bad secrets",
        "% No password set",
        "% Error",
        "%Error",
        "%Invalid",
        "%Command rejected",
        "%Turn config archive on",
        "%Please turn config archive on",
        "Command rejected",
        "Command authorization failed",
        "Bad mask",
        "%% Non-volatile configuration memory",
        "startup-config file open failed",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
        || (text.starts_with('%') && text.contains(" overlaps with "))
        || (text.starts_with('%') && text.contains("not found"))
}

fn help(text: &str) -> Option<String> {
    text.starts_with("% Range command terminated").then(|| {
        "the ports before the one it names keep the change; its undo takes it back".to_owned()
    })
}
