use std::sync::LazyLock;

use regex::Regex;

/// How much of the host name a configuration prompt shows.
const CONFIG_HOST: usize = 20;

static PROMPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<host>[^\s#>]{1,99}?)(?:\((?P<sub>config[^)]*)\))?(?P<end>[>#])")
        .expect("a pattern of ours compiles")
});

/// Where the command line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `Switch>`.
    User,
    /// `Switch#`.
    Privileged,
    /// `Switch(config)#` or a mode in it: what the parentheses say.
    Config(String),
}

/// A prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The host name; its first 20 characters in a configuration mode.
    pub host: String,
    /// The mode.
    pub mode: Mode,
}

impl Prompt {
    /// A prompt at the beginning of a line, and what follows it.
    pub(super) fn at_start(line: &str) -> Option<(Self, &str)> {
        let found = PROMPT.captures(line)?;
        let mode = match (found.name("sub"), &found["end"]) {
            (Some(sub), "#") => Mode::Config(sub.as_str().to_owned()),
            (Some(_), _) => return None,
            (None, "#") => Mode::Privileged,
            (None, _) => Mode::User,
        };
        let host = found["host"].to_owned();
        Some((Self { host, mode }, &line[found[0].len()..]))
    }

    /// A line that is a prompt and nothing else.
    pub(super) fn whole(line: &str) -> Option<Self> {
        let (prompt, rest) = Self::at_start(line)?;
        rest.trim().is_empty().then_some(prompt)
    }

    /// Whether a device of that name shows it.
    pub(super) fn is_of(&self, host: &str) -> bool {
        match self.mode {
            Mode::Config(_) => host.chars().take(CONFIG_HOST).eq(self.host.chars()),
            _ => self.host == host,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_in_configuration_modes_only() {
        let host = "THIS.IS.A.PARTICULARLY.LONG.NAME";
        let of = |line| Prompt::whole(line).is_some_and(|prompt| prompt.is_of(host));
        assert!(of("THIS.IS.A.PARTICULAR(config-if)#"));
        assert!(of("THIS.IS.A.PARTICULARLY.LONG.NAME#"));
        assert!(!of("THIS.IS.A.PARTICULAR#"));
    }

    #[test]
    fn names_may_hold_parentheses() {
        let prompt = Prompt::whole("27N2(2960_PoE)>");
        assert_eq!(prompt.map(|p| p.host).as_deref(), Some("27N2(2960_PoE)"));
        assert_eq!(Prompt::whole("### welcome ###"), None);
    }
}
