//! The syntax of an excerpt: what its lines are made of.

use std::fmt;

use super::Type;
use crate::text::{Span, wording};

/// What is wrong with an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectError {
    /// Where, in its text.
    pub span: Span,
    /// What, as a lower-case fragment.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl fmt::Display for ExpectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExpectError {}

/// A line of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// `...`: any lines, or none.
    Gap,
    Line(Vec<Token>),
}

/// A piece of a line. Lines are compared with one blank at both ends and one for every run of
/// blanks in between, see [`normal`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Text(String),
    /// `[..]` that touches a word.
    Any,
    /// `[..]` with its blanks: one blank, or anything between two.
    Between,
    Hole {
        name: usize,
        kind: Type,
    },
}

/// A placeholder, where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placeholder {
    pub(super) name: String,
    pub(super) kind: Type,
    pub(super) span: Span,
}

/// A line as it is compared: runs of blanks are one blank, and both ends have one.
pub(super) fn normal(line: &str) -> String {
    let mut out = String::from(" ");
    // As `line` sees them: an excerpt that was copied from the output is in it.
    for word in line.split_whitespace() {
        out.push_str(word);
        out.push(' ');
    }
    out
}

/// Reads one line. `at` is where it starts in the excerpt; names are numbered in `names`.
pub(super) fn line(
    line: &str,
    at: usize,
    names: &mut Vec<String>,
    holes: &mut Vec<Placeholder>,
) -> Result<Item, ExpectError> {
    if line.trim() == "..." {
        return Ok(Item::Gap);
    }
    let mut tokens = Tokens {
        done: Vec::new(),
        text: String::from(" "),
    };
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        let start = at + line.len() - rest.len();
        if let Some(escaped) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next())
            && r"\<[.".contains(escaped)
        {
            tokens.text.push(escaped);
            taken += 1;
        } else if rest.starts_with("[..]") {
            tokens.push_any();
            taken = 4;
        } else if let Some((name, word)) = placeholder(rest) {
            taken = name.len() + word.len() + 3;
            let Some(kind) = Type::ALL.into_iter().find(|kind| kind.word() == word) else {
                return Err(unknown_type(word, start + name.len() + 2));
            };
            let number = names
                .iter()
                .position(|known| known == name)
                .unwrap_or_else(|| {
                    names.push(name.to_owned());
                    names.len() - 1
                });
            let span = Span::new(start, start + taken);
            holes.push(Placeholder {
                name: name.to_owned(),
                kind,
                span,
            });
            tokens.push(Token::Hole { name: number, kind });
        } else if c.is_whitespace() {
            if !tokens.text.ends_with(' ') {
                tokens.text.push(' ');
            }
        } else {
            // All up to where something else can begin.
            let special = |c: char| c.is_whitespace() || r"\[<".contains(c);
            taken += rest[taken..].find(special).unwrap_or(rest.len() - taken);
            tokens.text.push_str(&rest[..taken]);
        }
        rest = &rest[taken..];
    }
    if !tokens.text.ends_with(' ') {
        tokens.text.push(' ');
    }
    Ok(Item::Line(tokens.finish()))
}

/// `<name:type>` at the start of a text.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (name, word) = text.strip_prefix('<')?.split_once('>')?.0.split_once(':')?;
    let mut letters = name.chars();
    let first = letters.next()?;
    let is_name = (first.is_alphabetic() || first == '_')
        && letters.all(|c| c.is_alphanumeric() || c == '_')
        && !word.is_empty()
        && word.chars().all(char::is_alphanumeric);
    is_name.then_some((name, word))
}

fn unknown_type(word: &str, at: usize) -> ExpectError {
    let words = Type::ALL.map(Type::word);
    let help = match Type::near(word) {
        Some(near) => format!("did you mean `{near}`? For literal text write `\\<`"),
        None => format!(
            "the types are {}; for literal text write `\\<`",
            wording::list(&words, "and")
        ),
    };
    ExpectError {
        span: Span::new(at, at + word.len()),
        message: format!("there is no type `{word}` of placeholder"),
        help: Some(help),
    }
}

struct Tokens {
    done: Vec<Token>,
    text: String,
}

impl Tokens {
    fn push(&mut self, token: Token) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.done.push(Token::Text(text));
        }
        self.done.push(token);
    }

    /// `[..][..]` is `[..]`.
    fn push_any(&mut self) {
        if !self.text.is_empty() || self.done.last() != Some(&Token::Any) {
            self.push(Token::Any);
        }
    }

    /// Gives every `[..]` the blanks around it, so that `a [..] b` matches `a b`.
    fn finish(mut self) -> Vec<Token> {
        if !self.text.is_empty() {
            self.done.push(Token::Text(self.text));
        }
        let mut tokens: Vec<Token> = Vec::new();
        for mut token in self.done {
            if let Token::Text(after) = &mut token
                && after.starts_with(' ')
                && let [.., before, Token::Any] = &mut tokens[..]
            {
                match before {
                    Token::Text(before) if before.ends_with(' ') => {
                        before.pop();
                        after.remove(0);
                        let last = tokens.len() - 1;
                        tokens[last] = Token::Between;
                    }
                    // `[..] [..]` is `[..]`: the first one took the blank.
                    Token::Text(before) if before.is_empty() => {
                        after.remove(0);
                        tokens.pop();
                    }
                    _ => {}
                }
            }
            tokens.push(token);
        }
        tokens.retain(|token| *token != Token::Text(String::new()));
        tokens
    }
}
