//! Cells that a step with `each=` takes of its rows.

use crate::runbook::{Runbook, Step};
use crate::text::{Diagnostic, wording};
use crate::value::Entry;

/// `entries`: what one of the step's fences takes of names.
pub(super) fn lint(runbook: &Runbook, step: &Step, entries: &[Entry], found: &mut Vec<Diagnostic>) {
    let Some(table) = &step.table else { return };
    let is_row = |name: &str| {
        let mut rows = step
            .fences
            .iter()
            .filter_map(|fence| fence.attributes.each.as_ref());
        rows.any(|row| row.value == name)
    };
    let columns = || table.header.iter().map(String::as_str);
    for Entry { name, key, span } in entries.iter().filter(|entry| is_row(&entry.name)) {
        let finding = match key {
            Some(key) if columns().any(|column| column == key) => continue,
            Some(key) => {
                let help = match wording::did_you_mean(key, columns()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        let columns = wording::quoted(columns());
                        format!("its columns are {}", wording::list(&columns, "and"))
                    }
                };
                let message = format!("the table has no column `{key}`");
                let finding = Diagnostic::error("unknown-column", &runbook.source, *span, message);
                finding.help(help)
            }
            None => {
                let message = format!("`{name}` is a whole row of the table");
                let cell = columns().next().map(|column| cell(name, column));
                Diagnostic::error("whole-row", &runbook.source, *span, message)
                    .help(format!("name a cell of it: `{}`", cell.unwrap_or_default()))
            }
        };
        found.push(finding);
    }
}

/// How a cell is written.
fn cell(row: &str, column: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if column.starts_with(|c: char| c.is_ascii_digit()) || !column.chars().all(is_word) {
        format!("{row}[\"{column}\"]")
    } else {
        format!("{row}.{column}")
    }
}
