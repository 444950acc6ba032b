//! Known-hosts files.

use std::fs;
use std::process;

use camino::Utf8PathBuf;
use runsheet::wire::Endpoint;
use runsheet::wire::ssh::{HostKeyProblem, HostKeys};
use russh::keys::PublicKey;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/// Whatever a file holds: a key is trusted only by a line that holds it, a line more that trusts
/// it for this host is found behind anything, and a line that revokes it is stronger than all.
pub(crate) fn holds(bytes: &[u8]) {
    let key = PublicKey::from_openssh(KEY).expect("a key");
    let lines = bytes.split(|b| *b == b'\n').count();
    match load(bytes).check(&key) {
        Ok(place) => {
            let number = place
                .rsplit(':')
                .next()
                .and_then(|number| number.parse::<usize>().ok());
            let number = number.unwrap_or_else(|| panic!("no line in {place}"));
            let line = bytes
                .split(|b| *b == b'\n')
                .nth(number - 1)
                .unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            assert!(line.contains("AAAAC3NzaC1lZDI1NTE5"), "{line:?} trusts it");
        }
        Err(HostKeyProblem::Revoked { place, .. }) => assert!(place.contains(':')),
        Err(HostKeyProblem::Unknown { .. } | HostKeyProblem::Changed { .. }) => {}
    }
    let more = |line: &str| [bytes, b"\n", line.as_bytes(), b"\n"].concat();
    let trusted = load(&more(&format!("xen1 {KEY}"))).check(&key);
    let revoked = matches!(trusted, Err(HostKeyProblem::Revoked { .. }));
    assert!(trusted.is_ok() || revoked, "{trusted:?} in {lines} lines");
    let revoked = load(&more(&format!("@revoked * {KEY}"))).check(&key);
    assert!(
        matches!(revoked, Err(HostKeyProblem::Revoked { .. })),
        "{revoked:?}"
    );
}

fn load(bytes: &[u8]) -> HostKeys {
    let path = std::env::temp_dir().join(format!("runsheet-known-hosts-{}", process::id()));
    let path = Utf8PathBuf::from_path_buf(path).expect("the system's folder is UTF-8");
    fs::write(&path, bytes).expect("the file can be written");
    let endpoint = Endpoint {
        host: "xen1".to_owned(),
        port: 22,
    };
    HostKeys::load(endpoint, Vec::new(), Some(&[path])).expect("any file can be read")
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "xen1",
        "xen*",
        "!xen1",
        "?en1",
        "*",
        ",",
        " ",
        "\t",
        "\n",
        "#",
        "@revoked ",
        "@cert-authority ",
        "[xen1]:22",
        "[xen1]:2222",
        "|1|",
        "|",
        "AAECAwQFBgcICQoLDA0ODxAREhM=",
        "ssh-ed25519 ",
        "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
        "ssh-rsa ",
        "AAAA",
        "==",
    ];

    #[test]
    fn a_comment_in_another_encoding_hides_nothing() {
        holds(b"# B\xfcro\n");
    }

    #[test]
    fn files() {
        let seeds = seeds::texts([
            "# ours\nxen1,192.0.2.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f root@xen1\n@revoked * ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA\n",
            "*.example.org,!xen1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n|1|AAECAwQFBgcICQoLDA0ODxAREhM=|AAECAwQFBgcICQoLDA0ODxAREhM= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n",
        ]);
        search("tests/property/kept/known_hosts.txt", seeds, WORDS, holds);
    }
}
