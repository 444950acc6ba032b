//! A folder to work in, and the program itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use snapbox::cmd::{Command, OutputAssert};
use tempfile::TempDir;

use crate::verifiers;

/// An empty folder with nobody's state in it.
pub(crate) struct Desk {
    dir: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder for the test");
        Self { dir }
    }

    /// With the repository's own runbooks in `runbooks/`.
    pub(crate) fn with_runbooks() -> Self {
        let desk = Self::new();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
        for entry in from.read_dir().expect("the repository has runbooks") {
            let file = entry.expect("the folder can be read").path();
            let name = file.file_name().and_then(|name| name.to_str());
            let text = std::fs::read_to_string(&file).expect("a runbook is text");
            desk.file(&format!("runbooks/{}", name.expect("a file name")), &text);
        }
        desk
    }

    /// With `local`, this machine, as the one target.
    pub(crate) fn local() -> Self {
        let desk = Self::new();
        desk.file("inventory.yaml", "targets:\n  local: {driver: local}\n");
        desk
    }

    /// Another one with the same files.
    pub(crate) fn copy(&self) -> Self {
        let desk = Self::new();
        let copied = std::process::Command::new("cp")
            .args(["-a", "."])
            .arg(desk.dir.path())
            .current_dir(self.dir.path())
            .status();
        assert!(copied.is_ok_and(|status| status.success()), "a copy");
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, and the folder it lies in.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("the folder is made");
        }
        std::fs::write(path, bytes).expect("the file is written");
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file can be read")
    }

    /// The program, called with these words in the desk's folder.
    pub(crate) fn runsheet(&self, words: &str) -> Command {
        Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(words.split_whitespace())
            .current_dir(self.dir.path())
            .env_remove("NO_COLOR")
            .env_remove("RUNSHEET_INVENTORY")
            .env("SHELL", "/bin/sh")
    }

    /// The same on a terminal of its own. In place of the shell, which Ctrl-C would end first.
    pub(crate) fn on_a_terminal(&self, words: &str) -> std::process::Command {
        let program = env!("CARGO_BIN_EXE_runsheet");
        let mut script = std::process::Command::new("script");
        script
            .args(["-qec", &format!("exec {program} {words}"), "/dev/null"])
            .current_dir(self.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        script
    }

    /// Calls the program and looks at what it did.
    pub(crate) fn call(&self, words: &str) -> OutputAssert {
        self.runsheet(words).assert()
    }

    /// What a call showed without its last line, which names the run's folder: outside of the
    /// lab that is the time of day.
    pub(crate) fn shown(called: &OutputAssert) -> String {
        let shown = String::from_utf8_lossy(&called.get_output().stdout);
        let (shown, _) = shown.rsplit_once("run: ").unwrap_or((&shown, ""));
        shown.to_owned()
    }

    /// Calls the program, which must succeed, and gives what it printed.
    pub(crate) fn said(&self, words: &str) -> String {
        let output = self.call(words).success();
        String::from_utf8(output.get_output().stdout.clone()).expect("it prints UTF-8")
    }
}

/// Whatever a test seals is judged by both verifiers, which must agree.
impl Drop for Desk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            verifiers::judge_all(self.dir.path());
        }
    }
}
