use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Xml};
use runsheet::event::{Ending, Finding, Outcome, Phase, Verdict};
use runsheet::report::junit;

use super::journal::{Run, backed_out, place, said};

#[test]
fn every_step_is_a_case_and_a_failed_one_stays_a_failure() {
    let document = read(&junit(&backed_out().account()));
    let cases: Vec<_> = document
        .iter()
        .filter(|element| element.name == "testcase")
        .map(|case| {
            let came_to = case.children.iter().find(|name| *name != "system-out");
            (
                case.attribute("name"),
                came_to.map_or("passed", |name| name),
            )
        })
        .collect();
    assert_eq!(
        cases,
        [
            ("Put up the ladder", "passed"),
            ("Lay the slates", "skipped"),
            ("Fix the gutter", "failure"),
            ("Paint it", "skipped"),
        ]
    );
    let failure = document.iter().find(|element| element.name == "failure");
    let failure = failure.expect("the failure is told");
    assert!(
        failure
            .text
            .contains("line 1 of the excerpt is not in the output")
    );
    assert!(failure.text.contains("look up"), "{}", failure.text);
}

#[test]
fn it_has_the_shape_that_surefire_writes_and_jenkins_reads() {
    let mut hostile = Run::of("roof", &[("a", "]]> & <b> \u{0} \u{ffff} \"'")]);
    hostile
        .pass(&place("roof", "a"), "\x1b[2J]]>\u{fffe}&#0;<testcase/>\r\n")
        .end(Ending::Done, "done");
    let mut unfinished = Run::of("roof", &[("a", "A"), ("b", "B")]);
    unfinished
        .begin(&place("roof", "a"))
        .intent(&place("roof", "a"), "go\n");
    let mut stuck = Run::of("roof", &[("a", "A")]);
    stuck
        .begin(&place("roof", "a"))
        .verdict(&place("roof", "a"), Verdict::Stopped, "nobody said yes")
        .end(Ending::Stuck, "1 step: 1 stopped");

    for run in [backed_out(), hostile, unfinished, stuck] {
        let text = junit(&run.account());
        for element in read(&text) {
            element.must_have_the_shape();
        }
    }
}

#[test]
fn counts_are_those_of_the_cases() {
    let document = read(&junit(&backed_out().account()));
    let suite = document.iter().find(|element| element.name == "testsuite");
    let suite = suite.expect("there is a suite");
    assert_eq!(suite.attribute("tests"), "4");
    assert_eq!(suite.attribute("failures"), "1");
    assert_eq!(suite.attribute("errors"), "0");
    assert_eq!(suite.attribute("skipped"), "2");
    assert_eq!(suite.attribute("timestamp"), "2026-02-03T10:00:01");
}

#[test]
fn a_step_without_a_verdict_is_an_error() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let a = place("roof", "a");
    run.begin(&a)
        .effect(&a, "go\n", runsheet::event::Outcome::Unknown, said(""));
    let document = read(&junit(&run.account()));
    let error = document.iter().find(|element| element.name == "error");
    assert_eq!(
        error.expect("it is told").attribute("message"),
        "the journal ends before this step did"
    );
}

#[test]
fn a_run_that_failed_before_any_step_is_an_error_and_says_why() {
    for ending in [Ending::Failed, Ending::Stuck] {
        let why = "`ladder` must be done first; --needs does that";
        let mut run = Run::of("roof", &[("a", "A")]);
        run.end(ending, why);
        let account = run.account();
        let deviations = account.deviations.iter();
        assert!(
            deviations.clone().any(|deviation| deviation.what == why),
            "{:?}",
            account.deviations
        );
        let document = read(&junit(&account));
        for element in &document {
            element.must_have_the_shape();
        }
        for name in ["testsuites", "testsuite"] {
            let counted = document.iter().find(|element| element.name == name);
            let counted = counted.expect("it is there");
            assert_eq!(counted.attribute("errors"), "1", "{name}");
            assert_eq!(counted.attribute("tests"), "2", "{name}");
        }
        let error = document.iter().find(|element| element.name == "error");
        assert_eq!(error.expect("it is told").attribute("message"), why);
    }
}

#[test]
fn a_step_at_which_a_run_ended_has_the_words_of_that_end() {
    let mut run = Run::of("roof", &[("a", "A")]);
    run.begin(&place("roof", "a"))
        .end(Ending::Stuck, "`roof#a` needs approval");
    let document = read(&junit(&run.account()));
    let errors = document.iter().filter(|element| element.name == "error");
    let errors: Vec<_> = errors.map(|error| error.attribute("message")).collect();
    assert_eq!(errors, ["`roof#a` needs approval"]);
}

#[test]
fn the_time_of_a_step_that_is_taken_back_is_its_own() {
    let mut run = Run::of("roof", &[("a", "A"), ("b", "B")]);
    let (a, b) = (place("roof", "a"), place("roof", "b"));
    run.takes_back();
    // All are compared first, and then taken back, newest first.
    for at in [&b, &a] {
        run.begin(at)
            .look(at, Phase::Before, "look\n", "there\n", Finding::Holds);
    }
    for at in [&b, &a] {
        run.begin(at)
            .effect(at, "undo\n", Outcome::Ok, said(""))
            .verdict(at, Verdict::Undone, "");
    }
    run.end(Ending::Done, "2 steps taken back");
    let document = read(&junit(&run.account()));
    let times = document.iter().filter(|element| element.name == "testcase");
    let times: Vec<_> = times.map(|case| case.attribute("time")).collect();
    assert_eq!(times, ["3.000", "3.000"]);
    let suite = document.iter().find(|element| element.name == "testsuite");
    assert_eq!(suite.expect("one").attribute("time"), "6.000");
}

#[test]
fn a_refused_effect_is_told_in_its_own_words_and_not_in_those_of_the_look_behind_it() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let a = place("roof", "a");
    run.begin(&a)
        .effect(&a, "lay\n", Outcome::Error, said(""))
        .look(
            &a,
            Phase::After,
            "look up\n",
            "sky\n",
            Finding::DoesNotHold {
                misses: vec!["no slates".to_owned()],
            },
        )
        .verdict(&a, Verdict::Failed, "it said no")
        .end(Ending::Failed, "`roof#a` failed");
    let document = read(&junit(&run.account()));
    let failure = document.iter().find(|element| element.name == "failure");
    let failure = failure.expect("it is told");
    assert_eq!(failure.attribute("message"), "on roof: it said no");
    assert_eq!(failure.text, "on roof: it said no\nlay\n");
    let deviations = document
        .iter()
        .filter(|element| element.attribute("name") == "deviation");
    let deviations: Vec<_> = deviations.map(|one| one.attribute("value")).collect();
    assert_eq!(
        deviations,
        [
            "roof#a: an effect on roof failed: it said no",
            "roof#a: failed: it said no"
        ]
    );
}

/// An element as read, in document order.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<String>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// The schema of Jenkins' xUnit plugin and that of Surefire 3, where they agree: what an
    /// element may hold, what it must and may have as attributes.
    fn must_have_the_shape(&self) {
        const NONE: &[&str] = &[];
        let trouble = &["message", "type"];
        let (children, must, may): (&[&str], &[&str], &[&str]) = match self.name.as_str() {
            "testsuites" => (
                &["testsuite"],
                NONE,
                &["name", "time", "tests", "failures", "errors"],
            ),
            "testsuite" => (
                &["properties", "testcase"],
                &["name", "tests", "failures", "errors", "skipped", "time"],
                &["timestamp"],
            ),
            "properties" => (&["property"], NONE, NONE),
            "property" => (NONE, &["name", "value"], NONE),
            "testcase" => (
                &["skipped", "error", "failure", "system-out", "system-err"],
                &["name", "classname", "time"],
                NONE,
            ),
            "failure" | "error" => (NONE, trouble, NONE),
            "skipped" => (NONE, NONE, &["message"]),
            "system-out" | "system-err" => (NONE, NONE, NONE),
            other => panic!("`{other}` is no element of the format"),
        };
        for child in &self.children {
            assert!(
                children.contains(&child.as_str()),
                "{child} in {}",
                self.name
            );
        }
        let sorted = self
            .children
            .is_sorted_by_key(|child| children.iter().position(|name| name == child));
        assert!(sorted, "the order of {:?} in {}", self.children, self.name);
        for name in must {
            assert!(
                self.attributes.contains_key(*name),
                "{name} of {}",
                self.name
            );
        }
        for (name, value) in &self.attributes {
            let known = must.contains(&name.as_str()) || may.contains(&name.as_str());
            assert!(known, "{name} of {}", self.name);
            match name.as_str() {
                "time" => assert!(value.parse::<f64>().is_ok_and(|s| s >= 0.0), "{value}"),
                "tests" | "failures" | "errors" | "skipped" => {
                    assert!(value.parse::<usize>().is_ok(), "{name} {value}");
                }
                _ => {}
            }
        }
        for c in self
            .text
            .chars()
            .chain(self.attributes.values().flat_map(|v| v.chars()))
        {
            let legal = matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
                || c >= '\u{10000}';
            assert!(legal, "{c:?} in {}", self.name);
        }
    }
}

/// Parses a whole document; panics where it isn't well-formed.
fn read(text: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        match reader.read_event().expect("it is well-formed") {
            Xml::Start(start) => {
                elements.push(element(&start));
                adopt(&mut elements, &open);
                open.push(elements.len() - 1);
            }
            Xml::Empty(start) => {
                elements.push(element(&start));
                adopt(&mut elements, &open);
            }
            Xml::End(_) => {
                open.pop();
            }
            Xml::Text(text) => {
                if let Some(&at) = open.last() {
                    elements[at].text += text.as_ref();
                }
            }
            Xml::GeneralRef(name) => {
                let meant = quick_xml::escape::unescape(&format!("&{};", name.as_ref()))
                    .expect("a reference that XML knows")
                    .into_owned();
                if let Some(&at) = open.last() {
                    elements[at].text += &meant;
                }
            }
            Xml::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "every element is closed");
    elements
}

fn element(start: &BytesStart<'_>) -> Element {
    let name = start.name().as_ref().to_owned();
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.expect("an attribute is well-formed, and there only once");
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
        (key, value.expect("its value can be read").into_owned())
    });
    Element {
        attributes: attributes.collect(),
        name,
        children: Vec::new(),
        text: String::new(),
    }
}

/// Tells the innermost open element of the newest one.
fn adopt(elements: &mut [Element], open: &[usize]) {
    let child = elements.last().map(|element| element.name.clone());
    if let (Some(&parent), Some(child)) = (open.last(), child) {
        elements[parent].children.push(child);
    }
}
