//! Time stamps: tokens of an authority that OpenSSL plays, checked by OpenSSL.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use runsheet::record::{Bundle, SIGNATURE, TimestampError, is_timestamp_of};

use super::bench::{Bench, refused, succeeded};
use super::tampering::{flipped, resealed, utf8, wanted, with};

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

/// Runs the runbook, and gives the record and the token that an authority gave for it.
fn stamped(bench: &Bench) -> (PathBuf, PathBuf) {
    let (url, answered) = authority(bench.path("tsa"), |_| {});
    let words = format!("run -i inventory.yaml --key alice --timestamp {url} greet.md");
    let said = succeeded(&bench.runsheet(&words));
    answered.join().expect("it answered");
    let (_, token) = said.split_once("time stamp: ").expect("it is named");
    let token = bench.path(token.trim());
    (token.with_extension(""), token)
}

/// Whether OpenSSL accepts a token, as `VERIFY.txt` has it called in a record.
fn openssl_accepts(bench: &Bench, record: &Path, words: &str) -> bool {
    let certificate = bench.path("tsa/tsa.pem").display().to_string();
    let output = Command::new("openssl")
        .arg("ts")
        .args(words.replace("AUTHORITY.pem", &certificate).split(' '))
        .current_dir(record)
        .output()
        .expect("openssl is there");
    output.status.success()
}

/// How `VERIFY.txt` has OpenSSL called.
fn how_to_verify(record: &Path) -> String {
    let text = std::fs::read_to_string(record.join("VERIFY.txt")).expect("it is there");
    let command = text
        .lines()
        .find_map(|line| line.strip_prefix("    openssl ts "));
    command.expect("it says how to verify a token").to_owned()
}

#[test]
fn a_signature_is_stamped_and_openssl_says_when() {
    let bench = Bench::new();
    let (record, token) = stamped(&bench);
    let command = how_to_verify(&record);
    assert!(openssl_accepts(&bench, &record, &command));
    let other = command.replace("SHA256SUMS.sig", "SHA256SUMS");
    assert!(!openssl_accepts(&bench, &record, &other));
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
    // What the run came to is another thing than whether there is a stamp.
    let run = bench.runsheet(&words);
    succeeded(&run);
    answered.join().expect("it answered");
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(said.contains("the token is for something else"), "{said}");
    assert!(said.contains("the record is sealed"), "{said}");

    let nobody = "seal -i inventory.yaml --key alice --timestamp http://127.0.0.1:1/";
    let said = refused(&bench.runsheet(nobody), 3);
    assert!(said.contains("failed to get a time stamp"), "{said}");

    let (url, answered) = authority(bench.path("tsa"), |_| {});
    let words = format!("seal -i inventory.yaml --key alice --timestamp {url}");
    let said = succeeded(&bench.runsheet(&words));
    answered.join().expect("it answered");
    assert!(said.contains("time stamp: "), "{said}");
}

/// What the holder of the key seals again has another signature, and the token was for the first.
#[test]
fn a_record_that_is_sealed_again_is_not_the_one_that_was_stamped() {
    let bench = Bench::new();
    let (record, token) = stamped(&bench);
    let command = how_to_verify(&record);
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    // Nothing contradicts what a report says, so only the time stamp is left to show it.
    let forged = with(&bundle, "report.md", b"All went well.\n");
    let forged = resealed(&bench, &forged);
    let folder = bench.path(".runsheet/records/forged");
    forged.write(utf8(&folder)).expect("it can be written");
    std::fs::copy(&token, folder.with_extension("tsr")).expect("copied");
    let said = succeeded(&bench.verify(&folder));
    assert!(
        said.contains("says nothing about this record: the token is for something else"),
        "{said}"
    );
    let name = record.file_name().expect("a name").display().to_string();
    assert!(openssl_accepts(&bench, &record, &command));
    let forged = command.replace(&format!("{name}.tsr"), "forged.tsr");
    assert_ne!(forged, command);
    assert!(!openssl_accepts(&bench, &folder, &forged));
}

/// `RUNSHEET_STAMP_FLIPS` says how many of the token's.
#[test]
fn flipped_bits_of_a_stamped_signature_and_of_its_token_are_found() {
    let bench = Bench::new();
    let (record, token) = stamped(&bench);
    let command = how_to_verify(&record);
    let signature = std::fs::read(record.join(SIGNATURE)).expect("a signature");
    let stamp = std::fs::read(&token).expect("a token");
    for bit in 0..signature.len() * 8 {
        let found = is_timestamp_of(&flipped(&signature, bit), &stamp);
        assert_eq!(found, Err(TimestampError::Other), "bit {bit}");
    }
    println!(
        "verify: {0} of {0} flipped bits of a stamped signature found",
        signature.len() * 8
    );

    let said = told(&record, &token);
    assert!(said.contains("Time stamp: "), "{said}");
    let (mut tried, mut overlooked) = (0, Vec::new());
    let step = (stamp.len() * 8 / wanted("RUNSHEET_STAMP_FLIPS", 200)).max(1) | 1;
    for bit in (0..stamp.len() * 8).step_by(step) {
        std::fs::write(&token, flipped(&stamp, bit)).expect("written");
        if openssl_accepts(&bench, &record, &command) {
            overlooked.push(bit);
            assert_eq!(told(&record, &token), said, "bit {bit}");
        }
        tried += 1;
    }
    println!(
        "openssl: {} of {tried} flipped bits of a token of {} bytes found; {} overlooked, which \
         change nothing that it says",
        tried - overlooked.len(),
        stamp.len(),
        overlooked.len()
    );
    assert!(overlooked.len() * 20 < tried, "{overlooked:?} of {tried}");
}

/// What a token says: of what, and when.
fn told(record: &Path, token: &Path) -> String {
    let token = token.display().to_string();
    let said = openssl(record, &["ts", "-reply", "-in", &token, "-text"]);
    let (_, said) = said.split_once("TST info:").expect("a token");
    said.to_owned()
}
