use pulldown_cmark::{CodeBlockKind, Event as Md, Options, Parser, Tag};
use runsheet::event::{Ending, Event, Finding, Phase, Verdict};
use runsheet::report::markdown;

use super::journal::{Run, backed_out, place};

#[test]
fn a_step_that_was_only_looked_at_is_not_unfinished() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let need = place("ladder", "stand");
    run.begin(&need)
        .look(
            &need,
            Phase::Before,
            "look\n",
            "no\n",
            Finding::DoesNotHold {
                misses: vec!["it does not stand".to_owned()],
            },
        )
        .add(Event::Decision {
            place: need.clone(),
            question: "go on all the same?".to_owned(),
            answer: "yes".to_owned(),
            by: "Ada".to_owned(),
        });
    run.pass(&place("roof", "a"), "slates\n")
        .end(Ending::Done, "1 step: 1 passed");
    let account = run.account();
    assert!(account.deviations.is_empty(), "{:?}", account.deviations);
    let page = markdown(&account);
    assert!(page.contains("| looked at | stand |"), "{page}");
    assert!(!page.contains("unfinished"), "{page}");
}

#[test]
fn deviations_come_first_and_say_where_the_journal_has_them() {
    let report = markdown(&backed_out().account());
    let top: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("- "))
        .collect();
    assert_eq!(
        top,
        [
            r"- failed – roof\#gutter (journal line 14)",
            r"- backed out 2 steps: \`gutter\` failed (journal line 15)",
            r"- undone – roof\#gutter (journal line 16)",
            r"- undone – roof\#slates (journal line 17)",
        ]
    );
    let deviations = report.find("## Deviations").expect("a heading");
    assert!(deviations < report.find("## Steps").expect("a heading"));
}

#[test]
fn a_run_without_deviations_says_so() {
    let mut run = Run::of("roof", &[("a", "A")]);
    run.pass(&place("roof", "a"), "fine\n")
        .end(Ending::Done, "1 step: 1 passed");
    let report = markdown(&run.account());
    assert!(report.contains("## Deviations\n\nNone.\n"), "{report}");
    assert!(
        report.starts_with("# Mend the roof\n\n**done** – 1 step: 1 passed\n"),
        "{report}"
    );
}

#[test]
fn an_incomplete_run_says_what_may_have_been_sent() {
    let mut run = Run::of("roof", &[("a", "A"), ("b", "B")]);
    run.begin(&place("roof", "a"))
        .intent(&place("roof", "a"), "go\n");
    let report = markdown(&run.account());
    assert!(report.contains("**incomplete**"), "{report}");
    assert!(
        report.contains("an effect may have been sent to roof; the journal doesn't say what came"),
        "{report}"
    );
    assert!(report.contains("| not reached | B |"), "{report}");
}

#[test]
fn a_runbook_whose_text_is_not_the_one_that_ran_is_a_deviation() {
    let mut run = Run::with_text("roof", &[("a", "A")], "# A\n");
    run.end(Ending::Done, "done");
    assert!(markdown(&run.account()).contains("## Deviations\n\nNone."));
    run.exchange_text("# B\n");
    assert!(markdown(&run.account()).contains("the text of runbook roof as it was run is not at"));
}

#[test]
fn what_devices_and_runbooks_say_is_no_markup() {
    let hostile = [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](http://x.invalid/a.png)",
        "<http://x.invalid>",
        "www.x.invalid",
        "```\n<script>\n````\n~~~",
        "| a | b |\n|---|---|",
        "\n\n# heading\n\n<div>",
        "`code` *em* **strong** ~~struck~~",
        "&lt;b&gt; &#x3c;",
        "1. list",
        "- list",
        "\u{202e}gpj.exe \x1b[2J",
        "[ref]: javascript:alert(1)",
        "\\<b\\>",
    ];
    for text in hostile {
        let mut run = Run::of("roof", &[("a", text)]);
        let a = place("roof", "a");
        run.pass(&a, text)
            .verdict(&a, Verdict::Undone, text)
            .add(Event::BackingOut {
                steps: 1,
                reason: text.to_owned(),
            })
            .end(Ending::Failed, text);
        let report = markdown(&run.account());
        let plain = markdown(&{
            let mut run = Run::of("roof", &[("a", "plain")]);
            run.pass(&a, "plain")
                .verdict(&a, Verdict::Undone, "plain")
                .add(Event::BackingOut {
                    steps: 1,
                    reason: "plain".to_owned(),
                })
                .end(Ending::Failed, "plain");
            run.account()
        });
        assert_eq!(structure(&report), structure(&plain), "{text}\n{report}");
        assert!(!report.contains('\x1b') && !report.contains('\u{202e}'));
    }
}

/// The markup of a text, without its words.
fn structure(text: &str) -> Vec<String> {
    Parser::new_ext(text, Options::all())
        .filter_map(|event| match event {
            Md::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Some(format!("```{info}")),
            // A heading's anchor is made of its words.
            Md::Start(Tag::Heading { level, .. }) => Some(format!("{level}")),
            Md::Start(tag) => Some(format!("{tag:?}")),
            Md::End(tag) => Some(format!("{tag:?}")),
            Md::Text(_) | Md::SoftBreak => None,
            other => Some(format!("{other:?}")),
        })
        .collect()
}
