use crate::target::{Failure, FailureKind, LineFate, SentLine};

/// IOS cuts longer lines.
const LONGEST: usize = 254;

/// A line to type, with the answers to what it asks. Secrets are in it, so there is no `Debug`.
pub(super) struct Entry<'t> {
    /// Which line of the request, from 0.
    pub(super) line: usize,
    /// Without the blanks around it.
    pub(super) text: &'t str,
    /// How far it is indented.
    pub(super) indent: usize,
    /// The answers of the `? …` lines behind it.
    pub(super) answers: Vec<&'t str>,
}

/// The entries of a fence. Blank lines and comments are not typed.
///
/// # Errors
///
/// It holds what a terminal would not take as text, or an answer to no line.
pub(super) fn parse(text: &str) -> Result<Vec<Entry<'_>>, Failure> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('!') {
            continue;
        }
        if let Some(answer) = trimmed.strip_prefix('?') {
            check(number, answer.trim())?;
            match entries.last_mut() {
                Some(entry) => entry.answers.push(answer.trim()),
                None => {
                    return Err(refused(number, "it answers a line, and none is before it")
                        .help("write the line that asks before its answer"));
                }
            }
            continue;
        }
        check(number, trimmed)?;
        entries.push(Entry {
            line: number,
            text: trimmed,
            indent: line.len() - line.trim_start().len(),
            answers: Vec::new(),
        });
    }
    Ok(entries)
}

fn check(number: usize, text: &str) -> Result<(), Failure> {
    if let Some(c) = text.chars().find(|c| !matches!(c, ' '..='~') || *c == '?') {
        let help = match c {
            '?' => "a `?` calls for help at once and can't be typed as text: leave it out".into(),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => "replace it by `-`".to_owned(),
            '\u{2018}' | '\u{2019}' => "replace it by `'`".to_owned(),
            '\u{201c}' | '\u{201d}' => "replace it by `\"`".to_owned(),
            '\u{a0}' | '\t' => "replace it by an ordinary blank".to_owned(),
            _ => "IOS takes printable ASCII only".to_owned(),
        };
        let what = format!("it holds `{}` (U+{:04X})", c.escape_debug(), u32::from(c));
        return Err(refused(number, &what).help(help));
    }
    if text.len() > LONGEST {
        let what = format!(
            "it has {} characters, and IOS cuts at {LONGEST}",
            text.len()
        );
        return Err(refused(number, &what));
    }
    Ok(())
}

fn refused(number: usize, what: &str) -> Failure {
    Failure::not_sent(
        FailureKind::Local,
        format!("type line {} into the switch: {what}", number + 1),
    )
}

/// The fates of lines of which none was sent.
pub(super) fn not_sent(entries: &[Entry<'_>]) -> Vec<SentLine> {
    let fate = LineFate::NotSent;
    let sent = |entry: &Entry<'_>| SentLine {
        line: entry.line,
        fate,
    };
    entries.iter().map(sent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_belong_to_the_line_before_them() {
        let entries = parse("erase startup-config\n?\n\n! wait\nswitch 1 renumber 2\n? yes\n");
        let entries = entries.expect("plain lines");
        let shown: Vec<_> = entries
            .iter()
            .map(|e| (e.line, e.text, e.answers.clone()))
            .collect();
        assert_eq!(
            shown,
            [
                (0, "erase startup-config", vec![""]),
                (4, "switch 1 renumber 2", vec!["yes"])
            ]
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_never_typed() {
        for (text, named) in [
            ("description why?", "`?`"),
            ("interface range Gi1/0/13 \u{2013} 14", "U+2013"),
            ("hostname a\u{1a}b", "U+001A"),
        ] {
            let failure = parse(text).err().expect("not plain text");
            assert!(failure.message.contains(named), "{failure}");
            assert!(!failure.maybe_sent() && failure.help.is_some());
        }
    }
}
