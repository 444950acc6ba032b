//! Time stamps: tokens of an authority that OpenSSL plays, checked by OpenSSL.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use super::bench::{Bench, refused, succeeded};

/// What OpenSSL needs to know to be an authority.
const CONFIG: &str = "
[tsa]
default_tsa = ours
[ours]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
[extensions]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
x509_extensions = extensions
[name]
";

fn openssl(folder: &Path, words: &[&str]) -> String {
    let output = Command::new("openssl")
        .args(words)
        .current_dir(folder)
        .output()
        .expect("openssl is there");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{words:?}: {said}");
    said
}

/// An authority that answers once; `meddle` changes the request on its way.
fn authority(folder: PathBuf, meddle: fn(&mut Vec<u8>)) -> (String, JoinHandle<()>) {
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("tsa.cnf"), CONFIG).expect("written");
    std::fs::write(folder.join("serial"), "01\n").expect("written");
    openssl(
        &folder,
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "tsa.key",
            "-out",
            "tsa.pem",
            "-subj",
            "/CN=An authority",
            "-config",
            "tsa.cnf",
            "-days",
            "30",
        ],
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/tsr", listener.local_addr().expect("an address"));
    let answer = move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut request = Vec::new();
        let mut piece = [0; 4096];
        let body = loop {
            let read = stream.read(&mut piece).expect("a request");
            request.extend_from_slice(&piece[..read]);
            let head = request.windows(4).position(|end| end == b"\r\n\r\n");
            // The request has 69 bytes.
            if let Some(head) = head.filter(|head| request.len() >= head + 4 + 69) {
                break head + 4;
            }
        };
        let head = String::from_utf8_lossy(&request[..body]).to_lowercase();
        assert!(
            head.contains("content-type: application/timestamp-query"),
            "{head}"
        );
        let mut query = request[body..].to_vec();
        meddle(&mut query);
        std::fs::write(folder.join("query"), query).expect("written");
        openssl(
            &folder,
            &[
                "ts",
                "-reply",
                "-config",
                "tsa.cnf",
                "-section",
                "ours",
                "-queryfile",
                "query",
                "-out",
                "reply",
            ],
        );
        let reply = std::fs::read(folder.join("reply")).expect("a reply");
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\n\r\n",
            reply.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(&reply).expect("sent");
    };
    (url, std::thread::spawn(answer))
}

#[test]
fn a_signature_is_stamped_and_openssl_says_when() {
    let bench = Bench::new();
    let (url, answered) = authority(bench.path("tsa"), |_| {});
    let words = format!("run -i inventory.yaml --key alice --timestamp {url} greet.md");
    let said = succeeded(&bench.runsheet(&words));
    answered.join().expect("it answered");
    let (_, token) = said.split_once("time stamp: ").expect("it is named");
    let token = bench.path(token.trim());
    let record = token.with_extension("");
    let text = std::fs::read_to_string(record.join("VERIFY.txt")).expect("it is there");
    let command = text
        .lines()
        .find_map(|line| line.strip_prefix("    openssl ts "))
        .expect("it says how to verify a token");
    let verify = |command: &str| {
        let certificate = bench.path("tsa/tsa.pem").display().to_string();
        Command::new("openssl")
            .arg("ts")
            .args(command.replace("AUTHORITY.pem", &certificate).split(' '))
            .current_dir(&record)
            .output()
            .expect("openssl is there")
    };
    let output = verify(command);
    assert!(output.status.success(), "{output:?}");
    let other = command.replace("SHA256SUMS.sig", "SHA256SUMS");
    assert!(!verify(&other).status.success());
    let said = succeeded(&bench.verify(&record));
    assert!(said.contains("whether you trust it says"), "{said}");

    std::fs::copy(&token, bench.path("kept")).expect("kept");
    std::fs::write(&token, "nonsense").expect("written");
    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("says nothing about this record: the reply is no time-stamp reply"),
        "{said}"
    );
}

#[test]
fn a_stamp_for_something_else_is_not_taken_and_can_be_asked_for_again() {
    let bench = Bench::new();
    // The last byte of the hash stands before the nonce and the wish for a certificate.
    let (url, answered) = authority(bench.path("tsa"), |query| query[55] ^= 1);
    let words = format!("run -i inventory.yaml --key alice --timestamp {url} greet.md");
    let said = refused(&bench.runsheet(&words), 3);
    answered.join().expect("it answered");
    assert!(said.contains("the token is for something else"), "{said}");
    assert!(said.contains("the record is sealed"), "{said}");

    let (url, answered) = authority(bench.path("tsa"), |_| {});
    let words = format!("seal -i inventory.yaml --key alice --timestamp {url}");
    let said = succeeded(&bench.runsheet(&words));
    answered.join().expect("it answered");
    assert!(said.contains("time stamp: "), "{said}");
}
