use std::collections::BTreeMap;
use std::fmt::Write;

use super::Palette;
use super::trouble::{around_misses, effect_trouble, first_line, indented};
use crate::event::{Compared, Event, Finding, Irreversible, Outcome, Place, Purpose, Verdict};
use crate::text::escape;

/// What the events so far mean, in lines for a terminal. Shared by all text renderers, so that
/// a run reads the same live, piped and replayed.
#[derive(Debug)]
pub(crate) struct Words {
    palette: Palette,
    run: String,
    titles: BTreeMap<Place, String>,
    headings: BTreeMap<String, String>,
    heading: Option<String>,
    sent: BTreeMap<Place, String>,
    trouble: BTreeMap<Place, String>,
    /// What an effect was refused for. A look for evidence after that explains nothing.
    refused: BTreeMap<Place, String>,
    /// The reasons of these: what is said of the step may begin with what was said of them.
    reasons: BTreeMap<Place, String>,
    /// What was shown of a step's targets, and of which one first.
    told: BTreeMap<(String, String), Vec<Told>>,
    /// Whether anything was shown yet.
    begun: bool,
}

/// Trouble that was shown, so that a group's equal answers are shown once.
#[derive(Debug)]
struct Told {
    target: String,
    answer: String,
}

impl Words {
    pub(crate) fn new(palette: Palette) -> Self {
        Self {
            palette,
            run: String::new(),
            titles: BTreeMap::new(),
            headings: BTreeMap::new(),
            heading: None,
            sent: BTreeMap::new(),
            trouble: BTreeMap::new(),
            refused: BTreeMap::new(),
            reasons: BTreeMap::new(),
            told: BTreeMap::new(),
            begun: false,
        }
    }

    /// The title of a step.
    pub(crate) fn title(&self, place: &Place) -> String {
        let title = self
            .titles
            .get(place)
            .map_or(place.step.as_str(), String::as_str);
        match &place.lane {
            Some(lane) => format!("{} [{}]", escape(title), escape(lane)),
            None => escape(title).into_owned(),
        }
    }

    /// The lines that an event adds; empty for most.
    pub(crate) fn lines(&mut self, event: &Event) -> String {
        let mut out = String::new();
        match event {
            Event::RunStarted {
                run,
                runbooks,
                steps,
                purpose,
                of,
                deviations,
                edited,
                ..
            } => {
                self.run.clone_from(run);
                for step in steps {
                    self.titles.insert(step.place.clone(), step.title.clone());
                }
                for runbook in runbooks {
                    self.headings
                        .insert(runbook.name.clone(), runbook.title.clone());
                }
                if let (Purpose::Undo, Some(of)) = (purpose, of) {
                    let _ = writeln!(out, "Taking back run {of}");
                }
                for deviation in deviations.iter().chain(edited) {
                    let _ = writeln!(out, "deviation: {deviation}");
                }
            }
            Event::Resumed {
                torn,
                deviations,
                revision,
                ..
            } => {
                for step in revision.iter().flat_map(|revision| &revision.steps) {
                    self.titles.insert(step.place.clone(), step.title.clone());
                }
                let _ = writeln!(out, "Going on with run {}", escape(&self.run));
                if let Some(torn) = torn {
                    let _ = writeln!(
                        out,
                        "deviation: the journal's last line was torn; its {} bytes are kept in {}",
                        torn.bytes, torn.kept_in
                    );
                }
                for deviation in deviations {
                    let _ = writeln!(out, "deviation: {deviation}");
                }
                self.heading = None;
            }
            Event::Intent { place, sent, .. } => {
                self.sent.insert(place.clone(), sent.clone());
            }
            Event::Looked {
                place,
                finding,
                target,
                sent,
                answer,
                ..
            } => match finding {
                Finding::Holds => {
                    self.trouble.remove(place);
                }
                Finding::DoesNotHold { misses } => {
                    let mut text = format!("on {target}: {}\n", first_line(sent));
                    let stderr = answer.as_ref().map_or("", |a| a.stderr.trim());
                    let (before, behind) = around_misses(stderr, misses);
                    for line in before.lines() {
                        let _ = writeln!(text, "{line}");
                    }
                    for miss in misses {
                        let _ = writeln!(text, "{}", miss.trim_end());
                    }
                    if !text.contains(behind) {
                        let _ = writeln!(text, "{behind}");
                    }
                    self.trouble.insert(place.clone(), text);
                }
                Finding::CantTell { reason } => {
                    let text = format!("on {target}: {}\n{reason}\n", first_line(sent));
                    self.trouble.insert(place.clone(), text);
                }
            },
            Event::Outcome {
                place,
                outcome: Outcome::Ok,
                ..
            } => {
                self.refused.remove(place);
                self.reasons.remove(place);
            }
            Event::Outcome {
                place,
                sent: was_sent,
                reason,
                help,
                answer,
                target,
                ..
            } => {
                let sent = self.sent.get(place).map_or("", String::as_str);
                let reason_told = reason.as_deref();
                let mut text = effect_trouble(target, sent, *was_sent, reason_told, answer);
                if let Some(help) = help {
                    let _ = writeln!(text, "help: {help}");
                }
                self.refused.insert(place.clone(), text);
                let reason = reason.clone().unwrap_or_default();
                self.reasons.insert(place.clone(), reason);
            }
            Event::Settled {
                place,
                target,
                confirmed: false,
                error,
                ..
            } => {
                let troubles = if self.refused.contains_key(place) {
                    &mut self.refused
                } else {
                    &mut self.trouble
                };
                let text = troubles.entry(place.clone()).or_default();
                let _ = match error {
                    None => writeln!(text, "{target} took the change back (revert timer)"),
                    Some(error) => writeln!(text, "{target} could not be told: {error}"),
                };
            }
            Event::Verdict {
                place,
                verdict,
                reason,
            } => {
                self.heading(&mut out, place);
                self.verdict(&mut out, place, *verdict, reason.as_deref());
            }
            Event::Compared {
                steps,
                irreversible,
            } => self.compared(&mut out, steps, irreversible),
            Event::BackingOut { steps, reason } => {
                let title = self.palette.title();
                let _ = writeln!(
                    out,
                    "\n{title}Backing out{title:#} {} ({reason})",
                    crate::text::wording::count(*steps, "step")
                );
                self.heading = None;
            }
            Event::RunEnded { ending, summary } => {
                let word = ending.word();
                self.unfinished(&mut out);
                let gap = if self.begun || !out.is_empty() {
                    "\n"
                } else {
                    ""
                };
                let _ = writeln!(out, "{gap}{word}: {summary}");
            }
            _ => {}
        }
        self.begun |= !out.is_empty();
        out
    }

    /// Whether what is to be taken back is still there; all of it only where something is not.
    /// And what can't be taken back.
    fn compared(&mut self, out: &mut String, steps: &[Compared], irreversible: &[Irreversible]) {
        self.changed(out, steps);
        let style = self.palette.verdict(Verdict::Kept);
        let dim = self.palette.dim();
        for Irreversible { place, reason } in irreversible {
            self.heading(out, place);
            let title = self.title(place);
            let word = "no undo";
            let _ = write!(out, "  {style}{word:>10}{style:#}  {title}");
            let _ = writeln!(out, "  {dim}({}){dim:#}", escape(reason));
        }
    }

    fn changed(&mut self, out: &mut String, steps: &[Compared]) {
        if steps.is_empty() {
            return;
        }
        if steps.iter().all(|step| step.finding == Finding::Holds) {
            let (is, them) = match steps.len() {
                1 => ("is", "it"),
                _ => ("are", "them"),
            };
            let steps = crate::text::wording::count(steps.len(), "step");
            let _ = writeln!(out, "{steps} {is} as the run left {them}");
            return;
        }
        let style = self.palette.verdict(Verdict::Stuck);
        for Compared { place, finding } in steps {
            self.heading(out, place);
            let title = self.title(place);
            let trouble = self.trouble.remove(place).unwrap_or_default();
            let _ = match finding {
                Finding::Holds => writeln!(out, "  {:>10}  {title}", "as left"),
                Finding::DoesNotHold { .. } => {
                    writeln!(out, "  {style}{:>10}{style:#}  {title}", "changed")
                }
                Finding::CantTell { .. } => {
                    writeln!(out, "  {style}{:>10}{style:#}  {title}", "can't tell")
                }
            };
            indented(out, &trouble);
        }
    }

    /// What came of effects whose step has no verdict, because a person must give it.
    fn unfinished(&mut self, out: &mut String) {
        let style = self.palette.verdict(Verdict::Stuck);
        for (place, trouble) in std::mem::take(&mut self.refused) {
            self.heading(out, &place);
            let title = self.title(&place);
            let _ = writeln!(out, "  {style}{:>10}{style:#}  {title}", "unknown");
            let evidence = self.trouble.remove(&place).unwrap_or_default();
            indented(out, &trouble);
            indented(out, &evidence);
        }
    }

    fn heading(&mut self, out: &mut String, place: &Place) {
        if self.heading.as_deref() == Some(place.runbook.as_str()) {
            return;
        }
        let title = self.palette.title();
        let first = if self.heading.is_none() { "" } else { "\n" };
        let heading = self.headings.get(&place.runbook).unwrap_or(&place.runbook);
        let _ = writeln!(out, "{first}{title}{}{title:#}", escape(heading));
        self.heading = Some(place.runbook.clone());
    }

    fn verdict(&mut self, out: &mut String, place: &Place, verdict: Verdict, why: Option<&str>) {
        let style = self.palette.verdict(verdict);
        let dim = self.palette.dim();
        let word = verdict.word();
        let _ = write!(out, "  {style}{word:>10}{style:#}  {}", self.title(place));
        let why = why.unwrap_or_default().trim_end();
        let evidence = self.trouble.remove(place);
        let trouble = self.refused.remove(place).or(evidence);
        let reason = self.reasons.remove(place).unwrap_or_default();
        let is_taken_back = matches!(verdict, Verdict::Undone | Verdict::Kept);
        if verdict.is_good() || (is_taken_back && !why.contains('\n')) {
            if !why.is_empty() {
                let _ = write!(out, "  {dim}({}){dim:#}", escape(why));
            }
            out.push('\n');
            return;
        }
        out.push('\n');
        let mut text = trouble.unwrap_or_default();
        let more = why.strip_prefix(reason.trim_end()).unwrap_or(why);
        let more = more.trim_start_matches([';', ' ', '\n']);
        if !text.contains(more) {
            let _ = writeln!(text, "{more}");
        }
        let text = self.once(place, text);
        indented(out, &text);
    }

    /// What has not been said of the same step on another target.
    fn once(&mut self, place: &Place, text: String) -> String {
        let said = text.split_once('\n').filter(|_| place.lane.is_some());
        let target = text
            .strip_prefix("on ")
            .and_then(|rest| rest.split_once(':'));
        let (Some((asked, answer)), Some((target, _))) = (said, target) else {
            return text;
        };
        let step = (place.runbook.clone(), place.step.clone());
        let told = self.told.entry(step).or_default();
        if let Some(before) = told.iter().find(|told| told.answer == answer) {
            return format!("{asked}\nthe same as on {}\n", before.target);
        }
        told.push(Told {
            target: target.to_owned(),
            answer: answer.to_owned(),
        });
        text
    }
}
