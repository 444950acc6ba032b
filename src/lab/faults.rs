use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Something that goes wrong on demand, on the way to one of the inventory's targets.
///
/// Written as the words of `lab break`:
///
/// - `silence stack [after 120]`: once 120 bytes were typed, nothing arrives and nothing answers
/// - `reset stack [after 120]`: the connection is reset there
/// - `power-cycle sw1 on stack [after 120]`: the unit loses power there
/// - `restart xen1 on xen1-cimc [after 120]`: the server's controller starts anew there
/// - `reset stack after 120 shown`, and so the others: once it has shown 120 bytes
/// - `slow stack 300ms`: every transfer takes that long
/// - `password stack`: the right password is refused
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// Strikes once, when that many bytes more went to the target, or came from it.
    Blow {
        /// The target.
        on: String,
        /// Bytes before it strikes, counted over all sessions from now.
        after: u64,
        /// Which bytes.
        #[serde(default)]
        of: Bytes,
        /// What happens.
        blow: Blow,
    },
    /// Each transfer, either way, is late.
    Slow {
        /// The target.
        on: String,
        /// By how much, in milliseconds.
        by: u64,
    },
    /// No login succeeds.
    Password {
        /// The target.
        on: String,
    },
}

impl Fault {
    /// The target it is set on.
    pub(crate) fn on(&self) -> &str {
        match self {
            Self::Blow { on, .. } | Self::Slow { on, .. } | Self::Password { on } => on,
        }
    }
}

/// Bytes of a session as its two ends mean them: what is within SSH's channels, or within TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bytes {
    /// What goes to the target.
    #[default]
    Typed,
    /// What comes from it.
    Shown,
}

/// What strikes a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blow {
    /// Nothing passes any more, and nobody is told.
    Silence,
    /// The connection is reset.
    Reset,
    /// This unit loses power and gets it back.
    PowerCycle(String),
    /// The management controller of this server starts anew, and its host goes on.
    Restart(String),
}

/// The faults that are set. Part of what the lab keeps, not of its physics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Faults {
    /// Those that bytes typed lead to.
    blows: BTreeMap<String, (u64, Blow)>,
    /// Those that bytes shown lead to.
    #[serde(default)]
    shown: BTreeMap<String, (u64, Blow)>,
    slow: BTreeMap<String, u64>,
    passwords: Vec<String>,
}

impl Faults {
    pub(crate) fn set(&mut self, fault: Fault) {
        match fault {
            Fault::Blow {
                on,
                after,
                of,
                blow,
            } => {
                self.blows_mut(of).insert(on, (after, blow));
            }
            Fault::Slow { on, by } => {
                self.slow.insert(on, by);
            }
            Fault::Password { on } => {
                if !self.passwords.contains(&on) {
                    self.passwords.push(on);
                }
            }
        }
    }

    /// Takes the faults on a target away, or all of them.
    pub(crate) fn mend(&mut self, on: Option<&str>) {
        let keep = |name: &String| on.is_some_and(|on| on != name);
        self.blows.retain(|name, _| keep(name));
        self.shown.retain(|name, _| keep(name));
        self.slow.retain(|name, _| keep(name));
        self.passwords.retain(keep);
    }

    /// Whether such bytes of `target` are counted.
    pub(crate) fn count(&self, target: &str, of: Bytes) -> bool {
        self.blows(of).contains_key(target)
    }

    /// So many bytes are on their way: how many of them arrive, and what strikes after them.
    pub(crate) fn pass(&mut self, target: &str, of: Bytes, count: usize) -> (usize, Option<Blow>) {
        let blows = self.blows_mut(of);
        let Some((left, _)) = blows.get_mut(target) else {
            return (count, None);
        };
        let arrive = usize::try_from(*left).unwrap_or(usize::MAX);
        if arrive > count {
            *left -= count as u64;
            return (count, None);
        }
        (arrive, blows.remove(target).map(|(_, blow)| blow))
    }

    fn blows(&self, of: Bytes) -> &BTreeMap<String, (u64, Blow)> {
        match of {
            Bytes::Typed => &self.blows,
            Bytes::Shown => &self.shown,
        }
    }

    fn blows_mut(&mut self, of: Bytes) -> &mut BTreeMap<String, (u64, Blow)> {
        match of {
            Bytes::Typed => &mut self.blows,
            Bytes::Shown => &mut self.shown,
        }
    }

    /// How late each transfer to and from `target` is, in milliseconds.
    pub(crate) fn latency(&self, target: &str) -> u64 {
        self.slow.get(target).copied().unwrap_or(0)
    }

    /// Whether `target` refuses the right password.
    pub(crate) fn refuses_password(&self, target: &str) -> bool {
        self.passwords.iter().any(|name| name == target)
    }

    /// All of them, as `lab show` lists them.
    pub(crate) fn list(&self) -> Vec<Fault> {
        let blows = [Bytes::Typed, Bytes::Shown].into_iter().flat_map(|of| {
            let blows = self.blows(of).iter();
            blows.map(move |(on, (after, blow))| Fault::Blow {
                on: on.clone(),
                after: *after,
                of,
                blow: blow.clone(),
            })
        });
        let slow = self.slow.iter().map(|(on, by)| Fault::Slow {
            on: on.clone(),
            by: *by,
        });
        let passwords = self
            .passwords
            .iter()
            .map(|on| Fault::Password { on: on.clone() });
        blows.chain(slow).chain(passwords).collect()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blow {
                on,
                after,
                of,
                blow,
            } => {
                match blow {
                    Blow::Silence => write!(f, "silence {on}")?,
                    Blow::Reset => write!(f, "reset {on}")?,
                    Blow::PowerCycle(unit) => write!(f, "power-cycle {unit} on {on}")?,
                    Blow::Restart(server) => write!(f, "restart {server} on {on}")?,
                }
                write!(f, " after {after}")?;
                match of {
                    Bytes::Typed => Ok(()),
                    Bytes::Shown => f.write_str(" shown"),
                }
            }
            Self::Slow { on, by } => write!(f, "slow {on} {by}ms"),
            Self::Password { on } => write!(f, "password {on}"),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (words, place) = match words.as_slice() {
            [first @ .., "after", count, "shown"] => (first, Some((*count, Bytes::Shown))),
            [first @ .., "after", count] => (first, Some((*count, Bytes::Typed))),
            all => (all, None),
        };
        let (count, of) = place.unwrap_or(("0", Bytes::Typed));
        let after = count
            .parse()
            .map_err(|_| format!("`{count}` is no number of bytes after `after`"))?;
        let blow = |on: &str, blow| Self::Blow {
            on: on.to_owned(),
            after,
            of,
            blow,
        };
        match *words {
            ["silence", on] => Ok(blow(on, Blow::Silence)),
            ["reset", on] => Ok(blow(on, Blow::Reset)),
            ["power-cycle", unit, "on", on] => Ok(blow(on, Blow::PowerCycle(unit.to_owned()))),
            ["restart", server, "on", on] => Ok(blow(on, Blow::Restart(server.to_owned()))),
            ["slow", on, by] if place.is_none() => {
                let time = match by.strip_suffix("ms") {
                    Some(by) => by.parse().ok(),
                    None => by
                        .strip_suffix('s')
                        .and_then(|by| by.parse::<u64>().ok()?.checked_mul(1000)),
                };
                let by = time.ok_or_else(|| format!("`{by}` is no time; write it as `300ms`"))?;
                Ok(Self::Slow {
                    on: on.to_owned(),
                    by,
                })
            }
            ["password", on] if place.is_none() => Ok(Self::Password { on: on.to_owned() }),
            _ => Err(format!(
                "`{text}` is no fault; write `silence TARGET`, `reset TARGET`, `power-cycle UNIT \
                 on TARGET` or `restart SERVER on TARGET`, each with `after BYTES` or `after BYTES \
                 shown`, or `slow TARGET 300ms`, or `password TARGET`"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_as_it_is_written() {
        for text in [
            "silence stack after 120",
            "reset stack after 0",
            "power-cycle sw1 on stack after 7",
            "restart xen1 on xen1-cimc after 7",
            "reset stack after 7 shown",
            "slow sw1-console 300ms",
            "password stack",
        ] {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
        assert_eq!(
            "reset stack".parse::<Fault>().unwrap().to_string(),
            "reset stack after 0"
        );
        assert_eq!(
            "slow stack 3s".parse::<Fault>().unwrap().to_string(),
            "slow stack 3000ms"
        );
        assert_eq!(
            "slow stack 3".parse::<Fault>().unwrap_err(),
            "`3` is no time; write it as `300ms`"
        );
        for text in ["burn stack", "reset stack shown", "password stack after 7"] {
            let wrong = text.parse::<Fault>().unwrap_err();
            assert!(wrong.starts_with(&format!("`{text}` is no fault")));
        }
    }

    #[test]
    fn a_blow_strikes_once_at_its_byte() {
        let mut faults = Faults::default();
        faults.set("reset stack after 5".parse().unwrap());
        faults.set("silence stack after 4 shown".parse().unwrap());
        let mut typed = |target, count| faults.pass(target, Bytes::Typed, count);
        assert_eq!(typed("sw1-console", 100), (100, None));
        assert_eq!(typed("stack", 3), (3, None));
        assert_eq!(typed("stack", 9), (2, Some(Blow::Reset)));
        assert_eq!(typed("stack", 9), (9, None));
        assert!(!faults.count("stack", Bytes::Typed) && faults.count("stack", Bytes::Shown));
        let mut shown = |count| faults.pass("stack", Bytes::Shown, count);
        assert_eq!(shown(4), (4, Some(Blow::Silence)));
        assert_eq!(shown(4), (4, None));
    }

    #[test]
    fn mending_one_target_leaves_the_others_broken() {
        let mut faults = Faults::default();
        faults.set("slow stack 10ms".parse().unwrap());
        faults.set("password sw1-console".parse().unwrap());
        faults.mend(Some("stack"));
        assert_eq!(faults.latency("stack"), 0);
        assert!(faults.refuses_password("sw1-console"));
        faults.mend(None);
        assert_eq!(faults.list(), []);
    }
}
