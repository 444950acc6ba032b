//! `cargo bench --bench record`: what a record costs, beside the least that it can cost.
//! The book keeps the figures, with the machine named.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MEGABYTES: u64 = 100;

fn main() {
    let desk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let desk = desk.path();
    keys(desk);
    bulk(desk);
    chapters(desk);
}

fn bulk(desk: &Path) {
    println!("\nA record of {MEGABYTES} MB");
    let mut book = String::from("---\ntitle: Much to read\n---\n");
    for n in 1..=MEGABYTES / 5 {
        let line = "GigabitEthernet1/0/1 is up, line protocol is up (connected)";
        book += &format!(
            "\n## Read {n}\n\n```sh read\nyes '{line}' | head -c 4900000\n```\n\n\
             ```sh check\ntrue\n```\n"
        );
    }
    fs::write(desk.join("book.md"), book).expect("a runbook");
    fs::write(
        desk.join("inventory.yaml"),
        "targets:\n  local: { driver: local }\n",
    )
    .expect("an inventory");
    runsheet(desk, "run -i inventory.yaml book.md");

    let records = desk.join(".runsheet/records");
    let seal = median(3, || {
        let _ = fs::remove_dir_all(&records);
        timed(|| runsheet(desk, "seal -i inventory.yaml --key key"))
    });
    let record = only(&records);
    let sums = median(5, || {
        timed(|| {
            let mut command = Command::new("sha256sum");
            command.args(["-c", "SHA256SUMS"]).current_dir(&record);
            succeed(&mut command);
        })
    });
    let name = record.display();
    let verify = median(5, || {
        timed(|| runsheet(desk, &format!("verify --allowed-signers signers {name}")))
    });
    let size = fs::metadata(record.join("journal.jsonl"))
        .expect("a journal")
        .len();
    println!("its journal has {} MB", size / 1_000_000);
    row("sha256sum -c", sums, None);
    row("runsheet seal (aim: 2x)", seal, Some(sums));
    row("runsheet verify (aim: 2x)", verify, Some(sums));
}

fn chapters(desk: &Path) {
    println!("\nAll chapters, whole process");
    let runbooks = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
    let run = |more: &str| {
        median(7, || {
            let _ = fs::remove_dir_all(desk.join(".runsheet"));
            timed(|| runsheet(desk, &format!("run {runbooks} {more}")))
        })
    };
    let without = run("");
    row("runsheet run", without, None);
    row(
        "runsheet run --key (aim: 1.3x)",
        run("--key key"),
        Some(without),
    );
}

fn keys(desk: &Path) {
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", "key"]);
    succeed(command.current_dir(desk));
    let public = fs::read_to_string(desk.join("key.pub")).expect("a key");
    fs::write(desk.join("signers"), format!("bench {public}")).expect("a list");
}

fn runsheet(desk: &Path, words: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    succeed(command.args(words.split_whitespace()).current_dir(desk));
}

fn succeed(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().expect("it starts");
    assert!(status.success(), "{command:?}");
}

fn only(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder).expect("a folder");
    entries.next().expect("one").expect("an entry").path()
}

/// The median of several runs.
fn median(runs: usize, mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| work()).collect();
    times.sort();
    times[runs / 2]
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn row(what: &str, time: Duration, beside: Option<Duration>) {
    let ratio = beside.map(|base| format!("{:6.2}x", time.as_secs_f64() / base.as_secs_f64()));
    println!(
        "{what:<58} {:>10.3} ms {}",
        time.as_secs_f64() * 1e3,
        ratio.unwrap_or_default()
    );
}
