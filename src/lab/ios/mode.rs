use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::lab::world::switch::InterfaceName;

/// Where a session stands in the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// `Switch>`.
    #[default]
    User,
    /// `Switch#`.
    Privileged,
    /// `Switch(config)#`.
    Global,
    /// `Switch(config-if)#`, or `(config-if-range)#` where a range was named.
    Interface {
        names: Vec<InterfaceName>,
        range: bool,
    },
    /// `Switch(config-vlan)#`: the VLANs that are configured together.
    Vlan(BTreeSet<u16>),
    /// `Switch(config-archive)#`.
    Archive,
    /// `Switch(config-line)#`: the line's name as the configuration writes it.
    Line(String),
}

/// How much of the host name fits into a configuration prompt.
const PROMPT_HOST: usize = 20;

impl Mode {
    pub(crate) fn is_config(&self) -> bool {
        !matches!(self, Self::User | Self::Privileged)
    }

    pub(crate) fn prompt(&self, host: &str) -> String {
        let sub = match self {
            Self::User => return format!("{host}>"),
            Self::Privileged => return format!("{host}#"),
            Self::Global => "config",
            Self::Interface { range: false, .. } => "config-if",
            Self::Interface { range: true, .. } => "config-if-range",
            Self::Vlan(_) => "config-vlan",
            Self::Archive => "config-archive",
            Self::Line(_) => "config-line",
        };
        let host: String = host.chars().take(PROMPT_HOST).collect();
        format!("{host}({sub})#")
    }

    /// What `?` calls its commands.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::User | Self::Privileged => "Exec",
            Self::Global => "Configure",
            Self::Interface { .. } => "Interface configuration",
            Self::Vlan(_) => "VLAN configuration",
            Self::Archive => "Archive configuration",
            Self::Line(_) => "Line configuration",
        }
    }

    /// Where `exit` leads; `None`: out.
    pub(crate) fn outer(&self) -> Option<Self> {
        match self {
            Self::User | Self::Privileged => None,
            Self::Global => Some(Self::Privileged),
            _ => Some(Self::Global),
        }
    }
}
