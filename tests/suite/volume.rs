//! Much output from one step: what it costs in memory and time.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::desk::Desk;
use super::thorough::everything;

/// A run may take so much memory, whatever its targets say.
const MEMORY_KIB: u64 = 128 << 10;

/// A step whose output passes a redactor that has something to look for.
fn book(command: &str) -> String {
    format!(
        "---\ntitle: Much\non: local\n---\n\n# Much\n\n\
         ```sh run undo=none reason=\"a file more\"\n: {{{{ secret.db }}}}; touch done\n{command}\n```\n\n\
         ```sh check\ntest -e done\n```\n"
    )
}

/// Runs a step, and gives its greatest resident memory in KiB and its journal's size in bytes.
/// `bytes`: how much it prints.
fn run(what: &str, command: &str, bytes: u64) -> u64 {
    let desk = Desk::local();
    desk.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  db: env:DB_PASSWORD\n",
    );
    desk.file("much.md", book(command));
    let began = Instant::now();
    let mut run = Command::new("/usr/bin/time")
        .args(["-f", "%M", "-o", "memory", env!("CARGO_BIN_EXE_runsheet")])
        .args(["run", "-i", "inventory.yaml", "much.md"])
        .env("DB_PASSWORD", "correct horse battery staple")
        .current_dir(desk.path("."))
        .stdout(Stdio::null())
        .spawn()
        .expect("the packages in .ci/packages.txt are installed: time");
    assert!(run.wait().expect("it ends").success());
    let took = began.elapsed();
    let memory: u64 = desk.read("memory").trim().parse().expect("KiB");
    println!(
        "{what}: {:.0} MB in {:.2} s, {:.0} MB/s, {} MiB of memory",
        bytes as f64 / 1e6,
        took.as_secs_f64(),
        bytes as f64 / 1e6 / took.as_secs_f64(),
        memory >> 10
    );
    assert!(memory <= MEMORY_KIB, "{memory} KiB");
    let run = std::fs::read_dir(desk.path(".runsheet/runs"))
        .expect("the runs")
        .next()
        .expect("a run")
        .expect("a folder");
    let journal = run.path().join("journal.jsonl");
    journal.metadata().expect("a journal").len()
}

#[test]
fn a_flood_takes_little_memory_and_the_journal_keeps_both_its_ends() {
    let size: u64 = if everything() {
        1_000_000_000
    } else {
        40_000_000
    };
    let line = "a line of output like any other, with numbers 12345 and words";
    let kept = run(
        "a flood",
        &format!("yes '{line}' | head -c {size}; echo the end"),
        size,
    );
    assert!((12 << 20..20 << 20).contains(&kept), "{kept}");
}

#[test]
fn a_million_lines_are_kept() {
    let lines = 1_000_000;
    let kept = run("a million lines", &format!("seq {lines}"), 6_888_896);
    assert!(kept > 6_888_896 + lines, "each line end is two characters");
}

#[test]
fn one_line_without_an_end_is_a_flood_like_any_other() {
    let size: u64 = if everything() {
        100_000_000
    } else {
        20_000_000
    };
    let kept = run(
        "one line",
        &format!("head -c {size} /dev/zero | tr '\\0' x"),
        size,
    );
    assert!((12 << 20..20 << 20).contains(&kept), "{kept}");
}
