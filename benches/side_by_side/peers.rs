//! Other programs that run commands out of a text, on the same hundred steps.
//!
//! None of them keeps a durable journal. Those that are not installed are named, with the way to
//! get them.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{STEPS, each, median, row, timed};

/// A program, the text it is given, and how it is called.
struct Peer {
    name: &'static str,
    get: &'static str,
    file: &'static str,
    head: &'static str,
    step: &'static str,
    /// Words behind the program's name; once, or once a step.
    words: &'static [&'static str],
    calls: usize,
}

const PEERS: [Peer; 6] = [
    Peer {
        name: "mask",
        get: "cargo install mask",
        file: "maskfile.md",
        head: "# A hundred\n\n## step\n\n```sh\ntrue\n```\n",
        step: "",
        words: &["step"],
        calls: STEPS,
    },
    Peer {
        name: "scrut",
        get: "cargo install scrut",
        file: "scrut.md",
        head: "",
        step: "# Step\n\n```scrut\n$ true\n```\n\n",
        words: &["test", "scrut.md"],
        calls: 1,
    },
    Peer {
        name: "showboat",
        get: "pip install showboat",
        file: "showboat.md",
        head: "# A hundred\n\n",
        step: "```bash\ntrue\n```\n\n```output\n```\n\n",
        words: &["verify", "showboat.md"],
        calls: 1,
    },
    Peer {
        name: "cram",
        get: "pip install cram",
        file: "hundred.t",
        head: "",
        step: "  $ true\n",
        words: &["hundred.t"],
        calls: 1,
    },
    Peer {
        name: "byexample",
        get: "pip install byexample",
        file: "byexample.md",
        head: "",
        step: "```shell\n$ true\n```\n\n",
        words: &["-l", "shell", "byexample.md"],
        calls: 1,
    },
    Peer {
        name: "ansible-playbook",
        get: "pip install ansible-core",
        file: "play.yml",
        head: "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n",
        step: "    - raw: \"true\"\n",
        words: &["-i", "localhost,", "play.yml"],
        calls: 1,
    },
];

/// A row for each of them, per step.
pub(super) fn steps(bare: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    for peer in &PEERS {
        match peer.time(folder.path()) {
            Some(time) => row(
                &format!("{} (no durable journal)", peer.name),
                each(time),
                Some(bare),
            ),
            None => println!("{} is not installed: {}", peer.name, peer.get),
        }
    }
}

impl Peer {
    fn time(&self, folder: &Path) -> Option<Duration> {
        let mut text = self.head.to_owned();
        for _ in 0..STEPS {
            let _ = write!(text, "{}", self.step);
        }
        fs::write(folder.join(self.file), text).expect("a file");
        // The first call says whether it is there, and fills its caches.
        self.call(folder)?;
        Some(median(5, || {
            timed(|| {
                for _ in 0..self.calls {
                    self.call(folder);
                }
            })
        }))
    }

    fn call(&self, folder: &Path) -> Option<()> {
        let mut command = Command::new(self.name);
        command.args(self.words).current_dir(folder);
        let status = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        assert!(status.success(), "{} failed: {status}", self.name);
        Some(())
    }
}
