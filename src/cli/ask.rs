use std::io::{self, BufRead, IsTerminal, Write};

use serde_json::Value;

use crate::plan::Missing;

/// Asks a person for a variable until the answer fits. `None`: nobody is there, or the input
/// ended.
pub(crate) fn ask(missing: &Missing) -> Option<Value> {
    if !io::stdin().is_terminal() {
        return None;
    }
    let spec = &missing.spec;
    if let Some(help) = &spec.help {
        complain!("{}: {help}", missing.name);
    }
    for (number, choice) in spec.choices.iter().enumerate() {
        complain!("  {}) {}", number + 1, plain(choice));
    }
    loop {
        let question = format!("{} = ", missing.name);
        io::stderr().write_all(question.as_bytes()).ok()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        let chosen = line
            .parse::<usize>()
            .ok()
            .and_then(|n| spec.choices.get(n.checked_sub(1)?));
        let text = chosen.map_or_else(|| line.to_owned(), plain);
        match spec.read(&text) {
            Ok(value) => return Some(value),
            Err(found) => complain!("`{text}` {found}"),
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
