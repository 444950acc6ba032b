//! What a file means: steps, fences and the texts in them.

use proptest::prelude::*;
use runsheet::runbook::{Known, Parsed, Runbook, lint, parse};
use runsheet::text::{ColorChoice, Diagnostic, Source, Span, render};

fn runbook(markdown: &str) -> Runbook {
    let parsed = parse(Source::new("01-change.md", markdown));
    assert!(
        parsed.diagnostics.is_empty(),
        "{}",
        render(&parsed.diagnostics, ColorChoice::Never)
    );
    parsed.runbook
}

#[test]
fn a_runbook_is_called_like_its_file_without_the_number() {
    let runbook = runbook("# Change the uplink\n");
    assert_eq!(runbook.name, "change");
    assert_eq!(runbook.meta.title.as_deref(), Some("Change the uplink"));
    for name in ["change", "01-change", "01-change.md"] {
        assert!(runbook.is_called(name), "{name}");
    }
    assert!(!runbook.is_called("uplink"));
}

#[test]
fn only_sections_with_executable_fences_are_steps() {
    let Parsed {
        runbook,
        diagnostics,
    } = parse(Source::new(
        "01-change.md",
        "# Title\n\n```sh\nonly shown\n```\n\n## Do *it* `now` {#do}\n\n```sh check\ntrue\n```\n\n\
         <!--\n## Hidden\n\n```sh run\nrm -rf /\n```\n-->\n\n    ```sh run\n    indented\n    ```\n\n\
         ### Look!\n\n~~~sh read\nls\n~~~\n",
    ));
    // The one that is indented may have been meant to run.
    let codes: Vec<_> = diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["fence-in-code"]);
    let steps: Vec<_> = runbook
        .steps
        .iter()
        .map(|step| (step.id.as_str(), step.title.as_str(), step.level))
        .collect();
    assert_eq!(steps, [("do", "Do it now", 2), ("look", "Look!", 3)]);
    assert_eq!(runbook.steps[0].fences.len(), 1);
}

#[test]
fn repeated_headings_get_the_anchors_that_github_gives_them() {
    let runbook = runbook("## Check\n\nText\n\n## Check\n\n```sh check\ntrue\n```\n");
    assert_eq!(runbook.steps[0].id, "check-1");
}

#[test]
fn a_fence_in_a_quoted_list_has_its_text_without_the_marks_around_it() {
    let runbook = runbook(
        "# A\n\n> 1. ```sh check\n>    if true; then\n>      ls\n>\n>    fi\n>    ```\n>    ```expect whole\n>    file\n>    ```\n",
    );
    let fence = &runbook.steps[0].fences[0];
    assert_eq!(fence.body.text, "if true; then\n  ls\n\nfi\n");
    let ls = fence.body.text.find("ls").unwrap_or_default();
    let place = fence.body.span_in_source(Span::new(ls, ls + 2));
    assert_eq!(runbook.source.slice(place), "ls");
    assert!(fence.expectations[0].whole);
    assert_eq!(fence.expectations[0].body.text, "file\n");
}

#[test]
fn windows_line_ends_do_not_reach_the_target() {
    let runbook = runbook("# A\r\n\r\n```sh check\r\ntrue\r\nfalse\r\n```\r\n");
    assert_eq!(runbook.steps[0].fences[0].body.text, "true\nfalse\n");
}

#[test]
fn the_first_table_of_a_section_gives_the_rows() {
    let runbook = runbook(
        "# A\n\n| name | port |\n|---|--:|\n| `xen1` | 13 |\n| xen2 | 14 |\n\n```sh check each=row\ntrue\n```\n",
    );
    let table = runbook.steps[0].table.clone().unwrap_or_default();
    let rows: Vec<_> = table.rows.into_iter().map(|row| row.cells).collect();
    let header = table.header;
    assert_eq!(header, ["name", "port"]);
    assert_eq!(rows, [["xen1", "13"], ["xen2", "14"]]);
}

#[test]
fn a_rule_between_paragraphs_is_no_front_matter() {
    let runbook = runbook("# A\n\ntext\n\n---\n\nrisk: none\n\n---\n");
    assert_eq!(runbook.meta.title.as_deref(), Some("A"));
}

/// Pieces that runbooks are made of, and what breaks them.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "---\n",
            "title: x\n",
            "vars:\n  a: {default: 1}\n",
            "# A\n",
            "## B {#b}\n",
            "Ü\n===\n",
            "```sh run",
            "```ios check within=5s",
            "~~~expect",
            "```assert",
            "```",
            "~~~",
            "````",
            "\n",
            "\r\n",
            "\n\n",
            "> ",
            "- ",
            "1. ",
            "   ",
            "\t",
            " on=",
            "\"",
            "\\",
            "{{ a }}",
            "{{",
            "}}",
            "<x:int>",
            "...",
            "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "<!--",
            "-->",
            "é",
            "–",
            "\u{1b}",
            "\u{202e}",
            "\u{0}",
            " undo=none reason=\"x\"",
            " once",
            "interface gi1/0/1",
            "?",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,8}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn assert_inside(text: &str, span: Span) {
    assert!(
        text.get(span.range()).is_some(),
        "{span:?} in {} bytes: {text:?}",
        text.len()
    );
}

fn assert_spans_inside(runbook: &Runbook, found: &[Diagnostic]) {
    let text = runbook.source.text();
    for step in &runbook.steps {
        assert_inside(text, step.span);
        assert_inside(text, step.section);
        for fence in &step.fences {
            assert_inside(text, fence.span);
            assert_inside(text, fence.info_span);
            fence
                .attributes
                .written
                .iter()
                .for_each(|(_, span)| assert_inside(text, *span));
            let bodies = fence
                .expectations
                .iter()
                .map(|expectation| &expectation.body);
            for body in bodies.chain([&fence.body]) {
                for (at, c) in body.text.char_indices() {
                    assert_inside(text, body.span_in_source(Span::new(at, at + c.len_utf8())));
                }
            }
        }
    }
    for found in found {
        assert_inside(text, found.primary.span);
        found
            .secondary
            .iter()
            .for_each(|label| assert_inside(text, label.span));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_every_place_is_inside_the_file(markdown in markdown()) {
        let parsed = parse(Source::new("x.md", &*markdown));
        let mut found = parsed.diagnostics;
        found.extend(lint(&[&parsed.runbook], &Known::default()));
        assert_spans_inside(&parsed.runbook, &found);
        let shown = render(&found, ColorChoice::Never);
        let steers = shown.contains(['\u{1b}', '\u{202e}']);
        prop_assert!(!steers, "{shown:?}");
    }

    #[test]
    fn the_same_file_has_the_same_findings(markdown in markdown()) {
        let shown = || {
            let parsed = parse(Source::new("x.md", &*markdown));
            let lint = lint(&[&parsed.runbook], &Known::default());
            render(&parsed.diagnostics, ColorChoice::Never) + &render(&lint, ColorChoice::Never)
        };
        prop_assert_eq!(shown(), shown());
    }
}
