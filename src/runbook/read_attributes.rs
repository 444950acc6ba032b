//! The words behind a role, as [`Attributes`].

use super::attribute_spec::AttributeValue;
use super::info_string::Word;
use super::torn;
use super::{
    ATTRIBUTES, AttributeSpec, Attributes, Lang, Role, Spanned, ValueKind, attribute, duration,
};
use crate::text::{Diagnostic, Source, Span, wording};

/// What kind of fence the words stand on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Carrier {
    /// An executable fence.
    Executable(Lang, Role),
    /// `expect` or `assert`.
    Expectation(&'static str),
}

impl Carrier {
    fn allows(self, spec: &AttributeSpec) -> bool {
        match self {
            Carrier::Executable(lang, role) => {
                spec.langs.contains(&lang) && spec.roles.contains(&role)
            }
            Carrier::Expectation(word) => spec.expectations.contains(&word),
        }
    }

    fn name(self) -> String {
        match self {
            Carrier::Executable(lang, role) => format!("`{} {}`", lang.word(), role.word()),
            Carrier::Expectation(word) => format!("`{word}`"),
        }
    }
}

/// Reads the words. `base` is where the info string begins in the source.
pub(super) fn read_attributes(
    source: &Source,
    base: usize,
    words: &[Word<'_>],
    carrier: Carrier,
    diagnostics: &mut Vec<Diagnostic>,
) -> Attributes {
    let mut attributes = Attributes::default();
    let mut rest = words;
    while let Some((word, behind)) = rest.split_first() {
        if let Some((torn, finding)) = torn::find(source, base, rest) {
            diagnostics.push(finding);
            rest = &rest[torn..];
            continue;
        }
        rest = behind;
        let span = word.span.shifted(base);
        match read(source, base, word, carrier, &attributes) {
            Ok((spec, value)) => {
                spec.set(&mut attributes, value);
                attributes.written.push((spec.name, span));
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    attributes
}

type Reading = Result<(&'static AttributeSpec, AttributeValue), Box<Diagnostic>>;

fn read(
    source: &Source,
    base: usize,
    word: &Word<'_>,
    carrier: Carrier,
    before: &Attributes,
) -> Reading {
    let span = word.span.shifted(base);
    let key_span = Span::new(span.start, span.start + word.key.len());
    let Some(spec) = attribute(word.key) else {
        return Err(unknown(source, key_span, word, carrier).into());
    };
    if !carrier.allows(spec) {
        return Err(misplaced(source, key_span, spec, carrier).into());
    }
    if let Some((_, first)) = before.written.iter().find(|(name, _)| *name == spec.name) {
        return Err(Diagnostic::error(
            "duplicate-attribute",
            source,
            span,
            format!("`{}` is given twice", spec.name),
        )
        .also(*first, "first here")
        .into());
    }
    Ok((spec, value(source, base, word, spec)?))
}

fn unknown(source: &Source, span: Span, word: &Word<'_>, carrier: Carrier) -> Diagnostic {
    let candidates = || {
        ATTRIBUTES
            .iter()
            .filter(|spec| carrier.allows(spec))
            .map(|spec| spec.name)
    };
    let found = Diagnostic::error(
        "unknown-attribute",
        source,
        span,
        format!("unknown attribute `{}`", word.key),
    );
    if let Some(near) = wording::did_you_mean(word.key, candidates()) {
        return found.help(format!("did you mean `{near}`?"));
    }
    let anywhere = ATTRIBUTES.iter().map(|spec| spec.name);
    if let Some(spec) = wording::did_you_mean(word.key, anywhere).and_then(attribute) {
        let taking = takers(spec, carrier);
        return found.help(format!(
            "did you mean `{}`? Only {taking} fences take it",
            spec.name
        ));
    }
    let known = wording::quoted(candidates());
    found.help(format!(
        "{} takes {}",
        carrier.name(),
        wording::list(&known, "and")
    ))
}

/// The fences that take an attribute, for one that does not.
fn takers(spec: &AttributeSpec, carrier: Carrier) -> String {
    let roles = spec.roles.iter().map(|role| role.word());
    let langs = spec.langs.iter().map(|lang| lang.word());
    let any_role = spec.roles.len() == Role::ALL.len();
    // Where all languages but one take it, only a fence of that one is told of languages.
    let all_but_one = spec.langs.len() + 1 == Lang::ALL.len();
    let is_taken = matches!(carrier, Carrier::Executable(lang, _) if spec.langs.contains(&lang));
    let any_lang = spec.langs.len() == Lang::ALL.len() || all_but_one && is_taken;
    let allowed = if spec.roles.is_empty() {
        wording::list(&wording::quoted(spec.expectations.iter().copied()), "or")
    } else {
        let langs = if any_lang {
            Vec::new()
        } else {
            wording::quoted(langs)
        };
        let roles = if any_role {
            Vec::new()
        } else {
            wording::quoted(roles)
        };
        [wording::list(&langs, "or"), wording::list(&roles, "or")]
            .join(" ")
            .trim()
            .to_owned()
    };
    if allowed.is_empty() {
        "executable".to_owned()
    } else {
        allowed
    }
}

fn misplaced(source: &Source, span: Span, spec: &AttributeSpec, carrier: Carrier) -> Diagnostic {
    let taking = takers(spec, carrier);
    Diagnostic::error(
        "misplaced-attribute",
        source,
        span,
        format!("`{}` has no meaning on {}", spec.name, carrier.name()),
    )
    .label(spec.help)
    .help(format!("only {taking} fences take it"))
}

fn value(
    source: &Source,
    base: usize,
    word: &Word<'_>,
    spec: &AttributeSpec,
) -> Result<AttributeValue, Box<Diagnostic>> {
    let whole = word.span.shifted(base);
    let Some(value) = &word.value else {
        if spec.value == ValueKind::Flag {
            return Ok(AttributeValue::Flag);
        }
        return Err(Diagnostic::error(
            "missing-value",
            source,
            whole,
            format!("`{}` needs a value", spec.name),
        )
        .help(format!("write `{}={}`", spec.name, example(spec.value)))
        .into());
    };
    let span = value.span.shifted(base);
    if value.unclosed {
        return Err(Diagnostic::error(
            "unclosed-quote",
            source,
            Span::new(span.start.saturating_sub(1), span.end),
            "the closing quote is missing",
        )
        .into());
    }
    let number = |radix, max: u32| {
        u32::from_str_radix(&value.text, radix)
            .ok()
            .filter(|&number| number <= max)
    };
    let read = match spec.value {
        ValueKind::Flag => None,
        ValueKind::Text | ValueKind::Path if value.text.trim().is_empty() => None,
        ValueKind::Path if value.text.contains("{{") => None,
        ValueKind::Name if !is_name(&value.text) => None,
        ValueKind::Choice(choices) if !choices.contains(&value.text.as_ref()) => None,
        ValueKind::Text | ValueKind::Path | ValueKind::Name | ValueKind::Choice(_) => {
            Some(AttributeValue::Text(Spanned {
                value: value.text.to_string(),
                span,
            }))
        }
        ValueKind::Duration => duration(&value.text).map(AttributeValue::Duration),
        ValueKind::Pause => duration(&value.text)
            .filter(|pause| !pause.is_zero())
            .map(AttributeValue::Duration),
        ValueKind::Count => number(10, 10_000)
            .filter(|&n| n > 0)
            .map(AttributeValue::Number),
        ValueKind::Number => number(10, 10_000).map(AttributeValue::Number),
        ValueKind::Status => number(10, 255).map(AttributeValue::Number),
        ValueKind::Mode => number(8, 0o7777).map(AttributeValue::Number),
    };
    read.ok_or_else(|| Box::new(bad_value(source, span, &value.text, spec)))
}

fn bad_value(source: &Source, span: Span, text: &str, spec: &AttributeSpec) -> Diagnostic {
    if text.trim().is_empty() && spec.value != ValueKind::Flag {
        let message = format!("the value of `{}` is empty", spec.name);
        return Diagnostic::error("bad-value", source, span, message);
    }
    let expected = match spec.value {
        ValueKind::Flag => {
            let message = format!("`{}` takes no value", spec.name);
            return Diagnostic::error("bad-value", source, span, message)
                .help(format!("write `{}` alone", spec.name));
        }
        ValueKind::Text => "some text".to_owned(),
        ValueKind::Path => {
            "a path as it is, and `{{` would be a part of it: write each path out, or write the file \
             with `sh`"
                .to_owned()
        }
        ValueKind::Name => "a name: letters, digits, `_` and `-`, with no digit first".to_owned(),
        ValueKind::Duration => {
            "a whole number and its unit, such as `500ms`, `40s`, `5m` or `1h`".to_owned()
        }
        ValueKind::Pause => {
            "a whole number from 1 and its unit, such as `500ms`, `40s`, `5m` or `1h`".to_owned()
        }
        ValueKind::Count => "a whole number from 1".to_owned(),
        ValueKind::Number => "a whole number from 0".to_owned(),
        ValueKind::Status => "an exit status, 0 to 255".to_owned(),
        ValueKind::Mode => "octal permissions such as `0644`".to_owned(),
        ValueKind::Choice(choices) => match wording::did_you_mean(text, choices.iter().copied()) {
            Some(near) => {
                return Diagnostic::error("bad-value", source, span, wrong(spec, text))
                    .help(format!("did you mean `{near}`?"));
            }
            None => wording::list(&wording::quoted(choices.iter().copied()), "or"),
        },
    };
    Diagnostic::error("bad-value", source, span, wrong(spec, text))
        .help(format!("it takes {expected}"))
}

fn wrong(spec: &AttributeSpec, text: &str) -> String {
    format!("`{}` cannot be `{text}`", spec.name)
}

/// A value to show, for a person who left it out.
fn example(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Flag => "",
        ValueKind::Text | ValueKind::Path => "\"…\"",
        ValueKind::Name => "name",
        ValueKind::Duration | ValueKind::Pause => "40s",
        ValueKind::Count => "1",
        ValueKind::Number | ValueKind::Status => "0",
        ValueKind::Mode => "0644",
        ValueKind::Choice(choices) => choices[0],
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
