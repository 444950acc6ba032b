//! One mistake in many places: told once, with the other lines.

use std::collections::HashMap;

use crate::text::{Diagnostic, wording};

/// Names that are missing are missing wherever they are used, and are added once.
const CODES: [&str; 3] = ["undefined-name", "unknown-target", "unknown-secret"];
/// As many lines are named.
const LINES: usize = 5;

/// Leaves the first of findings that say the same; `found` is sorted.
pub(super) fn join(found: &mut Vec<Diagnostic>) {
    let mut kept: Vec<(Diagnostic, Vec<usize>)> = Vec::new();
    let mut firsts: HashMap<_, usize> = HashMap::new();
    for finding in found.drain(..) {
        if CODES.contains(&finding.code) && !is_misspelt(&finding) {
            let said = (
                finding.code,
                finding.message.clone(),
                finding.help.clone(),
                finding.primary.text.clone(),
            );
            if let Some(first) = firsts.get(&said) {
                let line = finding.source.position(finding.primary.span.start).line;
                kept[*first].1.push(line);
                continue;
            }
            firsts.insert(said, kept.len());
        }
        kept.push((finding, Vec::new()));
    }
    found.extend(kept.into_iter().map(|(mut finding, mut lines)| {
        lines.dedup();
        if lines.is_empty() || !finding.primary.text.is_empty() {
            return finding;
        }
        let noun = if lines.len() == 1 { "line" } else { "lines" };
        let mut words: Vec<String> = lines.iter().take(LINES).map(usize::to_string).collect();
        let more = lines.len() - words.len();
        if more > 0 {
            words.push(format!("{more} more"));
        }
        finding.primary.text = format!("also in {noun} {}", wording::list(&words, "and"));
        finding
    }));
}

/// What is misspelt is mended at each place.
fn is_misspelt(finding: &Diagnostic) -> bool {
    let mut help = finding.help.iter();
    help.any(|help| help.starts_with("did you mean"))
}
