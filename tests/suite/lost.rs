//! Standard output that takes nothing: where it is all that a call makes, that is an error.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

use super::desk::Desk;

const RUN: &str = "lab-1-0001";

/// A desk with a run and its record, which nobody signed, and a lab that is not as it was.
fn ran() -> Desk {
    let desk = Desk::new();
    desk.file("change.md", CHANGE);
    desk.call("run change.md").success();
    desk.call("seal --unsigned").success();
    desk.call("lab technician plug sw1:stack1 sw2:stack2")
        .success();
    desk.file("allowed_signers", "");
    desk
}

const CHANGE: &str = "# One file\n\n## Make one\n\n```sh run on=local\ntouch one\n```\n\n\
    ```sh check on=local\ntest -e one\n```\n\n```sh undo on=local\nrm one\n```\n";

fn command(desk: &Desk, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    command
        .args(words.split_whitespace())
        .current_dir(desk.path("."))
        .env("SHELL", "/bin/sh")
        .env_remove("RUNSHEET_INVENTORY")
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Calls the program with a full disk under its standard output.
fn onto_a_full_disk(desk: &Desk, words: &str) -> Output {
    let full = File::options().write(true).open("/dev/full");
    command(desk, words)
        .stdout(full.expect("a full disk"))
        .output()
        .expect("the program starts")
}

/// Every call whose words are all that it makes.
const PRODUCTS: [&str; 18] = [
    "plan change.md",
    "plan --check change.md",
    "lint change.md",
    "population --from 2020-01-01 --to 2100-01-01 --unsigned",
    "report",
    "report -f md",
    "report -f junit",
    "report -f cast",
    "report -f player",
    "show",
    "show lab-1-0001",
    "show --json lab-1-0001",
    "completions bash",
    "man",
    "lab show",
    "lab diff",
    "--help",
    "--version",
];

#[test]
fn a_product_that_is_lost_is_an_error() {
    let desk = ran();
    for words in PRODUCTS {
        let output = onto_a_full_disk(&desk, words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words}: {said}");
        assert_eq!(
            said,
            "error: not all of the output could be written: No space left on device (os error 28)\n",
            "{words}"
        );
    }
}

#[test]
fn what_verify_says_is_a_product_too() {
    let desk = ran();
    // It has no signature; that is worse than that nobody reads so.
    let forged = onto_a_full_disk(&desk, &format!("verify .runsheet/records/{RUN}"));
    assert_eq!(forged.status.code(), Some(4));
    for script in [
        "ssh-keygen -q -t ed25519 -N '' -C alice -f alice",
        "printf 'alice %s\\n' \"$(cat alice.pub)\" > allowed_signers",
    ] {
        let made = Command::new("sh")
            .args(["-ec", script])
            .current_dir(desk.path("."))
            .status();
        assert!(made.is_ok_and(|made| made.success()), "{script}");
    }
    desk.call("seal --key alice").success();
    let verify = format!("verify --allowed-signers allowed_signers .runsheet/records/{RUN}-2");
    desk.call(&verify).success();
    let lost = onto_a_full_disk(&desk, &verify);
    let said = String::from_utf8_lossy(&lost.stderr);
    assert_eq!(lost.status.code(), Some(1), "{said}");
    assert!(
        said.contains("error: not all of the output could be written: "),
        "{said}"
    );
}

#[test]
fn a_reader_that_went_away_has_read_enough() {
    let desk = ran();
    for words in PRODUCTS {
        let mut child = command(&desk, words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut reader = BufReader::with_capacity(1, child.stdout.take().expect("it is piped"));
        reader.read_line(&mut line).expect("a line");
        drop(reader);
        let mut said = String::new();
        let mut stderr = child.stderr.take().expect("it is piped");
        stderr.read_to_string(&mut said).expect("text");
        let ended = child.wait().expect("it ends");
        assert_eq!((ended.code(), said.as_str()), (Some(0), ""), "{words}");
    }
}

#[test]
fn a_run_is_done_whoever_reads_of_it() {
    for json in ["", "--json"] {
        let desk = Desk::new();
        desk.file("change.md", CHANGE);
        for (words, stands) in [("run change.md", true), ("undo --yes", false)] {
            let output = onto_a_full_disk(&desk, &format!("{words} {json}"));
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(
                (output.status.code(), said.as_ref()),
                (Some(0), ""),
                "{words}"
            );
            assert_eq!(desk.path("one").exists(), stands, "{words}");
        }
        // Cut off, it goes on in the same way.
        onto_a_full_disk(&desk, "run change.md");
        let journal = ".runsheet/runs/lab-1-0003/journal.jsonl";
        let text = desk.read(journal);
        let at = text.rfind("\"event\":\"verdict\"").expect("a verdict");
        desk.file(journal, &text[..at]);
        let output = onto_a_full_disk(&desk, &format!("resume {json}"));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(desk.read(journal).contains("\"event\":\"run-ended\""));
    }
}
