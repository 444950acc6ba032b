use crate::text::is_hostile;

/// A character by which one name could be written in two ways that look alike, and so would be two
/// people: one that nobody sees, or an accent apart from its letter, where `é` is one character.
pub(super) fn unclear(name: &str) -> Option<char> {
    name.chars().find(|&c| is_unclear(c))
}

fn is_unclear(c: char) -> bool {
    let is_odd_blank = c.is_whitespace() && c != ' ';
    is_hostile(c) || is_odd_blank || is_invisible(c) || is_combining(c)
}

/// What is neither a format character of common text nor seen: fillers, and what selects the form
/// of the character before.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2800}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{600}'..='\u{605}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0080}'..='\u{e0fff}'
    )
}

/// Accents that stand behind the letter that they are for, and the parts of Hangul syllables.
fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{3099}'
            | '\u{309a}'
            | '\u{1100}'..='\u{11ff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_alike_are_unclear() {
        for (name, found) in [
            ("\u{feff}jose", '\u{feff}'),
            ("jose\u{200b}", '\u{200b}'),
            ("jose\u{301}", '\u{301}'),
            ("jo\u{ad}se", '\u{ad}'),
            ("jose\u{a0}", '\u{a0}'),
            ("jose\u{3164}", '\u{3164}'),
            ("jose\u{fe0f}", '\u{fe0f}'),
            ("jo\u{1}se", '\u{1}'),
            ("jo\tse", '\t'),
        ] {
            assert_eq!(unclear(name), Some(found), "{}", name.escape_debug());
        }
        for name in [
            "jose@example.org",
            "josé",
            "Jo Sé",
            "*@example.org,!x",
            "王五",
            "Ωmega",
        ] {
            assert_eq!(unclear(name), None, "{name}");
        }
    }
}
