//! The SSH servers of the lab's devices.

mod algorithms;
mod login;
mod screen;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use russh::server::{self, Config};
use russh::{MethodKind, MethodSet, SshId};
use tokio::io::DuplexStream;

use self::login::Login;
use super::connection::FateOf;
use super::place::Terminal;
use super::{Lab, keys};

/// Who may use the terminal server.
pub(crate) const CONSOLE_USER: &str = "console";

/// Serves one connection to `line`, in a task of its own. `name` is the target's, for faults.
pub(crate) fn serve(lab: Lab, name: String, line: Terminal, stream: DuplexStream, fate: FateOf) {
    let (identity, key_of) = match &line {
        Terminal::Console(_) => ("SSH-2.0-TerminalServer", keys::TERMINAL_SERVER),
        Terminal::Vty { .. } => ("SSH-2.0-Cisco-1.25", keys::STACK),
    };
    let config = Arc::new(Config {
        server_id: SshId::Standard(Cow::Borrowed(identity)),
        methods: MethodSet::from(&[MethodKind::Password, MethodKind::KeyboardInteractive][..]),
        auth_rejection_time: Duration::from_secs(1),
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: keys::host_keys(lab.seed(), key_of),
        preferred: algorithms::preferred(),
        max_auth_attempts: 3,
        // The device's own `exec-timeout` ends idle sessions.
        inactivity_timeout: None,
        ..Config::default()
    });
    let login = Login::new(lab, name, line, fate);
    tokio::spawn(async move {
        // How a connection ends is the client's to see, not the server's.
        if let Ok(session) = server::run_stream(config, stream, login).await {
            let _ = session.await;
        }
    });
}
