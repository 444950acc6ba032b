//! Disks that are full or may not be written. What is not in the journal is not sent.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use runsheet::event::Event;
use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// A runbook that makes the files `f1` to `f9`.
fn nine_files() -> String {
    let steps = (1..=9).map(|n| {
        format!(
            "## Make f{n}\n\n```sh run on=local\necho {n} > f{n}\n```\n\n```sh check on=local\ncat f{n}\n```\n\n```sh undo on=local\nrm f{n}\n```\n\n"
        )
    });
    format!("# Nine files\n\n{}", steps.collect::<String>())
}

fn made(desk: &Desk) -> BTreeSet<String> {
    let names = (1..=9).map(|n| format!("f{n}"));
    names.filter(|name| desk.path(name).exists()).collect()
}

/// Runs a shell script in the desk's folder. `$RUNSHEET` is the program.
fn shell(desk: &Desk, before: &[&str], script: &str) -> Output {
    let words: Vec<&str> = before.iter().copied().chain(["sh", "-c", script]).collect();
    Command::new(words[0])
        .args(&words[1..])
        .current_dir(desk.path(""))
        .env("RUNSHEET", env!("CARGO_BIN_EXE_runsheet"))
        .output()
        .expect("a shell")
}

/// Runs a script that may mount something which is gone with it. `None` where that isn't
/// allowed; then another test has to do, except in the pipeline.
fn with_a_mount(desk: &Desk, script: &str) -> Option<Output> {
    let ways: [&[&str]; 2] = [
        &["unshare", "--mount"],
        &["unshare", "--user", "--map-root-user", "--mount"],
    ];
    let allowed = |way: &&&[&str]| {
        let tried = Command::new(way[0]).args(&way[1..]).arg("true").output();
        tried.is_ok_and(|output| output.status.success())
    };
    let way = ways.iter().find(allowed);
    let demanded = std::env::var_os("RUNSHEET_INTEROP").is_some_and(|wanted| wanted == "1");
    assert!(way.is_some() || !demanded, "nothing may be mounted here");
    Some(shell(desk, way?, script))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_journal_that_can_grow_no_more_ends_the_run_wherever_that_strikes() {
    for blocks in 3..=16 {
        let desk = Desk::local();
        desk.file("change.md", nine_files());
        let output = shell(
            &desk,
            &[],
            &format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec $RUNSHEET run -i inventory.yaml change.md"
            ),
        );
        assert_eq!(output.status.code(), Some(3), "{blocks}: {output:?}");
        let message = text(&output.stderr);
        assert_data_eq!(
            message,
            str![[r#"
error: failed to write the journal .runsheet/runs/[..]/journal.jsonl: File too large (os error 27)
nothing more was sent

"#]]
        );

        let run = desk.said("show");
        assert!(run.contains("  incomplete   change"), "{blocks}: {run}");
        let id = run.split_whitespace().next().expect("the run has an id");
        let kept = desk.said(&format!("show --json {id}"));
        let intended = kept.lines().filter_map(|line| {
            match serde_json::from_str(line).expect("the line is an event") {
                Event::Intent { place, .. } => Some(place.step.replace("make-", "")),
                _ => None,
            }
        });
        let intended: BTreeSet<String> = intended.collect();
        assert!(
            made(&desk).is_subset(&intended),
            "{blocks}: {:?} were made, {intended:?} are on record",
            made(&desk)
        );

        if !intended.is_empty() {
            desk.call("undo -i inventory.yaml").success();
        }
        assert_eq!(made(&desk), BTreeSet::new(), "{blocks}: all is taken back");
    }
}

#[test]
fn a_full_disk_under_the_journal_ends_the_run() {
    let desk = Desk::local();
    desk.file("change.md", nine_files());
    std::fs::create_dir(desk.path("state")).expect("a folder");
    // A page for each file beside the journal, and some for that.
    let script = "mount -t tmpfs -o size=24k none state || exit 99
        $RUNSHEET run -i inventory.yaml --state state change.md; echo exit $?
        $RUNSHEET show --state state";
    let Some(output) = with_a_mount(&desk, script) else {
        return;
    };
    assert_data_eq!(
        text(&output.stderr),
        str![[r#"
error: failed to write the journal state/runs/[..]/journal.jsonl: No space left on device (os error 28)
nothing more was sent

"#]]
    );
    assert_data_eq!(
        text(&output.stdout),
        str![[r#"
Nine files
...
run: state/runs/[..]
go on: runsheet resume [..]
exit 3
[..]  [..]  incomplete   change

"#]]
    );
    let made = made(&desk);
    assert!(!made.is_empty() && made.len() < 9, "{made:?}");
}

#[test]
fn a_folder_on_a_disk_that_is_read_only() {
    let desk = Desk::local();
    desk.file("change.md", nine_files());
    std::fs::create_dir(desk.path("state")).expect("a folder");
    let script = "mount -t tmpfs -o ro none state || exit 99
        $RUNSHEET run -i inventory.yaml --state state change.md; echo exit $?
        $RUNSHEET run --state state change.md; echo exit $?
        $RUNSHEET lab show --state state; echo exit $?";
    let Some(output) = with_a_mount(&desk, script) else {
        return;
    };
    assert_data_eq!(
        text(&output.stderr),
        str![[r#"
error: failed to lock the device `local` in state/locks: Read-only file system (os error 30)
nothing was sent
error: making state/lab: Read-only file system (os error 30)
error: making state/lab: Read-only file system (os error 30)

"#]]
    );
    assert_data_eq!(
        text(&output.stdout),
        str![[r#"
exit 1
exit 2
exit 2

"#]]
    );
    assert_eq!(made(&desk), BTreeSet::new(), "nothing was sent");
}
