use std::fmt;

/// A runbook that is only looked at, because others need it, as a plan's line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The name of its file.
    pub file: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

const BEFORE: &str = "Needed: ";
const BETWEEN: &str = " (SHA-256 ";
const BEHIND: &str = ", looked at only)";

impl Needed {
    /// What a line of a plan says; `None`: it is about something else.
    pub fn of_line(line: &str) -> Option<Self> {
        let line = line.strip_prefix(BEFORE)?.strip_suffix(BEHIND)?;
        let (file, sha256) = line.rsplit_once(BETWEEN)?;
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let is_hash = sha256.len() == 64 && sha256.chars().all(is_digit);
        is_hash.then(|| Self {
            file: file.to_owned(),
            sha256: sha256.to_owned(),
        })
    }

    /// All that a plan names.
    pub fn of_plan(plan: &str) -> Vec<Self> {
        plan.split('\n').filter_map(Self::of_line).collect()
    }
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, sha256 } = self;
        write!(f, "{BEFORE}{file}{BETWEEN}{sha256}{BEHIND}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let needed = Needed {
            file: "a (SHA-256 b.md".to_owned(),
            sha256: "0a".repeat(32),
        };
        let line = needed.to_string();
        assert_eq!(Needed::of_line(&line), Some(needed));
        for other in [
            line.replace("Needed", "needed"),
            line.replace("0a", "0A"),
            line.replace(", looked at only", ""),
            format!("  {line}"),
        ] {
            assert_eq!(Needed::of_line(&other), None, "{other}");
        }
    }
}
