//! What is wrong with `expect` and `assert` fences beyond their names.

use crate::check::Expect;
use crate::runbook::{Expectation, ExpectationKind, Runbook};
use crate::text::Diagnostic;

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        for expectation in &fence.expectations {
            match expectation.kind {
                ExpectationKind::Expect => excerpt(runbook, expectation, found),
                ExpectationKind::Assert => assertions(runbook, expectation, found),
            }
        }
    }
}

fn excerpt(runbook: &Runbook, expectation: &Expectation, found: &mut Vec<Diagnostic>) {
    let body = &expectation.body;
    if body.text.trim().is_empty() && !expectation.whole {
        found.push(
            Diagnostic::error(
                "bad-expectation",
                &runbook.source,
                expectation.span,
                "this expects nothing, so it would always hold",
            )
            .help("write what a reader should see, or `whole` for no output"),
        );
        return;
    }
    if let Err(error) = Expect::parse(&body.text, expectation.whole) {
        // What is wrong with all of it is wrong with the fence, which may be empty.
        let everything = error.span.len() == body.text.len();
        let span = if everything {
            expectation.span
        } else {
            body.span_in_source(error.span)
        };
        let wrong = Diagnostic::error("bad-expectation", &runbook.source, span, error.message);
        found.push(match error.help {
            Some(help) => wrong.help(help),
            None => wrong,
        });
    }
}

fn assertions(runbook: &Runbook, expectation: &Expectation, found: &mut Vec<Diagnostic>) {
    let says_something = |line: &str| !line.trim().is_empty() && !line.trim().starts_with('#');
    if !expectation.body.text.lines().any(says_something) {
        found.push(
            Diagnostic::error(
                "bad-expectation",
                &runbook.source,
                expectation.span,
                "this asserts nothing, so it would always hold",
            )
            .help("write one expression a line, each of which must be true"),
        );
    }
}
