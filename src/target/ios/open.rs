use super::{IosSession, Login};
use crate::target::{Failure, reach, ssh};
use crate::wire::ssh::SshConnection;

/// The terminal that is asked for: wide, so that no line is scrolled.
const COLUMNS: u32 = 511;
const ROWS: u32 = 24;

/// Opens a shell on the switch, or on the terminal server in front of its console, and logs in.
///
/// # Errors
///
/// There is no shell, nobody answers, or the login is refused. Nothing was changed.
pub(crate) async fn open(connection: SshConnection, login: Login) -> Result<IosSession, Failure> {
    let stream = connection.shell(COLUMNS, ROWS).await.map_err(|error| {
        Failure::not_sent(reach::kind(&error), format!("open a terminal: {error}"))
    })?;
    let identity = ssh::identity(&connection);
    IosSession::open(stream, login, identity).await
}
