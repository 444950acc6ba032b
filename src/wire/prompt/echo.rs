/// What of a sent line is still to be shown back before its output begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Nothing: its output, or a prompt, may come now.
    Done,
    /// The line, behind the prompt or question where it was typed. Log lines cut it in two.
    Line {
        /// The whole line.
        whole: String,
        /// What has not been seen of it.
        rest: String,
    },
    /// The end of the line, whatever it shows: a key or a password.
    AnyLine,
}

impl Echo {
    /// The echo of a line.
    pub fn of(line: &str) -> Self {
        Self::Line {
            whole: line.to_owned(),
            rest: line.to_owned(),
        }
    }

    /// Takes a finished line, `before` being what stood there when the line was typed. Says
    /// whether it was (a part of) the echo.
    pub(super) fn take(&mut self, line: &str, before: &str) -> bool {
        let typed = line.strip_prefix(before).unwrap_or(line);
        match self {
            Self::Done => false,
            Self::AnyLine => {
                *self = Self::Done;
                true
            }
            Self::Line { whole, rest } => {
                if typed == whole || typed == rest {
                    *self = Self::Done;
                    true
                } else if let Some(left) = rest.strip_prefix(typed) {
                    *rest = left.to_owned();
                    true
                } else {
                    false
                }
            }
        }
    }
}
