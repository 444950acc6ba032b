/// Whether a pattern may match more than itself.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// OpenSSH's pattern lists: `*`, `?`, and `!` for what must not match.
pub(super) fn matches_list(patterns: &str, text: &str) -> bool {
    let mut matched = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(pattern.as_bytes(), text.as_bytes()) => return false,
            Some(_) => {}
            None => matched |= matches(pattern.as_bytes(), text.as_bytes()),
        }
    }
    matched
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => matches(rest, text),
        (Some((b'*', rest)), Some((_, shorter))) => {
            matches(rest, text) || matches(pattern, shorter)
        }
        (Some((b'?', rest)), Some((_, shorter))) => matches(rest, shorter),
        (Some((p, rest)), Some((t, shorter))) if p == t => matches(rest, shorter),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_openssh() {
        for (patterns, text, fits) in [
            ("*@example.org", "a@example.org", true),
            ("a?c,x", "abc", true),
            ("a?c", "ac", false),
            ("*,!mallory", "mallory", false),
            ("a**b", "a-b", true),
            ("", "a", false),
        ] {
            assert_eq!(matches_list(patterns, text), fits, "{patterns} {text}");
        }
    }
}
