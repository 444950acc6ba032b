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
        eprintln!("{}: {help}", missing.name);
    }
    for (number, choice) in spec.choices.iter().enumerate() {
        eprintln!("  {}) {}", number + 1, plain(choice));
    }
    loop {
        eprint!("{} = ", missing.name);
        io::stderr().flush().ok()?;
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
            Err(found) => eprintln!("`{text}` {found}"),
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
