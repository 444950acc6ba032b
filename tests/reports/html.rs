use runsheet::event::{Answer, Approved, Change, Ending, Event, Finding, Outcome, Phase, Verdict};
use runsheet::journal;
use runsheet::report::html;

use super::journal::{Run, backed_out, place, said};

fn page(run: &Run) -> String {
    html(&run.account(), Some("")).expect("the page's template is sound")
}

#[test]
fn the_policy_allows_the_pages_own_style_and_nothing_else() {
    let page = page(&backed_out());
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let style = between(&page, "<style>", "</style>");
    use base64::Engine as _;
    use sha2::Digest as _;
    let hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(style));
    let hash = hash.replace('+', "&#x2b;").replace('/', "&#x2f;");
    let policy = policy.replace("&#x27;", "'");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
        )
        .replace("&#x2b;", "+")
    );
    // It must stand before anything that it is to govern.
    let at = page.find("Content-Security-Policy").expect("a policy");
    assert!(at < page.find("<style>").expect("a style"));
    assert!(page.find("charset").expect("a character set") < at);
}

#[test]
fn it_has_no_script_and_leads_nowhere() {
    let page = page(&backed_out());
    for forbidden in [
        "<script",
        "<img",
        "<link",
        "<iframe",
        " src=",
        "url(",
        "@import",
        "javascript:",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for link in page.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..20]);
    }
}

#[test]
fn only_files_that_a_browser_shows_and_never_runs_are_led_to() {
    let mut run = Run::of("roof", &[("ladder", "Put up the ladder")]);
    let at = place("roof", "ladder");
    let files = ["a.jpg", "b.txt", "c.html", "d.svg", "e.xml", "f", "g.xhtml"];
    let answer = Answer {
        attachments: files
            .map(|name| journal::attachment(&name[..1], name.get(2..), b"x"))
            .into(),
        ..said("")
    };
    run.begin(&at).effect(&at, "climb", Outcome::Ok, answer);
    let page = page(&run);
    let links = page.split("href=\"evidence").skip(1);
    let links: Vec<&str> = links
        .filter_map(|link| link.split('"').next()?.get(6..7))
        .collect();
    assert_eq!(links, ["a", "b"], "{page}");
    for name in ["c", "d", "e", "f", "g"] {
        assert!(
            page.contains(&format!("Kept as {name}: evidence")),
            "{name}"
        );
    }
}

#[test]
fn deviations_stand_above_the_steps_and_lead_to_them() {
    let page = page(&backed_out());
    let deviations = between(&page, "<h2>Deviations</h2>", "</section>");
    assert!(
        deviations.contains("failed – <a href=\"#c1s3\">Fix the gutter</a>"),
        "{deviations}"
    );
    assert!(page.contains("<article id=\"c1s3\" class=\"step failed\">"));
    assert!(page.find("Deviations") < page.find("<h2>Steps</h2>"));
}

#[test]
fn an_incomplete_run_is_called_that() {
    let mut run = Run::of("roof", &[("a", "A"), ("b", "B")]);
    run.begin(&place("roof", "a"))
        .intent(&place("roof", "a"), "go\n");
    let page = page(&run);
    assert!(page.contains("<strong class=\"pill incomplete\">incomplete</strong>"));
    assert!(page.contains("may have been sent: the journal doesn’t say what came of it"));
    assert!(page.contains("The journal ends before this step did."));
    assert!(page.contains("The run ended before it came to this step."));
}

#[test]
fn a_run_that_was_taken_up_again_is_told_from_there() {
    let mut run = Run::of("roof", &[("a", "A")]);
    run.add(Event::Interrupted)
        .end(Ending::Interrupted, "1 step: not reached")
        .add(Event::Resumed {
            by: "ana".to_owned(),
            environment: None,
            torn: None,
            deviations: vec!["the runbook was edited".to_owned()],
            revision: None,
            on_failure: Some("stop".to_owned()),
        });
    let page = page(&run);
    assert!(page.contains("<strong class=\"pill incomplete\">"));
    let deviations = between(&page, "<h2>Deviations</h2>", "</section>");
    assert!(deviations.contains("taken up again by ana"), "{deviations}");
    assert!(
        deviations.contains("the runbook was edited"),
        "{deviations}"
    );
}

#[test]
fn refused_lines_are_marked_where_they_stand() {
    use runsheet::event::{Fate, Refusal, SentLine};
    let mut run = Run::of("roof", &[("a", "A")]);
    let a = place("roof", "a");
    let fates = [Fate::Accepted, Fate::Rejected, Fate::NotSent];
    let lines = fates.into_iter().enumerate();
    let answer = Answer {
        refusal: Some(Refusal {
            message: "% Invalid input".to_owned(),
            line: Some(1),
            column: Some(2),
        }),
        lines: lines.map(|(line, fate)| SentLine { line, fate }).collect(),
        ..said("")
    };
    run.begin(&a)
        .effect(&a, "one\ntwo\nthree\n", Outcome::Error, answer)
        .verdict(&a, Verdict::Failed, "")
        .end(Ending::Failed, "1 step: 1 failed");
    let page = page(&run);
    assert!(
        page.contains("<li class=\"accepted\"><code>one</code></li>"),
        "{page}"
    );
    assert!(
        page.contains("<li class=\"rejected\"><code>tw<mark>o</mark></code> <em>refused</em></li>")
    );
    assert!(page.contains("<li class=\"not-sent\"><code>three</code> <em>not sent</em></li>"));
}

#[test]
fn a_long_answer_is_cut_and_the_page_says_where_the_rest_is() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let long: String = (0..200_000).map(|n| format!("line {n}\n")).collect();
    run.pass(&place("roof", "a"), &long)
        .end(Ending::Done, "done");
    let page = page(&run);
    assert!(page.len() < 200_000, "{} bytes", page.len());
    assert!(page.contains("line 0\n") && page.contains("line 199999<"));
    assert!(page.contains("left out here. All of it is in line 4 of <b>journal.jsonl</b>."));
}

#[test]
fn what_steers_a_terminal_or_hides_text_is_written_out() {
    let mut run = Run::of("roof", &[("a", "A\u{202e}B")]);
    run.pass(&place("roof", "a"), "\x1b[8mhidden\u{200b}")
        .end(Ending::Done, "done");
    let page = page(&run);
    assert!(page.contains("A\\u{202e}B") && page.contains("\\x1b[8mhidden\\u{200b}"));
    assert!(!page.contains('\x1b') && !page.contains('\u{202e}') && !page.contains('\u{200b}'));
}

#[test]
fn the_runbooks_words_and_what_it_expected_stand_beside_what_came_back() {
    let text = "# A\n\nBecause *slates* <b>slip</b>.\n\n```sh run\nlay the slates\n```\n\n\
                ```sh check\nlook up\n```\n\n```expect\n40 slates\n```\n";
    let mut run = Run::with_text("roof", &[("a", "A")], text);
    run.pass(&place("roof", "a"), "40 slates\n")
        .end(Ending::Done, "done");
    let page = page(&run);
    assert!(
        page.contains("Because <em>slates</em> &lt;b&gt;slip&lt;&#x2f;b&gt;."),
        "{page}"
    );
    let pair = between(&page, "<div class=\"pair\">", "</details>");
    assert!(
        pair.contains("Expected</p>\n<pre><code>40 slates"),
        "{pair}"
    );
    assert!(pair.contains("Actual</p>"), "{pair}");
}

#[test]
fn a_check_that_no_longer_holds_after_an_undo_is_well() {
    let text = "# A\n\n```sh run\nlay the slates\n```\n\n```sh check\nlook up\n```\n";
    let mut run = Run::with_text("roof", &[("a", "A")], text);
    let a = place("roof", "a");
    let gone = Finding::DoesNotHold {
        misses: vec!["no slates".to_owned()],
    };
    run.pass(&a, "40 slates\n")
        .look(&a, Phase::Undone, "look up\n", "", gone)
        .verdict(&a, Verdict::Undone, "");
    let first = page(&run);
    assert!(
        first.contains("<b>check</b> no longer holds after the undo"),
        "{first}"
    );
    assert!(!first.contains("class=\"act look bad\""), "{first}");

    run.look(
        &a,
        Phase::Undone,
        "look up\n",
        "40 slates\n",
        Finding::Holds,
    );
    let second = page(&run);
    assert!(
        second.contains("<b>check</b> still holds after the undo"),
        "{second}"
    );
    assert!(second.contains("class=\"act look bad\" open>"), "{second}");
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).expect("it is there");
    rest.split_once(to).expect("it ends").0
}

#[test]
fn who_asked_and_who_agreed_is_on_the_page() {
    let mut run = backed_out();
    run.agree(Change {
        ticket: Some("CHG0042".to_owned()),
        requester: Some("Ada".to_owned()),
        approvals: vec![Approved {
            by: "bob@example.org".to_owned(),
            key: "SHA256:abc".to_owned(),
            at: "2026-02-03T09:00:00Z".parse().expect("a time"),
            from: None,
            until: None,
            sha256: "ef".repeat(32),
        }],
        ..Change::default()
    });
    let page = page(&run);
    assert!(page.contains("CHG0042"), "{page}");
    assert!(page.contains("<dt>requested by</dt><dd>Ada</dd>"), "{page}");
    assert!(
        page.contains("by bob@example.org at 2026-02-03 09:00:00"),
        "{page}"
    );
}
