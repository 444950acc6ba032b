use serde_json::Value;

use super::{Assert, Expect, Observation};
use crate::text::escape;
use crate::value::{Quote, Scope, Undefined};

/// The kinds of expectations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines that the output must contain.
    Expect,
    /// Expressions that must be truthy.
    Assert,
}

impl Kind {
    /// How values are quoted in it, so that what a device said can't become a placeholder or a
    /// part of an expression.
    pub fn quote(self) -> Quote {
        match self {
            Kind::Expect => Quote::Excerpt,
            Kind::Assert => Quote::Json,
        }
    }
}

/// An expectation, its text rendered with its kind's [`quote`](Kind::quote).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// How its text is read.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// An excerpt's first and last line are the output's.
    pub whole: bool,
}

/// Whether an answer satisfies what was expected of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// It does.
    pub holds: bool,
    /// The names that excerpts bound; none where one of them missed.
    pub bound: Vec<(String, Value)>,
    /// What misses: plain text, each of one or more lines, safe to show.
    pub misses: Vec<String>,
    /// Nothing of that was found: it is what could not be evaluated.
    pub is_untold: bool,
    /// The names that were needed for it and are not defined.
    pub undefined: Vec<String>,
}

/// The columns of a miss.
const WIDTH: usize = 100;

/// The lines that are shown of what a failed command printed.
const LAST: usize = 5;

/// Judges an answer. A device's error or an exit status other than `exit` (0 if none is asked
/// for) fails, even if the text matches. An excerpt sees the names that the ones before bound.
pub fn verify(
    expectations: &[Expectation],
    observation: &Observation,
    exit: Option<i32>,
    scope: &Scope,
) -> Verdict {
    let mut scope = scope.clone();
    let mut bound = Vec::new();
    let mut misses = Vec::new();
    let mut untold = 0;
    let mut undefined = Vec::new();
    if let Some(error) = &observation.error {
        let error = escape(error.trim());
        misses.push(match observation.by_hand {
            true => error.into_owned(),
            false => format!("the device answered with an error: {error}"),
        });
    }
    let wanted = exit.unwrap_or(0);
    if let Some(found) = observation.exit
        && found != wanted
    {
        let mut miss = format!("exit status {found} instead of {wanted}");
        if let Some(words) = last_words(&observation.stderr) {
            miss += &format!(": {}", escape(words));
        } else if expectations.is_empty() {
            // Where something is expected of the output, it is shown beside that.
            miss += &end_of(&observation.stdout);
        }
        misses.push(miss);
    }
    for expectation in expectations {
        match expectation.kind {
            Kind::Expect => match Expect::parse(&expectation.text, expectation.whole) {
                Err(error) => {
                    untold += 1;
                    misses.push(error.message);
                }
                Ok(expect) => match expect.matches(&observation.stdout, &scope) {
                    Err(miss) => {
                        untold += usize::from(miss.gave_up);
                        misses.push(miss.render(WIDTH));
                    }
                    Ok(names) => {
                        for (name, value) in names {
                            scope.bind(name.as_str(), value.clone());
                            bound.push((name, value));
                        }
                    }
                },
            },
            Kind::Assert => match Assert::parse(&expectation.text) {
                Err(error) => {
                    untold += 1;
                    misses.push(error.message);
                }
                Ok(assert) => {
                    for miss in assert.misses(observation, &scope) {
                        untold += usize::from(!miss.is_found());
                        misses.push(miss.render());
                        if let Some(Undefined::Name(name)) = miss.undefined {
                            undefined.push(name);
                        }
                    }
                }
            },
        }
    }
    if !misses.is_empty() {
        bound.clear();
    }
    Verdict {
        holds: misses.is_empty(),
        bound,
        is_untold: untold > 0 && untold == misses.len(),
        misses,
        undefined,
    }
}

/// How an output ends, in as many lines as say why a command failed.
fn end_of(stdout: &str) -> String {
    let lines: Vec<&str> = stdout
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines.get(lines.len().saturating_sub(LAST)..);
    let last = last.unwrap_or_default();
    let shown = last.iter().map(|line| escape(line.trim_end()));
    match last {
        [] => String::new(),
        [only] => format!(": {}", escape(only.trim())),
        _ => shown.fold(", and it printed last:".to_owned(), |all, line| {
            all + "\n  " + &line
        }),
    }
}

fn last_words(stderr: &str) -> Option<&str> {
    stderr.lines().map(str::trim).rfind(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(kind: Kind, text: &str, observation: &Observation) -> Verdict {
        let expectation = Expectation {
            kind,
            text: text.to_owned(),
            whole: false,
        };
        verify(&[expectation], observation, None, &Scope::default())
    }

    fn answered(stdout: &str) -> Observation {
        Observation {
            stdout: stdout.to_owned(),
            exit: Some(0),
            ..Observation::default()
        }
    }

    #[test]
    fn a_failed_command_fails_even_if_its_text_matches() {
        let mut observation = answered("ok\n");
        assert!(judge(Kind::Expect, "ok", &observation).holds);
        observation.exit = Some(2);
        observation.stderr = "warning\nno such file\n".to_owned();
        assert_eq!(
            judge(Kind::Expect, "ok", &observation).misses,
            ["exit status 2 instead of 0: no such file"]
        );
        observation.exit = None;
        observation.error = Some("% Invalid input".to_owned());
        assert!(!judge(Kind::Expect, "ok", &observation).holds);
    }

    #[test]
    fn a_command_that_says_why_on_standard_output_is_heard() {
        let found = |stdout: &str| {
            let observation = Observation {
                stdout: stdout.to_owned(),
                exit: Some(4),
                ..Observation::default()
            };
            verify(&[], &observation, None, &Scope::default()).misses
        };
        assert_eq!(found(" \n"), ["exit status 4 instead of 0"]);
        assert_eq!(found("down\n"), ["exit status 4 instead of 0: down"]);
        assert_eq!(
            found("1\n2\n3\n\n4\n5\n6\n"),
            ["exit status 4 instead of 0, and it printed last:\n  2\n  3\n  4\n  5\n  6"]
        );
    }

    #[test]
    fn a_person_who_says_no_is_no_device() {
        let observation = Observation {
            by_hand: true,
            error: Some("ada said no".to_owned()),
            ..Observation::default()
        };
        let found = verify(&[], &observation, None, &Scope::default());
        assert_eq!(found.misses, ["ada said no"]);
    }

    #[test]
    fn an_expected_exit_status_is_the_one_that_holds() {
        let observation = Observation {
            exit: Some(3),
            ..Observation::default()
        };
        assert!(verify(&[], &observation, Some(3), &Scope::default()).holds);
        assert!(!verify(&[], &observation, None, &Scope::default()).holds);
    }

    #[test]
    fn names_are_bound_for_what_follows_and_only_if_all_holds() {
        let expect = Expectation {
            kind: Kind::Expect,
            text: "vlan <vlan:int>".to_owned(),
            whole: false,
        };
        let assert = |text: &str| Expectation {
            kind: Kind::Assert,
            text: text.to_owned(),
            whole: false,
        };
        let observation = answered("vlan 5\n");
        let scope = Scope::default();
        let verdict = verify(
            &[expect.clone(), assert("vlan == 5")],
            &observation,
            None,
            &scope,
        );
        assert_eq!(
            (verdict.holds, verdict.bound),
            (true, vec![("vlan".to_owned(), 5.into())])
        );
        let verdict = verify(&[expect, assert("vlan == 6")], &observation, None, &scope);
        assert_eq!((verdict.holds, verdict.bound), (false, vec![]));
        assert_eq!(verdict.misses, ["does not hold: vlan == 6\n  vlan = 5"]);
    }

    #[test]
    fn what_a_device_said_is_no_pattern_and_no_expression() {
        let hostile = r#"[..] <x:any> " or true or ""#;
        let mut scope = Scope::default();
        scope.bind("said", hostile);
        let holds = |kind: Kind, text: &str, stdout: &str| {
            let template = crate::value::Template::parse(text).expect("parses");
            let text = template
                .render(&scope, kind.quote())
                .expect("renders")
                .shown();
            let expectation = Expectation {
                kind,
                text,
                whole: false,
            };
            verify(&[expectation], &answered(stdout), None, &scope).holds
        };
        assert!(holds(Kind::Expect, "{{ said }}", hostile));
        assert!(!holds(Kind::Expect, "{{ said }}", r#"x y " or true or ""#));
        assert!(holds(Kind::Assert, "stdout == \"{{ said }}\"", hostile));
        assert!(!holds(Kind::Assert, "stdout == \"{{ said }}\"", "anything"));
        assert!(!holds(Kind::Assert, "stdout == {{ said }}", "anything"));
    }

    #[test]
    fn data_is_made_only_where_it_is_named() {
        assert!(judge(Kind::Assert, "json.a[0] == 1", &answered(r#"{"a": [1]}"#)).holds);
        assert!(judge(Kind::Assert, "xml.a.b == 'x'", &answered("<a><b>x</b></a>")).holds);
        assert!(
            judge(
                Kind::Assert,
                "table[0].Port == 'Gi1'",
                &answered("Port  Name\nGi1   x\n")
            )
            .holds
        );
        let misses = judge(Kind::Assert, "json.a", &answered("no")).misses;
        assert!(
            misses[0].contains("stdout is not JSON: expected ident"),
            "{misses:?}"
        );
    }
}
