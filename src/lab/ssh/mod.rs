//! The SSH servers of the lab's devices.

mod algorithms;
mod gate;
mod login;
mod password;
mod scopes;
mod screen;
mod shell;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use russh::SshId;
use russh::server::{self, Config};
use tokio::io::DuplexStream;

use self::gate::{Behind, Gate};
use self::login::Login;
use self::scopes::Scopes;
use self::shell::Shell;
use super::place::Terminal;
use super::visit::Visit;
use super::{Lab, keys};

/// Who may use the terminal server.
pub(crate) const CONSOLE_USER: &str = "console";

/// Serves one connection to `line`, in a task of its own.
pub(crate) fn serve(visit: Visit, line: Terminal, stream: DuplexStream) {
    let (identity, key_of) = match &line {
        Terminal::Console(_) => ("SSH-2.0-TerminalServer", keys::TERMINAL_SERVER),
        Terminal::Vty { .. } => ("SSH-2.0-Cisco-1.25", keys::STACK),
    };
    let config = config(&visit.lab, identity, key_of);
    converse(config, stream, visit, Login::new(line));
}

/// Serves one connection to the shell of a host.
pub(crate) fn serve_shell(visit: Visit, server: String, stream: DuplexStream) {
    let config = config(&visit.lab, "SSH-2.0-OpenSSH_7.4", &server);
    converse(config, stream, visit, Shell { server });
}

/// Serves one connection to the command line of a server's management controller.
pub(crate) fn serve_scopes(visit: Visit, server: String, stream: DuplexStream) {
    let key_of = format!("{server} controller");
    let config = config(&visit.lab, "SSH-2.0-dropbear", &key_of);
    converse(config, stream, visit, Scopes::new(server));
}

fn config(lab: &Lab, identity: &'static str, key_of: &str) -> Config {
    Config {
        server_id: SshId::Standard(Cow::Borrowed(identity)),
        methods: password::methods(),
        auth_rejection_time: Duration::from_secs(1),
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: keys::host_keys(lab.seed(), key_of),
        preferred: algorithms::preferred(),
        max_auth_attempts: 3,
        // The device's own `exec-timeout` ends idle sessions.
        inactivity_timeout: None,
        ..Config::default()
    }
}

fn converse(config: Config, stream: DuplexStream, visit: Visit, behind: impl Behind) {
    tokio::spawn(async move {
        let gate = Gate::new(visit, behind);
        // How a connection ends is the client's to see, not the server's.
        if let Ok(session) = server::run_stream(Arc::new(config), stream, gate).await {
            let _ = session.await;
        }
    });
}
