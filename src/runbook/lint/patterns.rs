//! Regular expressions that stand in a runbook: are they any?

use crate::text::{Diagnostic, Source, Span};

/// What is wrong with a pattern.
pub(super) fn lint(source: &Source, pattern: &str, span: Span) -> Option<Diagnostic> {
    if is_plain(pattern) {
        return None;
    }
    let error = regex_syntax::parse(pattern).err()?.to_string();
    let reason = error
        .lines()
        .last()
        .unwrap_or_default()
        .trim_start_matches("error: ");
    Some(
        Diagnostic::error("bad-pattern", source, span, "this is no regular expression")
            .label(reason),
    )
}

/// Whether a pattern holds only what is easily seen to be right: plain characters, groups that
/// are closed, small classes, and repetitions of one of these. Most patterns do, and need not
/// be parsed; of all others this says nothing.
fn is_plain(pattern: &str) -> bool {
    let pattern = pattern.strip_prefix("(?m)").unwrap_or(pattern);
    let mut open = 0;
    let mut repeatable = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        repeatable = match c {
            '(' if open < DEEPEST => {
                open += 1;
                false
            }
            ')' if open > 0 => {
                open -= 1;
                true
            }
            '[' => {
                let (class, rest) = chars.as_str().split_once(']').unwrap_or_default();
                if class.is_empty() || !class.chars().all(|c| is_literal(c) || c == '*') {
                    return false;
                }
                chars = rest.chars();
                true
            }
            '\\' => match chars.next() {
                Some('d' | 's' | 'w' | '.' | '(' | ')' | '[' | ']' | '|' | '*' | '+' | '?') => true,
                _ => return false,
            },
            '*' | '+' | '?' if repeatable => false,
            '^' | '$' | '|' => false,
            '.' | '-' => true,
            c if is_literal(c) => true,
            _ => return false,
        };
    }
    open == 0
}

/// Groups within groups that are still easy to see through.
const DEEPEST: u32 = 8;

/// Characters that mean themselves, in a class and outside.
fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ' ' | '/' | ':' | ',' | ';' | '=' | '_' | '"' | '%')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_runbooks_match_with_is_plain() {
        for pattern in [
            "(?m)^[* ]2 ",
            "Success rate is (80|100) percent",
            r"Gi1/0/13\([PI]\)\s+Gi2/0/13\([PI]\)",
            "-NIC[12]|XenServer|Storage",
        ] {
            assert!(is_plain(pattern), "{pattern}");
        }
        for pattern in [
            "(a",
            "a)",
            "[a",
            "*",
            "a**",
            r"\q",
            r"\p{Greek}",
            "(?i)a",
            "x{2}",
        ] {
            assert!(!is_plain(pattern), "{pattern}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn what_is_plain_is_a_regular_expression(
            pattern in r"(\(\?m\))?[ab0 .*+?()\[\]|^$\\dswpu{}&~:,-]{0,12}",
        ) {
            if is_plain(&pattern) {
                prop_assert!(regex_syntax::parse(&pattern).is_ok(), "{pattern}");
            }
        }
    }
}
