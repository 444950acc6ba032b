//! The names that a fence uses, and what is wrong with its templates and expressions.

use super::patterns;
use super::requests::with_values;
use crate::check::Assert;
use crate::runbook::{ExpectationKind, Fence, Lang, Runbook};
use crate::text::{Diagnostic, Source, Span};
use crate::value::{Call, Entry, Expression, Template, TemplateError};

/// A name in a template or an expression.
pub(super) struct Use {
    pub(super) name: String,
    pub(super) span: Span,
    /// It stands in an expectation, which sees what its fence has bound.
    pub(super) after: bool,
}

/// What a fence needs to be rendered and checked.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) names: Vec<Use>,
    /// What is taken of those names.
    pub(super) entries: Vec<Entry>,
    /// `NAME` of `secret.NAME`.
    pub(super) secrets: Vec<(String, Span)>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Uses {
    /// Reads the templates of a fence and of its expectations.
    pub(super) fn of(runbook: &Runbook, fence: &Fence) -> Self {
        let source = &runbook.source;
        let mut uses = Self::default();
        if !fence.attributes.raw {
            uses.template(source, &fence.body.text, false, |span| {
                fence.body.span_in_source(span)
            });
        }
        if fence.lang == Lang::Xapi {
            uses.calls(source, fence);
        }
        if let Some(when) = &fence.attributes.when {
            // Where escapes have moved things, all of the value is meant.
            let moved = source.slice(when.span) != when.value;
            let place = |span: Span| {
                if moved {
                    when.span
                } else {
                    span.shifted(when.span.start)
                }
            };
            uses.condition(source, &when.value, place);
        }
        for expectation in &fence.expectations {
            let body = &expectation.body;
            match expectation.kind {
                ExpectationKind::Expect if expectation.raw => {}
                ExpectationKind::Expect => {
                    uses.template(source, &body.text, true, |span| body.span_in_source(span));
                }
                ExpectationKind::Assert => {
                    // Line by line, so that one bad line does not hide the next.
                    let mut at = 0;
                    for line in body.text.split_inclusive('\n') {
                        let place = |span: Span| body.span_in_source(span.shifted(at));
                        if line.contains("{{") && !expectation.raw {
                            // It is an expression only after its templates are rendered.
                            uses.template(source, line, true, place);
                        } else {
                            uses.assertion(source, line, place);
                        }
                        at += line.len();
                    }
                }
            }
        }
        uses
    }

    /// The names in the arguments of XenAPI calls. What an earlier call of the fence gives is
    /// there for the next.
    fn calls(&mut self, source: &Source, fence: &Fence) {
        let place = |span| fence.body.span_in_source(span);
        let text = with_values(fence);
        match Call::parse(&text) {
            Ok(calls) => {
                let mut given: Vec<String> = Vec::new();
                for call in calls {
                    // The class of a call within a call is no name; that is told of by itself.
                    let nested = call.written.nested(&text);
                    let is_name = |at: &Span| nested.is_none_or(|nested| nested.start != at.start);
                    let names = call.names().into_iter();
                    let names = names.filter(|(_, at)| is_name(at));
                    self.names.extend(names.map(|(name, span)| Use {
                        after: given.contains(&name),
                        name,
                        span: place(span),
                    }));
                    let entries = call.entries().into_iter();
                    self.entries.extend(entries.map(|entry| Entry {
                        span: place(entry.span),
                        ..entry
                    }));
                    given.extend(call.written.name);
                }
            }
            Err(error) => self.problem(source, "bad-call", &error, place),
        }
    }

    fn template(&mut self, source: &Source, text: &str, after: bool, place: impl Fn(Span) -> Span) {
        // Most fences have no template at all.
        if !text.contains("{{") {
            return;
        }
        match Template::parse(text) {
            Ok(template) => {
                self.names
                    .extend(template.names().into_iter().map(|(name, span)| Use {
                        name,
                        span: place(span),
                        after,
                    }));
                let entries = template.entries().into_iter();
                self.entries.extend(entries.map(|entry| Entry {
                    span: place(entry.span),
                    ..entry
                }));
                self.secrets.extend(
                    template
                        .secrets()
                        .into_iter()
                        .map(|(name, span)| (name, place(span))),
                );
            }
            Err(error) => self.problem(source, "bad-template", &error, place),
        }
    }

    fn condition(&mut self, source: &Source, text: &str, place: impl Fn(Span) -> Span) {
        match Expression::parse(text) {
            Ok(expression) => {
                let names = expression.names().iter();
                self.names.extend(names.map(|(name, span)| Use {
                    name: name.clone(),
                    span: place(*span),
                    after: false,
                }));
                let entries = expression.entries().iter().cloned();
                self.entries.extend(entries.map(|entry| Entry {
                    span: place(entry.span),
                    ..entry
                }));
            }
            Err(error) => self.problem(source, "bad-expression", &error, place),
        }
    }

    fn assertion(&mut self, source: &Source, line: &str, place: impl Fn(Span) -> Span) {
        let assert = match Assert::parse(line) {
            Ok(assert) => assert,
            Err(error) => return self.problem(source, "bad-expression", &error, place),
        };
        for (pattern, span) in assert.patterns() {
            self.problems
                .extend(patterns::lint(source, pattern, place(span)));
        }
        self.entries.extend(assert.entries().map(|entry| Entry {
            span: place(entry.span),
            ..entry
        }));
        let names = assert.names().into_iter();
        self.names.extend(names.map(|(name, span)| Use {
            name,
            span: place(span),
            after: true,
        }));
    }

    fn problem(
        &mut self,
        source: &Source,
        code: &'static str,
        error: &TemplateError,
        place: impl Fn(Span) -> Span,
    ) {
        let found = Diagnostic::error(code, source, place(error.span), error.message.clone());
        self.problems.push(match &error.help {
            Some(help) => found.help(help.clone()),
            None => found,
        });
    }
}
