use camino::Utf8PathBuf;

use super::client::log_in;
use super::paused;
use crate::lab::world::difference;
use crate::lab::{Fault, Lab, LabError};
use crate::wire::Clock;

fn dir() -> (tempfile::TempDir, Utf8PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(dir.path().join("lab")).unwrap();
    (dir, path)
}

#[test]
fn a_lab_has_one_owner_and_names_it() {
    paused(async {
        let (_keep, dir) = dir();
        let first = Lab::open(&dir, 1, Clock::paused).unwrap();
        let Err(error) = Lab::open(&dir, 1, Clock::paused) else {
            panic!("two owners")
        };
        let pid = std::process::id();
        assert_eq!(
            error.to_string(),
            format!("the lab in {dir} is in use by process {pid}")
        );
        assert!(matches!(error, LabError::InUse { .. }));
        first.close().unwrap();
        assert!(Lab::open(&dir, 1, Clock::paused).is_ok());
    });
}

#[test]
fn a_killed_owner_leaves_what_was_typed() {
    let (_keep, dir) = dir();
    // The lab is dropped with its runtime, and never saved.
    let left = paused(async {
        let lab = Lab::open(&dir, 1, Clock::paused).unwrap();
        let mut console = log_in(&lab, "192.168.1.20:7001", "console").await.unwrap();
        console.send("\r").await;
        console.until(">").await.unwrap();
        console.ask("enable", "#").await.unwrap();
        console.ask("configure terminal", "#").await.unwrap();
        console
            .ask("hostname Left-Behind", "Left-Behind(config)#")
            .await
            .unwrap();
        lab.set_fault("slow stack 20ms".parse::<Fault>().unwrap())
            .unwrap();
        lab.perform("unplug office:1").unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(40)).await;
        console.ask("", "#").await.unwrap();
        lab.world()
    });
    paused(async {
        let lab = Lab::open(&dir, 2, Clock::paused).unwrap();
        assert_eq!(lab.seed(), 1, "a lab keeps its seed");
        assert!(lab.world() == left, "{}", difference(&left, &lab.world()));
        assert_eq!(lab.world().traces.logs, left.traces.logs);
        assert_eq!(lab.world().now(), left.now());
        assert_eq!(lab.faults(), ["slow stack 20ms".parse().unwrap()]);
        // Nobody told the console that its user is gone.
        let mut console = log_in(&lab, "192.168.1.20:7001", "console").await.unwrap();
        console.ask("", "Left-Behind(config)#").await.unwrap();
    });
}

#[test]
fn the_world_stands_still_between_commands() {
    let (_keep, dir) = dir();
    let left = paused(async {
        let lab = Lab::open(&dir, 1, Clock::paused).unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(90)).await;
        assert_eq!(lab.time(), lab.clock().now());
        lab.close().unwrap();
        lab.time()
    });
    paused(async {
        let lab = Lab::open(&dir, 1, Clock::paused).unwrap();
        assert_eq!(lab.time(), left);
        assert_eq!(lab.clock().now(), left);
        lab.skip(600_000).unwrap();
        assert_eq!(lab.time(), left + jiff::SignedDuration::from_mins(10));
    });
}

#[test]
fn a_torn_last_line_is_set_aside_and_told() {
    let (_keep, dir) = dir();
    paused(async {
        let lab = Lab::open(&dir, 1, Clock::paused).unwrap();
        lab.set_fault("password stack".parse().unwrap()).unwrap();
    });
    let log = dir.join("inputs-1.jsonl");
    let mut text = std::fs::read_to_string(&log).unwrap();
    text.push_str("{\"at\":12,\"inp");
    std::fs::write(&log, text).unwrap();
    paused(async {
        let lab = Lab::open(&dir, 1, Clock::paused).unwrap();
        let aside = dir.join("inputs-1.torn");
        let remark = format!("the lab's last input was torn; what was there is in {aside}");
        assert_eq!(lab.remark(), Some(remark.as_str()));
        assert_eq!(std::fs::read_to_string(aside).unwrap(), "{\"at\":12,\"inp");
        assert_eq!(lab.faults(), ["password stack".parse().unwrap()]);
    });
}

#[test]
fn a_log_that_is_broken_in_the_middle_is_refused() {
    let (_keep, dir) = dir();
    paused(async { drop(Lab::open(&dir, 1, Clock::paused).unwrap()) });
    std::fs::write(dir.join("inputs-1.jsonl"), "nonsense\n{}\n").unwrap();
    paused(async {
        let Err(error) = Lab::open(&dir, 1, Clock::paused) else {
            panic!("read nonsense")
        };
        let text = error.to_string();
        assert!(
            text.contains("inputs-1.jsonl has no input in line 1"),
            "{text}"
        );
        assert!(error.help().unwrap().contains("lab reset"));
    });
}
