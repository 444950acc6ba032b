//! A run as JUnit XML, in the shape that Surefire writes and Jenkins and others read: a suite
//! for every runbook, a case for every step.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event as Xml};

use super::account::{Account, Act, Chapter, Ruling, Standing, StepAccount};
use crate::event::{Finding, Outcome, Purpose, Verdict};
use crate::text::escape;

/// The report as JUnit XML.
pub fn junit(account: &Account) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing to memory doesn't fail, and everything written is UTF-8.
    let _ = suites(&mut writer, account);
    let mut text = String::from_utf8_lossy(writer.get_ref()).into_owned();
    text.push('\n');
    text
}

type Out = Writer<Vec<u8>>;

/// What a case came to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Case {
    Passed,
    /// It was tried and its check doesn't hold.
    Failure(String),
    /// It could not be told, or a person is needed.
    Error(String),
    /// It was not tried, or was taken back because another failed.
    Skipped(String),
}

fn suites(out: &mut Out, account: &Account) -> io::Result<()> {
    let cases: Vec<Case> = account.steps().map(|step| case(account, step)).collect();
    let of_the_run = of_the_run(account, &cases);
    let all: Vec<&Case> = cases.iter().chain(&of_the_run).collect();
    out.write_event(Xml::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    out.create_element("testsuites")
        .with_attributes([
            ("name", xml(&account.id).as_str()),
            ("time", seconds(account.elapsed_ms()).as_str()),
        ])
        // Jenkins' schema has no `skipped` here.
        .with_attributes(counts(&all)[..3].iter().map(|(k, v)| (*k, v.as_str())))
        .write_inner_content(|out| {
            let mut cases = cases.as_slice();
            let mut of_the_run = of_the_run.as_ref();
            for chapter in &account.chapters {
                let (own, rest) = cases.split_at(chapter.steps.len());
                cases = rest;
                suite(out, account, chapter, own, of_the_run.take())?;
            }
            Ok(())
        })?;
    Ok(())
}

/// What became of the run, where no step says that it did not go well: a build server would call
/// it a success.
fn of_the_run(account: &Account, cases: &[Case]) -> Option<Case> {
    let tells = |case: &Case| matches!(case, Case::Failure(_) | Case::Error(_));
    if account.standing == Standing::Done || cases.iter().any(tells) {
        return None;
    }
    Some(Case::Error(end(account)))
}

/// How the run ended, in its own words.
fn end(account: &Account) -> String {
    match account.standing {
        Standing::Incomplete => "the journal ends before the run did".to_owned(),
        _ => account.summary.clone(),
    }
}

fn suite(
    out: &mut Out,
    account: &Account,
    chapter: &Chapter,
    cases: &[Case],
    of_the_run: Option<&Case>,
) -> io::Result<()> {
    let all: Vec<&Case> = cases.iter().chain(of_the_run).collect();
    let took = chapter
        .steps
        .iter()
        .filter_map(StepAccount::elapsed_ms)
        .fold(0, u64::saturating_add);
    let began = chapter.steps.iter().find_map(|step| step.started);
    // Without a zone, as the format wants it. It is UTC.
    let began = began
        .or(account.started)
        .map(|moment| moment.at.strftime("%Y-%m-%dT%H:%M:%S"));
    let began = began.map(|time| time.to_string()).unwrap_or_default();
    out.create_element("testsuite")
        .with_attributes([
            ("name", xml(&chapter.info.name).as_str()),
            ("timestamp", began.as_str()),
            ("time", seconds(took).as_str()),
        ])
        .with_attributes(counts(&all).iter().map(|(k, v)| (*k, v.as_str())))
        .write_inner_content(|out| {
            properties(out, account, chapter)?;
            for (step, case) in chapter.steps.iter().zip(cases) {
                testcase(out, chapter, step, case)?;
            }
            if let Some(Case::Error(why)) = of_the_run {
                out.create_element("testcase")
                    .with_attributes([
                        ("name", "the run itself"),
                        ("classname", xml(&class(chapter)).as_str()),
                        ("time", seconds(0).as_str()),
                    ])
                    .write_inner_content(|out| {
                        trouble(out, "error", account.standing.word(), why)
                    })?;
            }
            Ok(())
        })?;
    Ok(())
}

fn properties(out: &mut Out, account: &Account, chapter: &Chapter) -> io::Result<()> {
    let mut properties = vec![
        ("run", account.id.clone()),
        ("result", account.standing.word().to_owned()),
        ("lab", account.lab.to_string()),
        ("runbook.path", chapter.info.path.clone()),
        ("runbook.sha256", chapter.info.sha256.clone()),
        ("plan.sha256", account.plan_sha256.clone()),
        ("journal.sha256", account.head.clone()),
    ];
    let deviations = account.deviations.iter();
    properties.extend(deviations.map(|deviation| {
        let told = match &deviation.place {
            Some(place) => format!("{place}: {}", deviation.what),
            None => deviation.what.clone(),
        };
        ("deviation", told)
    }));
    out.create_element("properties")
        .write_inner_content(|out| {
            for (name, value) in &properties {
                out.create_element("property")
                    .with_attributes([("name", *name), ("value", xml(value).as_str())])
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

fn testcase(out: &mut Out, chapter: &Chapter, step: &StepAccount, case: &Case) -> io::Result<()> {
    let element = out.create_element("testcase").with_attributes([
        ("name", xml(&step.name()).as_str()),
        ("classname", xml(&class(chapter)).as_str()),
        ("time", seconds(step.elapsed_ms().unwrap_or(0)).as_str()),
    ]);
    let said = said(step);
    if *case == Case::Passed && said.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|out| {
        match case {
            Case::Passed => {}
            Case::Failure(why) => trouble(out, "failure", step.word(), why)?,
            Case::Error(why) => trouble(out, "error", step.word(), why)?,
            Case::Skipped(why) => {
                out.create_element("skipped")
                    .with_attribute(("message", xml(why).as_str()))
                    .write_empty()?;
            }
        }
        if !said.is_empty() {
            out.create_element("system-out")
                .write_text_content(BytesText::new(&xml(&said)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn class(chapter: &Chapter) -> String {
    format!("runsheet.{}", chapter.info.name)
}

fn trouble(out: &mut Out, kind: &str, word: &str, why: &str) -> io::Result<()> {
    let message = why.lines().next().unwrap_or_default();
    out.create_element(kind)
        .with_attributes([("message", xml(message).as_str()), ("type", word)])
        .write_text_content(BytesText::new(&xml(why)))?;
    Ok(())
}

fn case(account: &Account, step: &StepAccount) -> Case {
    let undoing = account.purpose == Some(Purpose::Undo);
    let told = |ruling: &Ruling| {
        let reason = ruling.reason.clone().unwrap_or_default();
        match trail(step, ruling.after) {
            trail if trail.is_empty() => reason,
            trail if reason.is_empty() || trail.contains(&reason) => trail,
            trail => format!("{reason}\n{trail}"),
        }
    };
    // A failed step stays a failure, also if it was taken back afterwards.
    let failed = |ruling: &&Ruling| ruling.verdict == Verdict::Failed;
    if let Some(ruling) = step.rulings.iter().find(failed) {
        return Case::Failure(told(ruling));
    }
    match (step.rulings.last(), &step.started) {
        (Some(ruling), _) => match ruling.verdict {
            Verdict::Passed | Verdict::Already | Verdict::Reconciled => Case::Passed,
            Verdict::Undone if undoing => Case::Passed,
            Verdict::Undone => Case::Skipped("taken back".to_owned()),
            Verdict::Skipped | Verdict::Kept => {
                Case::Skipped(ruling.reason.clone().unwrap_or_default())
            }
            Verdict::Failed => Case::Failure(told(ruling)),
            Verdict::Stopped | Verdict::Stuck => Case::Error(told(ruling)),
        },
        (None, _) if step.dropped => {
            Case::Skipped("taken out by an edit that was accepted".to_owned())
        }
        (None, Some(_)) if step.is_only_looked_at() => {
            Case::Skipped("looked at only: the run builds on it".to_owned())
        }
        (None, Some(_)) if account.standing == Standing::Incomplete => {
            Case::Error("the journal ends before this step did".to_owned())
        }
        (None, Some(_)) => Case::Error(end(account)),
        (None, None) => Case::Skipped("not reached".to_owned()),
    }
}

/// The trouble nearest before a verdict, as far as it explains it: an effect that did not go well,
/// where one did not. A look for evidence behind that explains nothing.
fn trail(step: &StepAccount, acts: usize) -> String {
    let before = &step.acts[..acts.min(step.acts.len())];
    let last_effect = before.iter().rposition(|act| matches!(act, Act::Effect(_)));
    let refused = last_effect.filter(|at| match &before[*at] {
        Act::Effect(effect) => effect.outcome == Some(Outcome::Error),
        _ => false,
    });
    let before = refused.map_or(before, |at| &before[..=at]);
    let trouble = before.iter().rev().find_map(|act| match act {
        Act::Look(look) => match &look.finding {
            Finding::Holds => None,
            Finding::DoesNotHold { misses } => Some(format!(
                "on {}: {}{}",
                look.target,
                look.sent.head,
                misses.join("\n")
            )),
            Finding::CantTell { reason } => {
                Some(format!("on {}: {}{reason}", look.target, look.sent.head))
            }
        },
        Act::Effect(effect) => {
            let refusal = effect
                .answer
                .as_ref()
                .and_then(|answer| answer.refusal.clone());
            let reason = refusal.or_else(|| effect.reason.clone())?;
            Some(format!(
                "on {}: {}\n{}",
                effect.target,
                reason.trim(),
                effect.sent.head
            ))
        }
        Act::Decision(_) | Act::Settled(_) => None,
    });
    trouble.unwrap_or_default()
}

/// What was sent to change something, and what came back.
fn said(step: &StepAccount) -> String {
    let mut said = String::new();
    for act in &step.acts {
        let Act::Effect(effect) = act else { continue };
        if !effect.was_sent {
            continue;
        }
        said += &format!("{} <- {}\n", effect.target, effect.sent.head.trim_end());
        if let Some(answer) = &effect.answer {
            for text in [&answer.stdout, &answer.stderr] {
                if !text.is_empty() {
                    said += text.head.trim_end();
                    said.push('\n');
                }
                if let Some(gap) = text.gap {
                    said += &format!("… {} bytes: journal line {} …\n", gap.bytes, answer.seq);
                }
            }
        }
    }
    said
}

fn counts(cases: &[&Case]) -> [(&'static str, String); 4] {
    let count = |wanted: fn(&Case) -> bool| cases.iter().filter(|case| wanted(case)).count();
    [
        ("tests", cases.len().to_string()),
        (
            "failures",
            count(|c| matches!(c, Case::Failure(_))).to_string(),
        ),
        ("errors", count(|c| matches!(c, Case::Error(_))).to_string()),
        (
            "skipped",
            count(|c| matches!(c, Case::Skipped(_))).to_string(),
        ),
    ]
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// Text that XML can hold: what isn't a character there is written out.
fn xml(text: &str) -> String {
    escape(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
