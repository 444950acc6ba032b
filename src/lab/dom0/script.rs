use std::iter::Peekable;
use std::str::Chars;

/// A command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Its name and its arguments.
    pub(super) words: Vec<String>,
    /// It runs only if the one before it succeeded.
    pub(super) if_ok: bool,
}

/// Reads a script.
///
/// # Errors
/// What is not known here, or not closed.
pub(super) fn parse(text: &str) -> Result<Vec<Command>, String> {
    let mut commands = Vec::new();
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut if_ok = false;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' => words.extend(word.take()),
            ';' | '\n' | '&' => {
                words.extend(word.take());
                let and = char == '&';
                if and && chars.next() != Some('&') {
                    return Err(unexpected('&'));
                }
                if words.is_empty() && char != '\n' {
                    return Err(unexpected(char));
                }
                if !words.is_empty() {
                    let words = std::mem::take(&mut words);
                    commands.push(Command { words, if_ok });
                    if_ok = and;
                }
            }
            '#' if word.is_none() => while chars.next_if(|char| *char != '\n').is_some() {},
            '\'' => quoted(&mut chars, word.get_or_insert_default())?,
            '"' => double_quoted(&mut chars, word.get_or_insert_default())?,
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(char) => word.get_or_insert_default().push(char),
                None => word.get_or_insert_default().push('\\'),
            },
            '|' | '<' | '>' | '(' | ')' | '`' | '$' | '*' | '?' | '[' | '{' | '}' => {
                return Err(unexpected(char));
            }
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    if !words.is_empty() {
        commands.push(Command { words, if_ok });
    } else if if_ok {
        return Err("syntax error: unexpected end of file".to_owned());
    }
    Ok(commands)
}

fn quoted(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), String> {
    loop {
        match chars.next() {
            Some('\'') => return Ok(()),
            Some(char) => word.push(char),
            None => return Err("unexpected EOF while looking for matching `''".to_owned()),
        }
    }
}

fn double_quoted(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), String> {
    loop {
        match chars.next() {
            Some('"') => return Ok(()),
            Some('\\') => match chars.next() {
                Some('\n') => {}
                Some(char @ ('"' | '\\' | '$' | '`')) => word.push(char),
                Some(char) => word.extend(['\\', char]),
                None => {}
            },
            Some(char @ ('$' | '`')) => return Err(unexpected(char)),
            Some(char) => word.push(char),
            None => return Err("unexpected EOF while looking for matching `\"'".to_owned()),
        }
    }
}

fn unexpected(char: char) -> String {
    format!("syntax error near unexpected token `{char}'")
}
