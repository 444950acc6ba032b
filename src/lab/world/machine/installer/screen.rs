use serde::{Deserialize, Serialize};

/// What an installer shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Screen {
    Keymap,
    Welcome,
    Eula,
    /// There is an installation on a disk already.
    Action,
    /// More than one disk could be installed on.
    Disk,
    Guests,
    Source,
    Verify,
    Password,
    Interface,
    Address,
    Names,
    TimeZone,
    Time,
    Confirm,
    /// Nobody is asked anything while packages are copied.
    Copying,
    Packs,
    Complete,
    /// It can't go on; only a restart helps.
    Stopped(String),
}

impl Screen {
    /// Its title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Keymap => "Select Keymap",
            Self::Welcome => "Welcome to XenServer Setup",
            Self::Eula => "End User License Agreement",
            Self::Action => "Action To Perform",
            Self::Disk => "Select Primary Disk",
            Self::Guests => "Virtual Machine Storage",
            Self::Source => "Select Installation Source",
            Self::Verify => "Verify Installation Source",
            Self::Password => "Set Password",
            Self::Interface | Self::Address => "Networking",
            Self::Names => "Hostname and DNS Configuration",
            Self::TimeZone => "Select Time Zone",
            Self::Time => "System Time",
            Self::Confirm => "Confirm Installation",
            Self::Copying => "Installing XenServer",
            Self::Packs => "Supplemental Packs",
            Self::Complete => "Installation Complete",
            Self::Stopped(_) => "Error",
        }
    }

    /// What it asks, by the words in which the technician is told: what it must be told, and
    /// what it need not.
    pub(super) fn asks(&self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Keymap => (&["keymap"], &[]),
            Self::Welcome => (&["welcome"], &[]),
            Self::Eula => (&["eula"], &[]),
            Self::Action => (&["action"], &[]),
            Self::Disk => (&["disk"], &[]),
            Self::Guests => (&["guests"], &[]),
            Self::Source => (&["source"], &[]),
            Self::Verify => (&["verify"], &[]),
            Self::Password => (&["password"], &[]),
            Self::Interface => (&["interface"], &[]),
            Self::Address => (&["address"], &["gateway"]),
            Self::Names => (&["hostname"], &["dns"]),
            Self::TimeZone => (&["timezone"], &[]),
            Self::Time => (&["time"], &["ntp"]),
            Self::Confirm => (&["confirm"], &[]),
            Self::Packs => (&["packs"], &[]),
            Self::Complete => (&["reboot"], &[]),
            Self::Copying | Self::Stopped(_) => (&[], &[]),
        }
    }

    /// All screens that ask something, in order.
    pub(super) const ASKING: [Self; 17] = [
        Self::Keymap,
        Self::Welcome,
        Self::Eula,
        Self::Action,
        Self::Disk,
        Self::Guests,
        Self::Source,
        Self::Verify,
        Self::Password,
        Self::Interface,
        Self::Address,
        Self::Names,
        Self::TimeZone,
        Self::Time,
        Self::Confirm,
        Self::Packs,
        Self::Complete,
    ];
}
