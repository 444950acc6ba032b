//! The kernel beneath the program: it kills it as it enters a system call, or fails that call.
//! `strace` does that, so the program is the one that is shipped.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use super::desk::Desk;

/// What the kernel does to a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blow {
    /// The program is killed, and the call is not carried out.
    Kill,
    /// The call fails with this error.
    Fail(&'static str),
}

/// A system call of the program, by its name and its number from 1 among those of that name.
pub(crate) type Call = (String, usize);

/// A program that met a blow.
pub(crate) struct Struck {
    pub(crate) output: Output,
    /// The call as `strace` shows it, with the path that it was about.
    pub(crate) call: String,
}

/// Whether programs can be traced here. The pipeline demands it.
pub(crate) fn is_here() -> bool {
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"])
        .output();
    let is_here = tried.is_ok_and(|output| output.status.success());
    let demanded = std::env::var_os("RUNSHEET_INTEROP").is_some_and(|wanted| wanted == "1");
    assert!(is_here || !demanded, "nothing can be traced here");
    is_here
}

/// Every call of these names that the program makes, called with `words`; it ends with `code`.
pub(crate) fn calls(desk: &Desk, words: &str, names: &str, code: i32) -> Vec<Call> {
    let output = traced(desk, words, &[&format!("trace={names}")]);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let named = |line: &str| Some(line.split_once('(')?.0.to_owned());
    let calls = desk.read("calls");
    let calls = calls.lines().filter_map(named).map(|name| {
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        (name, *count)
    });
    calls.collect()
}

/// Calls the program and strikes at one call.
pub(crate) fn strike(desk: &Desk, words: &str, call: &Call, blow: Blow) -> Struck {
    let (name, number) = call;
    let how = match blow {
        Blow::Kill => "signal=KILL".to_owned(),
        Blow::Fail(error) => format!("error={error}"),
    };
    let filters = [
        format!("trace={name}"),
        format!("inject={name}:{how}:when={number}"),
    ];
    let output = traced(desk, words, &[&filters[0], &filters[1]]);
    let calls = desk.read("calls");
    let struck = calls.lines().find(|line| line.contains("(INJECTED)"));
    Struck {
        output,
        call: struck.unwrap_or_default().to_owned(),
    }
}

/// Only the program's own thread is traced: what it starts is not.
fn traced(desk: &Desk, words: &str, filters: &[&str]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-y", "-s", "0", "-o"]).arg(calls_of(desk));
    for filter in filters {
        command.args(["-e", filter]);
    }
    command
        .arg(env!("CARGO_BIN_EXE_runsheet"))
        .args(words.split_whitespace())
        .current_dir(desk.path("."))
        .env("SHELL", "/bin/sh")
        .env_remove("RUNSHEET_INVENTORY")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .expect("strace starts")
}

fn calls_of(desk: &Desk) -> PathBuf {
    desk.path("calls")
}
