//! The two words that make a fence executable.

use super::info_string::Word;
use super::{Lang, Role};
use crate::text::{Diagnostic, Source, Span, wording};

/// The language and the role of a fence.
///
/// # Errors
/// One of them is none.
pub(super) fn lang_and_role(
    source: &Source,
    base: usize,
    lang_word: &Word<'_>,
    rest: &[Word<'_>],
) -> Result<(Lang, Role), Diagnostic> {
    let lang = Lang::ALL
        .into_iter()
        .find(|lang| lang.word() == lang_word.key);
    let role_word = &rest[0];
    let role = Role::ALL
        .into_iter()
        .find(|role| role_word.value.is_none() && role.word() == role_word.key);
    match (lang, role) {
        (Some(lang), Some(role)) => Ok((lang, role)),
        (None, Some(_)) => Err(unknown_lang(
            source,
            lang_word.span.shifted(base),
            lang_word.key,
        )),
        (_, None) if super::attribute(role_word.key).is_some() || role_word.value.is_some() => {
            Err(no_role(source, base, lang_word, rest))
        }
        (_, None) => Err(unknown_role(
            source,
            role_word.span.shifted(base),
            role_word.key,
        )),
    }
}

fn unknown_role(source: &Source, span: Span, word: &str) -> Diagnostic {
    let words = Role::ALL.map(Role::word);
    let help = match wording::did_you_mean(word, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "a fence that runs has the role {}; one with a language alone is an illustration",
            wording::list(&wording::quoted(words), "or")
        ),
    };
    let message = format!("unknown role `{word}`");
    Diagnostic::error("unknown-role", source, span, message).help(help)
}

fn unknown_lang(source: &Source, span: Span, word: &str) -> Diagnostic {
    let words = Lang::ALL.map(Lang::word);
    let near = match word {
        "bash" | "shell" | "zsh" | "console" => Some("sh"),
        _ => wording::did_you_mean(word, words),
    };
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "fences that run are {}",
            wording::list(&wording::quoted(words), "or")
        ),
    };
    let message = format!("no driver runs the language `{word}`");
    Diagnostic::error("unknown-language", source, span, message).help(help)
}

/// A fence that has attributes, and would never run.
pub(super) fn no_role(
    source: &Source,
    base: usize,
    lang: &Word<'_>,
    words: &[Word<'_>],
) -> Diagnostic {
    let role = words
        .iter()
        .find(|word| Role::ALL.iter().any(|role| role.word() == word.key));
    let help = match role {
        Some(role) => {
            format!(
                "the role comes right behind the language: `{} {} …`",
                lang.key, role.key
            )
        }
        None => format!(
            "write `{} check …`, or the language alone for an illustration",
            lang.key
        ),
    };
    let last = words.last().map_or(lang.span.end, |word| word.span.end);
    let first = words
        .first()
        .map_or(lang.span.start, |word| word.span.start);
    Diagnostic::error(
        "no-role",
        source,
        Span::new(first, last).shifted(base),
        "this fence has attributes but no role, so it would never run",
    )
    .help(help)
}
