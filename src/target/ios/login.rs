use secrecy::SecretString;

/// How the stream reaches the command line.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// A shell over SSH, logged in.
    Shell,
    /// A console port: whoever was there before may have left anything.
    Console {
        /// The user and password to give if it asks.
        login: Option<(String, SecretString)>,
    },
}

/// What opening a session takes.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The way in.
    pub(crate) way: Way,
    /// The enable password, for lines that start without privileges.
    pub(crate) enable: Option<SecretString>,
}
