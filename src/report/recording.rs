use jiff::Timestamp;

use super::account::Excerpt;
use crate::event::{Ending, Event, Finding, Place};
use crate::journal::Entry;
use crate::text::escape;
use crate::text::wording::count;

/// What crossed the line to one target, in time: for players of terminal recordings.
///
/// It is made of the journal, so commands are known and not guessed from an echo, and an
/// answer arrives as a whole. Characters that steer a terminal are written out: what plays a
/// recording obeys whatever is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The target.
    pub target: String,
    /// The run, and what it is called.
    pub title: String,
    /// When its first frame was.
    pub started: Timestamp,
    /// What is shown, in order.
    pub frames: Vec<Frame>,
    /// The run's exit code, if it ended.
    pub exit: Option<u8>,
}

/// Something that is shown from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Milliseconds since the first frame.
    pub at_ms: u64,
    /// What.
    pub kind: FrameKind,
    /// Its text, in whole lines for output.
    pub text: String,
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Text on the screen.
    Output,
    /// A step begins.
    Marker,
}

impl Recording {
    /// One for every target that something was sent to, in the order of first use.
    pub fn all(entries: &[Entry]) -> Vec<Self> {
        let mut recordings = Recordings::default();
        for entry in entries {
            recordings.note(entry);
        }
        recordings.finish()
    }

    /// The width of a terminal that shows most lines whole.
    pub(super) fn columns(&self) -> usize {
        let lines = self.frames.iter().flat_map(|frame| frame.text.lines());
        let widest = lines.map(|line| line.chars().count()).max();
        widest.unwrap_or_default().clamp(80, 132)
    }
}

/// Recordings in the making, for journals that are not read at once.
#[derive(Debug, Default)]
pub struct Recordings {
    title: String,
    /// Titles of the steps.
    steps: Vec<(Place, String)>,
    recordings: Vec<Recording>,
    /// For each recording when it began, in milliseconds since the run's start, and the step
    /// that it is in.
    at: Vec<(u64, Option<Place>)>,
}

impl Recordings {
    /// Takes one more entry.
    pub fn note(&mut self, entry: &Entry) {
        match &entry.body {
            Event::RunStarted {
                run,
                runbooks,
                steps,
                ..
            } => {
                let titles: Vec<_> = runbooks.iter().map(|r| r.title.as_str()).collect();
                self.title = format!("{run}: {}", titles.join(", "));
                let steps = steps.iter();
                self.steps = steps.map(|s| (s.place.clone(), s.title.clone())).collect();
            }
            Event::Looked {
                place,
                target,
                sent,
                answer,
                finding,
                ..
            } => {
                let mut text = prompted(target, sent);
                if let Some(answer) = answer {
                    text += &said(&answer.stdout, entry.seq);
                    text += &said(&answer.stderr, entry.seq);
                }
                text += match finding {
                    Finding::Holds => "# holds\n",
                    Finding::DoesNotHold { .. } => "# does not hold\n",
                    Finding::CantTell { .. } => "# can't tell\n",
                };
                self.show(entry, target, place, text);
            }
            Event::Intent {
                place,
                target,
                sent,
                ..
            } => self.show(entry, target, place, prompted(target, sent)),
            Event::Outcome {
                place,
                target,
                sent,
                answer,
                reason,
                ..
            } => {
                let mut text = said(&answer.stdout, entry.seq) + &said(&answer.stderr, entry.seq);
                if let Some(reason) = reason.as_deref().and_then(|reason| reason.lines().next()) {
                    let not_sent = if *sent { "" } else { "not sent: " };
                    text += &format!("# {not_sent}{}\n", escape(reason));
                }
                self.show(entry, target, place, text);
            }
            Event::RunEnded { ending, .. } => {
                let exit = match ending {
                    Ending::Done => 0,
                    Ending::Failed => 1,
                    Ending::Stuck | Ending::Interrupted => 3,
                };
                for recording in &mut self.recordings {
                    recording.exit = Some(exit);
                }
            }
            // It goes on.
            Event::Resumed { .. } => {
                for recording in &mut self.recordings {
                    recording.exit = None;
                }
            }
            _ => {}
        }
    }

    /// No more entries.
    pub fn finish(self) -> Vec<Recording> {
        self.recordings
    }

    fn show(&mut self, entry: &Entry, target: &str, place: &Place, text: String) {
        let known = self.recordings.iter().position(|r| r.target == target);
        let at = known.unwrap_or_else(|| {
            self.recordings.push(Recording {
                target: target.to_owned(),
                title: self.title.clone(),
                started: entry.at,
                frames: Vec::new(),
                exit: None,
            });
            self.at.push((entry.mono_ms, None));
            self.recordings.len() - 1
        });
        let frames = &mut self.recordings[at].frames;
        let (began, within) = &mut self.at[at];
        let at_ms = entry.mono_ms.saturating_sub(*began);
        let mut add = |kind, text| {
            frames.push(Frame { at_ms, kind, text });
        };
        if within.as_ref() != Some(place) {
            let step = self.steps.iter().find(|(known, _)| known == place);
            let title = step.map_or(place.step.as_str(), |(_, title)| title.as_str());
            let lane = place.lane.as_deref().map(|lane| format!(" [{lane}]"));
            let title = format!("{title}{}", lane.unwrap_or_default());
            let label = format!("{} (journal line {})", one_line(&title), entry.seq);
            add(FrameKind::Marker, label);
            *within = Some(place.clone());
        }
        if !text.is_empty() {
            add(FrameKind::Output, text);
        }
    }
}

/// What was sent, behind a prompt.
fn prompted(target: &str, sent: &str) -> String {
    let target = one_line(target);
    let excerpt = Excerpt::of(sent);
    let mut text = String::new();
    for line in excerpt.head.lines().chain(excerpt.tail.lines()) {
        text += &format!("{target}> {}\n", escape(line));
    }
    text
}

/// An answer, in whole lines.
fn said(text: &str, seq: u64) -> String {
    let excerpt = Excerpt::of(text);
    let mut out = escape(&excerpt.head).into_owned();
    if let Some(gap) = excerpt.gap {
        end_line(&mut out);
        let bytes = count(gap.bytes, "byte");
        out += &format!("# {bytes} left out: journal line {seq} has them\n");
        out += &escape(&excerpt.tail);
    }
    end_line(&mut out);
    out
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn one_line(text: &str) -> String {
    escape(text).replace(['\n', '\t'], " ")
}
