//! Numbers that only a forged journal has: its chain is sound, and it is shown all the same.

use runsheet::event::{Ending, Event, Finding, Outcome, Phase};
use runsheet::report::{html, junit, markdown};

use super::journal::{Run, place, said};

#[test]
fn numbers_may_be_as_large_as_they_are() {
    let mut run = Run::of("roof", &[("a", "A"), ("b", "B")]);
    let at = place("roof", "a");
    let look = |attempt| Event::Looked {
        place: at.clone(),
        fence: 1,
        target: "roof".to_owned(),
        phase: Phase::After,
        attempt,
        sent: "tcp\n".to_owned(),
        answer: Some(said(
            "9 tries every 0.5 s, 5 lost, longest gap 3.0 s\n\
             0.0 s 4294967295 answered\n1.0 s 4294967295 lost\n",
        )),
        finding: Finding::Holds,
        bound: Default::default(),
        withheld: Vec::new(),
    };
    run.begin(&at)
        .add(Event::Intent {
            place: at.clone(),
            fence: 0,
            target: "roof".to_owned(),
            undo: false,
            attempt: u32::MAX,
            sent: "go\n".to_owned(),
            around: Vec::new(),
            once: false,
            reverts_after_s: Some(u64::MAX),
        })
        .add(Event::Outcome {
            place: at.clone(),
            fence: 0,
            target: "roof".to_owned(),
            undo: false,
            outcome: Outcome::Ok,
            sent: true,
            reason: None,
            help: None,
            answer: said("gone\n"),
            bound: Default::default(),
            withheld: Vec::new(),
        })
        .add(look(u32::MAX))
        .add(look(1))
        .end(Ending::Done, "1 step: 1 passed");
    let account = run.account();
    let timer = "5124095576030 h 25 min";
    let page = markdown(&account);
    assert!(
        page.contains(timer) && page.contains("try 4294967295"),
        "{page}"
    );
    let page = html(&account, None).expect("the page's template is sound");
    assert!(page.contains(timer), "{page}");
}

#[test]
fn time_may_stand_still_and_leap() {
    let mut run = Run::of("roof", &[("a", "A"), ("b", "B")]);
    for step in ["a", "b"] {
        run.pass(&place("roof", step), "slates\n");
    }
    // Each step takes as long as there is time: it begins at 0 and has its verdict at the end.
    run.set_clocks(|event| match event {
        Event::Verdict { .. } => u64::MAX,
        _ => 0,
    });
    let document = junit(&run.account());
    let suite = document.lines().find(|line| line.contains("<testsuite "));
    let all = "time=\"18446744073709551.615\"";
    assert!(suite.is_some_and(|suite| suite.contains(all)), "{document}");
}
