//! Every finding about a runbook, as the literal text a user sees.
//!
//! `SNAPSHOTS=overwrite cargo test --test suite` rewrites the expected texts; read the diff.

use runsheet::runbook::{Known, KnownTarget, Lang, lint, order, parse, sort};
use runsheet::text::{ColorChoice, Diagnostic, Source, render};
use snapbox::{assert_data_eq, str};

mod attributes;
mod bad_input;
mod expectations;
mod fences;
mod front_matter;
mod ios;
mod names;
mod probes;
mod references;
mod requests;
mod steps;
mod transfers;

/// The inventory of these tests: a stack of switches, its console, and two hosts.
fn known() -> Known {
    let target = |langs: &[Lang]| KnownTarget {
        langs: langs.to_vec(),
        console: false,
        terminal: false,
        implied: false,
    };
    let host = KnownTarget {
        terminal: true,
        ..target(&[Lang::Sh, Lang::File, Lang::Xapi, Lang::Probe])
    };
    let ios = target(&[Lang::Ios]);
    Known {
        lab: false,
        targets: [
            ("local".to_owned(), target(&[Lang::Sh, Lang::File])),
            ("stack".to_owned(), ios.clone()),
            (
                "stack-console".to_owned(),
                KnownTarget {
                    console: true,
                    ..ios
                },
            ),
            ("xen1".to_owned(), host.clone()),
            ("xen2".to_owned(), host),
        ]
        .into(),
        groups: [(
            "hosts".to_owned(),
            vec!["xen1".to_owned(), "xen2".to_owned()],
        )]
        .into(),
        variables: ["uplink".to_owned()].into(),
        secrets: ["root_password".to_owned()].into(),
        runbooks: ["switch-stack".to_owned()].into(),
    }
}

/// All that is found in a file called `change.md`.
fn findings(markdown: &str) -> Vec<Diagnostic> {
    findings_where(&known(), markdown)
}

fn findings_where(known: &Known, markdown: &str) -> Vec<Diagnostic> {
    let parsed = parse(Source::new("change.md", markdown));
    let mut found = parsed.diagnostics;
    found.extend(lint(&[&parsed.runbook], known));
    sort(&mut found);
    found
}

/// What a user sees of it.
fn shown(markdown: &str) -> String {
    render(&findings(markdown), ColorChoice::Never)
}

/// The same with another inventory.
fn shown_where(known: &Known, markdown: &str) -> String {
    render(&findings_where(known, markdown), ColorChoice::Never)
}

#[test]
fn a_sound_runbook_has_no_findings() {
    assert_data_eq!(shown(include_str!("diagnostics/sound.md")), str![[""]]);
}

#[test]
fn colours_are_for_terminals_only() {
    let found = findings("# A\n\n```sh chekc\ntrue\n```\n");
    let coloured = render(&found, ColorChoice::Always);
    assert!(coloured.contains("\u{1b}[1m"), "{coloured:?}");
    assert!(!render(&found, ColorChoice::Never).contains('\u{1b}'));
}
