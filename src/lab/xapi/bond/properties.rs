//! What can be said of a bond besides its mode.

use std::collections::BTreeMap;

use crate::lab::world::xapi::{Field, Record};
use crate::lab::xapi::fault::Fault;

/// Properties by name.
pub(super) type Properties = BTreeMap<String, String>;

/// How a bond uses its cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    BalanceSlb,
    ActiveBackup,
    Lacp,
}

impl Mode {
    pub(super) fn read(word: &str) -> Option<Self> {
        let all = [Self::BalanceSlb, Self::ActiveBackup, Self::Lacp];
        all.into_iter().find(|mode| mode.word() == word)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::BalanceSlb => "balance-slb",
            Self::ActiveBackup => "active-backup",
            Self::Lacp => "lacp",
        }
    }
}

/// A property of a bond that speaks LACP.
struct Known {
    name: &'static str,
    /// What it is if nobody says.
    default: Option<&'static str>,
    is_valid: fn(&str) -> bool,
}

const KNOWN: [Known; 4] = [
    Known {
        name: "hashing_algorithm",
        default: Some("tcpudp_ports"),
        is_valid: |value| matches!(value, "src_mac" | "tcpudp_ports"),
    },
    Known {
        name: "lacp-time",
        default: Some("slow"),
        is_valid: |value| matches!(value, "slow" | "fast"),
    },
    Known {
        name: "lacp-aggregation-key",
        default: None,
        is_valid: |value| value.parse::<u16>().is_ok(),
    },
    Known {
        name: "lacp-fallback-ab",
        default: Some("true"),
        is_valid: |value| matches!(value, "true" | "false"),
    },
];

/// The properties that a bond has.
pub(super) fn of(bond: &Record) -> Properties {
    match bond.get("properties") {
        Some(Field::Map(properties)) => properties.clone(),
        _ => Properties::new(),
    }
}

/// The properties of a bond of this mode, if somebody says these.
pub(super) fn of_new(mode: Mode, said: Properties) -> Result<Properties, Fault> {
    match said.iter().find(|(name, value)| !fits(mode, name, value)) {
        Some((name, value)) => {
            let wrong = format!("{name} = {value}");
            Err(Fault::new("INVALID_VALUE", ["properties", &wrong]))
        }
        None => Ok(kept(mode, said)),
    }
}

/// What is left of properties in a mode, and what that has by default.
pub(super) fn kept(mode: Mode, mut has: Properties) -> Properties {
    has.retain(|name, value| fits(mode, name, value));
    let defaults = KNOWN.iter().filter(|_| mode == Mode::Lacp);
    for Known { name, default, .. } in defaults {
        if let Some(default) = default {
            has.entry((*name).to_owned())
                .or_insert((*default).to_owned());
        }
    }
    has
}

fn fits(mode: Mode, name: &str, value: &str) -> bool {
    let mut known = KNOWN.iter().filter(|_| mode == Mode::Lacp);
    known.any(|known| known.name == name && (known.is_valid)(value))
}
