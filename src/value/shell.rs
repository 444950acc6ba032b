//! Where in a POSIX shell script a value would land.
//!
//! Not a parser: it follows quotes, substitutions, comments and here-documents. Where it can't
//! be sure (backquotes, `case` inside of `$( )` …) it gives up for the rest of the script, and
//! then only harmless values are inserted.

use std::{collections::VecDeque, iter::Peekable, mem, str::Chars};

use super::place::Place;

/// Follows a script, piece by piece.
#[derive(Default)]
pub(super) struct Follower {
    /// The innermost last; empty at the top level of the script.
    inside: Vec<Inside>,
    /// Parentheses that are open at the top level.
    parens: usize,
    /// Here-documents whose body starts at the next line.
    pending: VecDeque<HereDocument>,
    /// The word being read.
    word: String,
    /// Something other than a blank stands directly before.
    in_word: bool,
    lost: Option<&'static str>,
}

enum Inside {
    /// `$( )`, and how many more parentheses are open in it.
    Substitution(usize),
    /// `$(( ))`.
    Arithmetic(usize),
    /// `${ }`.
    Parameter,
    Double,
    Single,
    Comment,
    Here {
        document: HereDocument,
        line: String,
    },
}

struct HereDocument {
    end: String,
    literal: bool,
    /// `<<-`: tabs before the end word don't count.
    tabs: bool,
}

impl Follower {
    /// A value stands here.
    pub(super) fn value(&mut self) {
        self.in_word = true;
        if let Some(Inside::Here { line, .. }) = self.inside.last_mut() {
            // A line with a value in it is not the end of the document.
            line.push('\u{fffd}');
        }
    }

    pub(super) fn place(&self) -> Place {
        if let Some(why) = self.lost {
            return Place::Harmless(why);
        }
        match self.inside.last() {
            None | Some(Inside::Substitution(_)) => Place::ShellWord,
            Some(Inside::Arithmetic(_)) => Place::Harmless("inside of $(( ))"),
            Some(Inside::Parameter) => Place::Harmless("inside of ${ }"),
            Some(Inside::Double) => Place::ShellDouble,
            Some(Inside::Single) => Place::ShellSingle,
            Some(Inside::Comment) => Place::Line,
            Some(Inside::Here { document, .. }) => Place::HereDocument {
                end: document.end.clone(),
                literal: document.literal,
            },
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match self.inside.last_mut() {
                None | Some(Inside::Substitution(_) | Inside::Arithmetic(_)) => {
                    self.code(c, &mut chars);
                }
                Some(Inside::Parameter) => match c {
                    '}' => self.leave(),
                    '\'' | '"' | '`' | '\\' => self.lose("after quotes inside of ${ }"),
                    '$' => self.dollar(&mut chars),
                    _ => {}
                },
                Some(Inside::Double) => match c {
                    '"' => self.leave(),
                    '\\' => drop(chars.next()),
                    '`' => self.lose(BACKQUOTES),
                    '$' => self.dollar(&mut chars),
                    _ => {}
                },
                Some(Inside::Single) => {
                    if c == '\'' {
                        self.leave();
                    }
                }
                Some(Inside::Comment) => {
                    if c == '\n' {
                        self.inside.pop();
                        self.line_end();
                    }
                }
                Some(Inside::Here { document, line }) => match c {
                    '\n' => {
                        let line = mem::take(line);
                        let line = if document.tabs {
                            line.trim_start_matches('\t')
                        } else {
                            &line
                        };
                        if line == document.end {
                            self.inside.pop();
                            self.line_end();
                        }
                    }
                    '`' if !document.literal => self.lose(BACKQUOTES),
                    '$' if !document.literal && chars.peek() == Some(&'(') => {
                        self.lose("after $( in a here-document");
                    }
                    _ => line.push(c),
                },
            }
        }
        self.text_end(text);
    }

    /// What stands before a value must not change what its quoting means: `"${{ x }}"` with
    /// `(cmd)` for a value would run it.
    fn text_end(&mut self, text: &str) {
        let quotes_nothing = match self.inside.last() {
            Some(Inside::Single | Inside::Comment) => true,
            Some(Inside::Here { document, .. }) => document.literal,
            _ => false,
        };
        let backslashes = text.len() - text.trim_end_matches('\\').len();
        if !quotes_nothing && (text.ends_with('$') || backslashes % 2 == 1) {
            self.lose("after a `$` or a backslash");
        }
    }

    fn code(&mut self, c: char, chars: &mut Peekable<Chars<'_>>) {
        let arithmetic = matches!(self.inside.last(), Some(Inside::Arithmetic(_)));
        let mut in_word = !(is_blank(c) || ";&|()<>".contains(c));
        match c {
            // A line that goes on is as if neither stood there.
            '\\' if chars.next() == Some('\n') => in_word = self.in_word,
            '\\' => {}
            '\'' => self.inside.push(Inside::Single),
            '"' => self.inside.push(Inside::Double),
            '`' => self.lose(BACKQUOTES),
            '$' => {
                self.dollar(chars);
                in_word = self.in_word;
            }
            '(' => *self.parens() += 1,
            ')' => match self.parens() {
                // What `$( )` gives is a part of a word: a `#` behind it begins no comment.
                0 => in_word = self.inside.pop().is_some(),
                // `case` patterns end with one too, hence no underflow.
                open => *open -= 1,
            },
            '#' if !self.in_word && !arithmetic => self.inside.push(Inside::Comment),
            '<' if chars.peek() == Some(&'<') && !arithmetic => self.here(chars),
            '\n' => self.line_end(),
            _ => {}
        }
        if c.is_ascii_alphanumeric() {
            self.word.push(c);
        } else if mem::take(&mut self.word) == "case" && !self.inside.is_empty() {
            self.lose("after `case` inside of $( )");
        }
        self.in_word = in_word;
    }

    /// The end of quotes or of `${ }`, which are parts of a word.
    fn leave(&mut self) {
        self.inside.pop();
        self.in_word = true;
    }

    fn dollar(&mut self, chars: &mut Peekable<Chars<'_>>) {
        let double = matches!(self.inside.last(), Some(Inside::Double));
        self.in_word = true;
        match chars.peek() {
            Some('(') => {
                self.in_word = false;
                chars.next();
                let arithmetic = chars.next_if_eq(&'(').is_some();
                self.inside.push(if arithmetic {
                    Inside::Arithmetic(1)
                } else {
                    Inside::Substitution(0)
                });
            }
            Some('{') => {
                chars.next();
                self.inside.push(Inside::Parameter);
            }
            Some('\'') if !double => self.lose("after $'"),
            Some('\\') if !double => self.lose("after `$` and a backslash"),
            _ => {}
        }
        self.word.clear();
    }

    fn here(&mut self, chars: &mut Peekable<Chars<'_>>) {
        chars.next();
        if chars.next_if_eq(&'<').is_some() {
            return;
        }
        let tabs = chars.next_if_eq(&'-').is_some();
        while chars.next_if(|c| *c == ' ' || *c == '\t').is_some() {}
        let mut end = String::new();
        let mut literal = false;
        while let Some(c) = chars.next_if(|c| !is_blank(*c) && !";&|()<>".contains(*c)) {
            match c {
                '\'' | '"' | '\\' => literal = true,
                _ => end.push(c),
            }
        }
        if end.is_empty() {
            self.lose("after a here-document without an end word");
        }
        self.pending.push_back(HereDocument { end, literal, tabs });
    }

    fn line_end(&mut self) {
        self.in_word = false;
        if let Some(document) = self.pending.pop_front() {
            self.inside.push(Inside::Here {
                document,
                line: String::new(),
            });
        }
    }

    fn parens(&mut self) -> &mut usize {
        match self.inside.last_mut() {
            Some(Inside::Substitution(open) | Inside::Arithmetic(open)) => open,
            _ => &mut self.parens,
        }
    }

    fn lose(&mut self, why: &'static str) {
        self.lost.get_or_insert(why);
    }
}

/// What a shell takes for a blank; to it other white space is a letter.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n')
}

const BACKQUOTES: &str = "after backquotes; use $( ) instead";
