//! What went wrong, in lines for a terminal.

use std::fmt::Write;

use crate::event::{Answer, Fate};
use crate::text::escape;

pub(super) fn indented(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "              {}", escape(line));
    }
}

/// A refused or lost effect: the lines that were sent, each with its fate where it is known,
/// and the device's own words under the line it pointed at.
pub(super) fn effect_trouble(
    target: &str,
    sent: &str,
    was_sent: bool,
    reason: Option<&str>,
    answer: &Answer,
) -> String {
    let mut text = format!("on {target}:\n");
    let refused = answer
        .refusal
        .as_ref()
        .and_then(|r| r.line.map(|line| (line, r.column)));
    for (number, line) in sent.lines().enumerate() {
        let fate = answer
            .lines
            .iter()
            .find(|l| l.line == number)
            .map(|l| l.fate);
        let mark = match fate {
            Some(Fate::Accepted) => "ok      ",
            Some(Fate::Rejected) => "refused ",
            Some(Fate::NotSent) => "not sent",
            Some(Fate::Unknown) => "unknown ",
            None if !was_sent => "not sent",
            None => "        ",
        };
        let _ = writeln!(text, "{mark} | {line}");
        if let Some((at, Some(column))) = refused
            && at == number
        {
            let before = line.get(..column).map_or(column, |s| s.chars().count());
            let _ = writeln!(text, "         | {}^", " ".repeat(before));
        }
    }
    if let Some(refusal) = &answer.refusal {
        let _ = writeln!(text, "{}", refusal.message.trim());
    } else if let Some(reason) = reason {
        let _ = writeln!(text, "{}", reason.trim_end());
    }
    let stderr = answer.stderr.trim();
    if !text.contains(stderr) {
        let _ = writeln!(text, "{stderr}");
    }
    text
}

/// What a command said on standard error, before and behind the misses: their last line may be its
/// last one, which is told once.
pub(super) fn around_misses<'a>(stderr: &'a str, misses: &[String]) -> (&'a str, &'a str) {
    let (before, last) = stderr.rsplit_once('\n').unwrap_or(("", stderr));
    let told = format!(": {}", escape(last.trim()));
    match misses.iter().any(|miss| miss.trim_end().ends_with(&told)) {
        true => (before, ""),
        false => ("", stderr),
    }
}

pub(super) fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    match (lines.next(), lines.next()) {
        (Some(first), None) => first.to_owned(),
        (Some(first), Some(_)) => format!("{first} …"),
        (None, _) => String::new(),
    }
}
