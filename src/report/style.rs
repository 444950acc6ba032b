use anstyle::{AnsiColor, Style};

use crate::event::Verdict;

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    on: bool,
}

impl Palette {
    /// With colours if `on`.
    pub fn new(on: bool) -> Self {
        Self { on }
    }

    pub(crate) fn verdict(self, verdict: Verdict) -> Style {
        let color = match verdict {
            Verdict::Passed | Verdict::Reconciled | Verdict::Undone => AnsiColor::Green,
            Verdict::Already => AnsiColor::Cyan,
            Verdict::Skipped => AnsiColor::BrightBlack,
            Verdict::Failed | Verdict::Stuck => AnsiColor::Red,
            Verdict::Stopped | Verdict::Kept => AnsiColor::Yellow,
        };
        self.only(color.on_default().bold())
    }

    pub(crate) fn title(self) -> Style {
        self.only(Style::new().bold())
    }

    pub(crate) fn dim(self) -> Style {
        self.only(Style::new().dimmed())
    }

    fn only(self, style: Style) -> Style {
        if self.on { style } else { Style::new() }
    }
}
