//! Keys of every kind, in files, in the agent and with certificates.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::bench::{Bench, refused, succeeded};

fn keygen(bench: &Bench, words: &str) {
    let output = Command::new("ssh-keygen")
        .arg("-q")
        .args(
            words
                .split_whitespace()
                .map(|word| if word == "''" { "" } else { word }),
        )
        .current_dir(bench.path(""))
        .output()
        .expect("ssh-keygen is there");
    succeeded(&output);
}

/// An agent that goes when the test does.
pub(crate) struct Agent {
    child: Child,
    pub(crate) socket: String,
}

impl Agent {
    pub(crate) fn with(bench: &Bench, key: &str) -> Self {
        let socket = bench.path("agent").display().to_string();
        let child = Command::new("ssh-agent")
            .args(["-D", "-a", &socket])
            .stdout(Stdio::null())
            .spawn()
            .expect("ssh-agent is there");
        let agent = Self { child, socket };
        let until = Instant::now() + Duration::from_secs(20);
        while !bench.path("agent").exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        let added = Command::new("ssh-add")
            .args(["-q", key])
            .env("SSH_AUTH_SOCK", &agent.socket)
            .current_dir(bench.path(""))
            .output()
            .expect("ssh-add is there");
        succeeded(&added);
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seals the bench's run again, with this key, and lets everybody verify it.
fn sealed_with(bench: &Bench, key: &str, agent: Option<&Agent>) {
    let words = format!("seal -i inventory.yaml --key {key} --identity alice@example.org");
    let socket = agent.map(|agent| agent.socket.as_str());
    let said = succeeded(&bench.runsheet_with_agent(&words, socket));
    let path = said["record: ".len()..]
        .split_once(" (")
        .expect("a record")
        .0;
    let record = bench.path(path);
    assert!(bench.stock_tools(&record), "{key}");
    succeeded(&bench.verify(&record));
    fs::remove_dir_all(record).expect("removed");
}

#[test]
fn every_kind_of_key_signs() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    for kind in ["ed25519", "ecdsa -b 256", "ecdsa -b 384", "rsa -b 3072"] {
        let _ = fs::remove_file(bench.path("key"));
        keygen(&bench, &format!("-t {kind} -N '' -C somebody -f key"));
        bench.trust("alice@example.org", "key.pub");
        sealed_with(&bench, "key", None);
    }
}

/// One ECDSA key in 256 has a private number that begins with a zero byte, which its file leaves
/// away.
#[test]
fn a_key_with_a_short_number_signs() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    for (name, text) in [
        ("short", include_str!("../keys/short_number")),
        ("short.pub", include_str!("../keys/short_number.pub")),
    ] {
        fs::write(bench.path(name), text).expect("written");
    }
    bench.trust("alice@example.org", "short.pub");
    sealed_with(&bench, "short", None);
}

#[test]
fn a_key_that_only_the_agent_has_signs_too() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    let agent = Agent::with(&bench, "alice");
    fs::remove_file(bench.path("alice")).expect("removed");
    sealed_with(&bench, "alice.pub", Some(&agent));

    let words = "seal -i inventory.yaml --key bob.pub";
    let said = refused(&bench.runsheet_with_agent(words, Some(&agent.socket)), 2);
    assert!(
        said.starts_with("error: failed to have the agent sign: "),
        "{said}"
    );
}

#[test]
fn a_certificate_stands_for_the_key() {
    let bench = Bench::new();
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    keygen(&bench, "-t ed25519 -N '' -C authority -f authority");
    keygen(
        &bench,
        "-s authority -I alice -n alice@example.org -V -1h:+1h alice.pub",
    );
    let agent = Agent::with(&bench, "alice");
    bench.trust("*@example.org cert-authority", "authority.pub");
    sealed_with(&bench, "alice-cert.pub", Some(&agent));
    // One that has run out, and one for somebody else.
    for of in [
        "-n alice@example.org -V -2h:-1h",
        "-n mallory@example.net -V -1h:+1h",
    ] {
        keygen(&bench, &format!("-s authority -I alice {of} alice.pub"));
        let words = "seal -i inventory.yaml --key alice-cert.pub --identity alice@example.org";
        let said = succeeded(&bench.runsheet_with_agent(words, Some(&agent.socket)));
        let path = said["record: ".len()..]
            .split_once(" (")
            .expect("a record")
            .0;
        let record = bench.path(path);
        assert!(!bench.stock_tools(&record), "{of}");
        refused(&bench.verify(&record), 4);
        fs::remove_dir_all(record).expect("removed");
    }
}

#[test]
fn a_name_that_does_not_fit_into_a_command_is_refused() {
    let bench = Bench::new();
    keygen(&bench, "-t ed25519 -N '' -C $(reboot) -f evil");
    let said = refused(
        &bench.runsheet("run -i inventory.yaml --key evil greet.md"),
        2,
    );
    assert_eq!(
        said,
        "error: the key evil has no name that can be verified against: `$(reboot)`\n\
         help: name its owner with --identity NAME, as auditors list them\n"
    );
}

#[test]
fn a_key_with_a_passphrase_is_left_to_the_agent() {
    let bench = Bench::new();
    keygen(
        &bench,
        "-t ed25519 -N geheimnis -C alice@example.org -f locked",
    );
    let said = refused(
        &bench.runsheet("run -i inventory.yaml --key locked greet.md"),
        2,
    );
    assert_eq!(
        said,
        "error: failed to read the key locked: it is protected by a passphrase\n\
         help: add it to the agent with `ssh-add`, and name the public key, which ends in `.pub`\n"
    );
    assert!(
        !bench.path("greeting").exists(),
        "it is read before anything runs"
    );
}
