//! `cargo bench`: what runsheet costs, beside the least that the same work can cost, in one run.
//! The book keeps the figures, with the machine named.

mod controller;
mod journal;
mod peers;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use camino::Utf8Path;
use pulldown_cmark::Parser;
use runsheet::target::inventory;
use runsheet::text::Source;
use runsheet::{lab, plan, runbook};

const RUNSHEET: &str = env!("CARGO_BIN_EXE_runsheet");
const STEPS: usize = 100;

fn main() {
    parsing();
    steps();
    chapters();
    controller::requests();
    start_up();
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

fn parsing() {
    println!("\nParsing and linting all runbooks");
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let sources: Vec<_> = folder
        .read_dir_utf8()
        .expect("the runbooks")
        .map(|entry| runbook::load(entry.expect("an entry").path()).expect("a runbook"))
        .collect();
    let inventory = Source::new("inventory.yaml", lab::inventory(1));
    let (inventory, _) = inventory::parse(inventory);
    let bare = median(50, || {
        timed(|| {
            for source in &sources {
                let parser = Parser::new_ext(source.text(), runbook::markdown_options());
                black_box(parser.into_offset_iter().count());
            }
        })
    });
    let ours = median(50, || {
        timed(|| {
            let parsed = sources.iter().map(|s| runbook::parse(s.clone()).runbook);
            let runbooks: Vec<_> = parsed.collect();
            let known = plan::known(&inventory, &runbooks);
            let findings = runbook::lint(&runbooks.iter().collect::<Vec<_>>(), &known);
            assert!(black_box(findings).is_empty());
        })
    });
    row("the bare pulldown-cmark event loop", bare, None);
    row("runsheet: parse and lint (aim: 3x)", ours, Some(bare));
}

fn each(total: Duration) -> Duration {
    total / u32::try_from(STEPS).expect("a small number")
}

fn steps() {
    println!("\n{STEPS} local `sh` steps of `true`, per step");
    let folder = tempfile::tempdir().expect("a folder");
    let bare = median(5, || {
        timed(|| {
            let mut journal = File::create(folder.path().join("bare")).expect("a file");
            for _ in 0..STEPS {
                let status = Command::new("sh")
                    .args(["-c", "true"])
                    .status()
                    .expect("a shell");
                assert!(status.success());
                // As many barriers as a step has: intent, outcome, verdict.
                for _ in 0..3 {
                    journal.write_all(&[b'x'; 400]).expect("a write");
                    journal.sync_data().expect("a sync");
                }
            }
        })
    });
    let own = |session: &str| {
        let book = folder.path().join(format!("steps{}.md", session.len()));
        fs::write(&book, hundred_steps(session)).expect("a runbook");
        let inventory = folder.path().join("inventory.yaml");
        fs::write(&inventory, "targets:\n  local: { driver: local }\n").expect("an inventory");
        median(5, || {
            let state = tempfile::tempdir().expect("a folder");
            timed(|| run(&book, state.path(), Some(&inventory)))
        })
    };
    row(
        "spawning `sh -c true` and syncing as often",
        each(bare),
        None,
    );
    row(
        "runsheet, full journal (aim: 1.5x)",
        each(own("")),
        Some(each(bare)),
    );
    row(
        "runsheet, `session=` (aim: 0.5 ms)",
        each(own("session=one")),
        Some(each(bare)),
    );
    peers::steps(each(bare));
    let state = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("steps0.md");
    run(
        &book,
        state.path(),
        Some(&folder.path().join("inventory.yaml")),
    );
    let runs = state.path().join("runs").read_dir().expect("a run");
    let run = runs.map(|run| run.expect("an entry").path()).next();
    journal::cost(&run.expect("a run"));
}

fn hundred_steps(session: &str) -> String {
    let mut book = String::from("---\ntitle: A hundred steps\n---\n");
    for n in 0..STEPS {
        let undo = "undo=none reason=\"nothing is done\"";
        book += &format!("\n## Step {n}\n\n```sh run always {undo} {session}\ntrue\n```\n");
    }
    book
}

fn chapters() {
    println!("\nChapters in the lab, whole process");
    let of = |names: &[&str]| -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
        let path = |name: &&str| folder.join(format!("{name}.md")).display().to_string();
        names.iter().map(path).collect()
    };
    // The last needs hosts that answer, which they do over the VLANs: in a second process.
    let switches = of(&["04-switch-stack", "05-vlans"]);
    let links = of(&["06-link-aggregation"]);
    // The installation is proved over the VLANs of chapter 5.
    let boxes = of(&[
        "01-cimc",
        "02-raid",
        "03-install-xenserver",
        "04-switch-stack",
        "05-vlans",
    ]);
    let installed = [switches, links];
    chapters_at("the switches' three (aim: 300 ms)", "installed", &installed);
    chapters_at("1 to 5, from the box (aim: 1 s)", "unpacked", &[boxes]);
}

/// Each list of runbooks in a process of its own, after a lab was made.
fn chapters_at(what: &str, stage: &str, runs: &[Vec<String>]) {
    let on = |folder: &str| {
        median(7, || {
            let state = tempfile::tempdir_in(folder).expect("a folder");
            let call = |words: &[&str]| {
                let mut command = Command::new(RUNSHEET);
                command.arg("--state").arg(state.path()).args(words);
                let status = command.stdout(Stdio::null()).status();
                assert!(status.expect("runsheet").success(), "{words:?}");
            };
            call(&["lab", "reset", "--stage", stage]);
            timed(|| {
                for books in runs {
                    let words = ["run"].into_iter().chain(books.iter().map(String::as_str));
                    call(&words.collect::<Vec<_>>());
                }
            })
        })
    };
    let memory = Path::new("/dev/shm").is_dir().then(|| on("/dev/shm"));
    let disk = on(env!("CARGO_TARGET_TMPDIR"));
    row(what, disk, None);
    if let Some(memory) = memory {
        let waiting = disk.saturating_sub(memory);
        row("  of that, waiting for the disk", waiting, None);
    }
}

fn start_up() {
    println!("\nStart-up");
    let time = median(21, || {
        timed(|| {
            let status = Command::new(RUNSHEET)
                .arg("--version")
                .stdout(Stdio::null())
                .status();
            assert!(status.expect("runsheet").success());
        })
    });
    row("runsheet --version (aim: 5 ms)", time, None);
}

fn run(book: &Path, state: &Path, inventory: Option<&Path>) {
    let mut command = Command::new(RUNSHEET);
    command
        .arg("--state")
        .arg(state)
        .arg("run")
        .arg(book)
        .stdout(Stdio::null());
    if let Some(inventory) = inventory {
        command.arg("--inventory").arg(inventory);
    }
    assert!(
        command.status().expect("runsheet").success(),
        "the run failed"
    );
}
