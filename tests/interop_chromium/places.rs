//! Where a run can say something.

use runsheet::event::{
    Answer, Approved, Attachment, Change, Diff, Ending, Event, Finding, Outcome, Phase, Place,
    Refusal, Verdict,
};

use super::journal::{Run, place, said};

/// A run in which each payload stands in one place.
type Write = fn(&[String]) -> Run;

/// The places, with a name for messages.
pub(crate) const PLACES: &[(&str, Write)] = &[
    ("a device's answer", |payloads| {
        each(payloads, |run, at, payload| {
            run.pass(at, payload);
        })
    }),
    ("a device's errors, notices and configuration", |payloads| {
        each(payloads, |run, at, payload| {
            let answer = Answer {
                stderr: payload.to_owned(),
                exit: Some(1),
                notices: vec![payload.to_owned()],
                refusal: Some(Refusal {
                    message: payload.to_owned(),
                    line: Some(0),
                    column: Some(1),
                }),
                diffs: vec![Diff {
                    name: payload.to_owned(),
                    diff: format!("+{payload}\n-{payload}\n"),
                }],
                ..said("")
            };
            run.begin(at)
                .effect(at, payload, Outcome::Error, answer)
                .verdict(at, Verdict::Failed, payload);
        })
    }),
    ("what a check found", |payloads| {
        each(payloads, |run, at, payload| {
            run.begin(at)
                .look(
                    at,
                    Phase::After,
                    payload,
                    payload,
                    Finding::DoesNotHold {
                        misses: vec![payload.to_owned()],
                    },
                )
                .look(
                    at,
                    Phase::After,
                    payload,
                    payload,
                    Finding::CantTell {
                        reason: payload.to_owned(),
                    },
                )
                .verdict(at, Verdict::Stopped, payload);
        })
    }),
    ("a step's title", |payloads| {
        let ids: Vec<String> = (0..payloads.len()).map(|n| format!("step-{n}")).collect();
        let steps: Vec<_> = ids
            .iter()
            .zip(payloads)
            .map(|(id, title)| (id.as_str(), title.as_str()))
            .collect();
        let mut run = Run::of("roof", &steps);
        for id in &ids {
            run.pass(&place("roof", id), "fine\n");
        }
        run
    }),
    ("a step's id and lane", |payloads| {
        let mut run = Run::of("roof", &[]);
        for payload in payloads {
            let at = Place {
                lane: Some(payload.clone()),
                ..place("roof", payload)
            };
            run.pass(&at, "fine\n");
        }
        run
    }),
    ("a runbook's prose", |payloads| {
        let mut text = String::new();
        let ids: Vec<String> = (0..payloads.len()).map(|n| format!("step-{n}")).collect();
        for (id, payload) in ids.iter().zip(payloads) {
            text +=
                &format!("# Title {{#{id}}}\n\n{payload}\n\n```sh run\nlay the slates\n```\n\n");
            text += &format!("```sh check\nlook up\n```\n\n```expect\n{payload}\n```\n\n");
        }
        let steps: Vec<_> = ids.iter().map(|id| (id.as_str(), "Title")).collect();
        let mut run = Run::with_text("roof", &steps, &text);
        for id in &ids {
            run.pass(&place("roof", id), "fine\n");
        }
        run
    }),
    ("a target", |payloads| {
        each(payloads, |run, at, payload| {
            run.begin(at).add(Event::TargetSeen {
                target: payload.to_owned(),
                device: payload.to_owned(),
                address: Some(payload.to_owned()),
                serials: vec![payload.to_owned()],
                host_key: Some(payload.to_owned()),
                trusted_by: Some(payload.to_owned()),
                version: Some(payload.to_owned()),
                weak: vec![payload.to_owned()],
            });
            run.add(Event::Looked {
                place: at.clone(),
                fence: 0,
                target: payload.to_owned(),
                phase: Phase::Before,
                attempt: 1,
                sent: "look\n".to_owned(),
                answer: Some(said("fine\n")),
                finding: Finding::Holds,
                bound: Default::default(),
                withheld: Vec::new(),
            })
            .verdict(at, Verdict::Already, "");
        })
    }),
    ("a variable", |payloads| {
        each(payloads, |run, at, payload| {
            let bound = [
                ("name".to_owned(), payload.into()),
                (payload.to_owned(), payload.into()),
            ];
            run.begin(at)
                .add(Event::Looked {
                    place: at.clone(),
                    fence: 0,
                    target: "roof".to_owned(),
                    phase: Phase::Before,
                    attempt: 1,
                    sent: "look\n".to_owned(),
                    answer: Some(said("fine\n")),
                    finding: Finding::Holds,
                    bound: bound.into_iter().collect(),
                    withheld: Vec::new(),
                })
                .verdict(at, Verdict::Already, "");
        })
    }),
    ("a person's decision", |payloads| {
        each(payloads, |run, at, payload| {
            run.begin(at)
                .add(Event::Decision {
                    place: at.clone(),
                    question: payload.to_owned(),
                    answer: payload.to_owned(),
                    by: payload.to_owned(),
                })
                .verdict(at, Verdict::Stuck, payload);
        })
    }),
    ("a file that came with an answer", |payloads| {
        each(payloads, |run, at, payload| {
            let kept = |file: String| Attachment {
                name: payload.to_owned(),
                file,
                sha256: payload.to_owned(),
                size: 1,
            };
            // One of them is led to, and one would be a page.
            let attachments = vec![
                kept(format!("evidence/{}.png", payload.replace("..", ""))),
                kept(format!("evidence/{payload}.html")),
                kept(payload.to_owned()),
            ];
            let answer = Answer {
                attachments,
                ..said(payload)
            };
            run.begin(at)
                .effect(at, "take a picture\n", Outcome::Ok, answer)
                .verdict(at, Verdict::Passed, "");
        })
    }),
    ("who asked for it, why, and who agreed", |payloads| {
        let mut run = each(payloads, |run, at, _| {
            run.pass(at, "fine\n");
        });
        let all = payloads.join("\n");
        let approvals = payloads.iter().map(|payload| Approved {
            by: payload.clone(),
            key: payload.clone(),
            at: "2026-02-03T09:00:00Z".parse().expect("a time"),
            from: None,
            until: None,
            sha256: payload.clone(),
        });
        run.agree(Change {
            ticket: Some(all.clone()),
            reason: Some(all.clone()),
            requester: Some(all.clone()),
            retention: Some(all.clone()),
            approvals: approvals.collect(),
            policy_sha256: Some(all),
            ..Change::default()
        });
        run
    }),
    ("a runbook's front matter", |payloads| {
        // What YAML takes in quotes.
        let plain = |c: &char| !c.is_control();
        let all: String = payloads.join(" ").chars().filter(plain).collect();
        let quoted = serde_json::to_string(&all).expect("a string is JSON");
        let keys = ["title", "summary", "reason", "impact", "window"];
        let more = ["requester", "security-impact", "retention"];
        let keys = keys.iter().chain(&more);
        let facts: String = keys.map(|key| format!("{key}: {quoted}\n")).collect();
        let text = format!("---\n{facts}---\n\n# Title {{#step}}\n\n```sh run\nlay\n```\n");
        let mut run = Run::with_text("roof", &[("step", "Title")], &text);
        run.pass(&place("roof", "step"), "fine\n");
        run
    }),
    ("the run's own words", |payloads| {
        each(payloads, |run, _, payload| {
            run.add(Event::BackingOut {
                steps: 1,
                reason: payload.to_owned(),
            })
            .add(Event::Resumed {
                by: payload.to_owned(),
                environment: Some(payload.to_owned()),
                torn: None,
                deviations: vec![payload.to_owned()],
                revision: None,
                on_failure: Some(payload.to_owned()),
            })
            .end(Ending::Failed, payload);
        })
    }),
];

/// A run with a step for every payload.
fn each(payloads: &[String], write: fn(&mut Run, &Place, &str)) -> Run {
    let ids: Vec<String> = (0..payloads.len()).map(|n| format!("step-{n}")).collect();
    let steps: Vec<_> = ids.iter().map(|id| (id.as_str(), "Title")).collect();
    let mut run = Run::of("roof", &steps);
    for (id, payload) in ids.iter().zip(payloads) {
        write(&mut run, &place("roof", id), payload);
    }
    run
}
