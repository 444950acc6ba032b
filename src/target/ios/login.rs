use secrecy::SecretString;

/// What it takes to get from a terminal to a privileged prompt.
pub(crate) struct Login {
    /// It is a console line: somebody may have left it anywhere, or it may be asleep.
    pub(crate) console: bool,
    /// What the device behind a console asks for.
    pub(crate) user: Option<(String, SecretString)>,
    /// The enable secret.
    pub(crate) enable: Option<SecretString>,
}
