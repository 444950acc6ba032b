//! What stands beside a number in an excerpt, and whether what was found is all of a number.

use super::excerpt::Token;

/// What an excerpt has on one side of a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Text: whoever wrote it has said where the number ends.
    Text,
    /// Another placeholder, which may take letters: `<n:int><unit:word>`.
    Value,
    /// `[..]`.
    Anything,
}

impl Beside {
    /// Both sides of a token.
    pub(super) fn of(tokens: &[Token], at: usize) -> [Self; 2] {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        [before, tokens.get(at + 1)].map(|token| match token {
            Some(Token::Any) => Self::Anything,
            Some(Token::Hole { .. }) => Self::Value,
            // A blank ends a number too.
            Some(Token::Text(_) | Token::Between) | None => Self::Text,
        })
    }

    /// Whether a number goes on in front of what was found: `1,` of `1,024`, the sign of `-5`.
    pub(super) fn joins_behind(self, before: &str) -> bool {
        let mut back = before.chars().rev();
        let (last, other) = (back.next(), back.next());
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let part = match last {
            Some('.') => is_digit(other) || other.is_none_or(char::is_whitespace),
            Some(',') => is_digit(other),
            // That of an exponent, or its own; between two words it is a hyphen.
            Some('+' | '-') => match other {
                Some('e' | 'E') => is_digit(back.next()),
                other => !other.is_some_and(char::is_alphanumeric),
            },
            _ => false,
        };
        match self {
            Self::Text => false,
            Self::Value => part,
            Self::Anything => part || last.is_some_and(is_of_a_word),
        }
    }

    /// Whether a number goes on behind what was found: `.5`, `,024`, `e6`, `x10`.
    pub(super) fn joins_before(self, behind: &str) -> bool {
        let mut letters = behind.chars();
        let (first, mut next) = (letters.next(), letters.next());
        let part = match first {
            Some('.' | ',') => next.is_some_and(|c| c.is_ascii_digit()),
            Some('e' | 'E') => {
                if matches!(next, Some('+' | '-')) {
                    next = letters.next();
                }
                next.is_some_and(|c| c.is_ascii_digit())
            }
            Some('x' | 'X') => next.is_some_and(|c| c.is_ascii_hexdigit()),
            _ => false,
        };
        match self {
            Self::Text => false,
            Self::Value => part,
            Self::Anything => part || first.is_some_and(is_of_a_word),
        }
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
