//! An `sshd` of one's own, an account for it, and programs that must succeed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use runsheet::wire::ssh::{self, HostKeys, SshConnection, SshError, SshOptions};
use runsheet::wire::{Dial, Endpoint, Stream, TcpDial};
use tempfile::TempDir;

const SSHD: &str = "/usr/sbin/sshd";

/// Whether to run; says so if not.
pub(crate) fn wanted() -> bool {
    let wanted = std::env::var_os("RUNSHEET_INTEROP").is_some_and(|value| value == "1");
    if !wanted {
        eprintln!("left out: set RUNSHEET_INTEROP=1 to test against {SSHD}");
    }
    wanted
}

/// A server with keys of its own that lets the current user in by key.
pub(crate) struct Sshd {
    child: Child,
    dir: TempDir,
    pub(crate) port: u16,
    pub(crate) pin: String,
}

impl Sshd {
    pub(crate) fn start() -> Self {
        Self::with_sftp("internal-sftp")
    }

    /// One that transfers files by this command.
    pub(crate) fn with_sftp(subsystem: &str) -> Self {
        Self::transferring(|_| subsystem.to_owned())
    }

    /// One that transfers files by a program of this name in its folder.
    pub(crate) fn with_sftp_in(name: &str) -> Self {
        // Its parent is the server's process for the connection, not a shell.
        Self::transferring(|folder| format!("exec {}", folder.join(name)))
    }

    fn transferring(subsystem: impl FnOnce(&Utf8Path) -> String) -> Self {
        assert!(
            Utf8Path::new(SSHD).exists(),
            "{SSHD} is missing: install openssh-server"
        );
        // Where the server, as root, parks its unprivileged half.
        if whoami() == "root" {
            fs::create_dir_all("/run/sshd").expect("/run/sshd");
        }
        let dir = tempfile::tempdir().expect("a folder");
        let path = |name: &str| utf8(&dir).join(name);
        for key in ["host_key", "user_key"] {
            let file = path(key);
            tool(
                "ssh-keygen",
                &["-q", "-t", "ed25519", "-N", "", "-f", file.as_str()],
            );
        }
        fs::copy(path("user_key.pub"), path("authorized_keys")).expect("a copy");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
        let printed = tool("ssh-keygen", &["-l", "-f", path("host_key.pub").as_str()]);
        let pin = printed.split(' ').nth(1).expect("a fingerprint").to_owned();
        let port = free_port();
        let config = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {host_key}\nPidFile none\n\
             AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n\
             PasswordAuthentication yes\nKbdInteractiveAuthentication no\nMaxAuthTries 20\n\
             Subsystem sftp {subsystem}\n",
            host_key = path("host_key"),
            authorized = path("authorized_keys"),
            subsystem = subsystem(utf8(&dir)),
        );
        fs::write(path("config"), config).expect("a configuration");
        let child = Command::new(SSHD)
            .args([
                "-D",
                "-f",
                path("config").as_str(),
                "-E",
                path("log").as_str(),
            ])
            .stdin(Stdio::null())
            .spawn()
            .expect("sshd starts");
        let server = Self {
            child,
            dir,
            port,
            pin,
        };
        let deadline = Instant::now() + Duration::from_secs(10);
        while !server.log().contains("Server listening") {
            assert!(
                Instant::now() < deadline,
                "sshd does not listen: {}",
                server.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    pub(crate) fn path(&self, name: &str) -> Utf8PathBuf {
        utf8(&self.dir).join(name)
    }

    /// The process that listens.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    pub(crate) fn options(&self, pins: Vec<String>, files: Option<&[Utf8PathBuf]>) -> SshOptions {
        let keys = HostKeys::load(loopback(self.port), pins, files).expect("host keys");
        let mut options = SshOptions::new(whoami(), keys);
        options.keys = vec![self.path("user_key")];
        options
    }

    pub(crate) async fn connect(&self, options: SshOptions) -> Result<SshConnection, SshError> {
        let stream: Box<dyn Stream> = TcpDial
            .dial(&loopback(self.port))
            .await
            .expect("the server listens");
        ssh::connect(stream, &options).await
    }

    pub(crate) async fn login(&self) -> SshConnection {
        let options = self.options(vec![self.pin.clone()], None);
        match self.connect(options).await {
            Ok(connection) => connection,
            Err(error) => panic!("no login: {error}\n{}", self.log()),
        }
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A process that ends with its test.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}

/// Failing to end a process that is gone already is no failure.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// A system account with a password.
pub(crate) struct Account {
    pub(crate) name: String,
}

impl Account {
    pub(crate) fn add(password: &str) -> Self {
        assert_eq!(
            whoami(),
            "root",
            "adding the account for the password test needs root"
        );
        let name = format!("runsheet{}", std::process::id());
        tool(
            "useradd",
            &[
                "--home-dir",
                "/",
                "--no-create-home",
                "--shell",
                "/bin/sh",
                &name,
            ],
        );
        let account = Self { name };
        let line = format!("printf '%s' '{}:{password}' | chpasswd", account.name);
        tool("sh", &["-c", &line]);
        account
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // `--force`: the server's last process for it may not have gone yet, which it warns about.
        let _ = Command::new("userdel")
            .args(["--force", &self.name])
            .stderr(Stdio::null())
            .status();
    }
}

pub(crate) fn loopback(port: u16) -> Endpoint {
    Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
    }
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

fn utf8(dir: &TempDir) -> &Utf8Path {
    Utf8Path::from_path(dir.path()).expect("a path in UTF-8")
}

pub(crate) fn whoami() -> String {
    tool("id", &["-un"]).trim().to_owned()
}

/// Runs a program that must succeed, and returns what it printed.
pub(crate) fn tool(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let output = output.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {arguments:?} fails: {complaint}"
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
