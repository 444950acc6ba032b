use std::time::Duration;

use crate::text::Span;

/// A value and the words it was written with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands in the runbook.
    pub span: Span,
}

/// What to do when nobody can know whether an effect arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUnknown {
    /// Ask a person; unattended, stop.
    #[default]
    Ask,
    /// Take the step back.
    Undo,
    /// The step failed.
    Fail,
    /// Send it again.
    Rerun,
}

impl OnUnknown {
    /// As it is written in a runbook and said by a person.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Undo => "undo",
            Self::Fail => "fail",
            Self::Rerun => "rerun",
        }
    }
}

/// What an info string says besides language and role (design, section 3).
///
/// Times are durations as written (`40s`, `5m`, `500ms`).
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// `on=`: target or group.
    pub on: Option<Spanned<String>>,
    /// `timeout=`: the deadline of one attempt.
    pub timeout: Option<Duration>,
    /// `within=`: on a check, retry until it holds or this has passed.
    pub within: Option<Duration>,
    /// `every=`: pause between two tries of a check.
    pub every: Option<Duration>,
    /// `for=`: how long a check must stay true.
    pub hold_for: Option<Duration>,
    /// `exit=`: the exit status that counts as success.
    pub exit: Option<i32>,
    /// `capture=`: the name that the trimmed output is bound to.
    pub capture: Option<Spanned<String>>,
    /// `when=`: a condition for the step.
    pub when: Option<Spanned<String>>,
    /// `once`: an effect that must not be repeated.
    pub once: bool,
    /// `on-unknown=`.
    pub on_unknown: Option<OnUnknown>,
    /// `undo=none`, with its `reason=`.
    pub undo_none: Option<Spanned<String>>,
    /// `toward=`: the step (`slug` or `runbook#slug`) that this one only serves.
    pub toward: Option<Spanned<String>>,
    /// `after=undo`: this check says what holds when the step was taken back.
    pub after_undo: bool,
    /// `absent-ok`: before the first intent, no connection counts as not done.
    pub absent_ok: bool,
    /// `always`: a drill.
    pub always: bool,
    /// `disconnects`: losing the connection after the last byte is expected.
    pub disconnects: bool,
    /// `refused`: the target must refuse our login.
    pub refused: bool,
    /// `secret`: hide the output.
    pub secret: bool,
    /// `serial=`: at most this many targets of the group at once.
    pub serial: Option<usize>,
    /// `session=`: `sh` fences with the same name share one shell.
    pub session: Option<String>,
    /// `approve`: a person must say yes first.
    pub approve: bool,
    /// `as=`: become this user.
    pub become_user: Option<String>,
    /// `each=`: repeat for every row of the section's table, under this name.
    pub each: Option<Spanned<String>>,
    /// `raw`: no templates in this fence.
    pub raw: bool,
    /// `tty`: run on a terminal.
    pub tty: bool,
    /// `lab=` on `manual`: what the lab's technician does.
    pub lab: Option<Spanned<String>>,
    /// `pins=` on `manual`: the target whose trust is read at the console.
    pub pins: Option<Spanned<String>>,
    /// `path=` on `file`.
    pub path: Option<Spanned<String>>,
    /// `mode=` on `file`, octal.
    pub mode: Option<u32>,
    /// `exec` on `ios`: exec-mode lines, not configuration.
    pub exec: bool,
    /// `revert=` on `ios`: the revert timer the block is applied under.
    pub revert: Option<Duration>,
    /// `max-lost=` on `probe`: at most so many tries may go unanswered.
    pub max_lost: Option<usize>,
    /// `max-gap=` on `probe`: the longest time without an answer.
    pub max_gap: Option<Duration>,
    /// `whole` on `expect`: the text is all of the output, not an excerpt.
    pub whole: bool,
    /// Every key as written, for diagnostics: name and the span of `key=value`.
    pub written: Vec<(&'static str, Span)>,
}
