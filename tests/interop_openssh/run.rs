//! A run whose transfer stalls, against a real server.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::ends::{Ends, large};
use crate::parts::descendants;
use crate::server::wanted;
use crate::targets::entry;

#[tokio::test]
async fn a_put_that_stalls_is_unknown_then_looked_at_then_goes_on() {
    if !wanted() {
        return;
    }
    let ends = Ends::new().await;
    let content: Vec<u8> = large().into_iter().cycle().take(300_000_000).collect();
    ends.write("here/image", &content);
    let there = ends.path("there/image");
    let book = format!(
        "---\ntitle: Image\non: xen1\n---\n\n## Bring it\n\n```sftp run timeout=2s\nput image \
         {there}\n```\n\n```sftp check\nsame image {there}\n```\n\n```sftp undo\nremove \
         {there}\n```\n"
    );
    ends.write("here/book.md", book);
    let inventory = format!("targets:\n{}", entry("xen1", &ends.server));
    ends.write("here/inventory.yaml", inventory);
    let mut run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["-i", "inventory.yaml", "run", "book.md"])
        .current_dir(ends.path("here"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");

    let deadline = Instant::now() + Duration::from_secs(60);
    let begun = || {
        let mut names = ends.names("there").into_iter();
        let part = names.find(|name| name.ends_with(".part"))?;
        let found = fs::metadata(ends.path("there").join(part)).ok()?;
        (found.len() > 10_000_000).then_some(())
    };
    while begun().is_none() {
        assert!(Instant::now() < deadline && run.try_wait().is_ok_and(|ended| ended.is_none()));
        std::thread::sleep(Duration::from_millis(1));
    }
    let stopped = descendants(ends.server.id());
    for process in &stopped {
        rustix::process::kill_process(*process, Signal::STOP).expect("stopped");
    }
    assert!(!there.exists(), "it stalls under way");
    let ended = run.wait_with_output().expect("it ends");
    for process in &stopped {
        let _ = rustix::process::kill_process(*process, Signal::KILL);
    }
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(0), "{said}");

    let runs = ends.path("here/.runsheet/runs");
    let run = fs::read_dir(runs).expect("a run").next().expect("a run");
    let journal = run.expect("a run").path().join("journal.jsonl");
    let journal = fs::read_to_string(journal).expect("a journal");
    let bodies = journal.lines().map(|line| {
        let mut entry: Value = serde_json::from_str(line).expect("JSON");
        entry["body"].take()
    });
    let story: Vec<String> = bodies
        .filter_map(|body| match body["event"].as_str()? {
            "intent" => Some("intent".to_owned()),
            "outcome" => {
                let resumed = body["answer"]["stdout"].as_str().unwrap_or_default();
                let resumed = if resumed.contains("were there already") {
                    ", resumed"
                } else {
                    ""
                };
                Some(format!("{}{resumed}", body["outcome"].as_str()?))
            }
            "looked" => Some(body["finding"]["finding"].as_str().map_or_else(
                || format!("looked {}", body["finding"]),
                |word| format!("looked: {word}"),
            )),
            "verdict" => Some(body["verdict"].as_str()?.to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(
        story,
        [
            "looked: does-not-hold",
            "intent",
            "unknown",
            "looked: does-not-hold",
            "intent",
            "ok, resumed",
            "looked: holds",
            "passed",
        ]
    );
    assert!(fs::read(there).is_ok_and(|read| read == content));
}
