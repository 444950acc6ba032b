//! One mistake in many places: told once, with the other lines.

use crate::text::{Diagnostic, wording};

/// Names that are missing are missing wherever they are used, and are added once.
const CODES: [&str; 3] = ["undefined-name", "unknown-target", "unknown-secret"];
/// As many lines are named.
const LINES: usize = 5;

/// Leaves the first of findings that say the same; `found` is sorted.
pub(super) fn join(found: &mut Vec<Diagnostic>) {
    let mut kept: Vec<(Diagnostic, Vec<usize>)> = Vec::new();
    for finding in found.drain(..) {
        let line = finding.source.position(finding.primary.span.start).line;
        let is_same = |first: &Diagnostic| {
            CODES.contains(&finding.code)
                && !is_misspelt(&finding)
                && first.code == finding.code
                && first.message == finding.message
                && first.help == finding.help
                && first.primary.text == finding.primary.text
        };
        match kept.iter_mut().find(|(first, _)| is_same(first)) {
            Some((_, lines)) => lines.push(line),
            None => kept.push((finding, Vec::new())),
        }
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
