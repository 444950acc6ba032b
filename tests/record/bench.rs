//! A folder with a runbook for this machine, keys, and the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::{schema, verifiers};

/// A step that is done, found done and taken back.
const RUNBOOK: &str = "---
title: Greet
reason: people like it
risk: low
---

# Greet

## Write it

```file run on=local path=greeting
hello
```

```sh check on=local
cat greeting
```

```expect
hello
```

```sh undo on=local
rm greeting
```
";

/// A desk with the keys of Alice, who runs, and Bob, who doesn't.
pub(crate) struct Bench {
    dir: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self {
            dir: tempfile::tempdir().expect("a folder for the test"),
        };
        bench.file("inventory.yaml", "targets:\n  local: {driver: local}\n");
        bench.file("greet.md", RUNBOOK);
        bench.make_key("alice");
        bench.make_key("bob");
        let public = bench.read("alice.pub");
        let key = public.rsplit_once(' ').expect("a comment").0;
        let alice = format!("alice@example.org namespaces=\"runsheet-record@v1\" {key}\n");
        let public = bench.read("bob.pub");
        let key = public.rsplit_once(' ').expect("a comment").0;
        let bob = format!("bob@example.org namespaces=\"runsheet-approval@v1\" {key}\n");
        bench.file("allowed_signers", alice + &bob);
        bench
    }

    /// Makes a key of this name, with the e-mail address of that name.
    pub(crate) fn make_key(&self, who: &str) {
        let output = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C"])
            .arg(format!("{who}@example.org"))
            .arg("-f")
            .arg(self.path(who))
            .output()
            .expect("ssh-keygen is there");
        succeeded(&output);
    }

    /// A line of a list of allowed signers: this key, for everything, is these people's.
    pub(crate) fn line(&self, principals: &str, key: &str) -> String {
        let public = self.read(&format!("{key}.pub"));
        let key = public.rsplit_once(' ').expect("a comment").0;
        format!("{principals} {key}\n")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("the file is written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file can be read")
    }

    /// Makes this line and key the whole list of allowed signers.
    pub(crate) fn trust(&self, line: &str, public: &str) {
        let public = self.read(public);
        self.file("allowed_signers", format!("{line} {public}"));
    }

    /// The program, called with these words.
    pub(crate) fn runsheet(&self, words: &str) -> Output {
        self.runsheet_with_agent(words, None)
    }

    /// The same, with an agent at hand.
    pub(crate) fn runsheet_with_agent(&self, words: &str, agent: Option<&str>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        match agent {
            Some(socket) => command.env("SSH_AUTH_SOCK", socket),
            None => command.env_remove("SSH_AUTH_SOCK"),
        };
        command
            .args(words.split_whitespace())
            .current_dir(self.dir.path())
            .env("SHELL", "/bin/sh")
            .env_remove("RUNSHEET_INVENTORY")
            .env_remove("RUNSHEET_KEY")
            .env_remove("RUNSHEET_IDENTITY")
            .env_remove("RUNSHEET_ALLOWED_SIGNERS")
            .output()
            .expect("the program starts")
    }

    /// Runs the runbook and gives the folder of its record.
    pub(crate) fn sealed(&self) -> PathBuf {
        self.named(&succeeded(
            &self.runsheet("run -i inventory.yaml --key alice greet.md"),
        ))
    }

    /// The folder of the last record that a call named.
    pub(crate) fn named(&self, said: &str) -> PathBuf {
        let (_, path) = said.rsplit_once("record: ").expect("a record is named");
        self.path(path.split_once(" (").expect("and who signed it").0)
    }

    /// Cuts the last run's journal in the middle of the last line that holds this.
    pub(crate) fn cut_journal(&self, text: &str) {
        let runs = std::fs::read_dir(self.path(".runsheet/runs")).expect("runs");
        let last = runs.map(|run| run.expect("an entry").path()).max();
        let path = last.expect("a run").join("journal.jsonl");
        let journal = std::fs::read_to_string(&path).expect("a journal");
        let at = journal.rfind(text).expect("a line with that");
        std::fs::write(&path, &journal[..at]).expect("cut");
    }

    /// Calls `verify`. The second verifier must agree.
    pub(crate) fn verify(&self, record: &Path) -> Output {
        self.verify_by("allowed_signers", record)
    }

    /// The same by another list of signers.
    pub(crate) fn verify_by(&self, list: &str, record: &Path) -> Output {
        let words = format!("verify --allowed-signers {list} {}", record.display());
        let output = self.runsheet(&words);
        let authentic = verifiers::verdicts(&self.path(list), &[record.to_owned()]) == [true];
        assert_eq!(output.status.success(), authentic, "{output:?}");
        output
    }

    /// An approval of `plan.txt` by Bob that was signed when it was valid, which is long ago.
    pub(crate) fn approved_long_ago(&self, window: &str) {
        let plan = runsheet::plan::sha256(self.read("plan.txt").as_bytes());
        let statement = format!(
            "{{\"format\": \"1.0\", \"approves_plan\": \"{plan}\", \
             \"at\": \"2020-01-01T00:00:00Z\", {window}}}\n"
        );
        std::fs::create_dir_all(self.path(".runsheet/approvals")).expect("a folder");
        self.file(".runsheet/approvals/old.json", statement);
        let output = Command::new("ssh-keygen")
            .args(["-q", "-Y", "sign", "-n", "runsheet-approval@v1", "-f"])
            .arg(self.path("bob"))
            .arg(self.path(".runsheet/approvals/old.json"))
            .output()
            .expect("ssh-keygen is there");
        succeeded(&output);
    }

    /// What both verifiers say of records.
    pub(crate) fn judge(&self, records: &[PathBuf]) -> Vec<bool> {
        verifiers::verdicts(&self.path("allowed_signers"), records)
    }

    /// `VERIFY.txt`'s first two commands, as an auditor runs them.
    pub(crate) fn stock_tools(&self, record: &Path) -> bool {
        self.signature_holds(record) && self.sums_hold(record)
    }

    /// `ssh-keygen -Y verify`.
    pub(crate) fn signature_holds(&self, record: &Path) -> bool {
        let sums = record.join("SHA256SUMS");
        let output = Command::new("ssh-keygen")
            .args(["-q", "-Y", "verify", "-I", "alice@example.org"])
            .args(["-n", "runsheet-record@v1", "-f"])
            .arg(self.path("allowed_signers"))
            .arg("-s")
            .arg(record.join("SHA256SUMS.sig"))
            .stdin(std::fs::File::open(sums).expect("the sums can be read"))
            .output()
            .expect("ssh-keygen is there");
        output.status.success()
    }

    /// `sha256sum -c`.
    pub(crate) fn sums_hold(&self, record: &Path) -> bool {
        let output = Command::new("sha256sum")
            .args(["--strict", "--status", "-c", "SHA256SUMS"])
            .current_dir(record)
            .output()
            .expect("sha256sum is there");
        output.status.success()
    }
}

/// Whatever a test seals is judged by both verifiers, whether or not the test is about that.
impl Drop for Bench {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let authentic = verifiers::judge_all(self.dir.path());
            authentic.iter().for_each(|record| schema::fits(record));
        }
    }
}

/// What a call printed, which must have succeeded.
/// What a record says.
pub(crate) fn record_of(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("record.json")).expect("a record");
    serde_json::from_str(&text).expect("JSON")
}

pub(crate) fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a call complained about, which must have ended with this code.
pub(crate) fn refused(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
