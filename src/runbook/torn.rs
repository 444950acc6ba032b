//! Attributes that blanks have torn to several words: one finding for all of them.

use super::attribute;
use super::info_string::Word;
use crate::text::{Diagnostic, Source, Span};

/// Whether the first words are one torn attribute: how many they are, and what is wrong.
pub(super) fn find(
    source: &Source,
    base: usize,
    words: &[Word<'_>],
) -> Option<(usize, Diagnostic)> {
    let first = words.first()?;
    let written = |count: usize, between: &str| {
        let words = words[..count].iter();
        let words: Vec<&str> = words.map(|w| source.slice(w.span.shifted(base))).collect();
        words.join(between)
    };
    let (count, what, help) = if let Some(count) = blanks(words) {
        let what = "an attribute has no blanks around its `=`";
        (count, what, format!("write `{}`", written(count, "")))
    } else {
        let count = single_quotes(words)?;
        let (key, value) = (first.key, written(count, " "));
        let value = value[key.len() + 1..]
            .trim_matches('\'')
            .replace('"', "\\\"");
        let what = "a value is quoted with double quotes only";
        (count, what, format!("write `{key}=\"{value}\"`"))
    };
    let span = Span::new(first.span.start, words[count - 1].span.end).shifted(base);
    let finding = Diagnostic::error("torn-attribute", source, span, what).help(help);
    Some((count, finding))
}

/// `on = here`, `on =here` and `on= here`.
fn blanks(words: &[Word<'_>]) -> Option<usize> {
    let is_empty = |word: &Word<'_>| {
        let value = word.value.as_ref();
        value.is_some_and(|value| value.span.is_empty() && value.span.end == word.span.end)
    };
    // What is an attribute of its own is none's value.
    let is_value = |word: &Word<'_>| word.value.is_none() && attribute(word.key).is_none();
    match words {
        [first, sign, value, ..]
            if first.value.is_none()
                && sign.key.is_empty()
                && is_empty(sign)
                && is_value(value) =>
        {
            Some(3)
        }
        [first, sign, ..]
            if first.value.is_none() && sign.key.is_empty() && sign.value.is_some() =>
        {
            Some(2)
        }
        [first, value, ..] if !first.key.is_empty() && is_empty(first) && is_value(value) => {
            Some(2)
        }
        _ => None,
    }
}

/// `when='a == 1'`.
fn single_quotes(words: &[Word<'_>]) -> Option<usize> {
    let first = words.first()?;
    let value = first.value.as_ref()?;
    let is_bare = value.span.start == first.span.start + first.key.len() + 1;
    if !is_bare || !value.text.starts_with('\'') || value.text.len() < 2 {
        return None;
    }
    let ends = |word: &Word<'_>| match &word.value {
        Some(value) => value.text.ends_with('\''),
        None => word.key.ends_with('\''),
    };
    words.iter().position(ends).map(|last| last + 1)
}
